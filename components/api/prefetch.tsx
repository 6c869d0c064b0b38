import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Endpoint, OutputOf, RawInputOf } from '@/lib/contracts/endpoint'
import { queryKey } from './query-key'

export type Prefetched = { queryKey: readonly unknown[]; queryFn: () => Promise<unknown> }

/** A call that a page makes at the server, under the key that the view will ask for: `prefetched(topics.list, input, () => listTopics(ctx, input))`. */
export function prefetched<C extends Endpoint>(
  contract: C,
  input: RawInputOf<C>,
  run: () => Promise<OutputOf<C>>,
): Prefetched {
  return { queryKey: queryKey(contract, input), queryFn: run }
}

/**
 * Runs a page's first calls at the server and hands their answers to the views inside. What fails or takes longer than `waitMs` is
 * left to the browser, which shows its error or skeleton: an unreachable cluster must not hold back the page.
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
  await Promise.race([Promise.all(queries.map(query => client.prefetchQuery(query))), late])
  clearTimeout(timer)
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>
}
