import type { DeadLetterIssue, DeadLetterTopic, IssueStatus } from '@/lib/contracts/dead-letters'
import { classifyTopic } from '@/lib/naming-policy'
import type { Clock } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import type { Decisions } from './decisions'
import type { Findings } from './find-topics'
import { hasNewer, isoOrNull, newestOf, toIssue, toRow, toTopic } from './index-answers'
import type { IndexRow } from './index-row'
import type { Issue, IssueCell } from './issue-cell'
import type { LetterBook } from './letter-book'
import { DROPPED, HAS_TIME, REFAILED, REPLAYED } from './letter-columns'
import { lettersBelow } from './letters-below'
import type { ReplayMarks } from './replay-marks'
import { Replaying } from './replaying'
import type { Retention } from './retention'
import { type CellStatuses, pageRows, type RowFilter, rowTest, type StatusesOf } from './row-page'
import type {
  DeadLetterIndex,
  IssueFilter,
  Place,
  PlaceBound,
  PlaceFilter,
  RecordAnchor,
  RecordFilter,
  RecordPage,
} from './service'
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
    this.#replaying = new Replaying((topic, partition, offset) => {
      const row = parts.book.find(topic, partition, offset)
      return row === null ? null : this.#issueOf(row)
    })
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
      const watched = this.#parts.topics.get(found.name) ?? null
      return toTopic(found, watched, summaries.get(found.name), {
        leftOut: this.#parts.book.leftOut(found.name, partition =>
          Number(watched?.cursors.get(partition)?.start ?? 0n),
        ),
        originTopic,
        originBy,
        retryTopics: findings.retryTopics.get(retried) ?? [],
        expiryOf: this.#parts.retention.expiryOf,
      })
    })
  }

  issues(filter: IssueFilter): readonly DeadLetterIssue[] {
    const { book, clock, decisions, retention } = this.#parts
    const nowMs = clock.now()
    const answers: DeadLetterIssue[] = []
    for (const [fingerprint, members] of this.#grouped(filter.fingerprint)) {
      const cells = members.flatMap(issue =>
        [...issue.cells.values()].filter(
          cell => (filter.topic === undefined || cell.topic === filter.topic) && filter.may(cell.topic),
        ),
      )
      const newest = newestOf(cells)
      // Who it is named after may be gone from Kafka; then the newest of those that count to it.
      const issue = members.find(one => one.fingerprint === fingerprint) ?? members[0]
      if (newest === null || !issue) continue
      const merged = members.filter(one => one !== issue).map(one => one.fingerprint)
      answers.push(
        toIssue({ ...issue, fingerprint }, cells, book.row(newest), {
          merged: merged.sort(),
          triage: decisions.triageOf(fingerprint),
          replaying: this.#isReplaying(
            fingerprint,
            cells.map(cell => cell.topic),
          ),
          expiryOf: retention.expiryOf,
          nowMs,
        }),
      )
    }
    return answers
  }

  /** Issues by the fingerprint that they count to. */
  *#grouped(wanted?: string): Iterable<[string, Issue[]]> {
    const { book } = this.#parts
    const { aliases } = this.#parts.decisions
    if (wanted !== undefined) {
      const members = [...aliases.membersOf(wanted)].flatMap(one => book.issue(one) ?? [])
      if (members.length > 0) yield [wanted, members]
      return
    }
    for (const issue of book.issues()) {
      const fingerprint = aliases.canonicalOf(issue.fingerprint)
      const members = aliases.membersOf(fingerprint)
      if (members.size === 1) yield [fingerprint, [issue]]
      else {
        const found = [...members].flatMap(one => book.issue(one) ?? [])
        // Told once, with the first that is there.
        if (found[0] === issue) yield [fingerprint, found]
      }
    }
  }

  #rowFilter({ fingerprint, ...filter }: RecordFilter): RowFilter {
    if (fingerprint === undefined) return filter
    return { ...filter, fingerprints: this.#parts.decisions.aliases.membersOf(fingerprint) }
  }

  page(filter: RecordFilter, limit: number, beside: RecordAnchor | null, back: boolean): RecordPage {
    const { book } = this.#parts
    const place = { limit, beside, back }
    const page = pageRows(book, this.#rowFilter(filter), this.#statusesOf, place)
    const { aliases } = this.#parts.decisions
    return {
      ...page,
      rows: page.rows.map(row => {
        const fingerprint = aliases.canonicalOf(row.cell.issue.fingerprint)
        return toRow(row, { fingerprint, status: this.#statusOf(row) })
      }),
    }
  }

  places(filter: PlaceFilter): Place[] {
    const { book } = this.#parts
    const { topic, fingerprint, done, contains } = filter
    const partitions = filter.partitions && new Set(filter.partitions)
    const isMine = rowTest(book, this.#rowFilter({ topic, fingerprint, may: () => true }), this.#statusesOf)
    const places: Place[] = []
    for (const row of book.rowsOf(topic)) {
      if (!isMine(row)) continue
      const partition = book.partition(row)
      const isDone = (book.flags(row) & (REPLAYED | DROPPED)) !== 0
      if ((isDone && !done) || partitions?.has(partition) === false || !isWithin(book, row, filter)) continue
      if (contains !== undefined && !holds(book.row(row), contains)) continue
      places.push({ partition, offset: BigInt(book.offset(row)) })
    }
    return places
  }

  countExpiring(topic: string, untilMs: number): number {
    const { book, retention } = this.#parts
    const isMine = rowTest(book, { topic, may: () => true }, this.#statusesOf)
    const statuses = new Map<IssueCell, CellStatuses>()
    let count = 0
    for (const row of book.rows()) {
      // Older ones come first: behind this one nothing goes before then.
      const expiryMs = retention.expiryOf(topic, book.atMs(row))
      if (expiryMs === null || expiryMs >= untilMs) break
      if ((book.flags(row) & HAS_TIME) === 0 || !isMine(row)) continue
      const cell = book.cell(row)
      const known = statuses.get(cell) ?? this.#statusesOf(cell)
      statuses.set(cell, known)
      if (!SETTLED.has(known.of(row))) count++
    }
    return count
  }

  lettersBelow(
    topic: string,
    ends: ReadonlyMap<number, bigint>,
  ): ReturnType<DeadLetterIndex['lettersBelow']> {
    return lettersBelow(this.#parts, topic, ends)
  }

  find(topic: string, partition: number, offset: bigint): ReturnType<DeadLetterIndex['find']> {
    const watched = this.#parts.topics.get(topic)
    if (!watched) return null
    const found = this.#parts.book.find(topic, partition, Number(offset))
    const row = found === null ? null : this.#parts.book.row(found)
    if (!row && !this.#parts.marks.isReplayed(watched.topicId, partition, Number(offset))) return null
    return {
      status: row ? this.#statusOf(row) : 'replayed',
      fingerprint: found === null ? null : this.#issueOf(found),
      expiresAt: row ? isoOrNull(this.#parts.retention.expiryOf(topic, row.atMs)) : null,
    }
  }

  originOf(topic: string): string | null {
    const { topic: origin, by } = this.#origin(topic)
    // Letters that name several tell nothing about one that names none.
    return by === 'headers' && this.#summarise().get(topic)?.isMixed ? null : origin
  }

  #origin(topic: string): { topic: string | null; by: DeadLetterTopic['originBy'] } {
    const remembered = this.#parts.decisions.originOf(topic)
    if (remembered !== undefined) return { topic: remembered, by: 'person' }
    const configured = this.#parts.cluster.config.deadLetters.topics.find(one => one.topic === topic)?.origin
    if (configured) return { topic: configured, by: 'config' }
    const said = this.#summarise().get(topic)
    // Of several none stands for letters that name none: a person is asked.
    if (said?.isMixed && said.needsOrigin) return { topic: null, by: null }
    if (said?.originTopic) return { topic: said.originTopic, by: 'headers' }
    // A name is a guess: believed only where that topic is.
    const { base } = classifyTopic(topic)
    return base !== null && this.#parts.look().names.has(base)
      ? { topic: base, by: 'name' }
      : { topic: null, by: null }
  }

  marksOf(fingerprint: string): TriageMarks {
    const marks: TriageMarks = {}
    for (const [, members] of this.#grouped(fingerprint))
      for (const { topic, ends } of members.flatMap(issue => [...issue.cells.values()])) {
        const id = this.#parts.topics.get(topic)?.topicId
        if (id === undefined) continue
        const known = marks[topic]?.ends ?? {}
        for (const [partition, end] of ends) known[partition] = Math.max(known[partition] ?? -1, end)
        marks[topic] = { id, ends: known }
      }
    return marks
  }

  reopened(): readonly string[] {
    const found: string[] = []
    for (const [fingerprint, members] of this.#grouped()) {
      const triage = this.#parts.decisions.triageOf(fingerprint)
      if (triage?.status !== 'resolved') continue
      if (members.some(({ cells }) => hasNewer(triage, cells.values()))) found.push(fingerprint)
    }
    return found
  }

  #issueOf(row: number): string {
    return this.#parts.decisions.aliases.canonicalOf(this.#parts.book.cell(row).issue.fingerprint)
  }

  /** What is the same for all letters of a cell is looked up once. */
  readonly #statusesOf: StatusesOf = ({ topic, issue }) => {
    const { book, decisions } = this.#parts
    const fingerprint = decisions.aliases.canonicalOf(issue.fingerprint)
    const triage = decisions.triageOf(fingerprint)
    const replaying = this.#isReplaying(fingerprint, [topic])
    const statusAt = (flags: number, place: { partition: number; offset: number; atMs: number }) =>
      letterStatus({ topic, ...place, ...marksIn(flags) }, triage, replaying)
    // Only what was resolved asks when a letter came; else its flags say all.
    if (triage?.status === 'resolved') {
      const of = (row: number) =>
        statusAt(book.flags(row), {
          partition: book.partition(row),
          offset: book.offset(row),
          atMs: book.atMs(row),
        })
      return { byFlags: null, of }
    }
    const byFlags = Array.from({ length: MARKS + 1 }, (_, flags) =>
      statusAt(flags, { partition: 0, offset: 0, atMs: 0 }),
    )
    return { byFlags, of: row => byFlags[book.flags(row) & MARKS] ?? 'new' }
  }

  #statusOf(row: IndexRow): IssueStatus {
    const fingerprint = this.#parts.decisions.aliases.canonicalOf(row.cell.issue.fingerprint)
    const triage = this.#parts.decisions.triageOf(fingerprint)
    return letterStatus(row, triage, this.#isReplaying(fingerprint, [row.topic]))
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

const MARKS = REPLAYED | DROPPED | REFAILED
const marksIn = (flags: number) => ({
  replayed: (flags & REPLAYED) !== 0,
  dropped: (flags & DROPPED) !== 0,
  refailed: (flags & REFAILED) !== 0,
})

/** Nobody waits for these any more. */
const SETTLED: ReadonlySet<IssueStatus> = new Set(['replayed', 'resolved', 'archived'])

function isWithin(book: LetterBook, row: number, { from, until }: PlaceFilter): boolean {
  /** How far behind a bound it stands; null: it has no time. */
  const beyond = (bound: PlaceBound) => {
    if (bound.kind === 'offset') return book.offset(row) - Number(bound.offset)
    return (book.flags(row) & HAS_TIME) === 0 ? null : book.atMs(row) - bound.atMs
  }
  const after = from === null ? 0 : beyond(from)
  const before = until === null ? -1 : beyond(until)
  return after !== null && after >= 0 && before !== null && before < 0
}

const holds = ({ key, preview, message, cell }: IndexRow, text: string): boolean =>
  [key, preview, message, cell.issue.exceptionClass].some(one => one?.includes(text) === true)
