'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { toApiError } from './api-error'

/** What may succeed when asked again: no answer, and a cluster or store that is away for a moment. */
const RETRIED = new Set([0, 502, 503, 504])

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_500,
        gcTime: 300_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 1 && RETRIED.has(toApiError(error).status),
        retryDelay: 800,
      },
      // A mutation is never sent twice by itself: it may have been applied.
      mutations: { retry: false },
    },
  })
}

export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient)
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
