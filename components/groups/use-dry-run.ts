'use client'

import { useQuery } from '@tanstack/react-query'
import type { ApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import { queryKey } from '@/components/api/query-key'
import type { Endpoint, OutputOf, RawInputOf } from '@/lib/contracts/endpoint'

/** A removal's dry run: asked once when its dialog opens, never from a cache. */
export function useDryRun<C extends Endpoint>(contract: C, input: RawInputOf<C>) {
  return useQuery<OutputOf<C>, ApiError>({
    queryKey: queryKey(contract, input),
    queryFn: ({ signal }) => call(contract, input, { signal }),
    gcTime: 0,
    staleTime: 0,
    retry: false,
  })
}
