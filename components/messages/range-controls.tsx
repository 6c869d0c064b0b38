'use client'

import { RotateCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { currentTimeMs, useZone } from '@/components/ui/clock'
import { IconButton } from '@/components/ui/icon-button'
import { Field, Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'
import { Select } from '@/components/ui/select'
import { useZoneName } from '@/components/ui/time'
import { Toolbar } from '@/components/ui/toolbar'
import { formatTimestamp } from '@/lib/format'
import { parseTime } from '@/lib/parse-time'
import type { MessagesParams } from './messages-query'

type Start = 'newest' | 'oldest' | 'offset' | 'time'

/** Where to begin, in which partitions, with or without aborted records. A change begins a new list. */
export function RangeControls({
  params,
  partitions,
  onChange,
  onRefresh,
  refreshing,
}: {
  params: MessagesParams
  partitions: number
  onChange: (change: Partial<Pick<MessagesParams, 'from' | 'partition' | 'isolation'>>) => void
  onRefresh: () => void
  refreshing: boolean
}) {
  const t = useTranslations('messages')
  const [chosen, setChosen] = useState<Start | null>(null)
  const start = chosen ?? startOf(params.from)
  return (
    <Toolbar label={t('toolbar')}>
      <Select<Start>
        size="sm"
        label={t('start')}
        value={start}
        onValueChange={next => {
          setChosen(next)
          if (next === 'newest' || next === 'oldest') onChange({ from: next })
        }}
        options={(['newest', 'oldest', 'offset', 'time'] as const).map(value => ({
          value,
          label: t(`from.${value}`),
        }))}
      />
      {start === 'offset' ? (
        <OffsetSeek key={params.from} from={params.from} onChange={from => onChange({ from })} />
      ) : null}
      {start === 'time' ? (
        <TimeSeek key={params.from} from={params.from} onChange={from => onChange({ from })} />
      ) : null}
      <PartitionPicker
        count={partitions}
        value={params.partition}
        onChange={partition => onChange({ partition })}
      />
      <Select
        size="sm"
        label={t('isolation.label')}
        value={params.isolation}
        onValueChange={isolation => onChange({ isolation })}
        options={(['read_committed', 'read_uncommitted'] as const).map(value => ({
          value,
          label: t(`isolation.${value}`),
        }))}
      />
      <IconButton
        label={t('refresh')}
        icon={<RotateCw size={16} />}
        onClick={onRefresh}
        {...(refreshing ? { 'aria-busy': true } : {})}
      />
    </Toolbar>
  )
}

function startOf(from: string): Start {
  if (from.startsWith('offset:')) return 'offset'
  if (from.startsWith('time:')) return 'time'
  return from === 'oldest' ? 'oldest' : 'newest'
}

function OffsetSeek({ from, onChange }: { from: string; onChange: (from: string) => void }) {
  const t = useTranslations('messages')
  const [text, setText] = useState(from.startsWith('offset:') ? from.slice(7) : '')
  const valid = /^\d{1,19}$/.test(text.trim())
  return (
    <SeekForm onSubmit={valid ? () => onChange(`offset:${text.trim()}`) : null}>
      <Input
        size="sm"
        mono
        className="w-44"
        inputMode="numeric"
        aria-label={t('offset')}
        title={t('offsetHint')}
        placeholder={t('offset')}
        invalid={text !== '' && !valid}
        value={text}
        onChange={e => setText(e.currentTarget.value)}
      />
      {text !== '' && !valid ? <span className="text-meta text-error">{t('offsetInvalid')}</span> : null}
    </SeekForm>
  )
}

function TimeSeek({ from, onChange }: { from: string; onChange: (from: string) => void }) {
  const t = useTranslations('messages')
  const zone = useZone()
  const zoneName = useZoneName()
  const [text, setText] = useState(from.startsWith('time:') ? formatTimestamp(from.slice(5), zone, 's') : '')
  const [failed, setFailed] = useState(false)
  return (
    <SeekForm
      onSubmit={() => {
        const at = parseTime(text, zone, currentTimeMs())
        setFailed(at === null)
        if (at !== null) onChange(`time:${new Date(at).toISOString()}`)
      }}
    >
      <Input
        size="sm"
        className="w-56"
        aria-label={t('time', { zone: zoneName })}
        title={t('timeHint')}
        placeholder={t('timeHint')}
        invalid={failed}
        value={text}
        onChange={e => {
          setText(e.currentTarget.value)
          setFailed(false)
        }}
      />
      {failed ? <span className="text-meta text-error">{t('timeInvalid')}</span> : null}
    </SeekForm>
  )
}

function SeekForm({ onSubmit, children }: { onSubmit: (() => void) | null; children: React.ReactNode }) {
  const t = useTranslations('messages')
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={event => {
        event.preventDefault()
        onSubmit?.()
      }}
    >
      {children}
      <Button type="submit" size="sm">
        {t('go')}
      </Button>
    </form>
  )
}

const MOST_LISTED = 200

function PartitionPicker({
  count,
  value,
  onChange,
}: {
  count: number
  value: readonly number[]
  onChange: (value: number[]) => void
}) {
  const t = useTranslations('messages')
  const chosen = new Set(value)
  const label = value.length === 0 ? t('allPartitions') : value.join(', ')
  return (
    <Popover
      label={t('partitions')}
      align="start"
      trigger={
        <Button size="sm">
          P <span className="max-w-24 truncate">{label}</span>
        </Button>
      }
    >
      <Field label={t('partitions')} className="max-h-80 w-48 overflow-auto p-3">
        {() => (
          <div className="flex flex-col gap-1.5">
            <Checkbox
              checked={chosen.size === 0}
              onCheckedChange={() => onChange([])}
              label={t('allPartitions')}
            />
            {Array.from({ length: Math.min(count, MOST_LISTED) }, (_, p) => (
              <Checkbox
                key={p}
                checked={chosen.has(p)}
                label={`P${p}`}
                onCheckedChange={on => {
                  const next = new Set(chosen)
                  if (on) next.add(p)
                  else next.delete(p)
                  onChange([...next].sort((a, b) => a - b))
                }}
              />
            ))}
          </div>
        )}
      </Field>
    </Popover>
  )
}
