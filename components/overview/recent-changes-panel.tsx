'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { ActionWords, AuditOutcome, AuditResource } from '@/components/api/audit-words'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { type AuditEntry, audit } from '@/lib/contracts/audit'
import { routes } from '@/lib/routes'

/** Who changed what lately, from the audit log. */
export function RecentChangesPanel({ cluster }: { cluster: string }) {
  const t = useTranslations('overview.changes')
  const zone = useZoneName()
  const query = useApi(audit.list, { cluster, limit: 5 }, { pollMs: 30_000 })
  const columns: Column<AuditEntry>[] = [
    {
      id: 'at',
      header: t('time', { zone }),
      width: 160,
      render: row => <Timestamp at={row.at} precision="s" className="text-text-3" />,
    },
    { id: 'actor', header: t('actor'), width: 84, hideBelow: 'sm', render: row => row.actor },
    { id: 'action', header: t('action'), width: 150, render: row => <ActionWords action={row.action} /> },
    { id: 'resource', header: t('resource'), rowHeader: true, render: row => <AuditResource entry={row} /> },
    {
      id: 'outcome',
      header: t('outcome'),
      width: 92,
      align: 'end',
      render: row => <AuditOutcome entry={row} />,
    },
  ]
  return (
    <Panel
      title={t('title')}
      meta={t('meta')}
      footer={<Link href={routes.audit({ cluster })}>{t('all')}</Link>}
    >
      {query.data === undefined && query.error ? (
        <QueryError compact error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={query.data?.items ?? []}
          rowKey={row => row.id}
          card={row => (
            <span className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3">
              <ActionWords action={row.action} />
              <span className="text-right">
                <AuditOutcome entry={row} />
              </span>
              <AuditResource entry={row} />
              <Timestamp at={row.at} precision="s" className="text-right text-meta/5 text-text-3" />
            </span>
          )}
          loading={query.data === undefined}
          skeletonRows={5}
          primary={false}
          scroll={false}
          empty={<EmptyState title={t('none')} body={t('noneBody')} className="py-6" />}
        />
      )}
    </Panel>
  )
}
