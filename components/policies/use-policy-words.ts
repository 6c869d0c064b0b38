'use client'

import { useTranslations } from 'next-intl'
import type { FieldError } from '@/lib/errors'

type Translator = {
  (key: string, params?: Record<string, string | number>): string
  has(key: string): boolean
}

/**
 * What is wrong with a part of the policy, in the reader's language; the server's English where a code has no
 * words.
 */
export function useFaultWords(): (fault: FieldError) => string {
  const t = useTranslations('policies') as unknown as Translator
  return ({ code, message, params }) => {
    if (code === 'POLICY_LOCKS_OUT') {
      const key = `lock.${params?.reason ?? ''}`
      return t('lockedOut', { why: t.has(key) ? t(key, params) : message })
    }
    const said = code === 'YAML' ? `yamlFault.${params?.reason ?? ''}` : ''
    const key = said !== '' && t.has(said) ? said : `fault.${code}`
    return t.has(key) ? t(key, { message, ...params }) : message
  }
}
