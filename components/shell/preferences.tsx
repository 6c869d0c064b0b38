'use client'

import { useRouter } from 'next/navigation'
import { useLocale } from 'next-intl'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import {
  LOCALE_COOKIE,
  type Locale,
  THEME_COOKIE,
  type Theme,
  ZONE_COOKIE,
  type ZoneChoice,
} from '@/lib/i18n/config'

export type Preferences = {
  theme: Theme
  zone: ZoneChoice
  locale: Locale
  setTheme: (theme: Theme) => void
  setZone: (zone: ZoneChoice) => void
  setLocale: (locale: Locale) => void
}

const Context = createContext<Preferences | null>(null)
const YEAR_S = 31_536_000

/** The reader's own: a cookie each, so that the server renders the right thing the first time. Never in the URL. */
function remember(name: string, value: string): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is absent from Firefox and from plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`
}

export function PreferencesProvider({
  theme: initialTheme,
  zone,
  children,
}: {
  theme: Theme
  zone: ZoneChoice
  children: ReactNode
}) {
  const router = useRouter()
  const locale = useLocale()
  const [theme, setThemeState] = useState(initialTheme)

  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = () =>
      document.documentElement.classList.toggle(
        'dark',
        theme === 'dark' || (theme === 'system' && query.matches),
      )
    apply()
    if (theme !== 'system') return
    query.addEventListener('change', apply)
    return () => query.removeEventListener('change', apply)
  }, [theme])

  const value = useMemo<Preferences>(
    () => ({
      theme,
      zone,
      locale,
      setTheme: next => {
        remember(THEME_COOKIE, next)
        setThemeState(next)
      },
      setZone: next => {
        const own = Intl.DateTimeFormat().resolvedOptions().timeZone
        remember(ZONE_COOKIE, next === 'browser' ? `browser:${own}` : next)
        router.refresh()
      },
      setLocale: next => {
        remember(LOCALE_COOKIE, next)
        router.refresh()
      },
    }),
    [theme, zone, locale, router],
  )
  return <Context.Provider value={value}>{children}</Context.Provider>
}

export function usePreferences(): Preferences {
  const value = useContext(Context)
  if (value === null) throw new Error('PreferencesProvider is missing')
  return value
}
