'use client'

import { useTranslations } from 'next-intl'
import { type ErrorCode, isErrorCode } from '@/lib/errors'
import { CLIENT_CODES, type ClientCode } from './api-error'

type Params = Record<string, string | number>
type ErrorTranslator = {
  (key: string, params?: Params): string
  has(key: string): boolean
}

function isClientCode(code: string): code is ClientCode {
  return CLIENT_CODES.some(known => known === code)
}

/** Title and hint of a code in the reader's language; params that are missing are shown as `…`, never as an error. */
export function useErrorWords(): (code: string, params?: Params) => { title: string; hint: string | null } {
  const errors = useTranslations('errors') as unknown as ErrorTranslator
  const t = useTranslations('common')
  return (code, params = {}) => {
    if (isClientCode(code))
      return { title: t(`clientErrors.${code}.title`), hint: t(`clientErrors.${code}.hint`) }
    const known: ErrorCode = isErrorCode(code) ? code : 'INTERNAL'
    const filled = new Proxy(params, {
      get: (target, key) => (typeof key === 'string' ? (target[key] ?? '…') : undefined),
      has: () => true,
    })
    const title = errors.has(`${known}.title`) ? errors(`${known}.title`, filled) : known
    const hint = errors.has(`${known}.hint`) ? errors(`${known}.hint`, filled) : null
    return { title, hint }
  }
}
