import type { Fetcher, FetchRequest } from '@/server/kafka/port'

/** A fetcher that can be waited for: `ended` answers when it is closed and nothing of it is under way any more. */
export type JoinedFetcher = Fetcher & { ended(): Promise<void> }

/** What reads ahead may still be reading when its replay stops: whoever opened the fetcher joins it. */
export function joinedFetcher(inner: Fetcher): JoinedFetcher {
  const running = new Set<Promise<unknown>>()
  return {
    fetch(request: FetchRequest) {
      const fetching = inner.fetch(request)
      const settled: Promise<unknown> = fetching
        .catch(() => undefined) // told to whoever fetched
        .finally(() => running.delete(settled))
      running.add(settled)
      return fetching
    },
    close: () => inner.close(),
    async ended() {
      inner.close()
      // One that ends may begin the next before it hears that all is closed.
      while (running.size > 0) await Promise.all(running)
    },
  }
}
