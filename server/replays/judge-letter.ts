import type { Refusal } from '@/lib/contracts/replays'
import { classifyTopic } from '@/lib/naming-policy'
import { choosePartition } from './choose-partition'
import type { Place } from './ledger'
import type { LedgerMarks } from './look-up-ledger'
import { type Letter, placeOf } from './read-letters'
import type { TopicLook } from './topic-facts'

export type Params = Record<string, string | number>
export type Verdict =
  | { refusal: null; target: { topic: string; partition: number }; count: number }
  | { refusal: Refusal; params: Params; target: string | null }

/** A letter that a replay would write. */
export type Accepted = { letter: Letter; verdict: Extract<Verdict, { refusal: null }> }

export type Rules = {
  sourceTopic: string
  sourceTopicId: string
  /** null: each record's origin. */
  explicitTarget: string | null
  /** For records whose headers name no origin: by the dead-letter topic's name, configuration or other records. */
  fallbackOrigin: string | null
  partitioning: 'origin' | 'key'
  timestamp: 'now' | 'keep'
  again: boolean
  maxCount: number
  nowMs: number
  isDeadLetterTopic(topic: string): boolean
  mayReplayTo(topic: string): boolean
}

/** Kafka's own and Milena's, Connect's, Streams' repartitions: never a target, whoever names it. */
const isSystemTopic = (topic: string) => topic.startsWith('__') || classifyTopic(topic).kind === 'internal'
const LEGAL_TOPIC = /^[A-Za-z0-9._-]{1,249}$/

/** The topic a letter goes to, before anything is known of that topic; null: nobody knows it. */
export function targetOf(letter: Letter, rules: Rules): string | null {
  if (rules.explicitTarget !== null) return rules.explicitTarget
  if (letter.decoded?.notes.includes('internal-origin')) return null
  // What a header names is a stranger's word: a name that no topic can have names nothing.
  const named = letter.decoded?.origin.topic ?? null
  if (named !== null && LEGAL_TOPIC.test(named) && named !== '.' && named !== '..') return named
  return rules.fallbackOrigin
}

/**
 * May this letter be replayed, and where to? The first reason found is the answer; what a person can change by choosing another
 * target comes before what is the record's own.
 */
export function judgeLetter(
  letter: Letter,
  rules: Rules,
  topics: ReadonlyMap<string, TopicLook>,
  marks: LedgerMarks,
  origins: Map<string, Place>,
): Verdict {
  const refuse = (refusal: Refusal, params: Params = {}, target: string | null = null): Verdict => ({
    refusal,
    params,
    target,
  })
  if (!letter.found) return refuse('record-expired')
  if (letter.bodyGone) return refuse('pointer-expired')
  const target = targetOf(letter, rules)
  if (target === null) return refuse('origin-unknown')
  const named = { target }
  if (isSystemTopic(target) || !rules.mayReplayTo(target)) return refuse('target-denied', named, target)
  if (target === rules.sourceTopic || rules.isDeadLetterTopic(target))
    return refuse('target-is-dead-letter', named, target)
  const look = topics.get(target) ?? 'missing'
  if (look === 'denied') return refuse('target-denied', named, target)
  if (look === 'missing') return refuse('target-missing', named, target)

  const done = marks.ofLetter(rules.sourceTopicId, letter)
  if (done && !rules.again)
    return refuse('already-replayed', { replay: done.replay, at: new Date(done.atMs).toISOString() }, target)
  const origin = letter.decoded && placeOf(letter.decoded.origin)
  const twin = origin && origins.get(keyOf(origin))
  if (twin)
    return refuse('duplicate-origin', { partition: twin.partition, offset: twin.offset.toString() }, target)
  const sibling = origin && marks.ofOrigin(origin)
  if (sibling && !done && !rules.again)
    return refuse(
      'duplicate-origin',
      { partition: sibling.partition, offset: sibling.offset.toString() },
      target,
    )

  const count = Math.max(
    letter.decoded?.replay?.count ?? 0,
    done?.count ?? 0,
    sibling?.count ?? 0,
    (origin && marks.ofTarget(origin)?.count) ?? 0,
  )
  if (count >= rules.maxCount) return refuse('loop-limit', { count, max: rules.maxCount }, target)
  if (look.maxMessageBytes !== null && letter.batchBytes > look.maxMessageBytes)
    return refuse('too-large', { bytes: letter.batchBytes, max: look.maxMessageBytes, target }, target)
  if (rules.timestamp === 'keep' && !look.logAppendTime && letter.timestampMs >= 0) {
    const ageMs = rules.nowMs - letter.timestampMs
    const before = look.timestampBeforeMaxMs
    const after = look.timestampAfterMaxMs
    if ((before !== null && ageMs > before) || (after !== null && -ageMs > after))
      return refuse(
        'timestamp-rejected',
        { timestamp: new Date(letter.timestampMs).toISOString(), target },
        target,
      )
  }
  if (origin)
    origins.set(keyOf(origin), {
      topic: rules.sourceTopic,
      partition: letter.partition,
      offset: letter.offset,
    })
  const partition = choosePartition({
    partitioning: rules.partitioning,
    originPartition: letter.decoded?.origin.partition ?? null,
    keyHash: letter.keyHash,
    spread: letter.offset,
    partitions: look.partitions,
  })
  return { refusal: null, target: { topic: target, partition }, count: count + 1 }
}

const keyOf = (place: Place) => `${place.topic}/${place.partition}/${place.offset}`
