import type { ReplayPlan } from '@/lib/contracts/replays'
import type { Accepted, Verdict } from './judge-letter'
import { KindChanges } from './kind-changes'
import type { Letter } from './letter'
import type { ReplayRequest } from './plan-store'
import type { HeaderSample } from './read-letters'
import type { ReplayItem } from './replay-item'
import type { TopicLook } from './topic-facts'

/** Groups that a replay watches: those that the letters came from. */
const GROUPS_MAX = 20
const REFUSAL_SAMPLES = 5

type Target = {
  records: number
  /** Of these, how many retention would take at once, were their times kept. */
  expired: number
  partitions: Map<number, { records: number; place: { topic: string; partition: number } }>
}

/** What a plan says of its letters, counted one by one in their order, so that none of them is held. */
export class PlanTally {
  readonly #request: Pick<ReplayRequest, 'partitioning'>
  readonly #topics: ReadonlyMap<string, TopicLook>
  readonly #nowMs: number
  readonly #samples: readonly HeaderSample[]
  #sampled = 0
  selected = 0
  replayable = 0
  /** Of the replayable ones, as all below but `refusals`. */
  edited = 0
  bytes = 0
  retries = 0
  otherPartition = 0
  sourceHeadersLost = 0
  readonly kinds = new KindChanges()
  readonly groups = new Set<string>()
  readonly targets = new Map<string, Target>()
  /** Of the samples, in their order. */
  readonly shown: { sample: HeaderSample; accepted: Accepted }[] = []
  readonly refusals = new Map<string, ReplayPlan['refusals'][number]>()

  constructor(facts: {
    request: Pick<ReplayRequest, 'partitioning'>
    topics: ReadonlyMap<string, TopicLook>
    nowMs: number
    /** Of the first letters, in their order. */
    samples: readonly HeaderSample[]
  }) {
    this.#request = facts.request
    this.#topics = facts.topics
    this.#nowMs = facts.nowMs
    this.#samples = facts.samples
  }

  /** Counts a letter; answers it as the plan keeps it. */
  add(letter: Letter, verdict: Verdict): ReplayItem {
    const { partition, offset, body } = letter
    const settled = { partition, offset, body, targetOffset: null, atMs: null }
    this.selected++
    const sample = this.#sampleOf(letter)
    if (verdict.refusal !== null) {
      this.#refuse(letter, verdict)
      return { ...settled, target: null, count: 0, outcome: 'refused', reason: verdict.refusal }
    }
    if (sample) this.shown.push({ sample, accepted: { letter, verdict } })
    const target = this.#accept({ letter, verdict })
    return { ...settled, target, count: verdict.count, outcome: 'remaining', reason: null }
  }

  /** Answers the one object that stands for its target in all items. */
  #accept({ letter, verdict }: Accepted): { topic: string; partition: number } {
    const { topic, partition } = verdict.target
    const { decoded } = letter
    const before = decoded?.origin.partition ?? null
    this.replayable++
    this.bytes += letter.payloadBytes
    if (letter.isEdited) this.edited++
    if (letter.kinds) this.kinds.add(letter.kinds)
    if (decoded?.family === 'spring-retry') this.retries++
    if (this.#request.partitioning === 'origin' && before !== null && before !== partition)
      this.otherPartition++
    if (decoded?.notes.includes('source-headers-lost')) this.sourceHeadersLost++
    if (decoded?.consumerGroup && this.groups.size < GROUPS_MAX) this.groups.add(decoded.consumerGroup)
    let target = this.targets.get(topic)
    if (!target) {
      target = { records: 0, expired: 0, partitions: new Map() }
      this.targets.set(topic, target)
    }
    target.records++
    if (this.#isExpired(letter, topic)) target.expired++
    let at = target.partitions.get(partition)
    if (!at) {
      at = { records: 0, place: { topic, partition } }
      target.partitions.set(partition, at)
    }
    at.records++
    return at.place
  }

  #isExpired({ timestampMs }: Letter, topic: string): boolean {
    const look = this.#topics.get(topic)
    const retentionMs = typeof look === 'object' ? look.retentionMs : null
    if (retentionMs === null || retentionMs < 0 || timestampMs < 0) return false
    return this.#nowMs - timestampMs > retentionMs
  }

  #refuse({ partition, offset }: Letter, verdict: Extract<Verdict, { params: object }>): void {
    const { refusal, params } = verdict
    let entry = this.refusals.get(refusal)
    if (!entry) {
      entry = { reason: refusal, count: 0, samples: [] }
      this.refusals.set(refusal, entry)
    }
    entry.count++
    if (entry.samples.length < REFUSAL_SAMPLES)
      entry.samples.push({ partition, offset: offset.toString(), params })
  }

  /** Samples come in the order of the letters. */
  #sampleOf({ partition, offset }: Letter): HeaderSample | null {
    const sample = this.#samples[this.#sampled]
    if (sample?.partition !== partition || sample.offset !== offset) return null
    this.#sampled++
    return sample
  }
}
