'use client'

import { useTranslations } from 'next-intl'
import { nameInvisible } from '@/components/ui/split-invisible'
import { type ErrorCode, isErrorCode } from '@/lib/errors'
import { middleTruncate } from '@/lib/format'
import { unknownParams } from '@/lib/i18n/unknown-params'
import { CLIENT_CODES, type ClientCode } from './api-error'

type Params = Record<string, string | number>
/** The translator of words that are looked up by a code of the server's. */
export type ErrorTranslator = {
  (key: string, params?: Params): string
  has(key: string): boolean
  raw(key: string): unknown
}

function isClientCode(code: string): code is ClientCode {
  return CLIENT_CODES.some(known => known === code)
}

/** A stand-in for each parameter of a sentence: the translator takes own properties only. */
export function gapsOf(sentence: unknown): Params {
  const names = String(sentence).matchAll(/\{\s*([A-Za-z]\w*)\s*\}/g)
  return Object.fromEntries([...names].map(([, name = '']) => [name, '…']))
}

const MOST_SAID = 120

/** Names of strangers in a sentence: not the whole page long, and nothing hidden that would turn it around. */
function sayable(params: Params): Params {
  const say = (value: string | number) =>
    typeof value === 'string' ? nameInvisible(middleTruncate(value, MOST_SAID)) : value
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, say(value)]))
}

/** Whether a parameter that chooses between words is missing: nothing can stand in for it. */
function cannotSay(sentence: unknown, params: Params): boolean {
  const choices = String(sentence).matchAll(/\{\s*([A-Za-z]\w*)\s*,\s*(?:plural|select)/g)
  return [...choices].some(([, name = '']) => !Object.hasOwn(params, name))
}

/**
 * Title and hint of a code in the reader's language. Params that are missing are shown as `…`, never as an
 * error; a sentence that chooses its words by one says what it says when nobody knows, or is left out.
 */
export function useErrorWords(): (code: string, params?: Params) => { title: string; hint: string | null } {
  const errors = useTranslations('errors') as unknown as ErrorTranslator
  const t = useTranslations('common')
  return (code, params = {}) => {
    if (isClientCode(code))
      return { title: t(`clientErrors.${code}.title`), hint: t(`clientErrors.${code}.hint`) }
    const known: ErrorCode = isErrorCode(code) ? code : 'INTERNAL'
    const say = (key: string) => {
      if (!errors.has(key)) return null
      const sentence = errors.raw(key)
      const given = { ...unknownParams(sentence), ...params }
      return cannotSay(sentence, given) ? null : errors(key, { ...gapsOf(sentence), ...sayable(given) })
    }
    return { title: say(`${known}.title`) ?? known, hint: say(`${known}.hint`) }
  }
}
