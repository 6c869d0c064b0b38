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
  const params = { topic: row.topic, groups: 1, connectors: 2, names: 'billing', records: '7' }
  const failure = JSON.stringify({ code: 'TOPIC_IN_USE', params })
  const users = 'Read by: 1 group (billing). Used by: 2 connectors. Records in the last hour: 7'
  expect(told({})).toEqual({})
  expect(told({ state: 'failed', failure })).toEqual({ 'In use': users })
  expect(told({ failure, change: '{"override":true}' })).toEqual({
    'In use': users,
    'All the same': 'It is deleted even while it is in use',
  })
  const unknown = JSON.stringify({ code: 'TOPIC_IN_USE', params: { ...params, groups: -1, connectors: -1 } })
  expect(told({ failure: unknown })['In use']).toContain('Read by: not known. Used by: not known')
})

it('says nothing of configs where none change', () => {
  expect(configsOf({ kind: 'partitions', change: '{"partitions":4}' })).toBeUndefined()
})
