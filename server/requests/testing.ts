/** A desk of requests over a real broker and store, with people and channels. Never imported by the product. */
import { requests as contracts } from '@/lib/contracts/requests'
import { type AppError, toAppError } from '@/lib/errors'
import type { RoleGrant } from '@/lib/permissions'
import { uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import type { ChannelConfig, RequestsConfig, UserConfig } from '@/server/config/types'
import type { Actor, Context } from '@/server/context'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { createOutbox } from '@/server/outbox/create-service'
import type { Services } from '@/server/services'
import { topicsWorld } from '@/server/topics/testing'
import { fileRequest } from './file-request'
import { getRequest } from './get-request'
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

export type Desk = Awaited<ReturnType<typeof requestDesk>>

/** What a call was refused with; fails when it was not. */
export const refusal = (call: Promise<unknown>): Promise<AppError> =>
  call.then(
    () => Promise.reject(new Error('done')),
    (error: unknown) => toAppError(error),
  )

/** `done`, or the code that a call was refused with. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => toAppError(error).code,
  )

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
  const newRunner = (instance: string): Runner =>
    new Runner(instance, requestId =>
      contextOf({ kind: 'system', name: 'milena', grants: [{ role: 'admin' }] }, { requestId }),
    )
  const runner = newRunner('test-runner')
  const as = (name: Name): Context => {
    const user = PEOPLE.find(one => one.username === name)
    return contextOf({ kind: 'user', name, grants: user?.grants ?? [] })
  }
  const made = new Set<string>()
  /** A name of the convention that nobody has; such a topic is gone with the desk. */
  const newName = (domain = 'order') => {
    const name = `${domain}.${uniqueName('req')}.created`
    made.add(name)
    return name
  }
  /** A new topic of two partitions is asked for, unless `input` says otherwise. */
  const ask = (input: object = {}, who: Name | Context = 'dev') => {
    const wanted = { cluster: 'c', kind: 'create', ...input }
    const named = 'topic' in wanted ? wanted : { ...wanted, topic: newName() }
    const sized = named.kind === 'create' ? { partitions: 2, replicationFactor: 1, ...named } : named
    return fileRequest(typeof who === 'string' ? as(who) : who, contracts.file.input.parse(sized))
  }
  world.lag.start()
  await world.lag.ready(new AbortController().signal)
  return {
    world,
    store,
    outbox,
    runner,
    /** Another replica's. */
    newRunner,
    made,
    newName,
    ask,
    /** `ask`, and what was kept of it. */
    async file(input: object = {}, who: Name | Context = 'dev') {
      const { request } = await ask(input, who)
      if (!request) throw new Error('nothing was kept')
      return request
    },
    /** One record into a topic: `done`, or what kept it out (a broker may not know a new topic for a moment). */
    write: (topic: string) =>
      codeOf(world.cluster.produce(topic, { partition: 0, key: null, value: Buffer.from('x'), headers: [] })),
    get: (id: string, name: Name = 'dev') => getRequest(as(name), { cluster: 'c', id }),
    async exists(topic: string) {
      const { topics } = await world.cluster.metadata({ topics: [topic], maxAgeMs: 0 })
      return topics.get(topic)?.ok ?? false
    },
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
      await Promise.all([...made].map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
      await world.close()
      await store.close()
    },
  }
}
