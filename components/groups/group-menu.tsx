'use client'

import { Ellipsis, ListX, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { Select } from '@/components/ui/select'
import { useToast } from '@/components/ui/toast'
import { usePhoneRefusal } from '@/components/ui/use-phone'
import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { offsetPlans } from '@/lib/contracts/offset-plans'
import { middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { TITLE_NAME } from './group-cells'
import { RemovalDialog } from './removal-dialog'
import { useDryRun } from './use-dry-run'

/** What ends things: a topic's offsets, the group itself. */
export function GroupMenu({ cluster, group }: { cluster: string; group: GroupDetail }) {
  const t = useTranslations('offsets.remove')
  const [removing, setRemoving] = useState<'offsets' | 'group' | null>(null)
  const topic = group.topics[0]
  const resource = topic === undefined ? { cluster } : { cluster, topic }
  const mayDelete = usePermission('group.delete', resource)
  const mayAlter = usePermission('group.alter', resource)
  const notHere = usePhoneRefusal()
  if (mayDelete.readOnly) return null
  const close = () => setRemoving(null)
  return (
    <>
      <Menu label={t('menu')} trigger={<IconButton label={t('menu')} icon={<Ellipsis size={16} />} />}>
        <MenuItem
          icon={<ListX />}
          reason={mayAlter.reason ?? (topic === undefined ? t('noOffsets') : notHere)}
          onSelect={() => setRemoving('offsets')}
        >
          {t('offsets')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          danger
          icon={<Trash2 />}
          reason={mayDelete.reason ?? notHere}
          onSelect={() => setRemoving('group')}
        >
          {t('group')}
        </MenuItem>
      </Menu>
      {removing === 'group' ? <RemoveGroup cluster={cluster} group={group.group} onClose={close} /> : null}
      {removing === 'offsets' ? (
        <RemoveOffsets cluster={cluster} group={group.group} topics={group.topics} onClose={close} />
      ) : null}
    </>
  )
}

function RemoveGroup({ cluster, group, onClose }: { cluster: string; group: string; onClose: () => void }) {
  const t = useTranslations('offsets.remove')
  const router = useRouter()
  const at = { cluster, group }
  const dry = useDryRun(offsetPlans.removeGroup, { ...at, dryRun: true })
  const remove = useApiMutation(offsetPlans.removeGroup, {
    invalidates: [groups.list],
    onSuccess: () => router.push(routes.groups(cluster)),
  })
  return (
    <RemovalDialog
      cluster={cluster}
      title={t('groupTitle', { group: middleTruncate(group, TITLE_NAME) })}
      body={t('groupBody', { n: dry.data?.partitions.length ?? 0 })}
      confirm={t('confirm')}
      typeName={group}
      dry={dry.data}
      error={remove.error ?? dry.error}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate({ ...at, confirm: group })}
    />
  )
}

function RemoveOffsets({
  cluster,
  group,
  topics,
  onClose,
}: {
  cluster: string
  group: string
  topics: readonly string[]
  onClose: () => void
}) {
  const t = useTranslations('offsets.remove')
  const toast = useToast()
  const [topic, setTopic] = useState(topics[0] ?? '')
  const at = { cluster, group, topic }
  const dry = useDryRun(offsetPlans.removeOffsets, { ...at, dryRun: true })
  const remove = useApiMutation(offsetPlans.removeOffsets, {
    invalidates: [groups.get, groups.list],
    onSuccess: answer => {
      if (!answer.done) return
      toast(t('done'))
      onClose()
    },
  })
  const choose = (next: string) => {
    remove.reset()
    setTopic(next)
  }
  return (
    <RemovalDialog
      cluster={cluster}
      title={t('offsetsTitle')}
      body={t('offsetsBody', {
        n: dry.data?.partitions.length ?? 0,
        group: middleTruncate(group, TITLE_NAME),
        topic,
      })}
      confirm={t('confirmOffsets', { n: dry.data?.partitions.length ?? 0 })}
      typeName={topic}
      dry={dry.data}
      report={remove.data}
      error={remove.error ?? dry.error}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate({ ...at, confirm: topic })}
    >
      <Select
        label={t('topic')}
        value={topic}
        onValueChange={choose}
        options={topics.map(name => ({ value: name, label: name }))}
        className="mt-3 w-full"
      />
    </RemovalDialog>
  )
}
