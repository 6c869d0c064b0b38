'use client'

import { useTranslations } from 'next-intl'
import { useZone } from '@/components/ui/clock'
import type { ReadBudget } from '@/lib/contracts/message-search'
import { formatClock } from '@/lib/format'

/**
 * Why a search ended at an hour's budget of bytes: whose it is, and from when on going on is worth it. null
 * for every other end.
 */
export function useBudgetWords(budget: ReadBudget | undefined): string | null {
  const t = useTranslations('search')
  const zone = useZone()
  if (!budget?.freeAt || budget.of === 'search') return null
  return t(`endBudget.${budget.of}`, { time: formatClock(budget.freeAt, zone, 'm') })
}
