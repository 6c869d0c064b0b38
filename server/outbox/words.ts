import { createTranslator } from 'next-intl'
import { LOCALES } from '@/lib/i18n/config'
import { unknownParams } from '@/lib/i18n/unknown-params'
import type { Words } from './notice'

type Params = Record<string, string | number>

/** One text of a feature's messages in both languages, for a notice. `key` is dotted: `notice.submitted`. */
export function sayIn(
  messages: Readonly<Record<keyof Words, Record<string, unknown>>>,
  key: string,
  params: Params = {},
): Words {
  const words = Object.fromEntries(
    LOCALES.map(locale => {
      const text = textAt(messages[locale], key)
      const translate = createTranslator({ locale, messages: { text }, onError: () => undefined })
      return [locale, translate('text', { ...unknownParams(text), ...params })]
    }),
  )
  return { ko: words.ko ?? key, en: words.en ?? key }
}

function textAt(messages: unknown, key: string): string {
  let found: unknown = messages
  for (const part of key.split('.')) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, part) : undefined
  }
  return typeof found === 'string' ? found : key
}
