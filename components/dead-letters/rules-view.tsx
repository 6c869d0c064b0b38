'use client'

import { Bell, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { StaleNotice } from '@/components/api/query-error'
import { QueryWait } from '@/components/api/query-wait'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { deadLetterRules, type NoticeRule } from '@/lib/contracts/dead-letter-rules'
import { routes } from '@/lib/routes'
import { RuleDialog } from './rule-dialog'

/** Who is told of what: one card a rule. */
export function RulesView({ cluster }: { cluster: string }) {
  const t = useTranslations('dead-letters.rules')
  const [editing, setEditing] = useState<NoticeRule | 'new' | null>(null)
  const query = useApi(deadLetterRules.rules, { cluster }, { pollMs: 30_000 })
  const { data, error, refetch } = query
  const { reason } = usePermission('deadletter.triage', { cluster })
  const add = (
    <ActionButton
      variant="primary"
      icon={<Plus size={16} />}
      reason={reason}
      onClick={() => setEditing('new')}
    >
      {t('add')}
    </ActionButton>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            <LinkButton href={routes.deadLetters(cluster)}>{t('back')}</LinkButton>
            {add}
          </>
        }
      />
      {data ? <StaleNotice error={error} onRetry={() => void refetch()} /> : null}
      {!data ? (
        <QueryWait query={query} lines={6} />
      ) : data.items.length === 0 ? (
        <EmptyState
          icon={<Bell />}
          title={t('empty')}
          body={data.channels.length === 0 ? t('noChannels') : t('emptyBody')}
        />
      ) : (
        <ul className="min-h-0 flex-1 overflow-auto border-t border-line">
          {data.items.map(rule => (
            <Rule
              key={rule.id}
              cluster={cluster}
              rule={rule}
              reason={reason}
              onEdit={() => setEditing(rule)}
            />
          ))}
        </ul>
      )}
      {editing === null ? null : (
        <RuleDialog
          cluster={cluster}
          rule={editing === 'new' ? null : editing}
          channels={data?.channels ?? []}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  )
}

function Rule({
  cluster,
  rule,
  reason,
  onEdit,
}: {
  cluster: string
  rule: NoticeRule
  reason: string | null
  onEdit: () => void
}) {
  const t = useTranslations('dead-letters.rules')
  const words = useErrorWords()
  const [removing, setRemoving] = useState(false)
  const remove = useApiMutation(deadLetterRules.deleteRule, { invalidates: [deadLetterRules.rules] })
  const all = (list: readonly string[]) => (list.length === 0 ? t('all') : list.join(', '))
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line-soft px-4 py-2">
      <span className="min-w-48 flex-1">
        <b className="font-semibold">{rule.name}</b>{' '}
        <Status kind={rule.enabled ? 'ok' : 'empty'}>{t(rule.enabled ? 'on' : 'off')}</Status>
        <span className="block text-meta text-text-2">
          {rule.events.map(event => t(`event.${event}`)).join(', ')} · {t(`severities.${rule.severity}`)}
        </span>
      </span>
      <span className="min-w-48 flex-1 text-meta text-text-2">
        {t('topics')}:{' '}
        <span className={rule.topics.length === 0 ? undefined : 'mono-sm'}>{all(rule.topics)}</span>
        <br />
        {t('owners')}: {all(rule.owners)}
      </span>
      <span className="min-w-40 flex-1 text-meta text-text-2">
        {t('channels')}: {rule.channels.length === 0 ? t('everyChannel') : rule.channels.join(', ')}
        <br />
        {rule.toldAt === null ? t('neverTold') : <TimeAgo at={rule.toldAt} />}
        {rule.waiting > 0 ? ` · ${t('waiting', { n: rule.waiting })}` : null}
      </span>
      <span className="flex gap-2">
        <ActionButton size="sm" reason={reason} onClick={onEdit}>
          {t('edit')}
        </ActionButton>
        <ActionButton size="sm" reason={reason} busy={remove.isPending} onClick={() => setRemoving(true)}>
          {t('remove')}
        </ActionButton>
      </span>
      {remove.error ? <p className="w-full text-meta text-error">{words(remove.error.code).title}</p> : null}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        danger
        title={t('removeTitle', { name: rule.name })}
        body={t('removeBody')}
        confirm={t('remove')}
        onConfirm={() => {
          setRemoving(false)
          remove.mutate({ cluster, rule: rule.id })
        }}
      />
    </li>
  )
}
