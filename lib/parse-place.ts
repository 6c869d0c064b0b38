import { parseTime } from './parse-time'

/**
 * One end of a stretch as people type it (a time as `parseTime` reads it, `offset:N`, or just the number) in the
 * form of a selection; null: nothing was typed (or `oldest`, where it begins); `invalid` for what is neither.
 */
export function readPlace(
  end: 'from' | 'until',
  text: string,
  zone: string,
  nowMs: number,
): string | null | 'invalid' {
  const typed = text.trim()
  if (typed === '' || (end === 'from' && typed === 'oldest')) return null
  const offset = /^(?:offset:)?(\d{1,11}|(?<=:)\d{1,19})$/.exec(typed)?.[1]
  if (offset !== undefined) return `offset:${BigInt(offset)}`
  const atMs = parseTime(typed.replace(/^time:/, ''), zone, nowMs)
  return atMs === null ? 'invalid' : new Date(atMs).toISOString()
}
