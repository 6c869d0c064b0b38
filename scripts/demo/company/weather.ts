import { LIMITED_PRODUCT } from './catalogue.ts'
import type { World } from './world.ts'

interface Change {
  /** Seconds into the round. */
  atS: number
  apply(world: World): void
}

/** A round of ten minutes of what happens to a company; then it happens again. */
const ROUND: readonly Change[] = [
  { atS: 15, apply: world => world.setPace('notification', 1.5) },
  { atS: 45, apply: world => world.setProvider('nova-pay', false) },
  { atS: 58, apply: world => world.setProvider('nova-pay', true) },
  { atS: 215, apply: world => world.setPace('notification', 80) },
  { atS: 270, apply: world => world.setPace('notification', null) },
  { atS: 300, apply: world => world.setStock(LIMITED_PRODUCT, 90) },
  { atS: 360, apply: world => world.setProvider('bank-link', false) },
  { atS: 370, apply: world => world.setProvider('bank-link', true) },
  { atS: 420, apply: world => world.setPace('inventory', 4) },
  { atS: 480, apply: world => world.setPace('inventory', null) },
  { atS: 590, apply: world => world.setStock(LIMITED_PRODUCT, 90) },
]

const ROUND_S = 600

/**
 * Good days and bad days: consumers that are slow at times, providers that go and come back, stock that is
 * refilled.
 */
export function startWeather(world: World): { stop(): void } {
  let second = 0
  const timer = setInterval(() => {
    second = (second + 1) % ROUND_S
    for (const change of ROUND) if (change.atS === second) change.apply(world)
  }, 1000)
  return { stop: () => clearInterval(timer) }
}
