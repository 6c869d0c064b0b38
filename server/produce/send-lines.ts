import type { OutputOf } from '@/lib/contracts/endpoint'
import type { produce } from '@/lib/contracts/produce'
import { type AppError, toAppError } from '@/lib/errors'
import type { KafkaCluster, ProduceRecord, ProduceResult } from '@/server/kafka/port'

export type LineItem = OutputOf<typeof produce.many>['items'][number]
/** A line that is a record, and where it goes. */
export type ReadyLine = { line: number; partition: number; record: ProduceRecord }

/** So many share one fate: when an answer is lost, the outcome of all of them is unknown. */
const RUN_LINES_MAX = 100
/** Far below what a topic takes by default (`max.message.bytes`, 1 MiB). */
const RUN_BYTES_MAX = 256 * 1024

/**
 * Writes lines in runs, each one batch of one partition whose answer is waited for: every partition has them in
 * their order. Where the topic does not take a run, its lines are tried one by one, so that each is refused for
 * what it is. After one whose outcome is unknown nothing more is sent.
 */
export async function sendLines(
  cluster: Pick<KafkaCluster, 'produceRun'>,
  topic: string,
  lines: readonly ReadyLine[],
  signal: AbortSignal,
): Promise<LineItem[]> {
  const items: LineItem[] = []
  let stopped = false
  const send = async (run: readonly ReadyLine[]): Promise<void> => {
    const [{ partition } = { partition: 0 }] = run
    if (stopped || signal.aborted) {
      items.push(...run.map(({ line }) => itemOf(line, 'skipped', partition)))
      return
    }
    let placed: ProduceResult[]
    try {
      placed = await cluster.produceRun(
        topic,
        partition,
        run.map(one => one.record),
      )
    } catch (thrown) {
      const error = toAppError(thrown)
      if (run.length > 1 && error.code === 'RECORD_REFUSED') {
        for (const one of run) await send([one])
        return
      }
      stopped = error.code === 'OUTCOME_UNKNOWN'
      items.push(
        ...run.map(({ line }) =>
          refusal(line, error, { partition, outcome: stopped ? 'unknown' : 'refused' }),
        ),
      )
      return
    }
    run.forEach(({ line }, i) => {
      items.push({ ...itemOf(line, 'written', partition), offset: placed[i]?.offset.toString() ?? null })
    })
  }
  for (const run of runsOf(lines)) await send(run)
  return items
}

/** By partition, and in the order in which each run's first line stood. */
function runsOf(lines: readonly ReadyLine[]): ReadyLine[][] {
  const runs: ReadyLine[][] = []
  const open = new Map<number, { run: ReadyLine[]; bytes: number }>()
  for (const line of lines) {
    const bytes = bytesOf(line.record)
    let last = open.get(line.partition)
    if (!last || last.run.length >= RUN_LINES_MAX || last.bytes + bytes > RUN_BYTES_MAX) {
      last = { run: [], bytes: 0 }
      open.set(line.partition, last)
      runs.push(last.run)
    }
    last.run.push(line)
    last.bytes += bytes
  }
  return runs
}

function bytesOf({ key, value, headers }: ProduceRecord): number {
  const ofHeaders = headers.reduce((sum, one) => sum + one.name.length + (one.value?.length ?? 0), 0)
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders
}

export function itemOf(line: number, outcome: LineItem['outcome'], partition: number | null): LineItem {
  return { line, outcome, partition, offset: null, code: null, message: null }
}

export function refusal(
  line: number,
  error: AppError,
  {
    outcome = 'refused',
    partition = null,
  }: { outcome?: LineItem['outcome']; partition?: number | null } = {},
): LineItem {
  const [field] = error.fields ?? []
  // Which of its rules the topic holds against the record is Kafka's own word.
  const rule = error.code === 'RECORD_REFUSED' ? error.params?.kafka : undefined
  const message = field ? `${field.path}: ${field.message}` : (error.detail ?? rule?.toString() ?? null)
  const { code, params } = error
  return { ...itemOf(line, outcome, partition), code, ...(params && { params }), message }
}
