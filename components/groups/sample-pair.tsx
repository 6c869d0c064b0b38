'use client'

import { useTranslations } from 'next-intl'
import type { OffsetPlanRow } from '@/lib/contracts/offset-plans'

type Sample = OffsetPlanRow['sampleBefore']

/** The next record as it is now, and as it will be: the beginning of each. */
export function SamplePair({ row }: { row: OffsetPlanRow }) {
  if (row.after === null || row.after === row.before) return null
  return (
    <span className="mono-sm flex min-w-0 gap-1.5 text-text-2">
      <Short row={row} sample={row.sampleBefore} offset={row.before} />
      <span className="text-text-3">→</span>
      <Short row={row} sample={row.sampleAfter} offset={row.after} />
    </span>
  )
}

function Short({ row, sample, offset }: { row: OffsetPlanRow; sample: Sample; offset: string | null }) {
  const absent = useWhyAbsent()
  if (!sample)
    return <span className="min-w-0 flex-1 truncate font-sans text-text-3">{absent(row, offset)}</span>
  return (
    <span translate="no" className="min-w-0 flex-1 truncate">
      {sample.value ?? sample.key ?? 'null'}
    </span>
  )
}

/** Why there is no record at an offset: no commit, the log ends there, or it was not looked at. */
export function useWhyAbsent(): (row: OffsetPlanRow, offset: string | null) => string {
  const t = useTranslations('offsets')
  return (row, offset) => {
    if (offset === null) return t('noCommit')
    if (row.end !== null && BigInt(offset) >= BigInt(row.end)) return t('noSample')
    return t('notRead')
  }
}
