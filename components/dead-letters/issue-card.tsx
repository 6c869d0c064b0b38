'use client'

import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { Cause, Expiry, expiresSoon, IssueStatusMark, Route, TrendCell } from './issue-cells'

/** An issue where there is no room for a row. */
export function IssueCard({ issue }: { issue: DeadLetterIssue }) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <span className="flex min-w-0 flex-1 flex-col leading-5">
        <span className="flex items-center gap-3 text-meta text-text-2">
          <IssueStatusMark status={issue.status} />
          <TimeAgo at={issue.lastSeen} />
        </span>
        <span className="truncate">
          <Cause exceptionClass={issue.exceptionClass} message={issue.message} />
        </span>
        <span className="truncate">
          <Route issue={issue} />
        </span>
      </span>
      <span className="flex shrink-0 flex-col items-end gap-1 leading-5">
        {expiresSoon(issue) ? (
          <span className="text-meta">
            <Expiry at={issue.expiresAt} />
          </span>
        ) : null}
        <span className="flex items-center gap-2">
          <Num value={issue.count} className="font-semibold" />
          <TrendCell issue={issue} width={56} />
        </span>
      </span>
    </span>
  )
}
