'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ActionButton } from '@/components/ui/button'
import { RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'

export type Stretch = {
  topic: string
  kind: 'replay' | 'copy'
  from: string
  until: string | null
  contains: string | null
}

/** A stretch of a topic: everything since a deployment, a range of offsets, what holds a text. Also what is copied. */
export function PickStretch({ topic, onPick }: { topic: string | null; onPick: (picked: Stretch) => void }) {
  const t = useTranslations('replays.pick')
  const [name, setName] = useState(topic ?? '')
  const [kind, setKind] = useState<'replay' | 'copy'>('replay')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [contains, setContains] = useState('')
  const isReady = name.trim() !== ''
  const pick = () =>
    onPick({
      topic: name.trim(),
      kind,
      from: from.trim() || 'oldest',
      until: until.trim() || null,
      contains: kind === 'replay' ? contains.trim() || null : null,
    })
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
        <Field label={t('from')} hint={t('placeHint')}>
          {({ invalid: _, ...ids }) => (
            <Input
              {...ids}
              mono
              placeholder="2026-11-20T14:00:00Z"
              value={from}
              onChange={e => setFrom(e.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t('until')} hint={t('untilHint')}>
          {({ invalid: _, ...ids }) => (
            <Input
              {...ids}
              mono
              placeholder="offset:1200"
              value={until}
              onChange={e => setUntil(e.currentTarget.value)}
            />
          )}
        </Field>
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
