import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Endpoint, InputOf, OutputOf, RawInputOf } from '@/lib/contracts/endpoint'
import { pagesKey, queryKey } from './query-key'

export type Prefetched = { queryKey: readonly unknown[]; queryFn: () => Promise<unknown>; pages?: true }

/**
 * A call that a page makes at the server, under the key that the view will ask for: `prefetched(topics.list,
 * {cluster}, input => listTopics(ctx, input))`.
 */
export function prefetched<C extends Endpoint>(
  contract: C,
  input: RawInputOf<C>,
  run: (input: InputOf<C>) => Promise<OutputOf<C>>,
): Prefetched {
  return { queryKey: queryKey(contract, input), queryFn: () => run(parsed(contract, input)) }
}

/** The first page of a list that the view reads with `useApiPages`. */
export function prefetchedPages<C extends Endpoint>(
  contract: C,
  input: RawInputOf<C>,
  run: (input: InputOf<C>) => Promise<OutputOf<C>>,
): Prefetched {
  return { queryKey: pagesKey(contract, input), queryFn: () => run(parsed(contract, input)), pages: true }
}

/**
 * With the contract's defaults filled in, as the verb wants it. Throws on input that the route would refuse,
 * inside the query.
 */
function parsed<C extends Endpoint>(contract: C, input: RawInputOf<C>): InputOf<C> {
  return contract.input.parse(input) as InputOf<C>
}

function prefetchOne(client: QueryClient, { pages, ...query }: Prefetched): Promise<void> {
  return pages
    ? client.prefetchInfiniteQuery({ ...query, initialPageParam: null })
    : client.prefetchQuery(query)
}

/**
 * Runs a page's first calls at the server and hands their answers to the views inside. What fails or takes
 * longer than `waitMs` is left to the browser, which shows its error or skeleton: an unreachable cluster must
 * not hold back the page.
 */
export async function Prefetch({
  queries,
  waitMs = 700,
  children,
}: {
  queries: readonly Prefetched[]
  waitMs?: number
  children: ReactNode
}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } })
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, waitMs)
  })
  await Promise.race([Promise.all(queries.map(query => prefetchOne(client, query))), late])
  clearTimeout(timer)
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>
}
