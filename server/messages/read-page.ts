import type { Problem } from '@/lib/contracts/common'
import type { Fetcher, Isolation, LogRecord } from '@/server/kafka/port'
import { type Lane, LaneDown, type LaneStart, LaneUp } from './lane'
import { ANSWER_BYTES, shownBytes } from './shown-bytes'

/** What one page may cost. Whatever ends first ends the page, with a cursor to go on. */
export type PageBudget = {
  records: number
  /** Fetched from brokers. */
  bytes: number
  timeMs: number
  /** Of raw keys, values and headers on the page, each counted up to `partBytes`. */
  shownBytes: number
  partBytes: number
}

const PAGE_BUDGET: PageBudget = {
  records: 200_000,
  bytes: 48 * 1024 * 1024,
  timeMs: 5_000,
  shownBytes: ANSWER_BYTES,
  partBytes: 1024 * 1024,
}

export type PageRequest = {
  topic: string
  direction: 'up' | 'down'
  isolation: Isolation
  /** Records of aborted transactions too. */
  aborted?: boolean
  limit: number
  lanes: readonly LaneStart[]
  budget?: Partial<PageBudget>
}

type Cut = 'records' | 'bytes' | 'time'

export type ReadPage = {
  /** In reading order. */
  records: LogRecord[]
  /** By partition the boundary where the next page in this direction begins. */
  edges: Map<number, bigint>
  /** Something may lie beyond the edges. */
  more: boolean
  end: { reason: 'end' | 'limit' | 'budget'; detail?: Cut }
  problems: Problem[]
  /** Of which nothing more can be read for now. */
  failedPartitions: number
  scanned: { records: number; bytes: number }
}

const RESPONSE_BYTES = 8 * 1024 * 1024
/** Only a compacted-away tail makes a broker wait at all: everything asked for lies before the end. */
const MAX_WAIT_MS = 50
const SKIPPED_MAX = 20

/**
 * One page, merged over partitions by timestamp, then offset, then partition, each partition in the order of
 * its log; filled whatever the gaps. Reads only what the merge still misses. A partition that fails is a
 * problem, and keeps its position in `edges`.
 */
export async function readPage(fetcher: Fetcher, request: PageRequest, now: () => number): Promise<ReadPage> {
  const { direction, limit } = request
  const budget = { ...PAGE_BUDGET, ...request.budget }
  const wanted = Math.min(limit, Math.ceil((limit * 2) / Math.max(1, request.lanes.length)) + 8)
  const lanes = request.lanes.map(start =>
    direction === 'up' ? new LaneUp(start) : new LaneDown(start, wanted),
  )
  const merge = new Merge(lanes, direction, limit, budget)
  const startedMs = now()
  let cut: Cut | null = null
  for (;;) {
    merge.run(false)
    if (merge.full !== null) break
    const asking = nextAsk(lanes)
    if (asking.length === 0) break
    cut = exceeded(lanes, budget, now() - startedMs)
    if (cut !== null) break
    await askFor(fetcher, request, asking)
  }
  // Out of means: what is there is shown, although some partition might have had a record in between.
  if (cut !== null) merge.run(true)
  const detail = cut ?? (merge.full === 'bytes' ? 'bytes' : null)
  const more = lanes.some(lane => !lane.done)
  return {
    records: merge.records,
    edges: new Map(lanes.map(lane => [lane.partition, lane.edge()])),
    more,
    end: detail !== null ? { reason: 'budget', detail } : { reason: more ? 'limit' : 'end' },
    problems: problemsOf(lanes),
    failedPartitions: lanes.filter(lane => lane.problem !== null).length,
    scanned: {
      records: lanes.reduce((sum, lane) => sum + lane.scannedRecords, 0),
      bytes: lanes.reduce((sum, lane) => sum + lane.scannedBytes, 0),
    },
  }
}

type Asked = { lane: Lane; position: NonNullable<ReturnType<Lane['wants']>> }

