import { say } from '../../lib/say.ts'
import { type Figures, wantedNames } from '../measure.ts'
import { measureAbandoned } from './abandoned.ts'
import type { MessagesBench } from './bench.ts'
import { measureLargeValues } from './large-values.ts'
import { measureLiveTail } from './live-tail.ts'
import { measureLookUps } from './look-ups.ts'
import { measureSearches } from './searches.ts'
import { measureTailPage } from './tail-page.ts'
import { measureTogether } from './together.ts'

/** By name, in the order in which they disturb each other least. */
const FIGURES: Record<string, (bench: MessagesBench) => Promise<Figures>> = {
  'look-ups': measureLookUps,
  searches: measureSearches,
  together: measureTogether,
  abandoned: measureAbandoned,
  'large-values': measureLargeValues,
  'live-tail': measureLiveTail,
  'live-tail-page': measureTailPage,
}

/**
 * Names of figures as they were typed, all without any. Throws for one that does not exist, before anything
 * is filled for it.
 */
export const wantedFigures = (typed: string | undefined) =>
  wantedNames('figures', typed?.split(','), Object.keys(FIGURES))

/** Those figures of messages that are named. */
export async function measureMessages(bench: MessagesBench, names: readonly string[]): Promise<Figures> {
  const found: Figures = { series: [], bars: [] }
  for (const [name, measure] of Object.entries(FIGURES)) {
    if (!names.includes(name)) continue
    say('bench', `messages: ${name}`)
    const { series, bars } = await measure(bench)
    found.series.push(...series)
    found.bars.push(...bars)
  }
  return found
}

/** A live view reads what is written while it looks, large values write their own: nothing has to be there before. */
export const needNothingWritten = (names: readonly string[]) =>
  names.every(name => name.startsWith('live-tail') || name === 'large-values')
