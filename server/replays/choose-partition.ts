/** murmur2 as Java's clients compute it (org.apache.kafka.common.utils.Utils.murmur2), signed 32 bits. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const { length } = data
  let h = 0x9747b28c ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    let k =
      (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    k = Math.imul(k, m)
    h = Math.imul(h, m) ^ k
  }
  const rest = length - whole
  if (rest >= 3) h ^= (data[whole + 2] ?? 0) << 16
  if (rest >= 2) h ^= (data[whole + 1] ?? 0) << 8
  if (rest >= 1) h = Math.imul(h ^ (data[whole] ?? 0), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

export type PartitionWish = {
  partitioning: 'origin' | 'key'
  /** Where the record first stood; null where nobody says. */
  originPartition: number | null
  /** murmur2 of the key; null without a key. */
  keyHash: number | null
  /** Spreads records without a key evenly and the same way at every try: the dead letter's offset. */
  spread: bigint
  /** Of the target. */
  partitions: number
}

/**
 * The target's partition: the origin's own where the target has it, else where Java's default partitioner puts the key
 * (KIP-480 leaves records without a key to chance: those are spread by their offset).
 */
export function choosePartition(wish: PartitionWish): number {
  const { originPartition, keyHash, partitions } = wish
  if (wish.partitioning === 'origin' && originPartition !== null && originPartition < partitions)
    return originPartition
  if (keyHash === null) return Number(wish.spread % BigInt(partitions))
  return (keyHash & 0x7fffffff) % partitions
}
