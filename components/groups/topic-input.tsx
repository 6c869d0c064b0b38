'use client'

import { type ReactNode, useId, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Input } from '@/components/ui/input'
import { topics } from '@/lib/contracts/topics'

const OFFERED = 20

/** A topic's name, completed from the topics of the cluster; the server searches as one types. */
export function TopicInput({
  cluster,
  label,
  value,
  onValueChange,
  onOffered,
  onEnter,
  onLeave,
  onEscape,
  leading,
  trailing,
  className,
}: {
  cluster: string
  label: string
  value: string
  onValueChange: (value: string) => void
  /** The text is a name that was offered: a choice from the list comes as one change. */
  onOffered?: (topic: string) => void
  onEnter?: () => void
  onLeave?: () => void
  onEscape?: () => void
  leading?: ReactNode
  trailing?: ReactNode
  className?: string
}) {
  const id = useId()
  const [near, setNear] = useState(false)
  const { data } = useApi(
    topics.list,
    { cluster, query: value.trim(), limit: OFFERED },
    { enabled: near, staleMs: 10_000 },
  )
  return (
    <>
      <Input
        size="sm"
        aria-label={label}
        placeholder={label}
        list={id}
        maxLength={249}
        value={value}
        leading={leading}
        trailing={trailing}
        {...(className ? { className } : {})}
        onFocus={() => setNear(true)}
        onBlur={() => onLeave?.()}
        onChange={event => {
          const next = event.currentTarget.value
          onValueChange(next)
          if (data?.items.some(({ name }) => name === next)) onOffered?.(next)
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter' && onEnter) {
            // In a form Enter would send it.
            event.preventDefault()
            onEnter()
          }
          if (event.key === 'Escape' && onEscape) {
            event.stopPropagation()
            onEscape()
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
