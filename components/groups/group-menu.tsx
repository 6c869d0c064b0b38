'use client'

import { Ellipsis, ListX, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { useToast } from '@/components/ui/toast'
import { type GroupDetail, groups } from '@/lib/contracts/groups'
import { offsetPlans } from '@/lib/contracts/offset-plans'
import { routes } from '@/lib/routes'
import { RemovalDialog } from './removal-dialog'
import { useDryRun } from './use-dry-run'

/** Topics listed in the menu; of more, the plan of the offsets tab takes them. */
const MOST_TOPICS = 12

/** What ends things: a topic's offsets, the group itself. */
export function GroupMenu({ cluster, group }: { cluster: string; group: GroupDetail }) {
  const t = useTranslations('offsets.remove')
  const [removing, setRemoving] = useState<{ topic: string | null } | null>(null)
  const topic = group.topics[0]
  const resource = topic === undefined ? { cluster } : { cluster, topic }
  const mayDelete = usePermission('group.delete', resource)
  const mayAlter = usePermission('group.alter', resource)
  if (mayDelete.readOnly) return null
  return (
    <>
      <Menu label={t('menu')} trigger={<IconButton label={t('menu')} icon={<Ellipsis size={16} />} />}>
        {group.topics.slice(0, MOST_TOPICS).map(one => (
          <MenuItem
            key={one}
            icon={<ListX />}
            reason={mayAlter.reason}
            onSelect={() => setRemoving({ topic: one })}
          >
            {t('offsets')}: <span className="mono-sm">{one}</span>
          </MenuItem>
        ))}
        {group.topics.length > 0 ? <MenuSeparator /> : null}
        <MenuItem
          danger
          icon={<Trash2 />}
          reason={mayDelete.reason}
          onSelect={() => setRemoving({ topic: null })}
        >
          {t('group')}
        </MenuItem>
      </Menu>
      {removing === null ? null : removing.topic === null ? (
        <RemoveGroup cluster={cluster} group={group.group} onClose={() => setRemoving(null)} />
      ) : (
        <RemoveOffsets
          cluster={cluster}
          group={group.group}
          topic={removing.topic}
          onClose={() => setRemoving(null)}
        />
      )}
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
      title={t('groupTitle', { group })}
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
  topic,
  onClose,
}: {
  cluster: string
  group: string
  topic: string
  onClose: () => void
}) {
  const t = useTranslations('offsets.remove')
  const toast = useToast()
  const at = { cluster, group, topic }
  const dry = useDryRun(offsetPlans.removeOffsets, { ...at, dryRun: true })
  const remove = useApiMutation(offsetPlans.removeOffsets, {
    invalidates: [groups.get, groups.list],
    onSuccess: () => {
      toast(t('done'))
      onClose()
    },
  })
  return (
    <RemovalDialog
      title={t('offsetsTitle', { topic })}
      body={t('offsetsBody', { n: dry.data?.partitions.length ?? 0, group, topic })}
      confirm={t('confirm')}
      typeName={topic}
      dry={dry.data}
      error={remove.error ?? dry.error}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate({ ...at, confirm: topic })}
    />
  )
}
