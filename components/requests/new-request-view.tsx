'use client'

import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useClusters } from '@/components/api/clusters'
import { CHANGE_KINDS } from '@/components/change/change-draft'
import { EnvChip } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/button'
import { Field } from '@/components/ui/input'
import { PageHeader } from '@/components/ui/page-header'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { routes } from '@/lib/routes'
import { RequestForm } from './request-form'
import { TopicField } from './topic-field'

/**
 * Ask for something about a topic that is there; a new topic has its own page, where its name is checked
 * while it is typed.
 */
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
