'use client'

import type { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import { useErrorWords } from '@/components/api/use-error-words'
import type { Problem } from '@/lib/contracts/common'

/** Why it cannot be removed now. */
export function ProblemWords({ problem }: { problem: Problem }) {
  const words = useErrorWords()(problem.code, problem.params)
  return (
    <p role="alert" className="mt-3 text-error">
      {words.title}. {words.hint}
    </p>
  )
}

export function ErrorLine({ error }: { error: ApiError }) {
  return (
    <div className="mt-3">
      <QueryError compact error={error} />
    </div>
  )
}
