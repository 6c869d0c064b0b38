import type * as z from 'zod'
import type { UserConfig } from '@/server/config/types'
import { DeliveryError } from '../delivery-error'
import type { Notice, Words } from '../notice'
import type { Answered, SafeRequest } from '../safe-request'

export type Delivery = {
  /** The same at every attempt. */
  id: string
  notice: Notice
  createdAtMs: number
  /** 1 for the first. From 2 on nobody knows whether an earlier one came through. */
  attempt: number
  /** What this channel made of the subject before: JSON of its own, as `deliver` answered it. */
  ref: string | null
  signal: AbortSignal
}

/** What to remember of the subject; `key` is what it can be found by (a Jira key). null: nothing new. */
export type Delivered = { ref: string; key: string | null } | null

export type ChannelDeps = {
  request: SafeRequest
  /** Where the console stands, for links. */
  publicUrl: string
  users: readonly UserConfig[]
  now: () => number
}

/** One way out: sends a message at least once; throws DeliveryError when it does not know that it got through. */
export type Channel = { deliver(delivery: Delivery): Promise<Delivered> }

export const wordsIn = (language: keyof Words, text: string | Words): string =>
  typeof text === 'string' ? text : text[language]

/** Throws unless the status is 2xx; a 429 or 503 says for how long to rest. */
export function refuseFailure({ status, headers }: Answered, now: number): void {
  if (status >= 200 && status < 300) return
  throw new DeliveryError(`HTTP_${status}`, { retryAfterMs: retryAfterMs(headers['retry-after'], now) })
}

const LONGEST_REST_MS = 3_600_000

/** RFC 9110, 10.2.3: seconds, or a date. Bounded to an hour. */
function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_REST_MS) : null
}

/** The answer's JSON in the shape that is expected of it. Throws ANSWER_INVALID. */
export function readAnswer<T extends z.ZodType>(answered: Answered, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(answered.text))
  } catch {
    throw new DeliveryError('ANSWER_INVALID')
  }
}

/** A `ref` of an earlier delivery; null when there is none or it is of another kind of channel. */
export function readRef<T extends z.ZodType>(ref: string | null, schema: T): z.output<T> | null {
  if (ref === null) return null
  try {
    const parsed = schema.safeParse(JSON.parse(ref))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
