import { expect, test } from 'vitest'
import { DELETE_REASON_MAX, topicChanges } from './topic-changes'

const topic = { cluster: 'c', topic: 'orders' }

test('the longest reason of a deletion leaves room in its address, in Korean too', () => {
  const { input } = topicChanges.remove
  const longest = '가'.repeat(DELETE_REASON_MAX)
  expect(encodeURIComponent(longest).length).toBeLessThan(4096)
  expect(input.safeParse({ ...topic, reason: longest }).success).toBe(true)
  const refused = input.safeParse({ ...topic, reason: `${longest}가` })
  expect(refused.error?.issues).toMatchObject([{ code: 'too_big', path: ['reason'] }])
})

test.each(['recreate', 'configs', 'partitions', 'truncate'] as const)('%s says why in its body', verb => {
  const given = { ...topic, count: 3, reason: 'r'.repeat(2000) }
  expect(topicChanges[verb].input.parse(given).reason).toHaveLength(2000)
})
