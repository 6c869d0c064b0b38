import { randomUUID } from 'node:crypto'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { diffPolicies } from '@/lib/naming-policy/diff-policies'
import { appendAudit } from '@/server/audit/chain'
import type { Config } from '@/server/config/types'
import type { Clock } from '@/server/context'
import type { Logger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { DEFAULT_SCOPE, policyFor, readScope } from './policy-for'
import { storePolicy } from './store-policy'

type Deps = { config: Config; store: Store; clock: Clock; log: Logger }

/**
 * Makes the policies of the configuration file the ones in force: a new version where the file says something
 * else than the newest one. A scope that the file names no longer keeps its last version and can be edited
 * again. Called once at the start, before anybody asks.
 */
export async function applyFilePolicies(deps: Deps): Promise<void> {
  const { config, store, clock, log } = deps
  const actor = { kind: 'system' as const, name: 'configuration', grants: [] }
  await policyFor({ store, config }, '', { fresh: true })
  const named: [string, PolicySpec][] = [
    ...(config.policies.default ? [[DEFAULT_SCOPE, config.policies.default] as [string, PolicySpec]] : []),
    ...Object.entries(config.policies.clusters),
  ]
  for (const [scope, spec] of named) {
    const newest = await readScope({ store, config }, scope)
    const isSame = newest?.spec != null && diffPolicies(newest.spec, spec).length === 0
    if (isSame && newest.source === 'file') continue
    const entry = {
      ...{ entry: randomUUID(), actor: actor.name, actorKind: actor.kind, requestId: 'start' },
      ...{
        action: 'policy.write',
        cluster: scope === DEFAULT_SCOPE ? null : scope,
        resource: `policy:${scope}`,
      },
      ...{
        code: null,
        reason: null,
        details: JSON.stringify({ base: newest?.version ?? 0, source: 'file' }),
      },
    }
    await appendAudit(store, { ...entry, kind: 'intent', outcome: null, atMs: clock.now() })
    const version = await storePolicy(
      { store, clock, actor },
      { scope, base: newest?.version ?? 0, spec, comment: null, source: 'file' },
    )
    await appendAudit(store, { ...entry, kind: 'outcome', outcome: 'succeeded', atMs: clock.now() })
    log.info({ scope, version }, 'the topic policy of the configuration file is in force')
  }
}
