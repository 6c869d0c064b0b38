import { SkeletonLines } from '@/components/ui/skeleton'
import type { ApiError } from './api-error'
import { QueryError } from './query-error'

/**
 * What stands where a page's data will: lines on their way, or the reason why it can't be had with a way to
 * try again.
 */
export function QueryWait({
  query: { error, isFetching, refetch },
  lines,
}: {
  query: { error: ApiError | null; isFetching: boolean; refetch: () => Promise<unknown> }
  lines: number
}) {
  return error ? (
    <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  ) : (
    <SkeletonLines lines={lines} className="border-t border-line p-4" />
  )
}
