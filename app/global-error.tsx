'use client'

import './globals.css'

/** The root layout itself failed: no words file, no providers. Both languages, nothing else. */
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <html lang="ko">
      <body>
        <main className="mx-auto flex min-h-dvh max-w-140 flex-col justify-center gap-2 px-6">
          <h1 className="text-title font-semibold">화면을 그리지 못했습니다</h1>
          <p lang="en" className="text-text-2">
            The page could not be drawn
          </p>
          <p className="mono text-text-3">INTERNAL {error.digest}</p>
          <button
            type="button"
            onClick={reset}
            className="mt-2 h-8 w-fit rounded-control border border-line bg-surface px-3 font-medium"
          >
            다시 시도 · <span lang="en">Retry</span>
          </button>
        </main>
      </body>
    </html>
  )
}
