'use client'

import { Layers, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'
import { topics } from '@/lib/contracts/topics'
import { middleTruncate } from '@/lib/format'
import { ALSO_MAX } from './messages-query'

/** As many as stand on one line. */
const NAME_CHARS = 40

/** Which other topics a live tail follows besides its own. */
export function TailTopics({
  cluster,
  topic,
  value,
  onChange,
}: {
  cluster: string
  topic: string
  value: readonly string[]
  onChange: (value: string[]) => void
}) {
  const t = useTranslations('search.tail')
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed.trim())
  const { data } = useApi(topics.list, { cluster, ...(query ? { query } : {}), limit: 20 }, { enabled: open })
  const found = (data?.items ?? []).filter(one => one.name !== topic && !value.includes(one.name))
  const full = value.length >= ALSO_MAX
  return (
    <Popover
      label={t('topics')}
      align="end"
      className="w-96"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="xs" icon={<Layers size={12} />}>
          {t('topicCount', { n: value.length + 1 })}
        </Button>
      }
    >
      <div className="flex flex-col gap-2 p-3">
        <Input
          size="sm"
          mono
          aria-label={t('findTopic')}
          placeholder={t('findTopic')}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <ul aria-label={t('topics')} className="flex max-h-40 flex-col overflow-auto">
          <li className="mono-sm flex h-7 items-center truncate" translate="no">
            {topic}
          </li>
          {value.map(name => (
            <li key={name} className="flex h-7 items-center gap-1">
              <span className="mono-sm min-w-0 flex-1 truncate" translate="no">
                {name}
              </span>
              <IconButton
                size="xs"
                label={t('removeTopic', { topic: name })}
                icon={<X size={12} />}
                onClick={() => onChange(value.filter(one => one !== name))}
              />
            </li>
          ))}
        </ul>
        <p className="text-meta/5 text-text-3">
          {full ? t('topicsFull', { n: ALSO_MAX + 1 }) : t('topicsHelp')}
        </p>
        <div className="flex max-h-60 flex-col gap-1.5 overflow-auto p-0.5">
          {found.map(one => (
            <Checkbox
              key={one.name}
              checked={false}
              disabled={full}
              className="min-w-0"
              aria-label={one.name}
              label={
                <span className="mono-sm break-all" translate="no" title={one.name}>
                  {middleTruncate(one.name, NAME_CHARS)}
                </span>
              }
              onCheckedChange={() => onChange([...value, one.name])}
            />
          ))}
        </div>
      </div>
    </Popover>
  )
}
