import { addOffsetPoint, type OffsetPoint } from '@/lib/lag/time-lag'
import type { TopicPartition } from '@/server/kafka/port'
import { type LagSnapshot, type PartitionEnds, saysTheSame } from './take-snapshot'

const START_AGE_MS = 30_000
/**
 * Points of all partitions' end offsets together, some 70 bytes each; a cluster of many partitions keeps
 * fewer of each.
 */
const HISTORY_POINTS = 500_000

export type PartitionMemory = {
  ends: PartitionEnds
  start: number | null
  startAtMs: number
  history: OffsetPoint[]
  seq: number
  /** The snapshot in which a group had a row on it last. */
  usedSeq: number
}
export type TopicMemory = {
  topicId: string | null
  partitions: Map<number, PartitionMemory>
  /** The turn in which one of its ends was heard to be another than before. */
  changedTurn: number
}

/** Where the partitions end on which somebody commits, and where they did. What no snapshot tells of is forgotten. */
export class EndsMemory {
  readonly #topics = new Map<string, TopicMemory>()
  /** Snapshots that were heard, and the turn of each. */
  readonly #heard = new WeakMap<LagSnapshot, number>()
  #turn = 0
  #partitions = 0

  topic(name: string): TopicMemory | undefined {
    return this.#topics.get(name)
  }

  get sizes() {
    return { topics: this.#topics.size, partitions: this.#partitions }
  }

  /** Start offsets move rarely: asked again after 30 s. */
  knownStart({ topic, partition }: TopicPartition, nowMs: number): number | null {
    const known = this.#topics.get(topic)?.partitions.get(partition)
    return known && Math.abs(nowMs - known.startAtMs) < START_AGE_MS ? known.start : null
  }

  /**
   * Takes in a snapshot's ends, once, and answers its turn: a topic that changed in none after it is in the
   * snapshot as it is here. Ends that say the same as before become the same object in the snapshot.
   * `forgotten` hears of topics that are not there any more, or are others by the same name.
   */
  hear(snapshot: LagSnapshot, forgotten: (topic: string) => void): number {
    const known = this.#heard.get(snapshot)
    if (known !== undefined) return known
    const turn = ++this.#turn
    this.#heard.set(snapshot, turn)
    const { seq, atMs } = snapshot
    const most = Math.min(64, Math.max(4, Math.floor(HISTORY_POINTS / Math.max(1, this.#partitions))))
    for (const [name, { topicId, deleted, partitions }] of snapshot.topics) {
      let topic = this.#topics.get(name)
      if (topic && (deleted || isAnother(topic, topicId))) {
        this.#partitions -= topic.partitions.size
        this.#topics.delete(name)
        forgotten(name)
        topic = undefined
      }
      if (deleted) continue
      if (!topic) {
        topic = { topicId, partitions: new Map(), changedTurn: turn }
        this.#topics.set(name, topic)
      }
      topic.topicId = topicId ?? topic.topicId
      for (const [partition, ends] of partitions) {
        let memory = topic.partitions.get(partition)
        if (!memory) {
          memory = { ...NEW_MEMORY, ends, history: [], seq, usedSeq: seq }
          topic.partitions.set(partition, memory)
          topic.changedTurn = turn
          this.#partitions++
        }
        memory.usedSeq = Math.max(memory.usedSeq, seq)
        // What a snapshot says that came too late is not what holds: whoever takes it hears of that in the next.
        if (seq < memory.seq) topic.changedTurn = ++this.#turn
        else {
          if (saysTheSame(memory.ends, ends)) partitions.set(partition, memory.ends)
          else {
            memory.ends = ends
            topic.changedTurn = turn
          }
          recordPartition(memory, ends, seq, atMs, most)
        }
      }
    }
    return turn
  }

  /** A group has a row on it that this snapshot could not tell of. */
  markUsed({ topic, partition }: TopicPartition, seq: number): void {
    const memory = this.#topics.get(topic)?.partitions.get(partition)
    if (memory) memory.usedSeq = Math.max(memory.usedSeq, seq)
  }

  /** Lets go of partitions on which nobody has had a row since this snapshot. */
  forgetUnused(seq: number): void {
    for (const [name, topic] of this.#topics) {
      for (const [partition, { usedSeq }] of topic.partitions) {
        if (usedSeq >= seq) continue
        topic.partitions.delete(partition)
        this.#partitions--
      }
      if (topic.partitions.size === 0) this.#topics.delete(name)
    }
  }
}

const NEW_MEMORY = { start: null, startAtMs: Number.NEGATIVE_INFINITY }

function isAnother(topic: TopicMemory, topicId: string | null): boolean {
  return topicId !== null && topic.topicId !== null && topicId !== topic.topicId
}

function recordPartition(
  memory: PartitionMemory,
  ends: PartitionEnds,
  seq: number,
  atMs: number,
  most: number,
): void {
  memory.seq = seq
  if (
    ends.start !== null &&
    (ends.start !== memory.start || Math.abs(atMs - memory.startAtMs) >= START_AGE_MS)
  ) {
    memory.start = ends.start
    memory.startAtMs = atMs
  }
  if (ends.lso === null) return
  // Without topic ids a recreated topic shows by an end that went back; so does a log that lost its tail.
  const last = memory.history.at(-1)
  if (last && ends.lso < last.offset) memory.history.length = 0
  addOffsetPoint(memory.history, { offset: ends.lso, atMs }, most)
}
