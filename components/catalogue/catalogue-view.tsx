'use client'

import { BookUser, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Tag } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { type Column, DataTable, sortRows } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { LinkTabs } from '@/components/ui/tabs'
import { FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { type CatalogueEntry, catalogue } from '@/lib/contracts/catalogue'
import { type CatalogueKind, catalogueKind } from '@/lib/contracts/policy-spec'
import { routes } from '@/lib/routes'
import { EntryDialog } from './entry-dialog'

const KINDS = catalogueKind.options

const VALUES: Record<string, (entry: CatalogueEntry) => string | number | null> = {
  name: entry => entry.name,
  domain: entry => entry.domain,
  owner: entry => entry.owner,
  topics: entry => entry.topics,
}

/** Domains, services and teams: registered, listed by the policy, or only seen in names of topics. */
export function CatalogueView({ cluster }: { cluster: string }) {
  const t = useTranslations('catalogue')
  const [params, setParams] = useQueryStates({
    kind: parseAsStringLiteral(KINDS).withDefault('domain'),
    q: parseAsString.withDefault(''),
    sort: parseAsString.withDefault('name'),
  })
  const query = useApi(catalogue.list, { cluster })
  const permission = usePermission('catalogue.write', {})
  const [edited, setEdited] = useState<CatalogueEntry | 'new' | null>(null)
  const all = query.data?.items ?? []
  const of = (kind: CatalogueKind) => all.filter(entry => entry.kind === kind)
  const needle = params.q.trim().toLowerCase()
  const rows = sortRows(
    of(params.kind).filter(entry => entry.name.toLowerCase().includes(needle)),
    params.sort,
    VALUES,
  )
  const columns = useColumns(cluster, params.kind)
  const add = (
    <ActionButton
      variant="primary"
      icon={<Plus size={16} />}
      reason={permission.reason}
      onClick={() => setEdited('new')}
    >
      {t(`add.${params.kind}`)}
    </ActionButton>
  )
  return (
    <>
      <PageHeader title={t('title')} aside={t('aside')} actions={add} />
      <LinkTabs
        label={t('title')}
        current={params.kind}
        items={KINDS.map(id => ({
          id,
          label: t(`kinds.${id}`),
          count: query.data ? of(id).length : null,
          href: routes.catalogue(cluster, { kind: id }),
        }))}
      />
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => void setParams({ q: q || null })}
        />
      </Toolbar>
      {query.data ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.error && !query.data ? (
        <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t(`kinds.${params.kind}`)}
          columns={columns}
          rows={rows}
          rowKey={row => `${row.kind} ${row.name}`}
          onOpen={row => setEdited(row)}
          sort={params.sort}
          onSort={sort => void setParams({ sort })}
          loading={query.isPending}
          skeletonRows={6}
          cardHeight={57}
          card={row => <EntryCard entry={row} />}
          empty={
            params.q ? (
              <EmptyState
                title={t('noMatch')}
                action={<Button onClick={() => void setParams({ q: null })}>{t('clear')}</Button>}
              />
            ) : (
              <EmptyState
                icon={<BookUser />}
                title={t(`none.${params.kind}`)}
                body={t(`noneBody.${params.kind}`)}
                action={add}
              />
            )
          }
        />
      )}
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} total={of(params.kind).length} />,
          query.data?.truncated ? t('truncated') : null,
        ]}
      />
      {edited === null ? null : (
        <EntryDialog
          kind={edited === 'new' ? params.kind : edited.kind}
          entry={edited === 'new' ? null : edited}
          entries={all}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  )
}

function Sources({ entry }: { entry: CatalogueEntry }) {
  const t = useTranslations('catalogue.sources')
  return (
    <span className="flex gap-1">
      {entry.sources.map(source => (
        <Tag key={source}>{t(source)}</Tag>
      ))}
    </span>
  )
}

function useColumns(cluster: string, kind: CatalogueKind): Column<CatalogueEntry>[] {
  const t = useTranslations('catalogue')
  const dash = <span className="text-text-3">—</span>
  const topicsHref = (entry: CatalogueEntry) =>
    entry.kind === 'owner'
      ? routes.topics(cluster, { owner: entry.name })
      : routes.topics(cluster, { q: `${entry.name}.` })
  const columns: (Column<CatalogueEntry> | null)[] = [
    {
      id: 'name',
      header: t(`name.${kind}`),
      rowHeader: true,
      sortKey: 'name',
      width: 220,
      render: entry => (
        <bdi translate="no" className={kind === 'owner' ? 'font-medium' : 'mono-sm'}>
          {entry.name}
        </bdi>
      ),
    },
    kind === 'service'
      ? {
          id: 'domain',
          header: t('domain'),
          width: 140,
          sortKey: 'domain',
          render: entry => (entry.domain ? <span className="mono-sm">{entry.domain}</span> : dash),
        }
      : null,
    kind === 'owner'
      ? {
          id: 'contact',
          header: t('contact'),
          width: 220,
          render: entry => entry.contact ?? dash,
        }
      : {
          id: 'owner',
          header: t('owner'),
          width: 160,
          sortKey: 'owner',
          render: entry => entry.owner ?? dash,
        },
    kind === 'owner'
      ? {
          id: 'slack',
          header: t('slack'),
          width: 160,
          hideBelow: 'md',
          render: entry => entry.slackChannel ?? dash,
        }
      : null,
    {
      id: 'description',
      header: t('description'),
      hideBelow: 'lg',
      render: entry => entry.description ?? dash,
    },
    {
      id: 'sources',
      header: t('source'),
      width: 190,
      hideBelow: 'md',
      render: entry => <Sources entry={entry} />,
    },
    {
      id: 'topics',
      header: t('topics'),
      width: 90,
      align: 'end',
      sortKey: 'topics',
      sortDescFirst: true,
      render: entry =>
        entry.topics === 0 ? (
          <span className="text-text-3">0</span>
        ) : (
          <Link href={topicsHref(entry)} className="text-accent" onClick={event => event.stopPropagation()}>
            <Num value={entry.topics} />
          </Link>
        ),
    },
  ]
  return columns.filter(column => column !== null)
}

function EntryCard({ entry }: { entry: CatalogueEntry }) {
  const t = useTranslations('catalogue')
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex items-center justify-between gap-2">
        <bdi translate="no" className="mono-sm min-w-0 truncate font-medium">
          {entry.name}
        </bdi>
        <span className="shrink-0 text-meta text-text-3">{t('topicCount', { n: entry.topics })}</span>
      </span>
      <span className="flex justify-between gap-2 text-meta text-text-2">
        <span className="truncate">
          {[entry.domain, entry.owner ?? entry.contact].filter(Boolean).join(' · ') || '—'}
        </span>
        <Sources entry={entry} />
      </span>
    </span>
  )
}
