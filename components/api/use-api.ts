'use client'

import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { Endpoint, OutputOf, RawInputOf } from '@/lib/contracts/endpoint'
import { type ApiError, isFinal } from './api-error'
import { call } from './call'
import { useLive, useLiveTopic } from './live'
import { endpointKey, queryKey } from './query-key'

export type UseApiOptions = {
  enabled?: boolean
  /** The live topic whose changes make this read again; without a stream it polls at `pollMs`. */
  live?: string | null
  /** How often to read again where no stream tells; 0: never. Default 5 s with `live`, else 0. */
  pollMs?: number
  /** Keep the rows of the last input while the next ones load (default true). */
  keepPrevious?: boolean
  staleMs?: number
}

/**
 * Reads an endpoint: `const {data, error, isFetching, refetch} = useApi(topics.list, {cluster})`. Aborted
 * when nobody looks.
 */
export function useApi<C extends Endpoint>(
  contract: C,
  input: RawInputOf<C>,
  options: UseApiOptions = {},
): UseQueryResult<OutputOf<C>, ApiError> {
  const { live = null, keepPrevious = true, enabled = true } = options
  const { connection, paused, asleep } = useLive()
  const key = queryKey(contract, input)
  useLiveTopic(enabled ? live : null, key)
  const pollMs = options.pollMs ?? (live ? 5_000 : 0)
  const resting = paused || asleep || pollMs === 0
  return useQuery<OutputOf<C>, ApiError>({
    queryKey: key,
    queryFn: ({ signal }) => call(contract, input, { signal }),
    enabled,
    // With an open stream polling is only the net under it.
    refetchInterval: ({ state }) =>
      resting || isFinal(state.error) ? false : connection === 'open' && live ? pollMs * 6 : pollMs,
    refetchOnWindowFocus: !paused,
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Changes something: `mutate(input)`; afterwards all reads of `invalidates` are made again. */
export function useApiMutation<C extends Endpoint>(
  contract: C,
  options: {
    invalidates?: readonly Endpoint[]
    onSuccess?: (output: OutputOf<C>, input: RawInputOf<C>) => void
  } = {},
): UseMutationResult<OutputOf<C>, ApiError, RawInputOf<C>> {
  const queries = useQueryClient()
  return useMutation<OutputOf<C>, ApiError, RawInputOf<C>>({
    mutationFn: input => call(contract, input),
    onSuccess: options.onSuccess,
    onSettled: () => {
      for (const other of options.invalidates ?? [])
        void queries.invalidateQueries({ queryKey: endpointKey(other) })
    },
  })
}
