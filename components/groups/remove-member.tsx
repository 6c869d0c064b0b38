'use client'

import { UserMinus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { IconButton } from '@/components/ui/icon-button'
import { usePhoneRefusal } from '@/components/ui/use-phone'
import { type GroupMember, groups } from '@/lib/contracts/groups'
import { offsetPlans } from '@/lib/contracts/offset-plans'
import { RemovalDialog } from './removal-dialog'
import { useDryRun } from './use-dry-run'

type Props = { cluster: string; group: string; member: GroupMember; instance: string }

/** Takes a static member out; who may not sees why. */
export function RemoveMember(props: Props) {
  const t = useTranslations('offsets.remove')
  const [open, setOpen] = useState(false)
  const topic = props.member.assigned[0]?.topic
  const permission = usePermission(
    'group.alter',
    topic === undefined ? { cluster: props.cluster } : { cluster: props.cluster, topic },
  )
  const notHere = usePhoneRefusal()
  if (permission.readOnly) return null
  return (
    <>
      <IconButton
        size="xs"
        label={t('memberTitle', { instance: props.instance })}
        icon={<UserMinus size={14} />}
        reason={permission.reason ?? notHere}
        onClick={() => setOpen(true)}
      />
      {open ? <Ask {...props} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Ask({ cluster, group, member, instance, onClose }: Props & { onClose: () => void }) {
  const t = useTranslations('offsets.remove')
  const at = { cluster, group, instance }
  const dry = useDryRun(offsetPlans.removeMember, { ...at, dryRun: true })
  const remove = useApiMutation(offsetPlans.removeMember, { invalidates: [groups.get], onSuccess: onClose })
  return (
    <RemovalDialog
      cluster={cluster}
      title={t('memberTitle', { instance })}
      body={t('memberBody', { n: member.assigned.reduce((n, one) => n + one.partitions.length, 0) })}
      confirm={t('confirmMember')}
      dry={dry.data}
      error={remove.error ?? dry.error}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate(at)}
    />
  )
}
