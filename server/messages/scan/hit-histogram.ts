import type { Histogram } from '@/lib/contracts/message-search'

const BUCKETS_MAX = 120
const FIRST_BUCKET_MS = 1000
/** Steps that people read: each a multiple of the one before. */
const STEPS_MS = [1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 604_800].map(seconds => seconds * 1000)
/** What a calendar can say. */
const LAST_MS = 253_402_300_799_999

/** Where hits lie in time, in at most 120 buckets that grow with the span: memory does not grow with the hits. */
export class HitHistogram {
  #bucketMs = FIRST_BUCKET_MS
  /** Number of the first bucket since the epoch. */
  #first = 0
  #counts: number[] = []

  add(timestampMs: number): void {
    if (!(timestampMs >= 0 && timestampMs <= LAST_MS)) return
    for (;;) {
      const bucket = Math.floor(timestampMs / this.#bucketMs)
      if (this.#counts.length === 0) this.#first = bucket
      const last = Math.max(bucket, this.#first + this.#counts.length - 1)
      const first = Math.min(bucket, this.#first)
      if (last - first < BUCKETS_MAX) {
        if (first < this.#first) this.#counts = [...new Array(this.#first - first).fill(0), ...this.#counts]
        this.#first = first
        while (this.#counts.length <= last - first) this.#counts.push(0)
        this.#counts[bucket - first] = (this.#counts[bucket - first] ?? 0) + 1
        return
      }
      this.#widen()
    }
  }

  /** null before the first hit. */
  toJSON(): Histogram | null {
    if (this.#counts.length === 0) return null
    return {
      start: new Date(this.#first * this.#bucketMs).toISOString(),
      bucketMs: this.#bucketMs,
      counts: [...this.#counts],
    }
  }

  #widen(): void {
    const before = this.#bucketMs
    this.#bucketMs = STEPS_MS.find(step => step > before) ?? before * 4
    const factor = this.#bucketMs / before
    const first = Math.floor(this.#first / factor)
    const counts: number[] = []
    for (const [i, count] of this.#counts.entries()) {
      const at = Math.floor((this.#first + i) / factor) - first
      counts[at] = (counts[at] ?? 0) + count
    }
    this.#first = first
    this.#counts = Array.from(counts, count => count ?? 0)
  }
}
