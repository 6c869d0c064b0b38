import type { DeadLetterIssue, DeadLetterRow, DeadLetterTopic } from '@/lib/contracts/dead-letters'
import { classifyTopic } from '@/lib/naming-policy'
import type { Clock } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import type { Decisions } from './decisions'
import type { Findings } from './find-topics'
import { hasNewer, isoOrNull, toIssue, toReplayMark, toRow, toTopic } from './index-answers'
import type { IndexRow } from './index-row'
import type { LetterBook } from './letter-book'
import type { ReplayMarks } from './replay-marks'
import { Replaying } from './replaying'
import type { Retention } from './retention'
import { pageRows } from './row-page'
import type { DeadLetterIndex, IssueFilter, RecordAnchor, RecordFilter, RecordPage } from './service'
import { summarise, type TopicSummaries } from './topic-summary'
import { letterStatus, type TriageMarks } from './triage'
import type { WatchedTopic } from './watched-topic'

export type IndexParts = {
  cluster: KafkaCluster
  clock: Clock
  book: LetterBook
  marks: ReplayMarks
  retention: Retention
  decisions: Decisions
  topics: ReadonlyMap<string, WatchedTopic>
  /** As of the last look at the cluster's metadata. */
  look(): { findings: Findings; names: ReadonlyMap<string, unknown> }
}

/** What the index answers, made of the parts that its loop keeps. */
export class IndexReads {
  readonly #parts: IndexParts
  readonly #replaying: Replaying
  #summaries: { atMs: number; value: TopicSummaries } | null = null

  constructor(parts: IndexParts) {
    this.#parts = parts
    this.#replaying = new Replaying(parts.book)
  }

  /** Something changed: sums are made anew. */
  forget(): void {
    this.#summaries = null
  }

  topics(): readonly DeadLetterTopic[] {
    const summaries = this.#summarise()
    const { findings } = this.#parts.look()
    return findings.deadLetters.map(found => {
      const { topic: originTopic, by: originBy } = this.#origin(found.name)
      const retried = originTopic ?? classifyTopic(found.name).base ?? ''
      return toTopic(found, this.#parts.topics.get(found.name) ?? null, summaries.get(found.name), {
        originTopic,
        originBy,
        retryTopics: findings.retryTopics.get(retried) ?? [],
        expiryOf: this.#parts.retention.expiryOf,
      })
    })
  }

  issues(filter: IssueFilter): readonly DeadLetterIssue[] {
    const nowMs = this.#parts.clock.now()
    const issues: DeadLetterIssue[] = []
    for (const issue of this.#parts.book.issues()) {
      if (filter.fingerprint !== undefined && issue.fingerprint !== filter.fingerprint) continue
      const cells = [...issue.cells.values()].filter(
        cell => (filter.topic === undefined || cell.topic === filter.topic) && filter.may(cell.topic),
      )
      const answer = toIssue(
        issue,
        cells,
        this.#parts.decisions.triageOf(issue.fingerprint),
        this.#isReplaying(
          issue.fingerprint,
          cells.map(cell => cell.topic),
        ),
        this.#parts.retention.expiryOf,
        nowMs,
      )
      if (answer) issues.push(answer)
    }
    return issues
  }

  records(filter: RecordFilter): readonly DeadLetterRow[] {
    return this.page(filter, Number.POSITIVE_INFINITY, null, false).rows
  }

  page(filter: RecordFilter, limit: number, beside: RecordAnchor | null, back: boolean): RecordPage {
    const { rows, next, previous, matched } = pageRows(this.#parts.book.rows(), filter, this.#statusOf, {
      limit,
      beside,
      back,
    })
    return {
      rows: rows.map(row => ({
        ...toRow(row, this.#parts.decisions.triageOf(row.cell.issue.fingerprint)),
        status: this.#statusOf(row),
      })),
      next,
      previous,
      matched,
    }
  }

  find(topic: string, partition: number, offset: bigint): ReturnType<DeadLetterIndex['find']> {
    const watched = this.#parts.topics.get(topic)
    if (!watched) return null
    const row = this.#parts.book.find(topic, partition, Number(offset))
    const marks = this.#parts.marks.of(watched.topicId, partition, offset)
    if (!row && marks.length === 0) return null
    return {
      status: row ? this.#statusOf(row) : 'replayed',
      replays: marks.map(toReplayMark),
      expiresAt: row ? isoOrNull(this.#parts.retention.expiryOf(topic, row.atMs)) : null,
    }
  }

  originOf(topic: string): string | null {
    return this.#origin(topic).topic
  }

  #origin(topic: string): { topic: string | null; by: DeadLetterTopic['originBy'] } {
    const remembered = this.#parts.decisions.originOf(topic)
    if (remembered !== undefined) return { topic: remembered, by: 'person' }
    const configured = this.#parts.cluster.config.deadLetters.topics.find(one => one.topic === topic)?.origin
    if (configured) return { topic: configured, by: 'config' }
    const said = this.#summarise().get(topic)?.originTopic
    if (said) return { topic: said, by: 'headers' }
    // A name is a guess: believed only where that topic is.
    const { base } = classifyTopic(topic)
    return base !== null && this.#parts.look().names.has(base)
      ? { topic: base, by: 'name' }
      : { topic: null, by: null }
  }

  marksOf(fingerprint: string): TriageMarks {
    const marks: TriageMarks = {}
    for (const { topic, ends } of this.#parts.book.issue(fingerprint)?.cells.values() ?? []) {
      const id = this.#parts.topics.get(topic)?.topicId
      if (id !== undefined) marks[topic] = { id, ends: Object.fromEntries(ends) }
    }
    return marks
  }

  reopened(): readonly string[] {
    const found: string[] = []
    for (const { fingerprint, cells } of this.#parts.book.issues()) {
      const triage = this.#parts.decisions.triageOf(fingerprint)
      if (triage?.status === 'resolved' && hasNewer(triage, cells.values())) found.push(fingerprint)
    }
    return found
  }

  readonly #statusOf = (row: IndexRow) => {
    const { fingerprint } = row.cell.issue
    return letterStatus(
      row,
      this.#parts.decisions.triageOf(fingerprint),
      this.#isReplaying(fingerprint, [row.topic]),
    )
  }

  #isReplaying(fingerprint: string, topics: readonly string[]): boolean {
    return this.#replaying.has(this.#parts.decisions.running, fingerprint, topics)
  }

  #summarise(): TopicSummaries {
    const nowMs = this.#parts.clock.now()
    // Rows of the last 24 hours are counted anew when something changed, or as time passes.
    if (this.#summaries === null || nowMs - this.#summaries.atMs > 5000)
      this.#summaries = { atMs: nowMs, value: summarise(this.#parts.book, nowMs) }
    return this.#summaries.value
  }
}
