import type { GroupRow } from '@/lib/contracts/groups'

export type Estimated = Pick<
  GroupRow,
  'catchUpMs' | 'lag' | 'consumePerSecond' | 'producePerSecond' | 'status'
>

/** What a group may hold that reads everything as it comes and commits every few seconds, as most clients do. */
export const IN_HAND_S = 10

/**
 * It reads as fast as records come, and what is left are the last of them, read and not committed yet: an
 * estimate of when that will be gone would be made of noise.
 */
export function keepsPace({ lag, status, consumePerSecond, producePerSecond }: Estimated): boolean {
  if (status !== 'ok' || lag === null || !consumePerSecond || !producePerSecond) return false
  return Number(lag) > 0 && Number(lag) <= producePerSecond * IN_HAND_S
}

/** It does not gain on what comes in: "never" is an answer, "not measured" is none. */
export function neverCatchesUp(group: Estimated): boolean {
  const { catchUpMs, consumePerSecond, lag } = group
  return catchUpMs === null && consumePerSecond !== null && lag !== null && !keepsPace(group)
}
