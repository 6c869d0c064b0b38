'use client'

import { FailedView } from '@/components/shell/failed-view'

export default function ConsoleError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return <FailedView digest={error.digest ?? null} onRetry={reset} />
}
