import { setTimeout as sleep } from 'node:timers/promises'
import { type Replay, type ReplayState, stateReason } from '@/lib/contracts/replays'
import { AppError, toAppError } from '@/lib/errors'
import { firstAfter } from '@/server/dead-letters/first-after'
import type { Store } from '@/server/store/types'
import { type HeldLease, holdLease } from './hold-lease'
import { joinedFetcher } from './joined-fetcher'
import { refusePast } from './past-outcomes'
import { recentFetcher } from './recent-fetcher'
import { CHUNK_ITEMS, type Counts, countItems, type ReplayItem, standsBefore, sumCounts } from './replay-item'
import {
  loadItems,
  loadReplay,
  moveReplay,
  optionsOf,
  type ReplayOptions,
  type ReplayRow,
  saveItems,
  toReplay,
} from './replay-store'
import { RunGuard } from './run-guard'
import { runPlain } from './run-plain'
import { isThrottled, runSlice, type SliceJob } from './run-slice'
import { type SetUpDeps, setUpRun } from './set-up-run'
import { replayLease, sliceLease, sliceOwner } from './waits-for'

export type RunDeps = SetUpDeps & {
  store: Store
  /** Of this process: who holds a lease. */
  instance: string
  leaseMs: number
  /** Newly replayed records, after they are in the mirror. */
  onReplayed(topic: string, items: readonly ReplayItem[]): void
  onProgress(replay: Replay): void
}

const LEASE_WAIT_MS = 300
const CANARY_LOOK_MS = 1_000
/** Slices that this process works on at a time: while one waits for its commit another reads. */
const SLICES_AT_ONCE = 2

type Slice = [partition: number, items: ReplayItem[]]
type Round = {
  pending: Slice[]
  busy: Slice[]
  /** What stops a slice for good; the others go on. */
  trouble: AppError | null
  /** What stops this process: the store, or the lease. */
  fatal: AppError | null
}
type Setup = Omit<SliceJob, 'partition' | 'transactionalId' | 'signal'>

/**
 * Runs one replay from where it stands to its end, or until it is paused, cancelled or the process stops; then the
 * state in the store says which. `fresh` are its items as they were just stored, which hold while nobody has
 * begun. Waits while another process has it. A slice that can't go on leaves the others to theirs and then stops
 * the replay.
 */
export async function runReplay(
  deps: RunDeps,
  id: string,
  stop: AbortSignal,
  fresh?: ReplayItem[],
): Promise<void> {
  const { store, cluster, log } = deps
  const held = await waitForReplay(deps, id, stop)
  if (!held) return
  const signal = AbortSignal.any([stop, held.lost])
  try {
    const row = await loadReplay(store, cluster.id, id)
    if (!isRunnable(row)) return
    const items = row.startedAtMs === null && fresh ? fresh : await loadItems(store, id)
    await new Run(deps, row, items, held, signal).execute()
  } catch (error) {
    if (signal.aborted) return
    // The store or the whole cluster: the state stays `running`, and the next look takes it up again.
    log.error({ err: error, replay: id }, 'a replay was interrupted')
  } finally {
    await held.release()
  }
}

const isRunnable = (row: ReplayRow) => row.state === 'running' || row.state === 'cancelled'

async function waitForReplay(deps: RunDeps, id: string, stop: AbortSignal): Promise<HeldLease | null> {
  const { store, clock, instance, leaseMs, cluster } = deps
  while (!stop.aborted) {
    const held = await holdLease(replayLease(id), { store, clock, owner: instance, ttlMs: leaseMs })
    if (held) return held
    await sleep(LEASE_WAIT_MS, undefined, { signal: stop }).catch(() => undefined)
    if (!isRunnable(await loadReplay(store, cluster.id, id))) return null
  }
  return null
}

class Run {
  readonly #deps: RunDeps
  readonly #items: ReplayItem[]
  readonly #held: HeldLease
  readonly #signal: AbortSignal
  readonly #options: ReplayOptions
  readonly #counts: Counts[] = []
  #saving: Promise<unknown> = Promise.resolve()
  #nextSave: Promise<boolean> | null = null
  #unsaved: ReplayItem[] = []
  #row: ReplayRow
  #guard: RunGuard | null = null

