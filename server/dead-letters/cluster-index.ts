import type { Problem } from '@/lib/contracts/common'
import type { DeadLetterIssue, DeadLetterTopic } from '@/lib/contracts/dead-letters'
import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import type { LedgerMap } from '@/server/replays/ledger-map'
import type { Store } from '@/server/store/types'
import { ChangeSignal } from './change-signal'
import { Checkpoint, type CheckpointPlace } from './checkpoint'
import { Decisions } from './decisions'
import { IndexReads } from './index-reads'
import { frameworkPrefixes, type IndexedLetter, statedOrigin } from './index-row'
import { LedgerFollower } from './ledger-follower'
import { type BookLimits, LetterBook, MAX_ROWS } from './letter-book'
import { type ItemFetcher, type LetterReading, letterFetcher } from './letter-fetcher'
import { LetterIntake } from './letter-intake'
import { LogReader } from './log-reader'
import type { IndexState } from './pack-index'
import { PlainMirrors } from './plain-mirrors'
import { ReplayMarks } from './replay-marks'
import { Retention } from './retention'
import type {
  DeadLetterIndex,
  IssueFilter,
  Place,
  PlaceFilter,
  RecordAnchor,
  RecordFilter,
  RecordPage,
} from './service'
import { TopicProber } from './topic-prober'
import type { TriageMarks } from './triage'
import { beginNearEnd } from './watched-topic'
import { WatchedTopics } from './watched-topics'

const INTERVAL_MS = 2000
/** A topic made now is seen within this and one interval. */
const METADATA_AGE_MS = 2500
const LONGEST_WAIT_MS = 30_000

export type ClusterIndexDeps = {
  cluster: KafkaCluster
  store: Store
  clock: Clock
  log: Logger
  limits?: Partial<BookLimits>
  /** null: a restart reads everything anew. */
  checkpoint?: CheckpointPlace | null
  /** Reads letters on another thread; without it they are decoded on this one. */
  openLetters?: (
    cluster: KafkaCluster,
    readingOf: (topic: string) => LetterReading,
  ) => ItemFetcher<IndexedLetter> | null
  /** Tests are impatient. */
  intervalMs?: number
  probeIntervalMs?: number
}

/**
 * One loop a cluster: finds dead-letter topics, reads each from its oldest record, then follows them. A
 * living topic is never older than 5 s: all logs' ends are asked for every 2 s, what moved is fetched, a
 * chunk of each topic in turn.
 */
export class ClusterDeadLetterIndex implements DeadLetterIndex {
  readonly name: string
  readonly #deps: ClusterIndexDeps
  readonly #abort = new AbortController()
  readonly #book: LetterBook
  readonly #marks = new ReplayMarks()
  readonly #reader: LogReader<IndexedLetter>
  readonly #ledger: LedgerFollower
  readonly #prober: TopicProber
  readonly #retention: Retention
  readonly #change = new ChangeSignal(() => this.#reads.forget())
  readonly #topics: WatchedTopics
  readonly #decisions: Decisions
  readonly #reads: IndexReads
  readonly #intake: LetterIntake
  readonly #checkpoint: Checkpoint
  #loading: Promise<void> | null = null
  #sampledAtMs: number | null = null
  #problems: Problem[] = []
  #failures = 0
  #timer: NodeJS.Timeout | null = null
  #round: Promise<boolean> | null = null

