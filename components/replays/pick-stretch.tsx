'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ActionButton, Button } from '@/components/ui/button'
import { RadioGroup } from '@/components/ui/checkbox'
import { currentTimeMs, useZone } from '@/components/ui/clock'
import { Field, Input } from '@/components/ui/input'
import { useZoneName } from '@/components/ui/time'
import { readPlace } from '@/lib/parse-place'

export type PickedStretch = {
  topic: string
  kind: 'replay' | 'copy'
  from: string
  until: string | null
  contains: string | null
}

const AGES = ['-15m', '-1h', '-6h', '-1d'] as const

/** A stretch of a topic: everything since a deployment, a range of offsets, what holds a text. Also what is copied. */
export function PickStretch({
  topic,
  onPick,
}: {
  topic: string | null
  onPick: (picked: PickedStretch) => void
}) {
  const t = useTranslations('replays.pick')
  const [name, setName] = useState(topic ?? '')
  const [kind, setKind] = useState<'replay' | 'copy'>('replay')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [contains, setContains] = useState('')
  const [failed, setFailed] = useState<'from' | 'until' | null>(null)
  const zone = useZone()
  const zoneName = useZoneName()
  const isReady = name.trim() !== ''
  const pick = () => {
    const now = currentTimeMs()
    const [start, end] = [readPlace('from', from, zone, now), readPlace('until', until, zone, now)]
    if (start === 'invalid' || end === 'invalid') return setFailed(start === 'invalid' ? 'from' : 'until')
    onPick({
      topic: name.trim(),
      kind,
      from: start ?? 'oldest',
      until: end,
      contains: kind === 'replay' ? contains.trim() || null : null,
    })
  }
  const change = (set: (text: string) => void, text: string) => {
    set(text)
    setFailed(null)
  }
  const place = (end: 'from' | 'until', text: string, set: (text: string) => void, hint: string) => (
    <Field label={t(end)} hint={hint} {...(failed === end ? { error: t('placeInvalid') } : {})}>
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          mono
          invalid={invalid}
          placeholder="2026-11-20 14:00"
          value={text}
          onChange={e => change(set, e.currentTarget.value)}
        />
      )}
    </Field>
  )
  return (
    <form
      className="flex flex-col gap-3 border-t border-line px-4 py-4 *:max-w-140"
      onSubmit={event => {
        event.preventDefault()
        if (isReady) pick()
      }}
    >
      <h2 className="font-semibold">{t('title')}</h2>
      <RadioGroup
        label={t('kind')}
        name="kind"
        value={kind}
        onValueChange={setKind}
        className="flex-col"
        options={[
          { value: 'replay', label: t('replay'), hint: t('replayHint') },
          { value: 'copy', label: t('copy'), hint: t('copyHint') },
        ]}
      />
      <Field label={t('topic')} required>
        {({ invalid: _, ...ids }) => (
          <Input {...ids} mono maxLength={249} value={name} onChange={e => setName(e.currentTarget.value)} />
        )}
      </Field>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <div className="flex flex-col gap-1">
          {place('from', from, setFrom, t('placeHint', { zone: zoneName }))}
          <div className="flex flex-wrap gap-1">
            {AGES.map(age => (
              <Button key={age} size="xs" onClick={() => change(setFrom, age)}>
                {t(`ages.${age}`)}
              </Button>
            ))}
          </div>
        </div>
        {place('until', until, setUntil, t('untilHint'))}
      </div>
      {kind === 'replay' ? (
        <Field label={t('contains')} hint={t('containsHint')}>
          {({ invalid: _, ...ids }) => (
            <Input
              {...ids}
              maxLength={300}
              value={contains}
              onChange={e => setContains(e.currentTarget.value)}
            />
          )}
        </Field>
      ) : null}
      <ActionButton
        type="submit"
        variant="primary"
        className="self-start"
        reason={isReady ? null : t('needTopic')}
      >
        {t('go')}
      </ActionButton>
    </form>
  )
}
