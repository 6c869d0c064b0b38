import { expect, it } from 'vitest'
import { EMPTY_DRAFT } from './create-topic-form'
import { startLike } from './topic-start'

it('one like another has its size and what it sets itself, and nothing of the broker’s, no secret, no name', () => {
  const config = (name: string, value: string | null, over: object = {}) => ({
    ...{ name, value, source: 'topic' as const, sensitive: false },
    ...over,
  })
  const { name, draft, edits } = startLike(
    { partitions: 3, replicationFactor: 2 },
    [
      config('retention.ms', '7200000'),
      config('segment.ms', '60000'),
      config('max.message.bytes', '9', { source: 'default' as const }),
      config('a.secret', 'x', { sensitive: true }),
      config('unread', null),
    ],
    'like it',
  )
  expect({ name, edits }).toEqual({ name: '', edits: null })
  expect(draft).toMatchObject({ partitions: '3', replicationFactor: '2' })
  const text = JSON.stringify(draft)
  expect(text).toContain('segment.ms=60000')
  for (const left of ['max.message.bytes', 'a.secret', 'unread']) expect(text).not.toContain(left)
  expect({ owner: draft.owner, tags: draft.tags }).toEqual({
    owner: EMPTY_DRAFT.owner,
    tags: EMPTY_DRAFT.tags,
  })
})
