'use client'

import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { useApi } from '@/components/api/use-api'
import { Field, Input } from '@/components/ui/input'
import { topics } from '@/lib/contracts/topics'

const OFFERED = 20

/** The topic, found among those that are there while one types. */
export function TopicField({
  cluster,
  value,
  onChange,
}: {
  cluster: string
  value: string
  onChange: (topic: string) => void
}) {
  const t = useTranslations('requests.form')
  const list = useId()
  const query = value.trim().slice(0, 249)
  const { data } = useApi(
    topics.list,
    { cluster, query, limit: OFFERED },
    { enabled: query.length > 1 && cluster !== '', staleMs: 30_000 },
  )
  return (
    <Field label={t('topic')} required hint={t('topicHint')}>
      {({ invalid, ...ids }) => (
        <>
          <Input
            {...ids}
            mono
            list={list}
            invalid={invalid}
            maxLength={249}
            autoCapitalize="none"
            value={value}
            onChange={event => onChange(event.currentTarget.value)}
          />
          <datalist id={list}>
            {data?.items.map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}
