'use client'

import { useApi } from '@/components/api/use-api'
import { VisibleText } from '@/components/ui/visible-text'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { middleTruncate, simpleClassName } from '@/lib/format'

const FINGERPRINT = /^v\d+:[0-9a-f]{32}$/

/** What an issue is called where only its fingerprint is kept; the fingerprint where nobody knows, `otherwise` that. */
export function IssueName({
  cluster,
  fingerprint,
  otherwise = fingerprint,
}: {
  cluster: string
  fingerprint: string
  otherwise?: string | null
}) {
  const { data } = useApi(
    deadLetters.groups,
    { cluster, fingerprint, limit: 1 },
    { enabled: FINGERPRINT.test(fingerprint), keepPrevious: false, staleMs: 60_000 },
  )
  const issue = data?.items[0]
  if (!issue || (issue.exceptionClass === null && !issue.message))
    return otherwise === null ? null : <span className="mono-sm">{otherwise}</span>
  return (
    <>
      {issue.exceptionClass === null ? null : (
        <b className="font-medium">{middleTruncate(simpleClassName(issue.exceptionClass), 80)} </b>
      )}
      {issue.message ? <VisibleText text={middleTruncate(issue.message, 120)} /> : null}
    </>
  )
}
