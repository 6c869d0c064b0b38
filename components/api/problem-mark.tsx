'use client'

import { StatusIcon, type StatusKind } from '@/components/ui/status'
import { Tooltip } from '@/components/ui/tooltip'
import type { Problem } from '@/lib/contracts/common'
import { useErrorWords } from './use-error-words'

/** In a row whose source did not answer: the mark, with the reason on hover and focus. */
export function ProblemMark({ problem, kind = 'unknown' }: { problem: Problem | null; kind?: StatusKind }) {
  const words = useErrorWords()
  if (!problem) return null
  const { title } = words(problem.code, problem.params)
  return (
    <Tooltip content={`${title} (${problem.code})`}>
      <button type="button" aria-label={`${title} (${problem.code})`} className="inline-flex align-middle">
        <StatusIcon kind={kind} />
      </button>
    </Tooltip>
  )
}
