import type { ReadBudget } from '@/lib/contracts/message-search'
import type { Context } from '@/server/context'
import type { SpentBudget } from './service'

/** Whose bytes ended a search, as programs are told; nothing for any other end. */
export function toldBudget({ clock }: Context, budget: SpentBudget | null): { budget?: ReadBudget } {
  if (budget === null) return {}
  const { of, freeInMs } = budget
  return { budget: { of, freeAt: freeInMs === 0 ? null : new Date(clock.now() + freeInMs).toISOString() } }
}