  constructor(deps: RunDeps, row: ReplayRow, items: ReplayItem[], held: HeldLease, signal: AbortSignal) {
    this.#deps = deps
    this.#row = row
    this.#items = items
    this.#held = held
    this.#signal = signal
    this.#options = optionsOf(row)
  }

  async execute(): Promise<void> {
    const trouble = await this.#runAll()
    if (this.#signal.aborted) return
    if (this.#row.state === 'cancelled') return this.#cancelRest(trouble)
    if (this.#row.state !== 'running') return
    if (trouble) return this.#move('stopped', trouble.code, trouble.params)
    const { replayed, failed, unknown } = countItems(this.#items)
    if (failed + unknown === 0) return this.#move('completed', null)
    return this.#move(replayed > 0 ? 'partial' : 'failed', null)
  }

  /**
   * All that remains; with a canary its records first, and the others only when it has passed. Answers the
   * first lasting trouble.
   */
  async #runAll(): Promise<AppError | null> {
    if (this.#items.every(item => item.outcome !== 'remaining')) return null
    const setup = await this.#setUp()
    if (setup instanceof AppError) return setup
    try {
      const { canary } = this.#options.request
      if (canary !== null && this.#row.canaryState !== 'passed' && this.#row.state === 'running') {
        const tried = this.#items.filter(item => item.outcome !== 'remaining' && item.outcome !== 'refused')
        const first = this.#items.filter(item => item.outcome === 'remaining')
        const trouble = await this.#runSlices(setup, first.slice(0, canary.records - tried.length))
        if (trouble || this.#row.state !== 'running' || this.#signal.aborted) return trouble
        if (!(await this.#awaitCanary())) return null
      }
      return await this.#runSlices(setup, this.#items)
    } finally {
      setup.fetcher.close()
    }
  }

  /** Waits for the group to pass the first records. Answers whether the others may follow. */
  async #awaitCanary(): Promise<boolean> {
    const { store, clock } = this.#deps
    const { canary } = this.#options.request
    const state = (canaryState: 'waiting' | 'passed', to: ReplayState, reason: string | null) =>
      moveReplay(store, this.#row.id, ['running'], to, { canaryState, reason })
    await state('waiting', 'running', null)
    // After a crash the wait begins anew: the group had the time, we had not.
    const sinceMs = clock.now()
    while (!this.#signal.aborted) {
      if (!(await this.#save([]))) return false
      const verdict = (await this.#guard?.canary(sinceMs)) ?? 'passed'
      if (verdict === 'passed') {
        const goesOn = canary?.after !== 'pause'
        await state('passed', goesOn ? 'running' : 'paused', goesOn ? null : 'CANARY_PASSED')
        return this.#save([])
      }
      if (verdict !== 'waiting') {
        // Who lets it go on after this has seen it: the canary is over.
        await state('passed', 'stopped', verdict)
        await this.#save([])
        return false
      }
      await sleep(CANARY_LOOK_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    }
    return false
  }

  /**
   * Slice by slice, some beside one another, the free ones first: one that another replay works on is waited
   * for. Answers the first lasting trouble.
   */
  async #runSlices(setup: Setup, some: readonly ReplayItem[]): Promise<AppError | null> {
    const left = some.filter(item => item.outcome === 'remaining')
    const pending: Slice[] = [...Map.groupBy(left, item => item.partition)]
    const round: Round = { pending, busy: [], trouble: null, fatal: null }
    // A throttled one has the time, and one transaction a second is kinder to the targets' readers.
    const workers = isThrottled(setup) ? 1 : SLICES_AT_ONCE
    while (round.pending.length > 0 && !this.#signal.aborted) {
      // All of them have ended before anything is said: nothing of a replay runs on without its lease.
      await Promise.all(Array.from({ length: workers }, () => this.#work(setup, round)))
      if (round.fatal) throw round.fatal
      if (this.#signal.aborted || !this.#goesOn()) return round.trouble
      round.pending = round.busy
      round.busy = []
      if (round.pending.length > 0 && !(await this.#wait())) break
    }
    return round.trouble
  }

  #goesOn(): boolean {
    return this.#row.state === 'running' || this.#row.state === 'cancelled'
  }

  /** Takes one slice after the other until none is left for it, or the replay is not to go on. */
  async #work(setup: Setup, round: Round): Promise<void> {
    while (!this.#signal.aborted && round.fatal === null && this.#goesOn()) {
      const slice = round.pending.shift()
      if (!slice) return
      const [partition, items] = slice
      let held: HeldLease | null = null
      try {
        held = await this.#holdSlice(partition)
        if (held) await this.#runOne(setup, partition, items, held)
        else round.busy.push(slice)
      } catch (error) {
        if (this.#signal.aborted) return
        const code = toAppError(error)
        // Without the replay's own lease its state is another owner's to move.
        if (code.code.startsWith('STORE_') || code.params?.reason === 'lease-lost') round.fatal ??= code
        else if (held?.lost.aborted) round.busy.push(slice)
        else round.trouble ??= code
      } finally {
        await held?.release()
      }
    }
  }

  async #setUp(): Promise<Setup | AppError> {
    const signal = this.#signal
    const made = await setUpRun(this.#deps, this.#row, this.#options, signal)
    if (made instanceof AppError) return made
    const { cluster, target, fetcher, replay, sourceTopic, log } = made
    const { request, frozen } = this.#options
    const { clock } = this.#deps
    const isResumed = this.#row.startedAtMs !== null
    const guarded = { cluster, target, request, frozen, items: this.#items, clock, log }
    this.#guard = new RunGuard({ ...guarded, isResumed, fetcher, replay, sourceTopic, signal })
    return {
      ...made,
      save: changed => this.#save(changed),
      refusePast: items => refusePast(this.#deps.store, this.#row, frozen.sourceTopicId, items, clock.now()),
    }
  }

  #holdSlice(partition: number): Promise<HeldLease | null> {
    const { store, clock, instance, leaseMs, cluster } = this.#deps
    const name = sliceLease(cluster.id, this.#options.frozen.sourceTopicId, partition)
    return holdLease(name, { store, clock, owner: sliceOwner(instance, this.#row.id), ttlMs: leaseMs })
  }

  async #runOne(
    setup: Setup,
    partition: number,
    items: readonly ReplayItem[],
    held: HeldLease,
  ): Promise<void> {
    const { sourceTopicId } = setup
    const installation = this.#deps.store.installationId
    const signal = AbortSignal.any([this.#signal, held.lost])
    const transactionalId = `milena-${installation}-${sourceTopicId}-${partition}`
    // A connection of its own: a fetch that waits would hold up the other slices'.
    const opened = setup.cluster.openFetcher({ signal })
    const fetcher = joinedFetcher(recentFetcher(opened, setup.sourceTopic, partition))
    const job: SliceJob = { ...setup, fetcher, partition, transactionalId, signal }
    try {
      await this.#runJob(job, items)
    } finally {
      await fetcher.ended()
    }
  }

  async #runJob(job: SliceJob, items: readonly ReplayItem[]): Promise<void> {
    const settleOnly = this.#row.state === 'cancelled'
    if (this.#options.request.guarantee === 'at-least-once')
      return settleOnly ? undefined : runPlain(job, items)
    // A new topic under the old name has other records at these places.
    if (!settleOnly && (await this.#sourceIsGone())) {
      const atMs = this.#deps.clock.now()
      await runSlice(job, items, true)
      const rest = items.filter(item => item.outcome === 'remaining')
      for (const item of rest) Object.assign(item, { outcome: 'failed', reason: 'RECORD_EXPIRED', atMs })
      await this.#save(rest)
      return
    }
    await runSlice(job, items, settleOnly)
  }

  async #sourceIsGone(): Promise<boolean> {
    const { cluster } = this.#deps
    const { sourceTopic } = this.#row
    const { topics } = await cluster.metadata({ topics: [sourceTopic], maxAgeMs: 0, signal: this.#signal })
    const answer = topics.get(sourceTopic)
    if (answer?.ok) return answer.value.topicId !== this.#options.frozen.sourceTopicId
    return answer?.problem.code === 'TOPIC_UNKNOWN'
  }

  #chunkOf(item: ReplayItem): number {
    return Math.floor(firstAfter(this.#items, one => standsBefore(one, item)) / CHUNK_ITEMS)
  }

  /** Counts of all items; only the chunks that changed are counted anew. */
  #count(changed: ReadonlySet<number>): Counts {
    for (let chunk = 0; chunk * CHUNK_ITEMS < this.#items.length; chunk++) {
      if (this.#counts[chunk] && !changed.has(chunk)) continue
      this.#counts[chunk] = countItems(this.#items.slice(chunk * CHUNK_ITEMS, (chunk + 1) * CHUNK_ITEMS))
    }
    return sumCounts(this.#counts)
  }

  /** Another replay has the slice: waits a little, and looks whether this one is still wanted. */
  async #wait(): Promise<boolean> {
    await sleep(LEASE_WAIT_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    if (this.#signal.aborted) return false
    return this.#save([])
  }

  /**
   * One after the other, and what comes meanwhile together: slices run beside one another, and the mirror's
   * counts are of all.
   */
  #save(changed: readonly ReplayItem[]): Promise<boolean> {
    for (const item of changed) this.#unsaved.push(item)
    this.#nextSave ??= this.#saving.then(async () => {
      const all = this.#unsaved
      this.#unsaved = []
      this.#nextSave = null
      try {
        return await this.#saveNow(all)
      } catch (error) {
        // A slice that begins anew for another trouble asks the ledger only of what seems to remain: the next
        // save writes these.
        this.#unsaved = [...all, ...this.#unsaved]
        throw error
      }
    })
    const saved = this.#nextSave
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  async #saveNow(changed: readonly ReplayItem[]): Promise<boolean> {
    const { store, clock } = this.#deps
    const chunks = new Set(changed.map(item => this.#chunkOf(item)))
    const startedAtMs = clock.now()
    const settling = this.#row.state === 'cancelled'
    this.#row = await saveItems(
      store,
      this.#row.id,
      this.#held.lease,
      this.#items,
      chunks,
      startedAtMs,
      this.#count(chunks),
    )
    this.#deps.onProgress(toReplay(this.#row))
    const replayed = changed.filter(item => item.outcome === 'replayed')
    if (replayed.length > 0 && this.#options.request.kind === 'replay')
      this.#deps.onReplayed(this.#row.sourceTopic, replayed)
    if (this.#row.state === 'running') {
      const reason = await this.#guard?.check()
      if (reason) await this.#move('stopped', reason)
    }
    return this.#row.state === 'running' || (settling && this.#row.state === 'cancelled')
  }

  /** Where the ledger could not be asked, its records stay `remaining`, it says why, and the next look tries again. */
  async #cancelRest(trouble: AppError | null): Promise<void> {
    const { data: declined = null } = stateReason.safeParse(this.#row.stateReason)
    if (trouble) {
      this.#deps.log.warn({ err: trouble, replay: this.#row.id }, 'a cancelled replay is not settled yet')
      if (declined === null) await this.#move('cancelled', trouble.code, trouble.params)
      return
    }
    const rest = this.#items.filter(item => item.outcome === 'remaining')
    const atMs = this.#deps.clock.now()
    for (const item of rest) Object.assign(item, { outcome: 'cancelled', reason: null, atMs })
    await this.#save(rest)
    // What kept it from being settled is over.
    await this.#move('cancelled', declined)
  }

  async #move(to: ReplayState, reason: string | null, params?: AppError['params']): Promise<void> {
    const final = to !== 'stopped' && this.#items.every(item => item.outcome !== 'remaining')
    const row = await moveReplay(this.#deps.store, this.#row.id, [this.#row.state], to, {
      reason,
      params,
      ...(final ? { finishedAtMs: this.#deps.clock.now() } : {}),
    })
    // Paused or cancelled in the last moment: that stands, and a cancelled one is settled by the next look.
    this.#row = row ?? (await loadReplay(this.#deps.store, this.#deps.cluster.id, this.#row.id))
    this.#deps.onProgress(toReplay(this.#row))
  }
}
