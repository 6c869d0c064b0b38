import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css'
import '@fontsource-variable/geist-mono/wght.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale } from 'next-intl/server'
import type { ReactNode } from 'react'
import { FontPreload } from '@/components/shell/font-preload'
import { Providers } from '@/components/shell/providers'
import { ThemeScript } from '@/components/shell/theme-script'
import { pickTheme, pickZone, THEME_COOKIE, ZONE_COOKIE } from '@/lib/i18n/config'

export const metadata: Metadata = {
  title: { default: 'Milena', template: '%s · Milena' },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, jar, head] = await Promise.all([getLocale(), cookies(), headers()])
  const theme = pickTheme(jar.get(THEME_COOKIE)?.value)
  const zone = pickZone(jar.get(ZONE_COOKIE)?.value)
  const nonce = head.get('x-nonce') ?? undefined
  return (
    // The script below may add `dark` before React arrives.
    <html lang={locale} className={theme === 'dark' ? 'dark' : undefined} suppressHydrationWarning>
      <head>
        <FontPreload />
      </head>
      <body>
        {theme === 'system' ? <ThemeScript nonce={nonce} /> : null}
        <NextIntlClientProvider>
          <Providers
            nonce={nonce}
            renderedAtMs={Date.now()}
            zone={zone.zone}
            zoneChoice={zone.choice}
            theme={theme}
          >
            {children}
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  )
}
