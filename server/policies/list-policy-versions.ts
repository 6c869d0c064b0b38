import { and, desc, inArray, lt } from 'drizzle-orm'
import * as z from 'zod'
import { type PolicyVersionRow, policies } from '@/lib/contracts/policies'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import { AppError } from '@/lib/errors'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { diffPolicies } from '@/lib/naming-policy/diff-policies'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { policyVersion } from '@/server/store/schema/index'
import { DEFAULT_SCOPE, type PolicyRow, policyFor } from './policy-for'
import { writeYaml } from './policy-source'

const versionCursor = z.object({ before: z.number().int().positive() })

/** Every version of the default and of this cluster's own policy, newest first, with how much each changed. */
export const listPolicyVersions = verb(policies.versions, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  ctx.clusters.get(input.cluster)
  const scopes = [DEFAULT_SCOPE, input.cluster]
  const before = input.cursor === undefined ? null : decodeCursor(input.cursor, versionCursor).before
  const active = await policyFor(ctx, input.cluster, { fresh: true })
  const rows = await query(() =>
    ctx.store.db
      .select()
      .from(policyVersion)
      .where(
        and(
          inArray(policyVersion.scope, scopes),
          before === null ? undefined : lt(policyVersion.version, before),
        ),
      )
      .orderBy(desc(policyVersion.version))
      .limit(input.limit + 1),
  )
  const shown = rows.slice(0, input.limit)
  const bases = await readVersions(
    ctx,
    shown.map(row => row.base),
  )
  const last = shown.at(-1)
  return {
    items: shown.map((row): PolicyVersionRow => {
      const scope = row.scope === DEFAULT_SCOPE ? 'default' : 'cluster'
      const changes = diffPolicies(specOf(bases.get(row.base)), specOf(row)).length
      const { version, by, comment, source } = row
      const at = new Date(row.atMs).toISOString()
      const removed = row.spec === null
      return {
        version,
        scope,
        by,
        at,
        comment,
        source,
        removed,
        changes,
        current: version === active.version,
      }
    }),
    next: rows.length > input.limit && last ? encodeCursor({ before: last.version }) : null,
    previous: null,
  }
})

/** One version and its difference to the one before it (of the same scope), or to `against`. Throws NOT_FOUND. */
export const getPolicyVersion = verb(policies.version, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const row = await readVersion(ctx, input.cluster, input.version)
  const against = input.against ?? row?.base ?? 0
  const other = await readVersion(ctx, input.cluster, against)
  const policy = specOf(row ?? undefined)
  return {
    version: input.version,
    against,
    policy,
    changes: diffPolicies(specOf(other ?? undefined), policy),
  }
})

/** The policy in force, or one version, as a YAML document (JSON on request). */
export const exportPolicy = verb(policies.export, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  const active = await policyFor(ctx, input.cluster, { fresh: true })
  const version = input.version ?? active.version
  const spec =
    input.version === undefined
      ? active.policy.spec
      : specOf((await readVersion(ctx, input.cluster, version)) ?? undefined)
  const text = input.json
    ? `${JSON.stringify(spec, null, 2)}\n`
    : writeYaml(spec, [`Milena: topic policy, version ${version}`])
  return {
    bytes: new TextEncoder().encode(text),
    filename: `policy-${input.cluster}-${version}.${input.json ? 'json' : 'yaml'}`,
  }
})

/** What held before anything was written, and where a scope gave its policy up, is the built-in default. */
function specOf(row: PolicyRow | undefined): PolicySpec {
  return row?.spec == null ? DEFAULT_SPEC : policySpec.parse(JSON.parse(row.spec))
}

async function readVersions(ctx: Context, versions: readonly number[]): Promise<Map<number, PolicyRow>> {
  if (versions.length === 0) return new Map()
  const rows = await query(() =>
    ctx.store.db
      .select()
      .from(policyVersion)
      .where(inArray(policyVersion.version, [...new Set(versions)])),
  )
  return new Map(rows.map(row => [row.version, row]))
}

/** null for version 0. Versions of other clusters are not there. Throws NOT_FOUND. */
async function readVersion(ctx: Context, cluster: string, version: number): Promise<PolicyRow | null> {
  if (version === 0) return null
  const row = (await readVersions(ctx, [version])).get(version)
  if (!row || (row.scope !== DEFAULT_SCOPE && row.scope !== cluster)) throw new AppError('NOT_FOUND')
  return row
}

async function query<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toStoreError(error)
  }
}
