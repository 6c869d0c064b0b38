'use client'

import { Layers, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { TopicInput } from '@/components/api/topic-input'
import { IconButton } from '@/components/ui/icon-button'

/** Groups that read one topic. Enter, a choice or leaving the field takes it. */
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
  const [text, setText] = useState(value ?? '')
  // The address changed by other means: follow it.
  useEffect(() => setText(value ?? ''), [value])
  const take = (next: string) => {
    const topic = next.trim()
    if (topic !== (value ?? '')) onValueChange(topic || null)
  }
  return (
    <TopicInput
      cluster={cluster}
      label={t('topicFilter')}
      value={text}
      onValueChange={setText}
      onOffered={take}
      onEnter={() => take(text)}
      onLeave={() => take(text)}
      onEscape={() => setText(value ?? '')}
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
    />
  )
}
