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

it('says nothing of configs where none change', () => {
  expect(configsOf({ kind: 'partitions', change: '{"partitions":4}' })).toBeUndefined()
})
