import { useTranslations } from 'next-intl'
import { type FilterWhyParams, filterWhy } from '@/lib/contracts/filter-why'

/**
 * What exactly is wrong with a filter, in the reader's language; what has no words is quoted as it was said:
 * by the library, or by a newer replica.
 */
export function useFilterWords(): (said: {
  why?: unknown
  params?: FilterWhyParams | undefined
  sentence: string
}) => string {
  const t = useTranslations('search')
  return ({ why, params, sentence }) => {
    const known = filterWhy.safeParse(why)
    return known.success ? t(`filterWhy.${known.data}`, params) : t('filterReason', { reason: sentence })
  }
}
