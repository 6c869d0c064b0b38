/** A desk of requests over a real broker and store, with people and channels. Never imported by the product. */
import type { RoleGrant } from '@/lib/permissions'
import { listAudit } from '@/server/audit/list-audit'
import type { ChannelConfig, RequestsConfig, UserConfig } from '@/server/config/types'
import type { Actor, Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { createOutbox } from '@/server/outbox/create-service'
import type { Services } from '@/server/services'
import { topicsWorld } from '@/server/topics/testing'
import { Runner } from './request-runner'

const person = (username: string, grants: RoleGrant[], over: Partial<UserConfig> = {}): UserConfig => ({
  username,
  name: username,
  passwordHash: '',
  grants,
  contacts: { email: null, slack: `U${username.toUpperCase()}`, jira: `account-${username}` },
  teams: [],
  ...over,
})

const PEOPLE = [
  person('dev', [{ role: 'developer' }]),
  person('approver', [{ role: 'approver' }], { teams: ['order-team'] }),
  person('second', [{ role: 'approver' }], { teams: ['payment-team'] }),
  person('limited', [{ role: 'approver', topics: ['payment.*'] }]),
  person('member', [{ role: 'developer' }], { teams: ['order-team'] }),
  person('auditor', [{ role: 'auditor' }]),
  person('viewer', [{ role: 'viewer' }]),
  person('boss', [{ role: 'admin' }]),
]
export type Name = 'dev' | 'approver' | 'second' | 'limited' | 'member' | 'auditor' | 'viewer' | 'boss'

export type DeskOptions = {
  databaseUrl?: string | null
  requests?: Partial<RequestsConfig>
  channels?: readonly ChannelConfig[]
  readOnly?: boolean
}

export async function requestDesk(bootstrap: string, options: DeskOptions = {}) {
  const world = topicsWorld(bootstrap, { readOnly: options.readOnly ?? false })
  const store = await testStore(options.databaseUrl ?? null)
  const time = { shiftMs: 0 }
  const clock = { now: () => Date.now() + time.shiftMs }
  const base = testConfig({
    users: PEOPLE,
    clusters: world.clusters.list(),
    requests: { expireAfterDays: 30, ownersApprove: false, approvers: [], ...options.requests },
    notifications: {
      allow: ['127.0.0.1'],
      slack: { signingSecret: 'a signing secret of tests' },
      channels: options.channels ?? [],
    },
  })
  const outbox = createOutbox({ config: base, store, clock, log: silentLogger })
  const contextOf = (actor: Actor, more: Partial<Context> = {}): Context => ({
    ...testContext({
      store,
      clock,
      clusters: world.clusters,
      config: base,
      services: { ...world.context().services, outbox, requests: runner } as Partial<Services>,
    }),
    actor,
    ...more,
  })
  const runner: Runner = new Runner('test-runner', requestId =>
    contextOf({ kind: 'system', name: 'milena', grants: [{ role: 'admin' }] }, { requestId }),
  )
  const as = (name: Name): Context => {
    const user = PEOPLE.find(one => one.username === name)
    return contextOf({ kind: 'user', name, grants: user?.grants ?? [] })
  }
  world.lag.start()
  await world.lag.ready(new AbortController().signal)
  return {
    world,
    store,
    outbox,
    runner,
    config: base,
    as,
    contextOf,
    time,
    /** `action outcome [code]` of a resource's audit rows, oldest first. */
    async audit(resource: string) {
      const { items } = await listAudit(as('auditor'), { resource, limit: 100 })
      return items
        .reverse()
        .map(one => [one.actor, one.action, one.outcome, one.code].filter(Boolean).join(' '))
    },
    async close() {
      await runner.stop()
      await outbox.stop()
      await world.close()
      await store.close()
    },
  }
}
