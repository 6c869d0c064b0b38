'use client'

import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import type { GroupDetail } from '@/lib/contracts/groups'

/** What stands out of a group, each with what it means and where to look next; the worst first. */
export function SignalList({ signals }: { signals: GroupDetail['signals'] | undefined }) {
  const t = useTranslations('groups.signal')
  if (!signals || signals.length === 0) return null
  return (
    <div className="flex shrink-0 flex-col gap-px">
      {signals.map(signal => (
        <Notice key={signal.kind} tone={signal.severity}>
          <b className="font-medium">{t(`${signal.kind}.what`, signal.params)}</b>{' '}
          <span className="opacity-90">{t(`${signal.kind}.next`)}</span>
        </Notice>
      ))}
    </div>
  )
}
