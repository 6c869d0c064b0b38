'use client'

import { Pencil, UserRound } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApi } from '@/components/api/use-api'
import { Tag } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import { VisibleText } from '@/components/ui/visible-text'
import { catalogue } from '@/lib/contracts/catalogue'

/** The policy that it checks by weighs 50 KB: fetched when somebody edits. */
const FactsDialog = dynamic(() => import('./facts-dialog').then(module => module.FactsDialog), { ssr: false })

/** Who owns the topic and what it is for, on a line of its own; a pencil for those who may change it. */
export function TopicFacts({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics.facts')
  const [editing, setEditing] = useState(false)
  const permission = usePermission('catalogue.write', { cluster, topic })
  const { data, error } = useApi(
    catalogue.topicMeta,
    { cluster, topic },
    { keepPrevious: false, staleMs: 10_000 },
  )
  if (topic.startsWith('__')) return null
  // Its line is kept free, so that the list below does not move when the facts come.
  if (!data)
    return error ? null : (
      <span className="flex h-6 basis-full items-center">
        <Skeleton className="w-32" />
      </span>
    )
  const contact = data.team?.slackChannel ?? data.team?.contact
  return (
    <span className="flex min-h-6 min-w-0 basis-full flex-wrap items-center gap-x-2">
      <UserRound aria-hidden size={14} className="shrink-0 text-text-3" />
      <span className={data.owner ? 'font-medium text-text' : 'text-text-3'}>{data.owner ?? t('none')}</span>
      {contact ? <span>{contact}</span> : null}
      {data.description ? (
        <span title={data.description} className="max-w-140 min-w-0 truncate">
          <VisibleText text={data.description} />
        </span>
      ) : null}
      {data.classification ? <Tag>{data.classification}</Tag> : null}
      {data.tags.map(tag => (
        <Tag key={tag}>#{tag}</Tag>
      ))}
      {permission.allowed ? (
        <IconButton
          size="xs"
          label={t('edit')}
          icon={<Pencil size={12} />}
          onClick={() => setEditing(true)}
        />
      ) : null}
      {editing ? (
        <FactsDialog cluster={cluster} topic={topic} said={data} onClose={() => setEditing(false)} />
      ) : null}
    </span>
  )
}