  constructor(deps: ClusterIndexDeps) {
    const { cluster, clock } = deps
    const { signal } = this.#abort
    this.#deps = deps
    this.name = `dead-letters:${cluster.id}`
    this.#book = new LetterBook(() => clock.now(), {
      rows: cluster.config.deadLetters.maxLetters ?? MAX_ROWS,
      ...deps.limits,
    })
    this.#decisions = new Decisions({
      store: deps.store,
      cluster: cluster.id,
      clock,
      log: deps.log,
      topicIdOf: topic => this.#topics.idOf(topic),
    })
    this.#prober = new TopicProber(deps, signal)
    this.#topics = new WatchedTopics({
      config: cluster.config.deadLetters,
      prober: this.#prober,
      book: this.#book,
      touch: this.#change.touch,
    })
    this.#retention = new Retention(cluster, clock, signal)
    this.#reads = new IndexReads({
      cluster,
      clock,
      book: this.#book,
      marks: this.#marks,
      retention: this.#retention,
      decisions: this.#decisions,
      topics: this.#topics.all,
      look: () => this.#topics,
    })
    this.#intake = new LetterIntake({
      book: this.#book,
      marks: this.#marks,
      decisions: this.#decisions,
      topics: this.#topics.all,
      mirrors: new PlainMirrors(deps.store, cluster.id, deps.log),
      touch: this.#change.touch,
      rebuild: topic => void this.rebuild(topic),
    })
    this.#reader = new LogReader({
      cluster,
      clock,
      signal,
      open: () => deps.openLetters?.(cluster, this.#reading) ?? letterFetcher(cluster, signal, this.#reading),
      events: {
        items: (topic, letters) => this.#intake.take(topic, letters),
        trimmed: (topic, partition, start) => {
          this.#marks.trim(topic.topicId, partition, Number(start))
          if (this.#book.trim(topic.name, partition, Number(start)) > 0) this.#change.touch()
        },
        begin: fresh => {
          for (const { topic, partition, cursor } of beginNearEnd(fresh, this.#book.limit, this.#book.size))
            this.#book.leaveOut(topic.name, partition, Number(cursor.position))
        },
      },
    })
    this.#ledger = new LedgerFollower(cluster, clock, signal, {
      entry: entry => this.#intake.mark(entry),
      forgotten: gone => this.#marks.forget(gone, topicId => this.#topics.hasId(topicId)),
    })
    this.#checkpoint = new Checkpoint(deps, this.#book.limit)
  }

  start(): void {
    if (this.#timer || this.#abort.signal.aborted) return
    const tick = async () => {
      const startedAtMs = this.#deps.clock.now()
      this.#round = this.#runRound()
      const more = await this.#round
      if (this.#abort.signal.aborted) return
      const tookMs = this.#deps.clock.now() - startedAtMs
      const { intervalMs = INTERVAL_MS } = this.#deps
      const waitMs =
        this.#failures > 0
          ? Math.min(LONGEST_WAIT_MS, intervalMs * 2 ** Math.min(this.#failures, 4))
          : intervalMs - tookMs
      this.#timer = setTimeout(tick, more ? 0 : Math.max(50, waitMs))
    }
    this.#timer = setTimeout(tick, 0)
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    if (this.#timer) clearTimeout(this.#timer)
    this.#reader.close()
    this.#ledger.close()
    this.#change.close()
    await Promise.allSettled([this.#round, this.#prober.idle()])
    if (this.#round) await this.#checkpoint.save(this.#state, this.#change.count)
  }

  topics(): readonly DeadLetterTopic[] {
    return this.#reads.topics()
  }

  issues(filter: IssueFilter): readonly DeadLetterIssue[] {
    return this.#reads.issues(filter)
  }

  places(filter: PlaceFilter): Place[] {
    return this.#reads.places(filter)
  }

  countExpiring(topic: string, untilMs: number): number {
    return this.#reads.countExpiring(topic, untilMs)
  }

  lettersBelow(
    topic: string,
    ends: ReadonlyMap<number, bigint>,
  ): ReturnType<DeadLetterIndex['lettersBelow']> {
    return this.#reads.lettersBelow(topic, ends)
  }

  page(filter: RecordFilter, limit: number, beside: RecordAnchor | null, back: boolean): RecordPage {
    return this.#reads.page(filter, limit, beside, back)
  }

  find(topic: string, partition: number, offset: bigint): ReturnType<DeadLetterIndex['find']> {
    return this.#reads.find(topic, partition, offset)
  }

  originOf(topic: string): string | null {
    return this.#reads.originOf(topic)
  }

  marksOf(fingerprint: string): TriageMarks {
    return this.#reads.marksOf(fingerprint)
  }

  reopened(): readonly string[] {
    return this.#reads.reopened()
  }

  isDeadLetterTopic(topic: string): boolean {
    return this.#topics.isDeadLetterTopic(topic)
  }

  ledgerMap(): LedgerMap | null {
    return this.#ledger.map
  }

  isDropped(topic: string, partition: number, offset: bigint): boolean {
    const places = this.#decisions.dropped.get(this.topicId(topic) ?? '')
    return places?.has(partition, Number(offset)) === true
  }

  topicId(topic: string): string | null {
    return this.#topics.idOf(topic)
  }

  canonicalOf(fingerprint: string): string {
    return this.#decisions.aliases.canonicalOf(fingerprint)
  }

  fingerprintOf(fingerprint: string, message: string | null): string {
    const { aliases } = this.#decisions
    return aliases.canonicalOf(aliases.splitOf(fingerprint, message))
  }

  async triageChanged(): Promise<void> {
    await this.#intake.decide(true)
    this.#change.touch()
    this.#change.tell()
  }

  rebuild(topic?: string): string[] {
    const names = topic === undefined ? [...this.#topics.all.keys()] : [topic]
    for (const name of names) this.#topics.forget(name)
    this.#change.touch()
    this.#change.tell()
    return names.sort()
  }

  markReplayed(topic: string, letters: readonly { partition: number; offset: bigint }[]): void {
    for (const { partition, offset } of letters) {
      const row = this.#book.find(topic, partition, Number(offset))
      if (row !== null && this.#book.markReplayed(row)) this.#change.touch()
    }
    this.#change.tell()
  }

  get limit(): number {
    return this.#book.limit
  }

  complete(): boolean {
    return (
      this.#sampledAtMs !== null &&
      this.#problems.length === 0 &&
      this.topics().every(topic => topic.complete)
    )
  }

  sampledAtMs(): number | null {
    return this.#sampledAtMs
  }

  problems(): readonly Problem[] {
    return this.#problems
  }

  onChange(listener: () => void): () => void {
    return this.#change.listen(listener)
  }

  /** One round; answers whether there is more to read at once. Never throws. */
  async #runRound(): Promise<boolean> {
    const { cluster, clock, log } = this.#deps
    const { signal } = this.#abort
    try {
      this.#loading ??= this.#load()
      await this.#loading
      const metadata = await cluster.metadata({ signal, maxAgeMs: METADATA_AGE_MS })
      this.#topics.adopt(metadata)
      this.#ledger.adopt(metadata)
      let topics = [...this.#topics.all.values()]
      await Promise.all([
        this.#retention.refresh(topics.map(topic => topic.name)),
        this.#intake.decide(),
        this.#reader.locate(topics),
        this.#ledger.locate(),
      ])
      for (const topic of topics) if (topic.isCutBack) this.rebuild(topic.name)
      topics = topics.filter(topic => this.#topics.all.get(topic.name) === topic)
      const untilMs = clock.now() + INTERVAL_MS
      // The ledger first: letters that come after it are then known as replayed or failed again.
      const ledgerMore = await this.#ledger.readUntil(untilMs)
      let more: boolean
      // At least once a round: a long ledger must not keep letters away.
      do {
        more = await this.#reader.readChunks(topics)
        this.#change.tell()
      } while (more && clock.now() < untilMs)
      more ||= ledgerMore
      if (signal.aborted) return false
      // Order is made a round at a time, not for whoever asks first.
      this.#book.rows()
      this.#sampledAtMs = clock.now()
      this.#problems = []
      this.#failures = 0
      this.#checkpoint.saveSometimes(this.#state, this.#change.count, !more)
      this.#prober.probeSometimes(this.#topics.findings.candidates)
      return more
    } catch (error) {
      if (signal.aborted) return false
      const { code, params } = toAppError(error)
      if (this.#failures++ === 0)
        log.warn({ err: error, cluster: cluster.id, code }, 'dead letters cannot be read')
      this.#problems = [{ scope: 'dead-letters', code, ...(params && { params }) }]
      this.#reader.close()
      this.#ledger.close()
      return false
    } finally {
      this.#change.tell()
    }
  }

  /** Goes on where the process before stood; what changed in Kafka since is found as it always is. */
  async #load(): Promise<void> {
    const rest = await this.#checkpoint.load(this.#state())
    if (rest === null) return
    this.#decisions.assume(rest.aliases)
    if (rest.ledger) this.#ledger.resume(rest.ledger)
    this.#reads.forget()
  }

  readonly #state = (): IndexState => ({
    book: this.#book,
    marks: this.#marks,
    topics: this.#topics.all,
    ledger: this.#ledger.map,
    aliases: this.#decisions.aliases.rows,
    recognised: this.#prober,
  })

  readonly #reading = (topic: string) => {
    const { config } = this.#deps.cluster
    return {
      fallbackOrigin: statedOrigin(config, topic),
      prefixes: frameworkPrefixes(config),
      nowMs: this.#deps.clock.now(),
    }
  }
}
