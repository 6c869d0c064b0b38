import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { must, mustBeTrue } from './compare'
import type { Rng } from './rng'
import { type Truth, visibleIn, type Where } from './truth'

export type GetRecord = (partition: number, offset: string) => Promise<OutputOf<typeof messages.get>>
export type GetRaw = (partition: number, offset: string, part: 'key' | 'value') => Promise<Uint8Array | null>

const ADDRESSES = 6
const EVERYTHING: Where = { from: 'oldest', isolation: 'read_uncommitted', aborted: true }
const COMMITTED: Where = { from: 'oldest', isolation: 'read_committed', aborted: false }

/** Single offsets, of records and of none: the record, or why there is none and which are next to it. */
export async function checkRecords(get: GetRecord, raw: GetRaw, rng: Rng, truth: Truth): Promise<number> {
  const committed = visibleIn(truth, COMMITTED)
  for (let i = 0; i < ADDRESSES; i++) {
    const [partition, { start, end }] = rng.pick([...truth.ranges])
    const offset = start + BigInt(rng.int(-2, Number(end - start) + 1))
    if (offset < 0n) continue
    const at = `${partition}/${offset}`
    const record = truth.records.find(one => one.partition === partition && one.offset === offset)
    const answer = await get(partition, String(offset)).catch((error: unknown) => {
      if (error instanceof AppError) return error
      throw error
    })
    if (record) {
      if (answer instanceof AppError) throw new Error(`${at} is there and answers ${answer.code}`)
      mustBeTrue(answer, record, EVERYTHING)
      for (const part of ['key', 'value'] as const) {
        const bytes = await raw(partition, String(offset), part)
        const same = bytes === null ? record[part] === null : record[part]?.equals(bytes) === true
        must(same, `${at}: other bytes of its ${part}`)
      }
      continue
    }
    const code = offset < start ? 'RECORD_EXPIRED' : offset >= end ? 'OFFSET_OUT_OF_RANGE' : 'RECORD_UNKNOWN'
    if (!(answer instanceof AppError)) throw new Error(`${at} is no record`)
    must(answer.code === code, `${at} answers ${answer.code} for ${code}`)
    if (code !== 'RECORD_UNKNOWN') continue
    const around = committed.filter(one => one.partition === partition).map(one => one.offset)
    const previous = around.findLast(one => one < offset)?.toString()
    const next = around.find(one => one > offset)?.toString()
    const { params = {} } = answer
    must(
      params.previous === previous && params.next === next,
      `${at} lies between ${params.previous} and ${params.next}, not ${previous} and ${next}`,
    )
  }
  return ADDRESSES
}
