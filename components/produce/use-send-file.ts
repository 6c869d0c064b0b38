'use client'

import { useRef, useState } from 'react'
import { type ApiError, toApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { produce } from '@/lib/contracts/produce'
import { batchesOf, type FileBatch, LineTooLong } from './send-file'

type Item = OutputOf<typeof produce.many>['items'][number]

export type FileRun = {
  dryRun: boolean
  state: 'running' | 'done' | 'stopped' | 'failed'
  /** Of the file, by bytes read. */
  ratio: number
  done: number
  written: number
  checked: number
  refused: number
  unknown: number
  skipped: number
  /** Lines that were not written, with their number in the file as `line`; the first thousand. */
  problems: Item[]
  /** What became of every line, one a line of NDJSON; kept by the browser outside of the page's memory. */
  results: Blob
  error: ApiError | null
  /** The line that is too long to be read. */
  tooLong: number | null
}

const PROBLEMS_MAX = 1_000
const EMPTY: Omit<FileRun, 'dryRun'> = {
  state: 'running',
  ratio: 0,
  done: 0,
  written: 0,
  checked: 0,
  refused: 0,
  unknown: 0,
  skipped: 0,
  problems: [],
  results: new Blob(),
  error: null,
  tooLong: null,
}

/**
 * Sends a file piece by piece as it is read, and keeps count; a piece whose answer is lost, or a line of
 * unknown outcome, ends it.
 */
export function useSendFile(cluster: string, topic: string) {
  const [run, setRun] = useState<FileRun | null>(null)
  const stop = useRef<AbortController | null>(null)
  const start = async (file: File, dryRun: boolean) => {
    const abort = new AbortController()
    stop.current = abort
    let now: FileRun = { ...EMPTY, dryRun }
    setRun(now)
    try {
      for await (const batch of batchesOf(file.stream())) {
        // Between pieces only: what is on its way is told to its end.
        if (abort.signal.aborted) {
          now = { ...now, state: 'stopped' }
          break
        }
        now = await send(cluster, topic, batch, now)
        now = { ...now, ratio: file.size === 0 ? 1 : batch.bytesRead / file.size }
        if (now.state !== 'running') break
        setRun(now)
      }
    } catch (error) {
      now =
        error instanceof LineTooLong
          ? { ...now, state: 'failed', tooLong: error.line }
          : { ...now, state: 'failed', error: toApiError(error) }
    }
    setRun(now.state === 'running' ? { ...now, ratio: 1, state: 'done' } : now)
  }
  return { run, start, stop: () => stop.current?.abort(), forget: () => setRun(null) }
}

async function send(cluster: string, topic: string, batch: FileBatch, run: FileRun): Promise<FileRun> {
  const { dryRun } = run
  const { lines, numbers } = batch
  try {
    const { items } = await call(produce.many, { cluster, topic, lines, dryRun })
    const counted = countIn(run, items, numbers)
    return counted.unknown > 0 ? { ...counted, state: 'failed' } : counted
  } catch (thrown) {
    const error = toApiError(thrown)
    // A record that no request may hold is that line's own trouble; the others go on.
    if (error.code === 'BODY_TOO_LARGE' && lines.length === 1) {
      const message = String(error.params.limit ?? '')
      const item = {
        line: 0,
        outcome: 'refused',
        partition: null,
        offset: null,
        code: error.code,
        message,
      } as const
      return countIn(run, [item], numbers)
    }
    const lost = error.code === 'OUTCOME_UNKNOWN' && !dryRun ? lines.length : 0
    return { ...run, state: 'failed', error, unknown: run.unknown + lost }
  }
}

function countIn(run: FileRun, items: readonly Item[], numbers: readonly number[]): FileRun {
  const count = (outcome: Item['outcome']) => items.filter(item => item.outcome === outcome).length
  const numbered = items.map(item => ({ ...item, line: numbers[item.line] ?? 0 }))
  const problems = numbered.filter(item => item.outcome !== 'written' && item.outcome !== 'checked')
  return {
    ...run,
    done: run.done + items.length,
    written: run.written + count('written'),
    checked: run.checked + count('checked'),
    refused: run.refused + count('refused'),
    unknown: run.unknown + count('unknown'),
    skipped: run.skipped + count('skipped'),
    problems: [...run.problems, ...problems].slice(0, PROBLEMS_MAX),
    results: new Blob([run.results, ...numbered.map(item => `${JSON.stringify(item)}\n`)]),
  }
}
