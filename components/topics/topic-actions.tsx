'use client'

import { Ellipsis, FilePen, Rows3, Scissors, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { type ChangeKind, ChangeTopicDialog } from './change-topic-dialog'
import { TruncateDialog } from './truncate-dialog'

/** What can be changed about a topic: at once by who may, else as a request. Each opens a dialog that first tells what would happen. */
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
  const [open, setOpen] = useState<ChangeKind | 'truncate' | null>(null)
  const resource = { cluster, topic }
  const file = usePermission('request.file', resource)
  const alter = usePermission('topic.alter', resource)
  const purge = usePermission('record.purge', resource)
  const change = alter.allowed ? null : file.reason
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
        <MenuSeparator />
        {purge.readOnly ? null : (
          <MenuItem
            danger
            icon={<Scissors size={16} />}
            reason={purge.reason}
            onSelect={() => setOpen('truncate')}
          >
            {t('truncate')}
          </MenuItem>
        )}
        <MenuItem danger icon={<Trash2 size={16} />} reason={change} onSelect={() => setOpen('delete')}>
          {t('delete')}
        </MenuItem>
      </Menu>
      {open !== null && open !== 'truncate' ? (
        <ChangeTopicDialog
          kind={open}
          cluster={cluster}
          topic={topic}
          partitions={partitions}
          onClose={close}
        />
      ) : null}
      {open === 'truncate' ? <TruncateDialog cluster={cluster} topic={topic} onClose={close} /> : null}
    </>
  )
}
