import { createHash } from 'node:crypto'
import { AppError } from '@/lib/errors'
import { LARGEST_OFFSET } from '@/lib/largest-offset'
import { lower } from './positions'

/** What a cursor belongs to; with anything else it is refused. */
export type CursorBinding = {
  cluster: string
  topic: string
  topicId: string
  /** Partitions asked for, sorted; null: all. */
  partitions: readonly number[] | null
  isolation: 'read_committed' | 'read_uncommitted'
}

export type PageCursor = {
  order: 'asc' | 'desc'
  /** Goes on in the page's direction, or against it. */
  toward: 'next' | 'previous'
  /** By partition the boundary between what is read and what is not. */
  positions: ReadonlyMap<number, bigint>
  /** A key was not found yet in its partition, which is not read to its end: the others are read if it has none. */
  isSeekingKey?: true
}

const VERSION = 1
const SUM_BYTES = 8
const HEAD_BYTES = 2 + SUM_BYTES
/** Fits a request line under Node's 16 KiB of headers; some 1,500 partitions. */
export const CURSOR_CHARS_MAX = 12_288

/**
 * Positions in a compact form: partitions as steps, offsets above the smallest, seven bits a byte. Stateless,
 * so good on any replica; no secret, since a position is no right: who reads is asked at every request. Null
 * when there are too many.
 */
export function encodePageCursor(binding: CursorBinding, cursor: PageCursor): string | null {
  const body: number[] = []
  const sorted = [...cursor.positions].sort(([a], [b]) => a - b)
  const base = sorted.reduce((least, [, offset]) => lower(offset, least), sorted[0]?.[1] ?? 0n)
  writeVarint(body, BigInt(sorted.length))
  writeVarint(body, base)
  let before = -1
  for (const [partition, offset] of sorted) {
    writeVarint(body, BigInt(partition - before - 1))
    writeVarint(body, offset - base)
    before = partition
  }
  const flags =
    (cursor.order === 'asc' ? 1 : 0) | (cursor.toward === 'previous' ? 2 : 0) | (cursor.isSeekingKey ? 4 : 0)
  const bytes = Buffer.from(body)
  const text = Buffer.concat([
    Buffer.from([VERSION, flags]),
    checkSum(binding, flags, bytes),
    bytes,
  ]).toString('base64url')
  return text.length > CURSOR_CHARS_MAX ? null : text
}

/** The order a cursor claims, before it can be checked against its topic; null when it is none. */
export function claimedOrder(text: string): 'asc' | 'desc' | null {
  const head = Buffer.from(text.slice(0, 4), 'base64url')
  return head.length < 2 ? null : (head[1] ?? 0) & 1 ? 'asc' : 'desc'
}

/** Throws CURSOR_INVALID for what `encodePageCursor` did not make for the same topic, partitions and isolation. */
export function decodePageCursor(binding: CursorBinding, text: string): PageCursor {
  if (text.length > CURSOR_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(text)) throw new AppError('CURSOR_INVALID')
  const bytes = Buffer.from(text, 'base64url')
  const flags = bytes[1] ?? 0
  const body = bytes.subarray(HEAD_BYTES)
  if (bytes.length <= HEAD_BYTES || bytes[0] !== VERSION || flags > 7) throw new AppError('CURSOR_INVALID')
  if (!bytes.subarray(2, HEAD_BYTES).equals(checkSum(binding, flags, body)))
    throw new AppError('CURSOR_INVALID')
  return {
    order: flags & 1 ? 'asc' : 'desc',
    toward: flags & 2 ? 'previous' : 'next',
    positions: readPositions(body),
    ...(flags & 4 ? { isSeekingKey: true as const } : {}),
  }
}

function readPositions(body: Buffer): Map<number, bigint> {
  let at = 0
  const next = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = body[at++]
      if (byte === undefined) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new AppError('CURSOR_INVALID')
  }
  const count = next()
  const base = next()
  if (count > BigInt(body.length)) throw new AppError('CURSOR_INVALID')
  const positions = new Map<number, bigint>()
  let partition = -1n
  for (let i = 0n; i < count; i++) {
    partition += next() + 1n
    const offset = base + next()
    if (partition > 0x7fffffffn || offset > LARGEST_OFFSET) throw new AppError('CURSOR_INVALID')
    positions.set(Number(partition), offset)
  }
  if (at !== body.length) throw new AppError('CURSOR_INVALID')
  return positions
}

function writeVarint(to: number[], value: bigint): void {
  let rest = value
  for (; rest >= 128n; rest >>= 7n) to.push(Number(rest & 0x7fn) | 0x80)
  to.push(Number(rest))
}

function checkSum(binding: CursorBinding, flags: number, body: Buffer): Buffer {
  const { cluster, topic, topicId, partitions, isolation } = binding
  const about = JSON.stringify([cluster, topic, topicId, partitions, isolation, flags])
  return createHash('sha256').update(about).update(body).digest().subarray(0, SUM_BYTES)
}
