import { readdirSync, readFileSync } from 'node:fs'
import { createTranslator } from 'next-intl'

const folder = new URL('../lib/i18n/', import.meta.url)

export type Language = 'ko' | 'en'
export type Words = (key: string, params?: Record<string, string | number>) => string

function messagesOf(language: Language): Record<string, object> {
  const dir = new URL(`${language}/`, folder)
  const files = readdirSync(dir).filter(file => file.endsWith('.json'))
  return Object.fromEntries(
    files.map(file => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(file, dir), 'utf8')) as object,
    ]),
  )
}

/**
 * The console's own words, so that a journey reads in one language and runs in both. Throws on a key that
 * isn't there.
 */
export function wordsIn(language: Language): Words {
  const translate = createTranslator({
    locale: language,
    messages: messagesOf(language),
    onError: error => {
      throw error
    },
  }) as unknown as Words
  return translate
}
