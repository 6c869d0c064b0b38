import { type FormatLocale, formatBytes, formatDuration } from './format'

/**
 * `7일`, `1 MiB`: what the raw value of a config means, by the unit that its name ends with; null where the
 * number says enough.
 */
export function configMeaning(name: string, value: string, locale: FormatLocale): string | null {
  if (!/^-?\d{4,18}$/.test(value)) return null
  if (name.endsWith('.ms')) return formatDuration(Number(value), locale)
  return name.endsWith('.bytes') ? formatBytes(value) : null
}

/** `retention.ms=604800000 (7d)`: a config in a line of text, with what its value means. */
export function configText(name: string, value: string, locale: FormatLocale): string {
  const meaning = configMeaning(name, value, locale)
  return `${name}=${value}${meaning === null ? '' : ` (${meaning})`}`
}
