'use client'

import { Layers, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useId, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { topics } from '@/lib/contracts/topics'

const OFFERED = 20

/** Groups that read one topic: its name, completed from the topics of the cluster. Enter, a choice or leaving the field takes it. */
export function TopicFilter({
  cluster,
  value,
  onValueChange,
}: {
  cluster: string
  value: string | null
  onValueChange: (topic: string | null) => void
}) {
  const t = useTranslations('groups')
  const id = useId()
  const [text, setText] = useState(value ?? '')
  const [near, setNear] = useState(false)
  // The address changed by other means: follow it.
  useEffect(() => setText(value ?? ''), [value])
  const query = text.trim()
  const { data } = useApi(topics.list, { cluster, query, limit: OFFERED }, { enabled: near, staleMs: 10_000 })
  const take = (next: string) => {
    const topic = next.trim()
    if (topic !== (value ?? '')) onValueChange(topic || null)
  }
  return (
    <>
      <Input
        size="sm"
        aria-label={t('topicFilter')}
        placeholder={t('topicFilter')}
        list={id}
        maxLength={249}
        value={text}
        leading={<Layers aria-hidden size={14} className="shrink-0 text-text-3" />}
        trailing={
          text ? (
            <IconButton
              size="xs"
              label={t('clearTopic')}
              icon={<X size={14} />}
              onClick={() => {
                setText('')
                take('')
              }}
            />
          ) : null
        }
        className="w-48"
        onFocus={() => setNear(true)}
        onBlur={event => take(event.currentTarget.value)}
        onChange={event => {
          const next = event.currentTarget.value
          setText(next)
          // A choice from the list comes as one change to a name that was offered.
          if (data?.items.some(({ name }) => name === next)) take(next)
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') take(text)
          if (event.key === 'Escape') {
            event.stopPropagation()
            setText(value ?? '')
          }
        }}
      />
      <datalist id={id}>
        {data?.items.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}
