'use client'

import { useTranslations } from 'next-intl'
import { TopicInput } from '@/components/api/topic-input'
import { Field } from '@/components/ui/input'

/** The topic that a request is about. */
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
  return (
    <Field label={t('topic')} required hint={t('topicHint')}>
      {ids => <TopicInput cluster={cluster} ids={ids} mono value={value} onValueChange={onChange} />}
    </Field>
  )
}
