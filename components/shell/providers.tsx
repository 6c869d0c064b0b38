'use client'

import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { QueryProvider } from '@/components/api/query-provider'
import { ClockProvider, ZoneProvider } from '@/components/ui/clock'
import { NonceProvider } from '@/components/ui/nonce'
import { ToastProvider } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'
import type { Theme, ZoneChoice } from '@/lib/i18n/config'
import { PreferencesProvider } from './preferences'

/** Everything the client side of any page stands on. */
export function Providers({
  nonce,
  renderedAtMs,
  zone,
  zoneChoice,
  theme,
  children,
}: {
  nonce: string | undefined
  renderedAtMs: number
  zone: string
  zoneChoice: ZoneChoice
  theme: Theme
  children: ReactNode
}) {
  return (
    <NonceProvider nonce={nonce}>
      <ClockProvider renderedAtMs={renderedAtMs}>
        <ZoneProvider zone={zone}>
          <PreferencesProvider theme={theme} zone={zoneChoice}>
            <QueryProvider>
              <NuqsAdapter>
                <TooltipProvider>
                  <ToastProvider>{children}</ToastProvider>
                </TooltipProvider>
              </NuqsAdapter>
            </QueryProvider>
          </PreferencesProvider>
        </ZoneProvider>
      </ClockProvider>
    </NonceProvider>
  )
}
