'use client'

import { useTranslations } from 'next-intl'
import { type Ref, useEffect, useId, useRef, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Input } from '@/components/ui/input'
import { nameInvisible } from '@/components/ui/split-invisible'
import { SuggestionOptions } from '@/components/ui/suggestions'
import { messages } from '@/lib/contracts/messages'
import { completionsAt, type Suggestion } from './complete-filter'
import { useFilterWords } from './use-filter-words'

const CHECK_AFTER_MS = 250

/** A CEL condition as it is typed: fields seen in the topic complete it, and what is wrong is said with its column. */
export function CelInput({
  ref,
  cluster,
  topic,
  value,
  onValueChange,
  onSubmit,
}: {
  ref: Ref<HTMLInputElement>
  cluster: string
  topic: string
  value: string
  onValueChange: (value: string) => void
  onSubmit: () => void
}) {
  const t = useTranslations('search')
  const filterWords = useFilterWords()
  const id = useId()
  const [focused, setFocused] = useState(false)
  const [caret, setCaret] = useState(0)
  const [chosen, setChosen] = useState(-1)
  const own = useRef<HTMLInputElement | null>(null)
  const seen = useApi(messages.fields, { cluster, topic }, { staleMs: 60_000, enabled: focused })
  const { list, from } = focused
    ? completionsAt(value, caret, seen.data?.fields ?? [])
    : { list: [] as Suggestion[], from: 0 }
  const settled = useSettled(value.trim(), CHECK_AFTER_MS)
  const check = useApi(
    messages.checkFilter,
    { cluster, filter: settled || 'true' },
    { staleMs: Number.POSITIVE_INFINITY, enabled: settled !== '' },
  )
  const wrong = settled !== '' && check.data && !check.data.valid ? check.data.error : null

  const take = (insert: string) => {
    const next = value.slice(0, from) + insert + value.slice(caret)
    const at = from + insert.length
    onValueChange(next)
    setChosen(-1)
    requestAnimationFrame(() => {
      own.current?.setSelectionRange(at, at)
      setCaret(at)
    })
  }

  return (
    <div className="relative flex min-w-0 flex-1 flex-col gap-1">
      <Input
        ref={node => {
          own.current = node
          if (typeof ref === 'function') ref(node)
          else if (ref) ref.current = node
        }}
        size="sm"
        mono
        role="combobox"
        aria-label={t('kind.filter')}
        aria-expanded={list.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-describedby={wrong ? `${id}-error` : undefined}
        placeholder={t('placeholder.filter')}
        invalid={wrong !== null && !focused}
        value={value}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onSelect={event => setCaret(event.currentTarget.selectionStart ?? 0)}
        onChange={event => {
          onValueChange(event.currentTarget.value)
          setCaret(event.currentTarget.selectionStart ?? 0)
          setChosen(-1)
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return
          const picked = list[chosen]
          if (event.key === 'ArrowDown' && list.length > 0) setChosen((chosen + 1) % list.length)
          else if (event.key === 'ArrowUp' && list.length > 0)
            setChosen((chosen - 1 + list.length) % list.length)
          else if (picked && (event.key === 'Enter' || event.key === 'Tab')) take(picked.insert)
          else if (event.key === 'Tab' && !event.shiftKey && list[0]) take(list[0].insert)
          else if (event.key === 'Enter' && !wrong) onSubmit()
          else if (event.key === 'Escape') {
            if (chosen >= 0) setChosen(-1)
            else event.currentTarget.blur()
          } else return
          event.preventDefault()
        }}
      />
      {list.length > 0 ? (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={t('fields')}
          className="absolute top-8 left-0 z-50 max-h-72 w-full max-w-120 overflow-auto rounded-panel border border-pop-line bg-raised p-1 shadow-pop"
        >
          <SuggestionOptions
            mono
            id={id}
            options={list.map(({ insert, hint }) => ({ value: insert, label: insert, hint }))}
            chosen={chosen}
            onPick={option => take(option.value)}
          />
        </div>
      ) : null}
      {wrong ? (
        <p id={`${id}-error`} className="text-meta text-error">
          {t(`filterError.${wrong.code}`, { line: wrong.line, column: wrong.column })}{' '}
          {nameInvisible(filterWords({ ...wrong, sentence: wrong.message }))}
        </p>
      ) : null}
    </div>
  )
}

/** The value once it has rested for a while. */
function useSettled(value: string, afterMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return settled
}