/** Those that came away with nothing stand first; one that did so repeatedly is asked alone. */
function nextAsk(lanes: readonly Lane[]): Asked[] {
  const asking: Asked[] = []
  for (const lane of lanes) {
    const position = lane.wants()
    if (position !== null) asking.push({ lane, position })
  }
  const solo = asking.find(one => one.lane.needsSolo)
  return solo ? [solo] : asking.sort((a, b) => b.lane.idle - a.lane.idle)
}

async function askFor(fetcher: Fetcher, request: PageRequest, asking: readonly Asked[]): Promise<void> {
  const answers = await fetcher.fetch({
    topic: request.topic,
    isolation: request.isolation,
    includeAborted: request.aborted === true,
    positions: asking.map(one => one.position),
    // Downwards a window may begin where its first batch does: the bytes came anyway.
    wholeBatches: request.direction === 'down',
    maxWaitMs: MAX_WAIT_MS,
    maxBytes: RESPONSE_BYTES,
  })
  const byPartition = new Map(answers.map(one => [one.partition, one.answer]))
  for (const { lane } of asking) {
    const answer = byPartition.get(lane.partition)
    if (answer) lane.accept(answer, asking.length === 1)
  }
}

function exceeded(lanes: readonly Lane[], budget: PageBudget, elapsedMs: number): Cut | null {
  if (elapsedMs >= budget.timeMs) return 'time'
  if (lanes.reduce((sum, lane) => sum + lane.scannedBytes, 0) >= budget.bytes) return 'bytes'
  if (lanes.reduce((sum, lane) => sum + lane.scannedRecords, 0) >= budget.records) return 'records'
  return null
}

function problemsOf(lanes: readonly Lane[]): Problem[] {
  const skipped = lanes.flatMap(lane => lane.skipped).slice(0, SKIPPED_MAX)
  return [...lanes.flatMap(lane => lane.problem ?? []), ...skipped]
}

/** Takes from the lane whose head is next, while every lane that may have more shows its head. */
class Merge {
  readonly records: LogRecord[] = []
  full: 'limit' | 'bytes' | null = null
  readonly #lanes: readonly Lane[]
  readonly #sign: 1 | -1
  readonly #limit: number
  readonly #budget: PageBudget
  #shownBytes = 0

  constructor(lanes: readonly Lane[], direction: 'up' | 'down', limit: number, budget: PageBudget) {
    this.#lanes = lanes
    this.#sign = direction === 'up' ? 1 : -1
    this.#limit = limit
    this.#budget = budget
  }

  run(withoutMissing: boolean): void {
    while (this.full === null) {
      const lane = this.#next(withoutMissing)
      const record = lane?.head()
      if (lane === null || record === undefined) return
      this.records.push(record)
      lane.take()
      this.#shownBytes += shownBytes(record, this.#budget.partBytes)
      if (this.records.length >= this.#limit) this.full = 'limit'
      else if (this.#shownBytes >= this.#budget.shownBytes) this.full = 'bytes'
    }
  }

  #next(withoutMissing: boolean): Lane | null {
    let best: Lane | null = null
    let bestHead: LogRecord | undefined
    for (const lane of this.#lanes) {
      const head = lane.head()
      if (head === undefined) {
        if (!lane.done && !withoutMissing) return null
        continue
      }
      if (best === null || bestHead === undefined || this.#before(lane, head, best, bestHead)) {
        best = lane
        bestHead = head
      }
    }
    return best
  }

  #before(a: Lane, headA: LogRecord, b: Lane, headB: LogRecord): boolean {
    const byTime = a.urgency() - b.urgency()
    if (byTime !== 0) return byTime * this.#sign < 0
    if (headA.offset !== headB.offset) return headA.offset < headB.offset === (this.#sign === 1)
    return (a.partition - b.partition) * this.#sign < 0
  }
}
