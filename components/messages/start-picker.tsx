'use client'

import { ChevronDown } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { currentTimeMs, useZone } from '@/components/ui/clock'
import { Field, Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'
import { Segmented } from '@/components/ui/segmented'
import { useZoneName } from '@/components/ui/time'
import { formatInteger, formatTimestamp } from '@/lib/format'
import { parseTime } from '@/lib/parse-time'

export type Range = { from: string; until: string | null }
const STARTS = ['newest', 'oldest', 'last', 'offset', 'time'] as const
type Start = (typeof STARTS)[number]
const LAST_COUNTS = [10, 100, 1000] as const
const AGES = ['-15m', '-1h', '-6h', '-1d'] as const

/** Where reading begins (and, for a time, where it ends): one button that says it, one panel that changes it. */
export function StartPicker({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const t = useTranslations('messages')
  const [open, setOpen] = useState(false)
  const apply = (next: Range) => {
    setOpen(false)
    onChange(next)
  }
  return (
    <Popover
      label={t('start')}
      open={open}
      onOpenChange={setOpen}
      className="w-90"
      trigger={
        <Button size="sm" className="border-line-strong font-normal">
          <span className="sr-only">{t('start')}</span>
          <RangeWords range={range} />
          <ChevronDown aria-hidden size={14} />
        </Button>
      }
    >
      <StartForm range={range} onApply={apply} />
    </Popover>
  )
}

/** `최신순`, `오프셋 884,213부터`, `2026-11-20 14:03:07부터`. */
function RangeWords({ range: { from, until } }: { range: Range }) {
  const t = useTranslations('messages')
  const locale = useLocale()
  const zone = useZone()
  const time = (position: string) => formatTimestamp(position.slice(5), zone, 's')
  const start = startOf(from)
  const words =
    start === 'offset'
      ? t('fromOffset', { offset: formatInteger(from.slice(7), locale) })
      : start === 'last'
        ? t('fromLast', { n: formatInteger(from.slice(5), locale) })
        : start === 'time'
          ? t('fromTime', { time: time(from) })
          : t(`from.${start}`)
  return (
    <>
      {words}
      {until?.startsWith('time:') ? ` ${t('untilTime', { time: time(until) })}` : null}
      {until?.startsWith('offset:')
        ? ` ${t('untilOffset', { offset: formatInteger(until.slice(7), locale) })}`
        : null}
    </>
  )
}

function startOf(from: string): Start {
  if (from.startsWith('offset:')) return 'offset'
  if (from.startsWith('time:')) return 'time'
  if (from.startsWith('last:')) return 'last'
  return from === 'oldest' ? 'oldest' : 'newest'
}

function StartForm({ range, onApply }: { range: Range; onApply: (range: Range) => void }) {
  const t = useTranslations('messages')
  const [start, setStart] = useState(startOf(range.from))
  return (
    <div className="flex flex-col gap-3 p-3">
      <Segmented<Start>
        label={t('start')}
        value={start}
        onValueChange={setStart}
        options={STARTS.map(value => ({ value, label: t(`startShort.${value}`) }))}
      />
      {start === 'last' ? <LastForm range={range} onApply={onApply} /> : null}
      {start === 'offset' ? <OffsetForm range={range} onApply={onApply} /> : null}
      {start === 'time' ? <TimeForm range={range} onApply={onApply} /> : null}
      {start === 'newest' || start === 'oldest' ? (
        <Form onSubmit={() => onApply({ from: start, until: null })}>
          <p className="min-h-10 text-meta/5 text-text-2">{t(`startHelp.${start}`)}</p>
        </Form>
      ) : null}
    </div>
  )
}

/** Digits of a whole number however they are grouped; null: something else. */
function wholeNumber(text: string, mostDigits: number): string | null {
  const digits = text.replaceAll(/[,\s_]/g, '')
  return new RegExp(`^\\d{1,${mostDigits}}$`).test(digits) ? String(BigInt(digits)) : null
}

function LastForm({ range, onApply }: { range: Range; onApply: (range: Range) => void }) {
  const t = useTranslations('messages')
  const [text, setText] = useState(range.from.startsWith('last:') ? range.from.slice(5) : '100')
  const [failed, setFailed] = useState(false)
  const apply = (typed: string) => {
    const count = wholeNumber(typed, 10)
    setFailed(count === null)
    if (count !== null) onApply({ from: `last:${count}`, until: null })
  }
  return (
    <Form onSubmit={() => apply(text)}>
      <Field label={t('last')} hint={t('lastHint')} {...(failed ? { error: t('offsetInvalid') } : {})}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            size="sm"
            mono
            autoFocus
            inputMode="numeric"
            invalid={invalid}
            value={text}
            onChange={e => {
              setText(e.currentTarget.value)
              setFailed(false)
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-1">
        {LAST_COUNTS.map(count => (
          <Button key={count} size="xs" onClick={() => apply(String(count))}>
            {t('lastCount', { n: count })}
          </Button>
        ))}
      </div>
    </Form>
  )
}

function OffsetForm({ range, onApply }: { range: Range; onApply: (range: Range) => void }) {
  const t = useTranslations('messages')
  const shown = (position: string | null) => (position?.startsWith('offset:') ? position.slice(7) : '')
  const [from, setFrom] = useState(shown(range.from))
  const [until, setUntil] = useState(shown(range.until))
  const [failed, setFailed] = useState<'from' | 'until' | 'order' | null>(null)
  const apply = () => {
    const start = wholeNumber(from, 19)
    const end = until.trim() === '' ? null : wholeNumber(until, 19)
    if (start === null) setFailed('from')
    else if (end === null && until.trim() !== '') setFailed('until')
    else if (end !== null && BigInt(end) <= BigInt(start)) setFailed('order')
    else onApply({ from: `offset:${start}`, until: end === null ? null : `offset:${end}` })
  }
  const error = (field: 'from' | 'until') =>
    failed === field
      ? { error: t('offsetInvalid') }
      : failed === 'order' && field === 'until'
        ? { error: t('offsetOrder') }
        : {}
  return (
    <Form onSubmit={apply}>
      <Field label={t('offset')} hint={t('offsetHint')} {...error('from')}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            size="sm"
            mono
            autoFocus
            inputMode="numeric"
            invalid={invalid}
            value={from}
            onChange={e => {
              setFrom(e.currentTarget.value)
              setFailed(null)
            }}
          />
        )}
      </Field>
      <Field label={t('untilOffsetField')} hint={t('untilOffsetHint')} {...error('until')}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            size="sm"
            mono
            inputMode="numeric"
            invalid={invalid}
            value={until}
            onChange={e => {
              setUntil(e.currentTarget.value)
              setFailed(null)
            }}
          />
        )}
      </Field>
    </Form>
  )
}

