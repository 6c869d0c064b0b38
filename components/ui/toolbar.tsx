'use client'

import { ListFilter, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { cn } from './cn'
import { useHotkeys } from './hotkeys'
import { IconButton } from './icon-button'
import { Input } from './input'
import { Kbd } from './kbd'

/** The line of controls above a list. */
export function Toolbar({
  label,
  children,
  className,
}: {
  label: string
  children: ReactNode
  className?: string
}) {
  return (
    <div
      role="toolbar"
      aria-label={label}
      className={cn('flex min-h-11 shrink-0 flex-wrap items-center gap-2 px-4 py-1.5', className)}
    >
      {children}
    </div>
  )
}

/**
 * The filter of a list: `/` focuses it, Esc clears and then leaves. Reports 200 ms after the last key, and
 * never in the middle of a Hangul syllable.
 */
export function FilterInput({
  label,
  placeholder,
  value,
  onValueChange,
  className,
}: {
  label: string
  placeholder?: string
  value: string
  onValueChange: (value: string) => void
  className?: string
}) {
  const t = useTranslations('common')
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(value)
  const composing = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    // The address changed by other means (Back, a preset): follow it.
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    // Whoever follows a link right after typing goes there: an address that changed meanwhile would call the way off.
    const onClick = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('a[href], tbody tr'))
        clearTimeout(timer.current)
    }
    document.addEventListener('click', onClick, true)
    return () => document.removeEventListener('click', onClick, true)
  }, [])
  useHotkeys({ '/': () => input.current?.focus() })

  const send = (next: string, delayMs: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      sent.current = next
      onValueChange(next)
    }, delayMs)
  }
  const clear = () => {
    setText('')
    send('', 0)
  }
  return (
    <Input
      ref={input}
      size="sm"
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={text}
      leading={<ListFilter aria-hidden size={14} className="shrink-0 text-text-3" />}
      trailing={
        text ? (
          <IconButton size="xs" label={t('clearFilter')} icon={<X size={14} />} onClick={clear} />
        ) : (
          <Kbd>/</Kbd>
        )
      }
      // On a phone it takes what its line leaves: a chip beside it whose count comes later finds room.
      className={cn(
        'w-64 max-sm:w-auto max-sm:min-w-52 max-sm:flex-1 [&_input::-webkit-search-cancel-button]:hidden',
        className,
      )}
      onChange={event => {
        const next = event.currentTarget.value
        setText(next)
        if (!composing.current) send(next, 200)
      }}
      onCompositionStart={() => {
        composing.current = true
      }}
      onCompositionEnd={event => {
        composing.current = false
        send(event.currentTarget.value, 200)
      }}
      onKeyDown={event => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') send(text, 0)
        if (event.key === 'Escape') {
          event.stopPropagation()
          if (text) clear()
          else event.currentTarget.blur()
        }
      }}
    />
  )
}

/** A preset that is on or off, with its count. */
export function FilterChip({
  on,
  onToggle,
  count,
  children,
}: {
  on: boolean
  onToggle: () => void
  count?: ReactNode
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onToggle}
      className={cn(
        'inline-flex h-6 items-center gap-1 rounded-control border px-2 text-meta whitespace-nowrap',
        on
          ? 'border-transparent bg-selected font-medium text-accent'
          : 'border-line bg-surface text-text hover:bg-hover',
      )}
    >
      {children}
      {count === undefined || count === null ? null : (
        <span className={on ? '' : 'text-text-3'}>{count}</span>
      )}
    </button>
  )
}
