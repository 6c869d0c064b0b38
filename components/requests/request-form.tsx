'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { useApi, useApiMutation } from '@/components/api/use-api'
import {
  type ChangeDraft,
  type ChangeKind,
  changeOf,
  draftOf,
  EMPTY_CHANGE,
  parseLinks,
  storableOf,
} from '@/components/change/change-draft'
import { ChangeFields } from '@/components/change/change-fields'
import { RequestError } from '@/components/change/request-error'
import { Review } from '@/components/change/request-review'
import { RequestWording, type Wording } from '@/components/change/request-wording'
import { useSaveRequest } from '@/components/change/use-save-request'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { type RequestChange, type RequestDetail, requests } from '@/lib/contracts/requests'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'

/**
 * What is asked about a topic that is there: a new request, a draft that goes on, or one that was given back.
 * `children` are the fields that say which topic; `edits` is the request that this changes.
 */
export function RequestForm({
  cluster,
  topic,
  kind,
  edits,
  children,
}: {
  cluster: string
  topic: string
  kind: ChangeKind
  edits?: RequestDetail
  children?: React.ReactNode
}) {
  const t = useTranslations('requests.form')
  const [draft, setDraft] = useState<ChangeDraft>(edits ? draftOf(edits.change) : EMPTY_CHANGE)
  const [wording, setWording] = useState<Wording>({
    purpose: edits?.purpose ?? '',
    links: edits?.links.join('\n') ?? '',
  })
  const permission = usePermission(
    'request.file',
    topic === '' ? { cluster, anyTopic: true } : { cluster, topic },
  )
  const isReadOnly = useClusterSummary(cluster)?.readOnly ?? false
  const known = useApi(topics.get, { cluster, topic }, { enabled: topic !== '', keepPrevious: false })
  const look = useApiMutation(requests.file)
  const save = useSaveRequest(cluster, edits ?? null)
  const change = changeOf(kind, draft)
  const links = parseLinks(wording.links)
  const storable = storableOf(kind, draft)
  const linksBad = links === null ? t('linksBad') : null
  const unready =
    permission.reason ?? (topic === '' ? t('topicFirst') : change === null ? t(`unready.${kind}`) : linksBad)
  /** A draft may lack anything, but what is typed must not get lost. */
  const unkept = permission.reason ?? (storable === null ? t(`unready.${kind}`) : linksBad)
  const unsaid = wording.purpose.trim() === '' ? t('purposeFirst') : null
  const wantedWith = (asked: RequestChange | null) =>
    asked === null || links === null
      ? null
      : { cluster, topic, kind, ...asked, purpose: wording.purpose.trim(), links }
  const wanted = wantedWith(change)
  const kept = wantedWith(storable)
  const alter = (set: () => void) => {
    set()
    look.reset()
    save.reset()
  }
  const error = save.error ?? look.error
  const isDraft = edits === undefined || edits.state === 'draft'
  return (
    <form className="flex min-h-0 flex-1 flex-col" onSubmit={event => event.preventDefault()}>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="grid max-w-280 gap-4 px-4 py-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            {isReadOnly ? <Notice tone="info">{t('readOnly')}</Notice> : null}
            {children}
            <ChangeFields
              kind={kind}
              draft={draft}
              partitions={known.data?.partitions ?? null}
              inUse={draft.override || (look.data?.review.usage?.inUse ?? false)}
              onChange={part => alter(() => setDraft(old => ({ ...old, ...part })))}
            />
            <RequestWording
              wording={wording}
              onChange={part => alter(() => setWording(old => ({ ...old, ...part })))}
            />
          </div>
          <div className="flex min-w-0 flex-col gap-3">
            {look.data ? (
              <Review review={look.data.review} />
            ) : (
              <p className="text-text-3">{t('lookIdle')}</p>
            )}
          </div>
        </div>
      </div>
      {error ? <RequestError error={error} /> : null}
      <footer className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
        <LinkButton
          variant="ghost"
          href={edits ? routes.request(cluster, edits.id) : routes.requests({ tab: 'mine' })}
        >
          {t('cancel')}
        </LinkButton>
        <ActionButton
          reason={unready}
          busy={look.isPending}
          onClick={() =>
            wanted && look.mutate({ ...wanted, dryRun: true, ...(edits ? { replaces: edits.id } : {}) })
          }
        >
          {t('look')}
        </ActionButton>
        {isDraft ? (
          <ActionButton
            reason={unkept}
            busy={save.isPending}
            onClick={() => kept && save.run({ ...kept, draft: true })}
          >
            {t('saveDraft')}
          </ActionButton>
        ) : null}
        <ActionButton
          variant="primary"
          reason={unready ?? unsaid}
          busy={save.isPending}
          onClick={() => wanted && save.run(wanted)}
        >
          {t(edits && !isDraft ? 'resubmit' : 'submit')}
        </ActionButton>
      </footer>
    </form>
  )
}
