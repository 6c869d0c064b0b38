'use client'

import { RotateCcw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { usePermission } from '@/components/api/me'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton, IconLink } from '@/components/ui/icon-button'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'

/** `3:12,14;5:9`: records of one topic, short enough for an address. */
function packRecords(records: readonly { partition: number; offset: string }[]): string {
  const byPartition = new Map<number, string[]>()
  for (const { partition, offset } of records)
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), offset])
  return [...byPartition].map(([partition, offsets]) => `${partition}:${offsets.join(',')}`).join(';')
}

/** At the end of an issue's row: the way to its replay plan. One tab stop a table: with the keyboard ⇧R does it. */
export function ReplayIcon({ cluster, issue }: { cluster: string; issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters')
  const { fingerprint, topic, open } = issue
  const permission = usePermission('replay.plan', { cluster, topic })
  const reason = permission.reason ?? (open === 0 ? t('nothingOpen') : null)
  const label = t('issue.replayAll', { n: open })
  const look = { label, icon: <RotateCcw size={16} />, tabIndex: -1 }
  return reason === null ? (
    <IconLink {...look} shortcut="⇧R" href={routes.newReplay(cluster, { topic, fingerprint })} />
  ) : (
    <IconButton {...look} size="xs" reason={reason} />
  )
}

/**
 * To the replay plan of a selection (⇧R); who may not plan is told why. Not on phones: there the console only
 * reads.
 */
export function ReplayLink({
  cluster,
  topic,
  records,
  fingerprint,
  count,
  primary,
  hotkey,
  size = 'md',
  children,
}: {
  cluster: string
  topic: string
  records?: readonly { partition: number; offset: string }[]
  fingerprint?: string
  count: number
  primary?: boolean
  /** This is the one that ⇧R means. */
  hotkey?: boolean
  size?: 'md' | 'sm'
  children: React.ReactNode
}) {
  const t = useTranslations('dead-letters')
  const router = useRouter()
  const permission = usePermission('replay.plan', { cluster, topic })
  const reason = permission.reason ?? (count === 0 ? t('nothingOpen') : null)
  const href = routes.newReplay(cluster, {
    topic,
    fingerprint,
    records: records ? packRecords(records) : undefined,
  })
  useHotkeys({ 'shift+r': () => (reason === null ? router.push(href) : false) }, hotkey ?? false)
  const look = {
    size,
    variant: primary ? ('primary' as const) : ('secondary' as const),
    icon: <RotateCcw size={16} />,
    className: 'max-sm:hidden',
  }
  return (
    <>
      {reason === null ? (
        <LinkButton {...look} href={href} title={hotkey ? '⇧R' : undefined}>
          {children}
        </LinkButton>
      ) : (
        <ActionButton {...look} reason={reason}>
          {children}
        </ActionButton>
      )}
      {primary || hotkey ? (
        <span className="text-meta text-text-3 sm:hidden">{t('replayNotOnPhones')}</span>
      ) : null}
    </>
  )
}
