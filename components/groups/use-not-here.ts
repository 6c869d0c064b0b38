'use client'

import { useTranslations } from 'next-intl'
import { useMediaQuery } from '@/components/ui/use-media-query'

/** Why nothing of a group is taken away here: a phone only looks. Null on a wider screen. */
export function useNotHere(): string | null {
  const t = useTranslations('offsets')
  return useMediaQuery('(max-width: 639px)') ? t('notOnPhones') : null
}
