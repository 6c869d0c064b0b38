'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ClusterName } from '@/components/api/clusters'
import { QueryWait } from '@/components/api/query-wait'
import { useApi } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import type { ChangeKind } from '@/components/change/change-draft'
import { LinkButton } from '@/components/ui/button'
import { KeyValueList } from '@/components/ui/key-value'
import { MonoId } from '@/components/ui/mono-id'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { VisibleText } from '@/components/ui/visible-text'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import { routes } from '@/lib/routes'
import { RequestForm } from './request-form'
import { TopicField } from './topic-field'

/** A draft that goes on, or a request that was given back: what it asks for is edited, and it is filed again. */
export function EditRequestView({ cluster, request }: { cluster: string; request: string }) {
  const t = useTranslations('requests')
  const words = useErrorWords()
  const query = useApi(requests.get, { cluster, id: request })
  const { data } = query
  if (!data)
    return (
      <>
        <PageHeader title={t('form.editTitle', { request })} />
        <QueryWait query={query} lines={8} />
      </>
    )
  const { kind } = data
  const asked = data.events.findLast(event => event.kind === 'changes-requested')
  const back = (
    <LinkButton href={routes.request(cluster, data.id)}>
      {t('form.toRequest', { request: data.id })}
    </LinkButton>
  )
  return (
    <>
      <PageHeader
        title={t('form.editTitle', { request: data.id })}
        className="border-b border-line"
        actions={back}
      />
      {data.may.edit !== null ? (
        <Notice tone="warn">{words(data.may.edit, {}).title}</Notice>
      ) : (
        <>
          {data.state === 'changes-requested' && asked?.text ? (
            <Notice tone="warn">
              {asked.actor}: <VisibleText multiline text={asked.text} />
            </Notice>
          ) : null}
          {kind === 'create' ? (
            <Notice
              tone="info"
              action={
                <LinkButton size="sm" href={routes.newTopic(cluster, { request: data.id })}>
                  {t('actions.edit')}
                </LinkButton>
              }
            >
              {t('form.editCreate')}
            </Notice>
          ) : (
            // Another version of it is another form: what was typed rests on what was seen.
            <EditForm key={data.version} cluster={cluster} request={data} kind={kind} />
          )}
        </>
      )}
    </>
  )
}

/** What has been seen keeps its topic; a draft may still be about another one. */
function EditForm({ cluster, request, kind }: { cluster: string; request: RequestDetail; kind: ChangeKind }) {
  const t = useTranslations('requests')
  const kinds = useTranslations('requests.kinds')
  const [topic, setTopic] = useState(request.topic)
  const isDraft = request.state === 'draft'
  return (
    <RequestForm cluster={cluster} topic={topic.trim()} kind={kind} edits={request}>
      <KeyValueList
        items={[
          { label: t('column.kind'), value: kinds(kind) },
          isDraft ? null : { label: t('column.topic'), value: <MonoId id={topic} /> },
          { label: t('column.cluster'), value: <ClusterName id={cluster} /> },
        ]}
      />
      {isDraft ? <TopicField cluster={cluster} value={topic} onChange={setTopic} /> : null}
    </RequestForm>
  )
}
