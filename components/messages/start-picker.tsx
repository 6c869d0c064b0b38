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
  const change = (typed: string) => {
    setText(typed)
    setFailed(false)
  }
  return (
    <Form onSubmit={() => apply(text)}>
      <PlaceField
        label={t('last')}
        hint={t('lastHint')}
        error={failed ? t('offsetInvalid') : null}
        value={text}
        onChange={change}
        numeric
        autoFocus
      />
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
  const ends = useEnds(range, {
    kind: 'offset',
    shown: offset => offset,
    read: text => {
      const digits = wholeNumber(text, 19)
      return digits === null ? null : BigInt(digits)
    },
    written: offset => String(offset),
    onApply,
  })
  return (
    <Form onSubmit={() => ends.apply()}>
      <PlaceField label={t('offset')} hint={t('offsetHint')} {...ends.from} numeric autoFocus />
      <PlaceField label={t('untilOffsetField')} hint={t('untilOffsetHint')} {...ends.until} numeric />
    </Form>
  )
}

function TimeForm({ range, onApply }: { range: Range; onApply: (range: Range) => void }) {
  const t = useTranslations('messages')
  const zone = useZone()
  const zoneName = useZoneName()
  const ends = useEnds(range, {
    kind: 'time',
    shown: time => formatTimestamp(time, zone, 's'),
    read: text => parseTime(text, zone, currentTimeMs()),
    written: atMs => new Date(Number(atMs)).toISOString(),
    onApply,
  })
  return (
    <Form onSubmit={() => ends.apply()}>
      <PlaceField label={t('time', { zone: zoneName })} hint={t('timeHint')} {...ends.from} autoFocus />
      <div className="flex flex-wrap gap-1">
        {AGES.map(age => (
          <Button key={age} size="xs" onClick={() => ends.apply(age)}>
            {t(`ages.${age}`)}
          </Button>
        ))}
      </div>
      <PlaceField label={t('until', { zone: zoneName })} hint={t('untilHint')} {...ends.until} />
    </Form>
  )
}

type EndKind = {
  kind: 'offset' | 'time'
  /** How a place of the range stands in its field. */
  shown: (place: string) => string
  /** null: not a place of this kind. */
  read: (text: string) => number | bigint | null
  written: (place: number | bigint) => string
  onApply: (range: Range) => void
}

/** Both ends of a range while they are typed: where it begins, and where it ends if it does. */
function useEnds(range: Range, { kind, shown, read, written, onApply }: EndKind) {
  const t = useTranslations('messages')
  const textOf = (position: string | null) =>
    position?.startsWith(`${kind}:`) ? shown(position.slice(kind.length + 1)) : ''
  const [typed, setTyped] = useState({ from: textOf(range.from), until: textOf(range.until) })
  const [failed, setFailed] = useState<'from' | 'until' | 'order' | null>(null)
  const field = (end: 'from' | 'until') => ({
    value: typed[end],
    error:
      failed === end ? t(`${kind}Invalid`) : failed === 'order' && end === 'until' ? t(`${kind}Order`) : null,
    onChange: (text: string) => {
      setTyped({ ...typed, [end]: text })
      setFailed(null)
    },
  })
  return {
    from: field('from'),
    until: field('until'),
    apply: (fromText = typed.from) => {
      const start = read(fromText)
      const isOpen = typed.until.trim() === ''
      const end = isOpen ? null : read(typed.until)
      if (start === null) setFailed('from')
      else if (end === null && !isOpen) setFailed('until')
      else if (end !== null && end <= start) setFailed('order')
      else
        onApply({ from: `${kind}:${written(start)}`, until: end === null ? null : `${kind}:${written(end)}` })
    },
  }
}

type PlaceFieldProps = {
  label: string
  hint: string
  error: string | null
  value: string
  onChange: (text: string) => void
  numeric?: boolean
  autoFocus?: boolean
}

function PlaceField({ label, hint, error, value, onChange, numeric = false, autoFocus }: PlaceFieldProps) {
  return (
    <Field label={label} hint={hint} {...(error === null ? {} : { error })}>
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          size="sm"
          {...(numeric ? { mono: true, inputMode: 'numeric' } : {})}
          autoFocus={autoFocus}
          invalid={invalid}
          value={value}
          onChange={e => onChange(e.currentTarget.value)}
        />
      )}
    </Field>
  )
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
