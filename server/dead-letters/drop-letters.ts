import { deadLetterDrops } from '@/lib/contracts/dead-letter-drops'
import type { InputOf } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { insertDrop } from './drop-store'
import type { DeadLetterIndex, Place } from './service'
import { appendEvent } from './triage-store'

type Input = InputOf<typeof deadLetterDrops.drop>
/** As for a replay: what is decided at once stays bounded. */
const MOST = 200_000

/**
 * Drops letters with a reason: they are done, without a replay, and a replay refuses them. Of an issue all
 * that are open now, in every topic of it; or single records. Throws INPUT_INVALID, ISSUE_UNKNOWN,
 * SELECTION_EMPTY, SELECTION_TOO_LARGE, DENIED, STORE_*.
 */
export const dropLetters = verb(deadLetterDrops.drop, async (ctx, input) => {
  const { cluster, reason } = input
  const index = ctx.services.deadLetters.of(cluster)
  const chosen = input.records ? single(ctx, input, index) : ofIssue(ctx, input, index)
  const issues = input.fingerprint === undefined ? [...issuesOf(index, chosen)] : [input.fingerprint]
  // Picked letters of one issue belong to its story, where their drop is seen and taken back.
  const fingerprint = issues.length === 1 ? (issues[0] ?? null) : null
  const dropped = chosen.reduce((sum, { places }) => sum + places.length, 0)
  const of = 'records'
  if (dropped === 0)
    throw new AppError('SELECTION_EMPTY', { params: { topic: chosen[0]?.topic ?? '', of: 'letters' } })
  if (dropped > MOST)
    throw new AppError('SELECTION_TOO_LARGE', { params: { selected: dropped, max: MOST, of } })
  const atMs = ctx.clock.now()
  const subject = {
    action: 'deadletter.drop',
    cluster,
    resource:
      input.fingerprint === undefined
        ? `topic:${chosen.map(({ topic }) => topic).join()}`
        : `dead-letter:${input.fingerprint}`,
    details: {
      letters: dropped,
      topics: chosen.map(({ topic, places }) => ({ topic, letters: places.length })),
    },
    reason,
  }
  const drops = await audited(ctx, subject, () =>
    ctx.store.db
      .transaction(async tx => {
        const made = []
        for (const { topic, topicId, places } of chosen) {
          const what = { cluster, topic, topicId, fingerprint, reason, by: ctx.actor.name, atMs, places }
          made.push(await insertDrop(tx, what))
        }
        const event = { kind: 'dropped' as const, from: null, to: String(dropped), text: reason }
        for (const one of issues)
          await appendEvent(tx, { cluster, fingerprint: one, actor: ctx.actor, atMs }, event)
        return made
      })
      .catch(error => {
        throw toStoreError(error)
      }),
  )
  await index.triageChanged()
  return { dropped, drops }
})

type Chosen = { topic: string; topicId: string; places: Place[] }

function single(ctx: Context, { cluster, topic, records = [] }: Input, index: DeadLetterIndex): Chosen[] {
  if (topic === undefined) throw invalid('topic', 'Records are named with their topic.')
  authorise(ctx, 'deadletter.triage', { cluster, topic })
  const topicId = index.topicId(topic)
  if (topicId === null) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  // Named twice in one call it is one letter.
  const named = new Map(records.map(record => [`${record.partition} ${BigInt(record.offset)}`, record]))
  const places = [...named.values()].map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
  // Dropped twice, by a second click, a letter would have to be taken back twice.
  const isOpen = ({ partition, offset }: Place) =>
    index.find(topic, partition, offset) !== null && !index.isDropped(topic, partition, offset)
  return [{ topic, topicId, places: places.filter(isOpen) }]
}

function ofIssue(ctx: Context, { cluster, fingerprint, topic }: Input, index: DeadLetterIndex): Chosen[] {
  authorise(ctx, 'deadletter.read', { cluster })
  if (fingerprint === undefined) throw invalid('fingerprint', 'An issue or records are needed.')
  const [issue] = index.issues({ may: () => true, fingerprint })
  const topics = (issue?.topics ?? []).filter(name => topic === undefined || name === topic)
  for (const name of topics) authorise(ctx, 'deadletter.triage', { cluster, topic: name })
  if (topics.length === 0) {
    authorise(ctx, 'deadletter.triage', { cluster })
    throw new AppError('ISSUE_UNKNOWN', { params: { fingerprint } })
  }
  return topics.flatMap(name => {
    const topicId = index.topicId(name)
    const places = index.places({ topic: name, fingerprint, done: false, from: null, until: null })
    return topicId === null || places.length === 0 ? [] : [{ topic: name, topicId, places }]
  })
}

/** Issues of single records, so that their history says what happened. */
function issuesOf(index: DeadLetterIndex, chosen: readonly Chosen[]): Set<string> {
  const found = new Set<string>()
  for (const { topic, places } of chosen)
    for (const { partition, offset } of places) {
      const fingerprint = index.find(topic, partition, offset)?.fingerprint
      if (fingerprint != null) found.add(index.canonicalOf(fingerprint))
    }
  return found
}

const invalid = (path: string, message: string) =>
  new AppError('INPUT_INVALID', { fields: [{ path, code: 'required', message }] })
