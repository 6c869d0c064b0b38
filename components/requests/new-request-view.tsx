'use client'

import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useId } from 'react'
import { useClusters } from '@/components/api/clusters'
import { useApi } from '@/components/api/use-api'
import { CHANGE_KINDS } from '@/components/change/change-draft'
import { EnvChip } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { PageHeader } from '@/components/ui/page-header'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { RequestForm } from './request-form'

/** Ask for something about a topic that is there; a new topic has its own page, where its name is checked while it is typed. */
export function NewRequestView() {
  const t = useTranslations('requests.form')
  const kinds = useTranslations('requests.kinds')
  const clusters = useClusters()
  const [params, setParams] = useQueryStates({
    cluster: parseAsString.withDefault(clusters[0]?.id ?? ''),
    kind: parseAsStringLiteral(CHANGE_KINDS).withDefault('access'),
    topic: parseAsString.withDefault(''),
  })
  const cluster = clusters.some(one => one.id === params.cluster) ? params.cluster : (clusters[0]?.id ?? '')
  const environment = clusters.find(one => one.id === cluster)?.environment
  return (
    <>
      <PageHeader
        title={t('title')}
        className="border-b border-line"
        chips={environment ? <EnvChip environment={environment} /> : null}
        actions={
          cluster ? <LinkButton href={routes.newTopic(cluster)}>{t('newTopicInstead')}</LinkButton> : null
        }
      />
      <RequestForm key={params.kind} cluster={cluster} topic={params.topic.trim()} kind={params.kind}>
        <div className="flex flex-wrap items-center gap-3">
          <Segmented
            label={t('kind')}
            value={params.kind}
            onValueChange={kind => void setParams({ kind })}
            options={CHANGE_KINDS.map(value => ({ value, label: kinds(value) }))}
          />
        </div>
        <Field label={t('cluster')} required>
          {({ id }) => (
            <Select
              id={id}
              label={t('cluster')}
              value={cluster}
              onValueChange={next => void setParams({ cluster: next })}
              options={clusters.map(one => ({ value: one.id, label: one.name }))}
            />
          )}
        </Field>
        <TopicField
          cluster={cluster}
          value={params.topic}
          onChange={topic => void setParams({ topic: topic || null })}
        />
      </RequestForm>
    </>
  )
}

const OFFERED = 20

/** The topic, found among those that are there while one types. */
function TopicField({
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
