import type { Refusal } from '@/lib/contracts/replays'
import { choosePartition } from './choose-partition'
import { troubleParams } from './edit-error'
import type { Letter } from './letter'
import type { LedgerMarks } from './look-up-ledger'
import { NOTHING_PAST, type PastOutcomes, refusalOfPast } from './past-outcomes'
import { placeOf } from './read-letters'
import type { SeenOrigins } from './seen-origins'
import type { TopicFacts, TopicLook } from './topic-facts'

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
  /** For records whose headers name no origin: a person's word, configuration, all other records, or the name. */
  fallbackOrigin: string | null
  partitioning: 'origin' | 'key'
  timestamp: 'now' | 'keep'
  again: boolean
  /** A copy knows no dead letters: any source, any number of times, the partition is the record's own. */
  kind: 'replay' | 'copy'
  /** The target stands in another cluster: names there are names of other topics. */
  isOtherCluster: boolean
  /** The retry topic of an origin, where letters go back through one; null: they don't. */
  retryTopicOf: ((origin: string) => string | null) | null
  maxCount: number
  nowMs: number
  /** Kafka's own and Milena's, Connect's, Streams' repartitions: never a target, whoever names it. */
  isSystemTopic(topic: string): boolean
  isDeadLetterTopic(topic: string): boolean
  /** A person is done with this letter. */
  isDropped(letter: { partition: number; offset: bigint }): boolean
  mayReplayTo(topic: string): boolean
}

const LEGAL_TOPIC = /^[A-Za-z0-9._-]{1,249}$/

/** The topic a letter goes to, before anything is known of that topic; null: nobody knows it. */
export function targetOf(letter: Letter, rules: Rules): string | null {
  if (rules.explicitTarget !== null) return rules.explicitTarget
  const origin = originOf(letter, rules)
  return origin !== null && rules.retryTopicOf ? rules.retryTopicOf(origin) : origin
}

function originOf(letter: Letter, rules: Rules): string | null {
  if (letter.decoded?.notes.includes('internal-origin')) return null
  // What a header names is a stranger's word: a name that no topic can have names nothing.
  const named = letter.decoded?.origin.topic ?? null
  if (named !== null && LEGAL_TOPIC.test(named) && named !== '.' && named !== '..') return named
  return rules.fallbackOrigin
}

/**
 * May this letter be replayed, and where to? The first reason found is the answer; what a person can change
 * by choosing another target comes before what is the record's own.
 */
export function judgeLetter(
  letter: Letter,
  rules: Rules,
  topics: ReadonlyMap<string, TopicLook>,
  marks: LedgerMarks,
  origins: SeenOrigins,
  past: PastOutcomes = NOTHING_PAST,
): Verdict {
  const refuse = (refusal: Refusal, params: Params = {}, target: string | null = null): Verdict => ({
    refusal,
    params,
    target,
  })
  if (!letter.found) return refuse('record-expired')
  if (letter.bodyGone) return refuse(letter.isPointer ? 'pointer-expired' : 'source-expired')
  const target = targetOf(letter, rules)
  if (target === null) {
    const origin = originOf(letter, rules)
    return origin === null ? refuse('origin-unknown') : refuse('no-retry-topic', { origin })
  }
  const named = { target }
  if (rules.isSystemTopic(target) || !rules.mayReplayTo(target)) return refuse('target-denied', named, target)
  if (isSource(target, rules) || (rules.kind === 'replay' && rules.isDeadLetterTopic(target)))
    return refuse('target-is-dead-letter', named, target)
  const look = topics.get(target) ?? 'missing'
  if (look === 'denied') return refuse('target-denied', named, target)
  if (look === 'missing') return refuse('target-missing', named, target)

  const unfit = doesNotFit(letter, rules, look, target)
  if (rules.kind === 'copy') return unfit ?? accept(letter, rules, look, target, 0)

  if (!rules.again && rules.isDropped(letter)) return refuse('dropped', {}, target)
  const done = marks.ofLetter(rules.sourceTopicId, letter)
  if (done && !rules.again)
    return refuse('already-replayed', { replay: done.replay, at: new Date(done.atMs).toISOString() }, target)
  const sent = past.of(letter)
  if (sent && !rules.again) {
    const params: Params = { replay: sent.replay }
    if (sent.item.atMs !== null) params.at = new Date(sent.item.atMs).toISOString()
    return refuse(refusalOfPast(sent), params, target)
  }
  const origin = letter.decoded && placeOf(letter.decoded.origin)
  const twin = origin && origins.get(origin)
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
    sent?.item.count ?? 0,
    sibling?.count ?? 0,
    (origin && marks.ofTarget(origin)?.count) ?? 0,
  )
  if (count >= rules.maxCount) return refuse('loop-limit', { count, max: rules.maxCount }, target)
  if (unfit) return unfit
  if (origin) origins.set(origin, letter)
  return accept(letter, rules, look, target, count + 1)
}

/** The source itself is no target: a copy of it would be read again. */
const isSource = (target: string, rules: Rules) => !rules.isOtherCluster && target === rules.sourceTopic

/** The last millisecond that a date can name; Kafka keeps whatever a producer says, to the year 292,278,994. */
const LATEST_MS = 8_640_000_000_000_000

const timeOf = (ms: number) => (ms > LATEST_MS ? String(ms) : new Date(ms).toISOString())

/** What the record is, as it would be written, that the target or the edit can't have. */
function doesNotFit(letter: Letter, rules: Rules, look: TopicFacts, target: string): Verdict | null {
  if (letter.editTrouble !== null)
    return { refusal: 'edit-failed', params: troubleParams(letter.editTrouble), target }
  const max = look.maxMessageBytes
  if (max !== null && letter.batchBytes > max)
    return { refusal: 'too-large', params: { bytes: letter.batchBytes, max, target }, target }
  if (rules.timestamp !== 'keep' || look.logAppendTime || letter.timestampMs < 0) return null
  const ageMs = rules.nowMs - letter.timestampMs
  const before = look.timestampBeforeMaxMs
  const after = look.timestampAfterMaxMs
  if ((before === null || ageMs <= before) && (after === null || -ageMs <= after)) return null
  const timestamp = timeOf(letter.timestampMs)
  return { refusal: 'timestamp-rejected', params: { timestamp, target }, target }
}

function accept(letter: Letter, rules: Rules, look: TopicFacts, target: string, count: number): Verdict {
  const partition = choosePartition({
    partitioning: rules.partitioning,
    originPartition: rules.kind === 'copy' ? letter.partition : (letter.decoded?.origin.partition ?? null),
    keyHash: letter.keyHash,
    spread: letter.offset,
    partitions: look.partitions,
  })
  return { refusal: null, target: { topic: target, partition }, count }
}
