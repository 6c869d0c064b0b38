import type { FetchedBatches, FetchRequest, LogBatch, LogRecord, RecordSteps } from '../port'
import { AbortedFilter, isUndecided } from './aborted-transactions'
import { type BatchView, offsetAfter, scanBatches } from './batch-header'
import { inflate } from './codecs/inflate'
import { CorruptBatch } from './corrupt-batch'
import { checkSum, decodeBatch, isAbortMarker } from './decode-batch'
import { knowsAborted, MAX_INFLATED_BYTES } from './decode-partition'
import type { FetchedPart } from './fetch-api'
import { RecordWalker } from './record-walker'

/**
 * The batches of a fetched buffer that a reader may see, unopened. Only headers are read (and the markers of
 * aborted transactions), so the next fetch can leave before any record is looked at. Never throws for what
 * stands in the buffer.
 */
export function readBatches(
  request: FetchRequest,
  partition: number,
  fetchOffset: bigint,
  part: FetchedPart,
): Pick<FetchedBatches, 'batches' | 'nextOffset' | 'corrupt'> {
  const { batches: views, corrupt } = scanBatches(part.records)
  const filter = new AbortedFilter(knowsAborted(request) ? part.abortedTransactions : [])
  const batches: LogBatch[] = []
  let nextOffset = fetchOffset
  for (const view of views) {
    const aborted = filter.isAborted(view.info)
    if (view.control) endTransaction(view, filter)
    else if (!aborted || request.includeAborted === true) {
      view.info.aborted = aborted
      view.info.undecided = isUndecided(view.info, part.lastStableOffset)
      batches.push(new FetchedBatch(view, partition))
    }
    const after = offsetAfter(view)
    if (after > nextOffset) nextOffset = after
  }
  return {
    batches,
    nextOffset,
    corrupt: corrupt && { ...corrupt, offset: nextOffset, nextOffset: null },
  }
}

/**
 * A marker that can't be read ends nothing: what follows of that producer stays hidden rather than shown by
 * mistake.
 */
function endTransaction(view: BatchView, filter: AbortedFilter): void {
  try {
    if (isAbortMarker(view, MAX_INFLATED_BYTES)) filter.endedByAbort(view.info.producerId)
  } catch (error) {
    if (!(error instanceof CorruptBatch)) throw error
  }
}

class FetchedBatch implements LogBatch {
  readonly #view: BatchView
  readonly #partition: number

  constructor(view: BatchView, partition: number) {
    this.#view = view
    this.#partition = partition
  }

  get info() {
    return this.#view.info
  }

  get maxTimestampMs(): number {
    return this.#view.maxTimestampMs
  }

  get bytes(): number {
    return this.#view.bytes.length
  }

  open(): RecordSteps {
    const view = this.#view
    if (view.magic !== 2) return new OldRecords(decodeBatch(view, this.#partition, MAX_INFLATED_BYTES))
    checkSum(view)
    const body = inflate(view.info.compression, view.bytes.subarray(view.recordsAt), MAX_INFLATED_BYTES)
    return new RecordWalker(
      { partition: this.#partition, batch: view.info, body, timestampType: view.timestampType },
      {
        baseMs: view.baseTimestampMs,
        appendedMs: view.timestampType === 'LogAppendTime' ? view.maxTimestampMs : null,
      },
    )
  }
}

const NOTHING = Buffer.alloc(0)

/**
 * Message formats 0 and 1: rare, so decoded at once; key and value are laid side by side for whoever looks at
 * raw bytes.
 */
class OldRecords implements RecordSteps {
  readonly body: Buffer
  start = 0
  end = 0
  keyAt = 0
  keyBytes = -1
  valueAt = 0
  valueBytes = -1
  headersAt = 0
  headerCount = 0
  readonly #records: readonly LogRecord[]
  #index = -1

  constructor(records: readonly LogRecord[]) {
    this.#records = records
    this.body = Buffer.concat(records.flatMap(({ key, value }) => [key ?? NOTHING, value ?? NOTHING]))
  }

  get offset(): bigint {
    return this.record().offset
  }

  get timestampMs(): number {
    return this.record().timestampMs
  }

  next(): boolean {
    const one = this.#records[++this.#index]
    if (one === undefined) return false
    this.start = this.end
    this.keyAt = this.start
    this.keyBytes = one.key?.length ?? -1
    this.valueAt = this.keyAt + (one.key?.length ?? 0)
    this.valueBytes = one.value?.length ?? -1
    this.end = this.valueAt + (one.value?.length ?? 0)
    this.headersAt = this.end
    return true
  }

  record(): LogRecord {
    const one = this.#records[this.#index]
    if (one === undefined) throw new CorruptBatch('no record here')
    return one
  }
}
