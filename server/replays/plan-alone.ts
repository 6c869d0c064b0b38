import type { InputOf } from '@/lib/contracts/endpoint'
import { replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'

type Input = InputOf<typeof replays.create>

/** What a plan's id may stand with: where it is, and why it runs. */
const BESIDE: ReadonlySet<string> = new Set(['cluster', 'planId', 'reason'] satisfies (keyof Input)[])
const UNSAID: Readonly<Record<string, unknown>> = replays.create.input.parse({ cluster: 'any' })

/**
 * A plan runs exactly as it was answered. Whoever sends its id with a selection, a target, a throttle or
 * `dryRun` expects something else to happen: INPUT_INVALID (`planned`) for each that differs from what it is
 * when nobody says it.
 */
export function mustSayNothingElse(input: Input): void {
  const said = Object.entries(input).filter(
    ([name, value]) => !BESIDE.has(name) && JSON.stringify(value) !== JSON.stringify(UNSAID[name]),
  )
  if (said.length === 0) return
  const message = 'a plan runs as it was planned: send its id alone'
  throw new AppError('INPUT_INVALID', {
    fields: said.map(([path]) => ({ path, code: 'planned', message })),
  })
}
