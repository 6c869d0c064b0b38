/** Kafka's offsets have 64 bits with a sign (int64 of the protocol). */
export const LARGEST_OFFSET = 2n ** 63n - 1n
