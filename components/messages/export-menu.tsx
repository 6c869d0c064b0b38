'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { apiUrl } from '@/components/api/call'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Popover } from '@/components/ui/popover'
import { Segmented } from '@/components/ui/segmented'
import { messages } from '@/lib/contracts/messages'
import { exportInput, isSearch, type MessagesParams } from './messages-query'

const FORMATS = ['ndjson', 'csv', 'raw'] as const

/** Downloads everything that the range and the conditions name, not only what is on screen. */
export function ExportMenu({
  cluster,
  topic,
  params,
}: {
  cluster: string
  topic: string
  params: MessagesParams
}) {
  const t = useTranslations('search')
  const [open, setOpen] = useState(false)
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('ndjson')
  const [gzip, setGzip] = useState(false)
  const href = apiUrl(messages.export, exportInput(cluster, topic, params, format, gzip))
  return (
    <Popover
      label={t('export')}
      align="end"
      className="w-80"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label={t('export')} icon={<Download size={16} />} />}
    >
      <div className="flex flex-col gap-3 p-3">
        <p className="text-meta/5 text-text-2">{t(isSearch(params) ? 'exportHits' : 'exportRange')}</p>
        <Segmented
          size="sm"
          className="self-start"
          label={t('format')}
          value={format}
          onValueChange={setFormat}
          options={FORMATS.map(value => ({ value, label: t(`formats.${value}`) }))}
        />
        <p className="min-h-10 text-meta/5 text-text-3">{t(`formatHelp.${format}`)}</p>
        <Checkbox label={t('gzip')} checked={gzip} onCheckedChange={on => setGzip(on === true)} />
        <Button
          size="sm"
          variant="primary"
          className="self-end"
          onClick={() => {
            setOpen(false)
            // A download of the browser's own: it shows progress and can be cancelled there.
            const link = document.createElement('a')
            link.href = href
            link.download = ''
            link.click()
          }}
        >
          {t('download')}
        </Button>
      </div>
    </Popover>
  )
}
