'use client'

import { type ReactNode, useId, useState } from 'react'
import { type FieldIds, Input } from '@/components/ui/input'
import { topics } from '@/lib/contracts/topics'
import { useApi } from './use-api'

const OFFERED = 20
/** Kafka’s limit. */
const LONGEST = 249

/** A topic's name, completed from the topics of the cluster; the server searches as one types. */
export function TopicInput({
  cluster,
  label,
  ids,
  mono = false,
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
  /** Its name where no field around it (`ids`) gives it one. */
  label?: string
  ids?: FieldIds
  mono?: boolean
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
  const list = useId()
  const [near, setNear] = useState(false)
  const { data } = useApi(
    topics.list,
    { cluster, query: value.trim().slice(0, LONGEST), limit: OFFERED },
    { enabled: near && cluster !== '', staleMs: 10_000 },
  )
  return (
    <>
      <Input
        {...(ids ?? { size: 'sm', 'aria-label': label, placeholder: label })}
        mono={mono}
        list={list}
        maxLength={LONGEST}
        autoCapitalize="none"
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
      <datalist id={list}>
        {data?.items.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}
