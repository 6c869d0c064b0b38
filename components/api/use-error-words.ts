'use client'

import { useTranslations } from 'next-intl'
import { type ErrorCode, isErrorCode } from '@/lib/errors'
import { CLIENT_CODES, type ClientCode } from './api-error'

type Params = Record<string, string | number>
type ErrorTranslator = {
  (key: string, params?: Params): string
  has(key: string): boolean
  raw(key: string): unknown
}

function isClientCode(code: string): code is ClientCode {
  return CLIENT_CODES.some(known => known === code)
}

/** A stand-in for each parameter of a sentence: the translator takes own properties only. */
function gapsOf(sentence: unknown): Params {
  const names = String(sentence).matchAll(/\{\s*([A-Za-z]\w*)\s*\}/g)
  return Object.fromEntries([...names].map(([, name = '']) => [name, '…']))
}

/** Title and hint of a code in the reader's language; params that are missing are shown as `…`, never as an error. */
export function useErrorWords(): (code: string, params?: Params) => { title: string; hint: string | null } {
  const errors = useTranslations('errors') as unknown as ErrorTranslator
  const t = useTranslations('common')
  return (code, params = {}) => {
    if (isClientCode(code))
      return { title: t(`clientErrors.${code}.title`), hint: t(`clientErrors.${code}.hint`) }
    const known: ErrorCode = isErrorCode(code) ? code : 'INTERNAL'
    const say = (key: string) =>
      errors.has(key) ? errors(key, { ...gapsOf(errors.raw(key)), ...params }) : null
    return { title: say(`${known}.title`) ?? known, hint: say(`${known}.hint`) }
  }
}
