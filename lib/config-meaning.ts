import { type FormatLocale, formatBytes, formatDuration } from './format'

const FOREVER = { ko: '무기한', en: 'forever' }
const NO_LIMIT = { ko: '제한 없음', en: 'no limit' }
/** What Kafka takes as the largest number there is: it never comes. */
const LARGEST = '9223372036854775807'

/** Numbers that stand for a word: nobody should have to know that -2 is the value of another config. */
function wordOf(name: string, value: string, locale: FormatLocale): string | null {
  if (value === LARGEST || (name === 'retention.bytes' && value === '-1')) return NO_LIMIT[locale]
  if (name === 'retention.ms' && value === '-1') return FOREVER[locale]
  const [, whole] = /^local\.(retention\.(?:ms|bytes))$/.exec(name) ?? []
  if (whole === undefined || value !== '-2') return null
  return locale === 'ko' ? `${whole} 값을 따름` : `as ${whole}`
}

/**
 * `7일`, `1 MiB`, `제한 없음`: what the raw value of a config means, by the unit that its name ends with; null where
 * the number says enough.
 */
export function configMeaning(name: string, value: string, locale: FormatLocale): string | null {
  const word = wordOf(name, value, locale)
  if (word !== null) return word
  if (!/^-?\d{4,18}$/.test(value)) return null
  if (name.endsWith('.ms')) return formatDuration(Number(value), locale)
  return name.endsWith('.bytes') ? formatBytes(value) : null
}

/** `retention.ms=604800000 (7d)`: a config in a line of text, with what its value means. */
export function configText(name: string, value: string, locale: FormatLocale): string {
  const meaning = configMeaning(name, value, locale)
  return `${name}=${value}${meaning === null ? '' : ` (${meaning})`}`
}
