'use client'

import { useTranslations } from 'next-intl'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { Tag } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { Drawer, DrawerSection, SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { TimeAgo, Timestamp, useZoneName } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import { type PolicyVersionRow, policies } from '@/lib/contracts/policies'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { ChangeList } from './change-list'

/** Every version with who wrote it, and the open one's difference to the version before it. */
export function PolicyHistory({
  cluster,
  open,
  onOpen,
  onRestore,
}: {
  cluster: string
  open: number | null
  onOpen: (version: number | null) => void
  /** Takes an old version into the editor; null where the reader may not write. */
  onRestore: ((policy: PolicySpec) => void) | null
}) {
  const t = useTranslations('policies.history')
  const zone = useZoneName()
  const { rows, first, query, loadMore } = useApiPages(
    policies.versions,
    { cluster, limit: 100 },
    { poll: false },
  )
  const columns: Column<PolicyVersionRow>[] = [
    {
      id: 'version',
      header: t('version'),
      width: 150,
      rowHeader: true,
      render: row => (
        <span className="inline-flex items-center gap-2">
          <span className="font-medium">v{row.version}</span>
          {row.current ? <Tag>{t('current')}</Tag> : null}
        </span>
      ),
    },
    { id: 'scope', header: t('scope'), width: 150, hideBelow: 'sm', render: row => t(`scopes.${row.scope}`) },
    {
      id: 'changes',
      header: t('changes'),
      width: 90,
      align: 'end',
      render: row => (row.removed ? '—' : row.changes),
    },
    {
      id: 'comment',
      header: t('comment'),
      render: row =>
        row.removed ? (
          <span className="text-text-2">{t('removed')}</span>
        ) : (
          (row.comment ?? <span className="text-text-3">—</span>)
        ),
    },
    {
      id: 'by',
      header: t('by'),
      width: 150,
      hideBelow: 'md',
      render: row => (row.source === 'file' ? t('file') : row.by),
    },
    {
      id: 'at',
      header: t('at', { zone }),
      width: 190,
      hideBelow: 'lg',
      render: row => <Timestamp at={row.at} />,
    },
  ]
  if (query.error && !first)
    return <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
  return (
    <SplitView
      drawer={
        open === null ? null : (
          <VersionDrawer
            cluster={cluster}
            version={open}
            row={rows.find(row => row.version === open)}
            onClose={() => onOpen(null)}
            onRestore={onRestore}
          />
        )
      }
    >
      <StaleNotice error={query.error} onRetry={() => void query.refetch()} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowKey={row => String(row.version)}
        currentKey={open === null ? null : String(open)}
        onOpen={row => onOpen(row.version)}
        loading={query.isPending}
        skeletonRows={4}
        onEndReached={loadMore}
        cardHeight={57}
        card={row => (
          <span className="flex flex-col gap-0.5">
            <span className="flex items-center justify-between gap-2">
              <b className="font-medium">
                v{row.version} · {t(`scopes.${row.scope}`)}
              </b>
              {row.current ? <Tag>{t('current')}</Tag> : null}
            </span>
            <span className="flex justify-between gap-2 text-meta text-text-3">
              <span className="truncate">{row.comment ?? row.by}</span>
              <TimeAgo at={row.at} />
            </span>
          </span>
        )}
        empty={<EmptyState title={t('none')} body={t('noneBody')} />}
      />
    </SplitView>
  )
}

function VersionDrawer({
  cluster,
  version,
  row,
  onClose,
  onRestore,
}: {
  cluster: string
  version: number
  row: PolicyVersionRow | undefined
  onClose: () => void
  onRestore: ((policy: PolicySpec) => void) | null
}) {
  const t = useTranslations('policies.history')
  const { data, error, refetch } = useApi(policies.version, { cluster, version }, { keepPrevious: false })
  return (
    <Drawer
      open
      onClose={onClose}
      label={t('drawer', { version })}
      header={<b className="font-semibold">{t('drawer', { version })}</b>}
      footer={
        data && onRestore && row?.current !== true ? (
          <Button size="sm" onClick={() => onRestore(data.policy)}>
            {t('restore')}
          </Button>
        ) : null
      }
    >
      {row?.comment ? (
        <DrawerSection title={t('comment')}>
          <p className="break-words">
            <VisibleText multiline text={row.comment} />
          </p>
        </DrawerSection>
      ) : null}
      <DrawerSection title={data ? t('against', { version: data.against }) : t('changes')}>
        {data ? (
          <ChangeList changes={data.changes} />
        ) : error ? (
          <QueryError compact error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="w-60" />
        )}
      </DrawerSection>
    </Drawer>
  )
}
