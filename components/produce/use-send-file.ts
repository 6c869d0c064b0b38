'use client'

import { useRef, useState } from 'react'
import { type ApiError, toApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { produce } from '@/lib/contracts/produce'
import { batchesOf } from './send-file'

type Item = OutputOf<typeof produce.many>['items'][number]
export type FileRun = {
  dryRun: boolean
  state: 'running' | 'done' | 'stopped' | 'failed'
  total: number
  done: number
  written: number
  checked: number
  refused: number
  unknown: number
  skipped: number
  /** Lines that were not written, with their number in the file; the first thousand. */
  problems: (Item & { number: number })[]
  error: ApiError | null
}

const PROBLEMS_MAX = 1_000

/** Sends a file piece by piece and keeps count; a piece whose answer is lost, or a line of unknown outcome, ends it. */
export function useSendFile(cluster: string, topic: string) {
  const [run, setRun] = useState<FileRun | null>(null)
  const stop = useRef<AbortController | null>(null)
  const start = async (text: string, dryRun: boolean) => {
    const batches = batchesOf(text)
    const abort = new AbortController()
    stop.current = abort
    let now: FileRun = {
      dryRun,
      state: 'running',
      total: batches.reduce((sum, batch) => sum + batch.lines.length, 0),
      done: 0,
      written: 0,
      checked: 0,
      refused: 0,
      unknown: 0,
      skipped: 0,
      problems: [],
      error: null,
    }
    setRun(now)
    for (const { lines, numbers } of batches) {
      // Between pieces only: what is on its way is told to its end.
      if (abort.signal.aborted) {
        now = { ...now, state: 'stopped' }
        break
      }
      try {
        const answer = await call(produce.many, { cluster, topic, lines, dryRun })
        now = countIn(now, answer.items, numbers)
      } catch (error) {
        const failure = toApiError(error)
        const lost = failure.code === 'OUTCOME_UNKNOWN' && !dryRun ? lines.length : 0
        now = { ...now, state: 'failed', error: failure, unknown: now.unknown + lost }
        break
      }
      if (now.unknown > 0) {
        now = { ...now, state: 'failed' }
        break
      }
      setRun(now)
    }
    setRun(now.state === 'running' ? { ...now, state: 'done' } : now)
  }
  return { run, start, stop: () => stop.current?.abort(), forget: () => setRun(null) }
}

function countIn(run: FileRun, items: readonly Item[], numbers: readonly number[]): FileRun {
  const count = (outcome: Item['outcome']) => items.filter(item => item.outcome === outcome).length
  const problems = items
    .filter(item => item.outcome !== 'written' && item.outcome !== 'checked')
    .map(item => ({ ...item, number: numbers[item.line] ?? 0 }))
  return {
    ...run,
    done: run.done + items.length,
    written: run.written + count('written'),
    checked: run.checked + count('checked'),
    refused: run.refused + count('refused'),
    unknown: run.unknown + count('unknown'),
    skipped: run.skipped + count('skipped'),
    problems: [...run.problems, ...problems].slice(0, PROBLEMS_MAX),
  }
}
