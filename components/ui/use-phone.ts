'use client'

import { useTranslations } from 'next-intl'
import { useMediaQuery } from './use-media-query'

/** Is the screen as narrow as a phone's? Where classes say it with `sm:`, here code has to. */
export function usePhone(): boolean {
  return useMediaQuery('(max-width: 639px)')
}

/** Why what cannot be taken back is not done here: not by thumb, between two stations. Null on a wider screen. */
export function usePhoneRefusal(): string | null {
  const t = useTranslations('common')
  return usePhone() ? t('notOnPhones') : null
}
