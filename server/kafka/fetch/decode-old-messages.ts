import { type BatchView, scanBatches } from './batch-header'
import { ByteCursor } from './byte-cursor'
import { inflate } from './codecs/inflate'
import { CorruptBatch } from './corrupt-batch'
import { LazyRecord, type RecordHome } from './lazy-record'

/**
 * Message formats 0 and 1 (before Kafka 0.11), which stay on disk where old segments were never rewritten. A compressed
 * message wraps others: with absolute offsets in format 0, relative ones in format 1 where the wrapper has
 * the last one's (KIP-31, KIP-32). Throws CorruptBatch.
 */
export function decodeOldMessages(
  wrapper: BatchView,
  partition: number,
  maxInflatedBytes: number,
): LazyRecord[] {
  const body = readMessage(wrapper)
  if (wrapper.info.compression === 'none') return [toRecord(wrapper, wrapper, partition, body, 0n)]
  const { valueAt, valueBytes } = body
  if (valueBytes < 0) throw new CorruptBatch('compressed message without a value')
  const packed = wrapper.bytes.subarray(valueAt, valueAt + valueBytes)
  const { batches: inner, corrupt } = scanBatches(inflate(wrapper.info.compression, packed, maxInflatedBytes))
  const last = inner.at(-1)
  if (corrupt !== null || last === undefined) throw new CorruptBatch('broken inner messages')
  if (inner.some(message => message.magic !== wrapper.magic || message.info.compression !== 'none'))
    throw new CorruptBatch('mixed inner messages')
  const shift = wrapper.magic === 1 ? wrapper.info.lastOffset - last.info.lastOffset : 0n
  return inner.map(message => toRecord(wrapper, message, partition, readMessage(message), shift))
}

type MessageLayout = { keyAt: number; keyBytes: number; valueAt: number; valueBytes: number }

function readMessage(message: BatchView): MessageLayout {
  const cursor = new ByteCursor(message.bytes, message.recordsAt)
  const keyBytes = cursor.int32()
  const keyAt = cursor.at
  if (keyBytes > 0) cursor.skip(keyBytes)
  const valueBytes = cursor.int32()
  const valueAt = cursor.at
  if (valueBytes > 0) cursor.skip(valueBytes)
  return { keyAt, keyBytes, valueAt, valueBytes }
}

function toRecord(
  wrapper: BatchView,
  message: BatchView,
  partition: number,
  layout: MessageLayout,
  shift: bigint,
): LazyRecord {
  const offset = message.info.baseOffset + shift
  if (offset < 0n || offset > wrapper.info.lastOffset) throw new CorruptBatch('offset outside of its wrapper')
  const home: RecordHome = {
    partition,
    batch: { ...wrapper.info, baseOffset: offset },
    body: message.bytes,
    timestampType: wrapper.timestampType,
  }
  const appended = wrapper.timestampType === 'LogAppendTime'
  const timestampMs = appended ? wrapper.maxTimestampMs : message.baseTimestampMs
  return new LazyRecord(home, { offsetDelta: 0, timestampMs, ...layout, headersAt: 0, headerCount: 0 })
}
