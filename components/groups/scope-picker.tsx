'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { TopicInput } from '@/components/api/topic-input'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { MonoId } from '@/components/ui/mono-id'
import { Segmented } from '@/components/ui/segmented'
import type { PickedTopic } from './offset-draft'

/** All that the group committed on, or topics and their partitions one by one; also topics that it has not read yet. */
export function ScopePicker({
  cluster,
  topics,
  picked,
  onChange,
  wrong,
}: {
  cluster: string
  /** What the group knows. */
  topics: readonly string[]
  picked: readonly PickedTopic[] | null
  onChange: (picked: readonly PickedTopic[] | null) => void
  wrong: 'topics' | 'partitions' | null
}) {
  const t = useTranslations('offsets')
  const [more, setMore] = useState('')
  const listed = [...new Set([...topics, ...(picked ?? []).map(one => one.topic)])].sort()
  const of = (topic: string) => picked?.find(one => one.topic === topic)
  const put = (topic: string, partitions: string) =>
    onChange([...(picked ?? []).filter(one => one.topic !== topic), { topic, partitions }])
  const add = () => {
    const topic = more.trim()
    if (topic === '') return
    put(topic, of(topic)?.partitions ?? '')
    setMore('')
  }
  return (
    <Field
      label={t('scope')}
      error={
        wrong === 'topics' ? t('topicsNone') : wrong === 'partitions' ? t('partitionsInvalid') : undefined
      }
    >
      {() => (
        <div className="flex flex-col gap-2">
          <Segmented
            size="sm"
            className="self-start"
            label={t('scope')}
            value={picked === null ? 'all' : 'picked'}
            onValueChange={next => onChange(next === 'all' ? null : [])}
            options={[
              { value: 'all' as const, label: t('scopeAll') },
              { value: 'picked' as const, label: t('scopePicked') },
            ]}
          />
          {picked === null ? null : (
            <div className="rounded-panel border border-line">
              <ul className="max-h-48 overflow-auto">
                {listed.map(topic => {
                  const chosen = of(topic)
                  return (
                    <li
                      key={topic}
                      className="flex min-h-9 items-center gap-3 border-b border-line-soft px-3"
                    >
                      <Checkbox
                        checked={chosen !== undefined}
                        aria-label={t('pickTopic', { topic })}
                        onCheckedChange={on =>
                          on ? put(topic, '') : onChange(picked.filter(one => one.topic !== topic))
                        }
                      />
                      <MonoId id={topic} className="flex-1" />
                      {chosen ? (
                        <Input
                          size="sm"
                          mono
                          aria-label={t('partitionsOf', { topic })}
                          placeholder={t('partitionsHint')}
                          className="w-44 max-sm:w-28"
                          value={chosen.partitions}
                          onChange={event => put(topic, event.currentTarget.value)}
                        />
                      ) : null}
                    </li>
                  )
                })}
              </ul>
              <div className="flex items-center gap-2 px-3 py-1.5">
                <TopicInput
                  cluster={cluster}
                  label={t('otherTopic')}
                  value={more}
                  onValueChange={setMore}
                  onEnter={add}
                  className="w-64"
                />
                <Button size="sm" icon={<Plus size={14} />} onClick={add}>
                  {t('addTopic')}
                </Button>
              </div>
            </div>
          )}
        </div>
      )}
    </Field>
  )
}
