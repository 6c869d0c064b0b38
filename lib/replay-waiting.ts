import type { Replay } from './contracts/replays'

/** Whether a replay waits for others, though its state says that it runs. */
export function isWaiting({
  state,
  waitsFor,
  waitsForPlace,
}: Pick<Replay, 'state' | 'waitsFor' | 'waitsForPlace'>): boolean {
  return state === 'running' && (waitsFor.length > 0 || waitsForPlace)
}
