import type { EvaluationErrors } from '@/lib/contracts/message-search'
import { toldOf, type Unjudged } from '../match/matcher'

const SAMPLES_MAX = 10

/** Records that the filter could not judge: how many, and the first few. */
export class UnjudgedRecords {
  readonly told: EvaluationErrors = { count: 0, samples: [] }

  note(place: { topic: string; partition: number; offset: bigint }, judged: Unjudged): void {
    const { topic, partition, offset } = place
    this.told.count++
    if (this.told.samples.length >= SAMPLES_MAX) return
    this.told.samples.push({ topic, partition, offset: offset.toString(), ...toldOf(judged) })
  }
}
