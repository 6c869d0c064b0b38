'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import type { GroupDetail } from '@/lib/contracts/groups'
import { signalLink } from './signal-link'

/** What stands out of a group, each with what it means and where to look next; the worst first. */
export function SignalList({ cluster, detail }: { cluster: string; detail: GroupDetail | undefined }) {
  const t = useTranslations('groups.signal')
  if (!detail || detail.signals.length === 0) return null
  return (
    <div className="flex shrink-0 flex-col gap-px">
      {detail.signals.map(signal => {
        const link = signalLink(signal, cluster, detail)
        return (
          <Notice
            key={signal.kind}
            tone={signal.severity}
            {...(link ? { action: <Link href={link.href}>{t(`link.${link.words}`)}</Link> } : {})}
          >
            <b className="font-medium">{t(`${signal.kind}.what`, signal.params)}</b>{' '}
            {t(`${signal.kind}.next`)}
          </Notice>
        )
      })}
    </div>
  )
}
