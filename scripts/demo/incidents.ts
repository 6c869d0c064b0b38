import type { Flaw } from './company/events.ts'
import type { Random } from './company/random.ts'

/** Why an order of the past was not carried out. */
export type PastFailure = Exclude<Flaw, null> | 'provider-timeout' | 'out-of-stock'

interface Incident {
  failure: PastFailure
  letters: number
  /** Hours ago; from and to. Those that never end are spread over all of it. */
  hours: readonly [from: number, to: number]
}

/** Five days: two bad hours of a provider, two evenings without stock, and what goes wrong every day. 300 letters. */
const INCIDENTS: readonly Incident[] = [
  { failure: 'provider-timeout', letters: 62, hours: [90, 89.5] },
  { failure: 'provider-timeout', letters: 34, hours: [5.4, 5.1] },
  { failure: 'out-of-stock', letters: 48, hours: [66, 63] },
  { failure: 'out-of-stock', letters: 31, hours: [19, 17] },
  { failure: 'empty-account', letters: 47, hours: [120, 0.2] },
  { failure: 'no-billing-address', letters: 26, hours: [120, 0.4] },
  { failure: 'amount-text', letters: 21, hours: [110, 0.6] },
  { failure: 'discontinued', letters: 18, hours: [100, 1] },
  { failure: 'bad-phone', letters: 13, hours: [115, 2] },
]

export const HISTORY_HOURS = 120

/**
 * Which of the orders failed, by their number from the oldest: about `letters` of them, in the proportions of
 * the incidents.
 */
export function planFailures(random: Random, orders: number, letters: number): Map<number, PastFailure> {
  const planned = new Map<number, PastFailure>()
  for (const { failure, letters: share, hours } of INCIDENTS) {
    const [from, to] = hours.map(hoursAgo => Math.floor(orders * (1 - hoursAgo / HISTORY_HOURS)))
    const count = Math.max(1, Math.round((share * letters) / 300))
    for (let made = 0; made < count; made += 1) {
      const first = Math.max(0, from ?? 0)
      const index = first + random.below(Math.max(1, (to ?? orders) - first))
      if (index < orders && !planned.has(index)) planned.set(index, failure)
    }
  }
  return planned
}
