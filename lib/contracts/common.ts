import * as z from 'zod'
import { ERROR_STATUS } from '../errors'

/**
 * A whole number of a query, a path or a body, within these bounds. As text only plain decimal digits count:
 * `0x10`, `1e0`, ` 7`, `07` and nothing at all are no numbers, though `Number()` reads every one of them;
 * null and lists are none either.
 */
export function wholeNumber(least: number, most: number) {
  const strict = (value: unknown) =>
    typeof value === 'string' && /^(0|-?[1-9]\d{0,15})$/.test(value) ? Number(value) : value
  const number = z.number().int().min(least).max(most)
  return z.preprocess(strict, number).meta({ type: 'integer', minimum: least, maximum: most })
}

/** 64-bit values travel as decimal strings; JavaScript numbers would round them. */
export const int64 = z.string().regex(/^-?\d{1,20}$/)
/** ISO 8601, UTC, milliseconds: as answers say it. */
export const instant = z.iso.datetime({ precision: 3 })
/** The same as it may be given: with `Z` or an offset, seconds with or without a fraction; read as `instant`. */
export const givenInstant = z.iso
  .datetime({ offset: true })
  .transform(text => {
    const at = Date.parse(text)
    return Number.isNaN(at) ? '' : new Date(at).toISOString()
  })
  // Where an offset leads out of the years that four digits hold.
  .pipe(instant)
export const clusterId = z.string().min(1).max(64)
export const topicName = z.string().min(1).max(249)
export const groupId = z.string().max(32_767)
export const partitionId = wholeNumber(0, 2_147_483_647)
export const offsetParam = z.string().regex(/^\d{1,19}$/)

const code = z.string().refine(c => Object.hasOwn(ERROR_STATUS, c) || /^[A-Z_0-9]+$/.test(c))

/** A part of an answer that is missing, and why: the row degrades, never the page. */
export const problem = z.object({
  scope: z.string(),
  code,
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type Problem = z.output<typeof problem>

/** RFC 9457 problem details, plus our stable code. */
export const problemJson = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code,
  detail: z.string().optional(),
  hint: z.string().optional(),
  requestId: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  fields: z
    .array(
      z.object({
        path: z.string(),
        code: z.string(),
        message: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    )
    .optional(),
})
export type ProblemJson = z.output<typeof problemJson>

export const pageInput = {
  limit: wholeNumber(1, 1000).default(100),
  cursor: z.string().max(4096).optional(),
}

/**
 * A page: cursors are opaque, stateless and good on any replica. `total` counts everything, `matched` what
 * the filter lets through.
 */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    total: z.number().int().optional(),
    matched: z.number().int().optional(),
    /** `matched` is not counted to the end: there are more. */
    matchedIsLeast: z.boolean().optional(),
    /** When the numbers were taken. */
    sampledAt: instant.optional(),
    problems: z.array(problem).optional(),
  })
}

/** Query flags: `?internal=true`. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform(v => v === true || v === 'true')

export const none = z.object({})

/**
 * What a verb of a `download` endpoint answers: a file that is made while it is read. Ending the iteration
 * ends the work.
 */
export const download = z.object({
  filename: z.string(),
  contentType: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.custom<AsyncIterable<Uint8Array>>(
    value => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
  ),
})
export type Download = z.output<typeof download>
