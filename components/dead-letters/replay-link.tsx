'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { usePermission } from '@/components/api/me'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { routes } from '@/lib/routes'

/** `3:12,14;5:9`: records of one topic, short enough for an address. */
export function packRecords(records: readonly { partition: number; offset: string }[]): string {
  const byPartition = new Map<number, string[]>()
  for (const { partition, offset } of records)
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), offset])
  return [...byPartition].map(([partition, offsets]) => `${partition}:${offsets.join(',')}`).join(';')
}

/** To the replay plan of a selection; who may not plan is told why. */
export function ReplayLink({
  cluster,
  topic,
  records,
  fingerprint,
  count,
  primary,
  children,
}: {
  cluster: string
  topic: string
  records?: readonly { partition: number; offset: string }[]
  fingerprint?: string
  count: number
  primary?: boolean
  children: React.ReactNode
}) {
  const t = useTranslations('dead-letters')
  const permission = usePermission('replay.plan', { cluster, topic })
  const icon = <RotateCcw size={16} />
  const variant = primary ? ('primary' as const) : ('secondary' as const)
  if (permission.reason || count === 0)
    return (
      <ActionButton variant={variant} icon={icon} reason={permission.reason ?? t('record.noReplays')}>
        {children}
      </ActionButton>
    )
  return (
    <LinkButton
      variant={variant}
      icon={icon}
      href={routes.newReplay(cluster, {
        topic,
        fingerprint,
        records: records ? packRecords(records) : undefined,
      })}
    >
      {children}
    </LinkButton>
  )
}