function TimeForm({ range, onApply }: { range: Range; onApply: (range: Range) => void }) {
  const t = useTranslations('messages')
  const zone = useZone()
  const zoneName = useZoneName()
  const shown = (position: string | null) =>
    position?.startsWith('time:') ? formatTimestamp(position.slice(5), zone, 's') : ''
  const [from, setFrom] = useState(shown(range.from))
  const [until, setUntil] = useState(shown(range.until))
  const [failed, setFailed] = useState<'from' | 'until' | 'order' | null>(null)
  const apply = (fromText: string) => {
    const now = currentTimeMs()
    const start = parseTime(fromText, zone, now)
    const end = until.trim() === '' ? null : parseTime(until, zone, now)
    if (start === null) setFailed('from')
    else if (end === null && until.trim() !== '') setFailed('until')
    else if (end !== null && end <= start) setFailed('order')
    else onApply({ from: position(start), until: end === null ? null : position(end) })
  }
  const error = (field: 'from' | 'until') =>
    failed === field
      ? { error: t('timeInvalid') }
      : failed === 'order' && field === 'until'
        ? { error: t('timeOrder') }
        : {}
  return (
    <Form onSubmit={() => apply(from)}>
      <Field label={t('time', { zone: zoneName })} hint={t('timeHint')} {...error('from')}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            size="sm"
            autoFocus
            invalid={invalid}
            value={from}
            onChange={e => {
              setFrom(e.currentTarget.value)
              setFailed(null)
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-1">
        {AGES.map(age => (
          <Button key={age} size="xs" onClick={() => apply(age)}>
            {t(`ages.${age}`)}
          </Button>
        ))}
      </div>
      <Field label={t('until', { zone: zoneName })} hint={t('untilHint')} {...error('until')}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            size="sm"
            invalid={invalid}
            value={until}
            onChange={e => {
              setUntil(e.currentTarget.value)
              setFailed(null)
            }}
          />
        )}
      </Field>
    </Form>
  )
}

function position(atMs: number): string {
  return `time:${new Date(atMs).toISOString()}`
}

function Form({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  const t = useTranslations('messages')
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        event.stopPropagation()
        onSubmit()
      }}
    >
      {children}
      <Button type="submit" size="sm" variant="primary" kbd="⏎" className="self-end">
        {t('go')}
      </Button>
    </form>
  )
}
