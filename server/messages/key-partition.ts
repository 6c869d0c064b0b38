import { crc32 } from 'node:zlib'
import type { Partitioner } from '@/lib/contracts/message-search'
import { murmur2 } from '@/server/replays/choose-partition'

/**
 * The partition that a producer gives a key, among so many; null for `all`. java: murmur2
 * (BuiltInPartitioner.partitionForKey; also kafkajs from version 2 on and Spring's default). librdkafka: its
 * default `consistent_random`, CRC32. kafkajs-legacy: the default before version 2, murmur2 in floating
 * point, which gives other partitions.
 */
export function partitionOfKey(partitioner: Partitioner, key: Uint8Array, partitions: number): number | null {
  switch (partitioner) {
    case 'java':
    case 'kafkajs':
      return (murmur2(key) & 0x7fffffff) % partitions
    case 'kafkajs-legacy':
      return (legacyMurmur2(key) & 0x7fffffff) % partitions
    case 'librdkafka':
      return crc32(key) % partitions
    case 'all':
      return null
  }
}

/**
 * kafkajs/src/producer/partitioners/legacy/murmur2.js: products are not kept within 32 bits, so they are
 * rounded. Its rounding counts.
 */
function legacyMurmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const at = (i: number) => (data[i] ?? 0) & 0xff
  const { length } = data
  let h = 0x9747b28c ^ length
  // Its loop goes on over the last, incomplete block.
  for (let i = 0; i < length / 4; i++) {
    let k = at(i * 4) + (at(i * 4 + 1) << 8) + (at(i * 4 + 2) << 16) + (at(i * 4 + 3) << 24)
    k *= m
    k ^= k >>> 24
    k *= m
    h *= m
    h ^= k
  }
  const whole = length & ~3
  const rest = length % 4
  if (rest === 3) h ^= at(whole + 2) << 16
  if (rest >= 2) h ^= at(whole + 1) << 8
  if (rest >= 1) {
    h ^= at(whole)
    h *= m
  }
  h ^= h >>> 13
  h *= m
  h ^= h >>> 15
  return h
}
