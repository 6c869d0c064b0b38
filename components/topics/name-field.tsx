'use client'

import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { Field, Input } from '@/components/ui/input'
import { StatusIcon } from '@/components/ui/status'
import type { NameCheck } from '@/lib/contracts/topics'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

/** The name, with its parts read out below while it is typed; Tab takes the suggested fix while there is one. */
export function NameField({
  value,
  check,
  policy,
  fix,
  error,
  onChange,
}: {
  value: string
  check: NameCheck | null
  policy: NamingPolicy
  fix: string | null
  error: string | undefined
  onChange: (name: string) => void
}) {
  const t = useTranslations('topics.new')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // After the shell has moved focus to the title of a page that was navigated to.
    const timer = setTimeout(() => input.current?.focus(), 50)
    return () => clearTimeout(timer)
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Tab' || event.shiftKey || event.nativeEvent.isComposing || fix === null) return
    event.preventDefault()
    onChange(fix)
  }
  return (
    <Field label={t('name')} required {...(error ? { error } : {})}>
      {({ invalid, ...ids }) => (
        <>
          <Input
            {...ids}
            ref={input}
            mono
            invalid={invalid || (check !== null && !check.valid)}
            value={value}
            maxLength={300}
            autoCapitalize="none"
            onChange={e => onChange(e.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Segments check={check} policy={policy} onChange={onChange} />
        </>
      )}
    </Field>
  )
}

const SUGGESTED = 5

/** The parts side by side, and values for the one that is being typed, or else is not right yet. */
function Segments({
  check,
  policy,
  onChange,
}: {
  check: NameCheck | null
  policy: NamingPolicy
  onChange: (name: string) => void
}) {
  const t = useTranslations('topics.new')
  const words = useSegmentWords()
  const blank = policy.segments.map(rule => ({
    name: rule.name,
    value: '',
    ok: false,
    suggestions: rule.kind === 'enum' ? [...rule.known] : [],
  }))
  const segments = check && check.segments.length > 0 ? check.segments : blank
  const last = segments.findLastIndex(segment => segment.value !== '')
  const typed = check?.name.endsWith(policy.separator) ? undefined : segments[last]
  /** What is typed may be right as it stands, and yet be the beginning of what is known. */
  const completions = typed?.ok ? typed.suggestions.filter(value => value.startsWith(typed.value)) : []
  const open = completions.length > 0 ? last : segments.findIndex(segment => !segment.ok)
  const put = (at: number, value: string) => {
    const parts = segments.map((segment, i) => (i === at ? value : segment.value))
    const before = parts.slice(0, at + 1)
    const after = parts.slice(at + 1).filter(text => text !== '')
    // A part that is followed by none ends with its separator: the next one is typed behind it.
    const next = at < segments.length - 1 && after.length === 0 ? [''] : []
    onChange(policy.prefix + [...before, ...after, ...next].join(policy.separator))
  }
  const offered = completions.length > 0 ? completions : (segments[open]?.suggestions ?? [])
  const suggestions = offered.slice(0, SUGGESTED)
  return (
    <div className="flex min-h-12 flex-col gap-1 pt-1 max-sm:min-h-20">
      <div className="flex flex-wrap gap-x-5 gap-y-1 text-meta">
        {segments.map((segment, i) => {
          return (
            <span key={i} className="inline-flex min-w-0 items-center gap-1">
              <StatusIcon kind={segment.value ? (segment.ok ? 'ok' : 'error') : 'empty'} size={12} />
              <span className="text-text-3">{words(segment.name)}</span>
              <span className={cn('mono-sm max-w-60 truncate', segment.ok ? 'text-text' : 'text-text-2')}>
                {segment.value || '—'}
              </span>
            </span>
          )
        })}
        {check?.suffix ? (
          <span className="inline-flex items-center gap-1">
            <span className="text-text-3">{t('suffix')}</span>
            <span className="mono-sm">{check.suffix}</span>
          </span>
        ) : null}
      </div>
      {suggestions.length > 0 && open >= 0 ? (
        <div className="flex flex-wrap items-center gap-1 text-meta">
          <span className="text-text-3">
            {t('segmentSuggestions', { segment: words(segments[open]?.name ?? '') })}
          </span>
          {suggestions.map(value => (
            <button
              key={value}
              type="button"
              onClick={() => put(open, value)}
              className="mono-sm inline-flex h-6 items-center rounded-control border border-line px-1.5 text-text hover:bg-hover"
            >
              {value}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

/** A part's name in the reader's language, where it is one of the agreed ones. */
function useSegmentWords(): (name: string) => string {
  const t = useTranslations('naming.segment')
  return name => (name === 'domain' || name === 'service' || name === 'event' ? t(name) : name)
}
