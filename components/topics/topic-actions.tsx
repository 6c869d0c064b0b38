'use client'

import { CopyPlus, Ellipsis, FilePen, KeyRound, Recycle, Rows3, Scissors, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { usePhoneRefusal } from '@/components/ui/use-phone'
import { routes } from '@/lib/routes'
import { ChangeTopicDialog, type DirectKind } from './change-topic-dialog'
import { RecreateDialog } from './recreate-dialog'
import { TruncateDialog } from './truncate-dialog'

/**
 * What can be changed about a topic: at once by who may, else as a request. Each opens a dialog that first
 * tells what would happen.
 */
export function TopicActions({
  cluster,
  topic,
  partitions,
}: {
  cluster: string
  topic: string
  partitions: number
}) {
  const t = useTranslations('topics.change')
  const [open, setOpen] = useState<DirectKind | 'truncate' | 'recreate' | null>(null)
  const resource = { cluster, topic }
  const file = usePermission('request.file', resource)
  const alter = usePermission('topic.alter', resource)
  const remove = usePermission('topic.delete', resource)
  const purge = usePermission('record.purge', resource)
  const change = alter.allowed ? null : file.reason
  const notHere = usePhoneRefusal()
  const isSystem = topic.startsWith('__')
  if (isSystem) return null
  const close = () => setOpen(null)
  return (
    <>
      <Menu
        label={t('menu')}
        align="end"
        trigger={<IconButton label={t('menu')} icon={<Ellipsis size={16} />} />}
      >
        <MenuItem icon={<FilePen size={16} />} reason={change} onSelect={() => setOpen('configs')}>
          {t('configs')}
        </MenuItem>
        <MenuItem icon={<Rows3 size={16} />} reason={change} onSelect={() => setOpen('partitions')}>
          {t('partitions')}
        </MenuItem>
        <MenuItem
          icon={<KeyRound size={16} />}
          reason={file.reason}
          href={routes.newRequest({ cluster, kind: 'access', topic })}
        >
          {t('access')}
        </MenuItem>
        <MenuItem
          icon={<CopyPlus size={16} />}
          reason={file.reason}
          href={routes.newTopic(cluster, { like: topic })}
        >
          {t('clone')}
        </MenuItem>
        <MenuSeparator />
        {purge.readOnly ? null : (
          <MenuItem
            danger
            icon={<Scissors size={16} />}
            reason={purge.reason ?? notHere}
            onSelect={() => setOpen('truncate')}
          >
            {t('truncate')}
          </MenuItem>
        )}
        {remove.readOnly ? null : (
          <MenuItem
            danger
            icon={<Recycle size={16} />}
            reason={remove.reason ?? notHere}
            onSelect={() => setOpen('recreate')}
          >
            {t('recreate')}
          </MenuItem>
        )}
        <MenuItem
          danger
          icon={<Trash2 size={16} />}
          reason={change ?? notHere}
          onSelect={() => setOpen('delete')}
        >
          {t('delete')}
        </MenuItem>
      </Menu>
      {open !== null && open !== 'truncate' && open !== 'recreate' ? (
        <ChangeTopicDialog
          kind={open}
          cluster={cluster}
          topic={topic}
          partitions={partitions}
          onClose={close}
        />
      ) : null}
      {open === 'recreate' ? <RecreateDialog cluster={cluster} topic={topic} onClose={close} /> : null}
      {open === 'truncate' ? <TruncateDialog cluster={cluster} topic={topic} onClose={close} /> : null}
    </>
  )
}
