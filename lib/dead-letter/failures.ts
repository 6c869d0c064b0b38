import type { Failures } from './types'

/** The time of a record that a family sends the moment it gives up, without setting one; Kafka has -1 for none. */
export const sentAt = (timestampMs: number): number | null => (timestampMs < 0 ? null : timestampMs)

/**
 * Of a family that sends its record without setting a time: that is the last failure. One delivery has failed
 * once; when the first of several did, no header says.
 */
export function failuresOfSent(timestampMs: number, deliveries: number | null): Failures {
  const lastMs = sentAt(timestampMs)
  return { firstMs: deliveries === 1 ? lastMs : null, lastMs }
}
