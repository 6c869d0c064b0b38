'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import type * as z from 'zod'
import type { Endpoint, OutputOf, RawInputOf } from '@/lib/contracts/endpoint'
import { type ApiError, isFinal } from './api-error'
import { call } from './call'
import { useLive, useLiveTopic } from './live'
import { pagesKey } from './query-key'

type Page = { items: readonly unknown[]; next: string | null }
type PagedEndpoint = Endpoint<z.ZodObject, z.ZodType<Page>>

const MOST_PAGES = 10
/** Every page that is loaded is read again: the more there are, the less often. */
const POLL_MS = [5_000, 10_000, 20_000, 30_000]
const POLL_MANY_MS = 60_000

const pollMs = (pages: number) =>
  pages > MOST_PAGES ? POLL_MANY_MS : (POLL_MS[Math.min(POLL_MS.length, pages) - 1] ?? POLL_MANY_MS)

/**
 * A long list that loads page after page as it is scrolled. `first` is the newest first page (totals,
 * problems, sampledAt). Ten pages are kept, or `mostPages`, and no more: a page that left at the top would
 * move the rest under the reader. Whoever wants to see further goes on at `beyond` (put it into the input as
 * `cursor`). `live` and polling work as in `useApi`.
 */
export function useApiPages<C extends PagedEndpoint>(
  contract: C,
  input: RawInputOf<C>,
  options: { live?: string | null; enabled?: boolean; poll?: boolean; mostPages?: number } = {},
) {
  const { live = null, enabled = true, poll = true, mostPages = MOST_PAGES } = options
  const { connection, paused, asleep } = useLive()
  const key = pagesKey(contract, input)
  useLiveTopic(enabled ? live : null, key)
  const resting = paused || asleep || !poll || (connection === 'open' && live !== null)
  const query = useInfiniteQuery<
    OutputOf<C>,
    ApiError,
    { pages: OutputOf<C>[] },
    readonly unknown[],
    string | null
  >({
    queryKey: key,
    queryFn: ({ signal, pageParam }) =>
      call(contract, pageParam === null ? input : { ...input, cursor: pageParam }, { signal }),
    initialPageParam: null,
    getNextPageParam: last => last.next,
    getPreviousPageParam: () => null,
    enabled,
    refetchInterval: ({ state }) =>
      resting || isFinal(state.error) ? false : pollMs(state.data?.pages.length ?? 1),
    refetchOnWindowFocus: !paused,
    placeholderData: previous => previous,
  })
  const pages = query.data?.pages ?? []
  // The contract's page says what its items are; flatMap only loses the tie to the generic.
  const rows = pages.flatMap(page => [...page.items]) as OutputOf<C>['items'][number][]
  const full = pages.length >= mostPages
  const loadMore = () => {
    if (!full && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
  }
  /** Where the list goes on when no more of it is kept here. */
  const beyond = full ? (pages.at(-1)?.next ?? null) : null
  return { rows, first: pages[0], query, loadMore, beyond }
}
