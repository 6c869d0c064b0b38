'use client'

import { FailedView } from '@/components/shell/failed-view'

export default function RootError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main className="flex min-h-dvh flex-col justify-center">
      <FailedView digest={error.digest ?? null} onRetry={reset} />
    </main>
  )
}
