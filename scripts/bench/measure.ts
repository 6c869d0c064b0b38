import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { run } from '../lib/process.ts'

/** The value below which this share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/**
 * What each sample has more than the one before, as the median of all pairs tells (Theil and Sen): a single one
 * that is far off changes little. NaN for fewer than two.
 */
export function slopeOf(samples: readonly number[]): number {
  return median(
    samples.flatMap((later, j) => samples.slice(0, j).map((earlier, i) => (later - earlier) / (j - i))),
  )
}

/** How long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

/** Resident memory of a process in MiB; null where it can't be told. */
export async function residentMiB(pid: number): Promise<number | null> {
  const { code, stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return code === 0 ? Math.round(Number(stdout.trim()) / 1024) : null
}

/** What was measured on: figures mean nothing without it. null: no broker took part. */
export function describeMachine(kafkaVersion: string | null): string[] {
  const [first] = cpus()
  const limit = (() => {
    try {
      return readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim()
    } catch {
      return 'none'
    }
  })()
  return [
    `${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, cpu.max ${limit}`,
    `${process.platform} ${release()}, Node ${process.version}, ${kafkaVersion === null ? 'no Kafka' : `Kafka ${kafkaVersion}`}, load ${loadavg()
      .map(load => load.toFixed(1))
      .join(' ')}`,
  ]
}

export interface Series {
  name: string
  /** Milliseconds, one array a round. */
  rounds: number[][]
}

/** What stands over lines of series. */
export const SERIES_HEAD = `  ${'milliseconds'.padEnd(44)}${'p50'.padStart(8)}${'p95'.padStart(8)}   ${'rounds p50'.padStart(13)}   n`

/** One line of the report: the median of all samples, the tail, and how far the rounds' own medians lie apart. */
export function seriesLine({ name, rounds }: Series): string {
  const all = rounds.flat()
  const medians = rounds.map(median)
  const ms = (value: number) => value.toFixed(1).padStart(8)
  const spread = `${Math.min(...medians).toFixed(1)}-${Math.max(...medians).toFixed(1)}`
  return `  ${name.padEnd(44)}${ms(median(all))}${ms(quantile(all, 0.95))}   ${spread.padStart(13)}   ${all.length}`
}

export interface Bar {
  name: string
  value: number | null
  limit: number
  unit: string
  /** A ratio of two things measured side by side holds on any machine; an absolute figure is only told. */
  isRatio: boolean
}

/** What one file of the bench found: lines of the report, and what is held against a limit. */
export interface Figures {
  series: Series[]
  bars: Bar[]
}

export const medianOf = ({ rounds }: Series): number => median(rounds.flat())

/** Something measured against something else in the same run. */
export const ratio = (name: string, value: number | null, limit: number): Bar => ({
  name,
  value,
  limit,
  unit: 'x',
  isRatio: true,
})

/** An absolute figure. */
export const figure = (name: string, value: number | null, limit: number, unit: string): Bar => ({
  name,
  value,
  limit,
  unit,
  isRatio: false,
})

export const isMet = ({ value, limit }: Bar): boolean => value !== null && value <= limit

export function barLine(bar: Bar): string {
  const { name, value, limit, unit, isRatio } = bar
  const shown = value === null ? 'not measured' : `${value.toFixed(isRatio || limit <= 1 ? 2 : 0)} ${unit}`
  const verdict = isMet(bar) ? 'ok' : isRatio ? 'FAILED' : 'MISSED'
  return `  ${verdict.padEnd(7)} ${name.padEnd(52)} ${shown.padStart(12)}  (at most ${limit} ${unit})`
}

/**
 * The machine, what else is told, and the bars, as every bench ends; `strict` lets absolute figures decide
 * too. Sets the exit code.
 */
export function reportBars(
  machine: readonly string[],
  bars: readonly Bar[],
  strict: boolean,
  told: readonly string[] = [],
): void {
  const more = told.length === 0 ? [] : ['', ...told]
  const lines = [...machine.map(line => `  ${line}`), ...more, '', ...bars.map(barLine)]
  process.stdout.write(`\n${lines.join('\n')}\n\n`)
  process.exitCode = bars.filter(bar => bar.isRatio || strict).every(isMet) ? 0 : 1
}

/**
 * Names that were asked for with an option, all without any. Throws for one that does not exist: it would
 * measure nothing without a word.
 */
export function wantedNames(
  option: string,
  typed: readonly string[] | undefined,
  known: readonly string[],
): readonly string[] {
  const strange = typed?.find(name => !known.includes(name))
  if (strange !== undefined)
    throw new Error(`--${option}: there is no "${strange}"; there are ${known.join(', ')}`)
  return typed ?? known
}
