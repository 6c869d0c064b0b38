import { expect, it } from 'vitest'
import { testConfig } from '@/server/http/testing'
import { noticeOf } from './notice-of'
import type { StoredRequest } from './request-store'

const row: StoredRequest = {
  id: 7,
  cluster: 'c',
  topic: 'order.order-service.created',
  kind: 'configs',
  state: 'pending',
  version: 1,
  by: 'dev',
  owner: null,
  domain: 'order',
  change: JSON.stringify({
    configs: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
    reset: ['max.message.bytes'],
  }),
  purpose: null,
  links: '[]',
  topicId: null,
  policyVersion: 0,
  approvalsNeeded: 1,
  approvals: '[]',
  createdAtMs: 0,
  updatedAtMs: 0,
  submittedAtMs: 0,
  expiresAtMs: null,
  failure: null,
  users: null,
  outcome: null,
  attempts: 0,
  applyOwner: null,
  applyUntilMs: 0,
  openKey: null,
}
const configsOf = (over: Partial<StoredRequest>) =>
  noticeOf(testConfig(), { ...row, ...over }, { kind: 'submitted', actor: 'dev' }).fields.find(
    ({ label }) => label.en === 'Configs',
  )?.value

it('tells configs with what their values mean, in both languages', () => {
  expect(configsOf({})).toEqual({
    en: 'retention.ms=86400000 (1d), cleanup.policy=delete, -max.message.bytes',
    ko: 'retention.ms=86400000 (1일), cleanup.policy=delete, -max.message.bytes',
  })
})

it('says of a deletion who uses the topic, and that it goes all the same', () => {
  const told = (over: Partial<StoredRequest>) =>
    Object.fromEntries(
      noticeOf(
        testConfig(),
        { ...row, kind: 'delete', change: '{}', ...over },
        { kind: 'retried', actor: 'boss' },
      )
        .fields.filter(({ label }) => ['In use', 'All the same'].includes(label.en))
        .map(({ label, value }) => [label.en, typeof value === 'string' ? value : value.en]),
    )
  const params = {
    ...{ topic: row.topic, groups: 1, names: 'billing', records: '7' },
    ...{ connectors: 2, connectorNames: 'main/a, main/b' },
  }
  const failure = JSON.stringify({ code: 'TOPIC_IN_USE', params })
  const users =
    'Read by: 1 group (billing). Used by: 2 connectors (main/a, main/b). Records in the last hour: 7'
  expect(told({})).toEqual({})
  expect(told({ state: 'failed', failure })).toEqual({ 'In use': users })
  expect(told({ failure, change: '{"override":true}' })).toEqual({
    'In use': users,
    'All the same': 'It is deleted even while it is in use',
  })
  const unknown = JSON.stringify({ code: 'TOPIC_IN_USE', params: { topic: row.topic, records: '7' } })
  expect(told({ failure: unknown })['In use']).toContain('Read by: not known. Used by: not known. Records')
})

it('says from the start who uses the topic that is to go, and in the end who did', () => {
  const used = (over: Partial<StoredRequest>) =>
    noticeOf(
      testConfig(),
      { ...row, kind: 'delete', change: '{"override":true}', ...over },
      { kind: 'submitted', actor: 'dev' },
    ).fields.find(({ label }) => label.en === 'In use')?.value
  const filed = {
    ...{ inUse: true, groups: ['billing'], groupsInAll: 1, connectors: [], connectorsInAll: null },
    ...{ producers: [], producersInAll: 0, recordsLastHour: null },
  }
  expect(used({ users: JSON.stringify({ filed }) })).toEqual({
    en: 'Read by: 1 group (billing). Used by: not known. Records in the last hour: not known',
    ko: '읽는 컨슈머 그룹 1개(billing), 커넥터 알 수 없음, 최근 1시간 메시지 알 수 없음',
  })
  const applied = { ...filed, connectors: ['main/to-files'], connectorsInAll: 1, recordsLastHour: '3' }
  expect(used({ users: JSON.stringify({ filed, applied }) })).toMatchObject({
    en: 'Read by: 1 group (billing). Used by: 1 connector (main/to-files). Records in the last hour: 3',
  })
  const nobody = { ...applied, inUse: false }
  expect(used({ users: JSON.stringify({ filed, applied: nobody }) })).toBeUndefined()
  expect(used({ users: JSON.stringify({ filed: nobody }) })).toBeUndefined()
})

it('says nothing of configs where none change', () => {
  expect(configsOf({ kind: 'partitions', change: '{"partitions":4}' })).toBeUndefined()
})
