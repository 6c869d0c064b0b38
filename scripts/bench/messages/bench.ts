import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { type Asked, CLUSTER } from '../bed.ts'
import { residentMiB } from '../measure.ts'
import type { RawWriter } from '../raw-writer.ts'

/** What every figure of messages is measured with. */
export interface MessagesBench {
  asked: Asked
  bootstrap: string
  brokerPid: number
  writer: RawWriter
  /** Of the user `admin`, for what is looked at in a browser. */
  password: string
  rounds: number
  requests: number
}

/** The address of a stream of messages, asked with a token. */
export function streamOf({ milena, token }: Asked, topic: string, query: string, signal?: AbortSignal) {
  return fetch(`${milena.url}${CLUSTER}/topics/${topic}/messages/stream?${query}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  })
}

/** One search to its end. Throws for any other end. */
export async function searchThrough(asked: Asked, topic: string, query: string): Promise<void> {
  const answer = await streamOf(asked, topic, query)
  const text = await answer.text()
  if (!text.includes('"reason":"end"')) throw new Error(`${query}: ${text.slice(-300)}`)
}

export interface Holdings {
  sockets: number
  threads: number
  memoryMiB: number
}

/** What a process holds, as Linux tells; null elsewhere. */
export async function holdingsOf(pid: number): Promise<Holdings | null> {
  const memoryMiB = await residentMiB(pid)
  try {
    const open = readdirSync(`/proc/${pid}/fd`).filter(fd => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
      } catch {
        return false
      }
    })
    const threads = /^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return memoryMiB === null ? null : { sockets: open.length, threads: Number(threads), memoryMiB }
  } catch {
    return null
  }
}

const TICKS_PER_SECOND = 100
const NICE = 15

/**
 * Lets these processes, with all of their threads, run only when nobody else wants the processor: a person's browser
 * does not share a machine with a broker and whoever writes to it. For good: only root could take it back.
 */
export function letOthersFirst(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), NICE)
    } catch {
      // Elsewhere than on Linux they share it, and the figure is the worse for it.
    }
  }
}

/** Processor time that a process has used, in seconds; null where it can't be told. */
export function cpuSecondsOf(pid: number): number | null {
  try {
    // Behind the name in parentheses, which may hold anything: utime and stime are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return null
  }
}
