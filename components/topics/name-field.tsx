'use client'

import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { Field, Input } from '@/components/ui/input'
import { StatusIcon } from '@/components/ui/status'
import type { NameCheck } from '@/lib/contracts/topics'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'

/** The name, with its parts read out below while it is typed; Tab takes the suggested fix while there is one. */
export function NameField({
  value,
  check,
  fix,
  error,
  onChange,
}: {
  value: string
  check: NameCheck | null
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
          <Segments check={check} onChange={onChange} />
        </>
      )}
    </Field>
  )
}

const NAMES = ['domain', 'service', 'event'] as const
const SUGGESTED = 5
const [domainRule] = DEFAULT_POLICY.segments
const DOMAINS = domainRule?.kind === 'enum' ? domainRule.values : []

/** The three parts side by side, and values for the one that is not right yet. */
function Segments({ check, onChange }: { check: NameCheck | null; onChange: (name: string) => void }) {
  const t = useTranslations('topics.new')
  const segments = NAMES.map(name => check?.segments.find(segment => segment.name === name))
  const open = segments.findIndex(segment => segment === undefined || !segment.ok)
  const put = (at: number, value: string) => {
    const before = segments.slice(0, at).map(segment => segment?.value ?? '')
    const after = segments
      .slice(at + 1)
      .map(segment => segment?.value ?? '')
      .filter(text => text !== '')
    // A part that is followed by none ends with its dot: the next one is typed behind it.
    const next = at < NAMES.length - 1 && after.length === 0 ? [''] : []
    onChange([...before, value, ...after, ...next].join('.'))
  }
  // Nothing typed yet: the registered domains.
  const values = check === null ? DOMAINS : open >= 0 ? (segments[open]?.suggestions ?? []) : []
  const suggestions = values.slice(0, SUGGESTED)
  return (
    <div className="flex min-h-12 flex-col gap-1 pt-1">
      <div className="flex flex-wrap gap-x-5 gap-y-1 text-meta">
        {NAMES.map((name, i) => {
          const segment = segments[i]
          return (
            <span key={name} className="inline-flex min-w-0 items-center gap-1">
              <StatusIcon kind={segment?.value ? (segment.ok ? 'ok' : 'error') : 'empty'} size={12} />
              <span className="text-text-3">{t(`segment.${name}`)}</span>
              <span className={cn('mono-sm max-w-60 truncate', segment?.ok ? 'text-text' : 'text-text-2')}>
                {segment?.value || '—'}
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
            {t('segmentSuggestions', { segment: t(`segment.${NAMES[open] ?? 'event'}`) })}
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
