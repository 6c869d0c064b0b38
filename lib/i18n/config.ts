export const LOCALES = ['ko', 'en'] as const
export type Locale = (typeof LOCALES)[number]
const DEFAULT_LOCALE: Locale = 'ko'

export const LOCALE_COOKIE = 'milena-locale'
export const ZONE_COOKIE = 'milena-zone'
export const THEME_COOKIE = 'milena-theme'

function isLocale(value: unknown): value is Locale {
  return LOCALES.some(locale => locale === value)
}

/** The reader's language: what they chose (cookie), else the best of Accept-Language, else Korean. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null | undefined): Locale {
  if (isLocale(cookie)) return cookie
  const wanted = (acceptLanguage ?? '')
    .slice(0, 1000)
    .split(',')
    .map(part => {
      const [tag = '', ...params] = part.trim().split(';')
      const q = params.map(p => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean)
      return { language: tag.toLowerCase().split('-')[0], q: q === undefined ? 1 : Number(q) }
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q)
  for (const { language } of wanted) if (isLocale(language)) return language
  return DEFAULT_LOCALE
}

export const DEFAULT_ZONE = 'Asia/Seoul'

/**
 * A zone cookie as an IANA name. `browser:<zone>` is the browser's own, told by it; what Intl does not know
 * becomes the default.
 */
export function pickZone(cookie: string | undefined): { zone: string; choice: ZoneChoice } {
  const fromBrowser = cookie?.startsWith('browser:') ?? false
  const name = fromBrowser ? cookie?.slice('browser:'.length) : cookie
  if (name && isZone(name)) {
    if (fromBrowser) return { zone: name, choice: 'browser' }
    if (name === 'UTC') return { zone: 'UTC', choice: 'UTC' }
    if (name === DEFAULT_ZONE) return { zone: name, choice: DEFAULT_ZONE }
  }
  return { zone: DEFAULT_ZONE, choice: DEFAULT_ZONE }
}

export type ZoneChoice = 'browser' | 'UTC' | typeof DEFAULT_ZONE
export type Theme = 'system' | 'light' | 'dark'

export function pickTheme(cookie: string | undefined): Theme {
  return cookie === 'light' || cookie === 'dark' ? cookie : 'system'
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}
