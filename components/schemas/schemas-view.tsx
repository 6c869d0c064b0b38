'use client'

import { Braces } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { useErrorWords } from '@/components/api/use-error-words'
import { Tag } from '@/components/ui/badge'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { schemas } from '@/lib/contracts/schemas'
import { routes } from '@/lib/routes'

type Row = OutputOf<typeof schemas.list>['items'][number]

/** Subjects of the cluster's registry: kind, latest version, and the topic that each belongs to. */
export function SchemasView({ cluster }: { cluster: string }) {
  const t = useTranslations('schemas')
  const [q, setQ] = useQueryState('q', parseAsString.withDefault(''))
  const { rows, first, query, loadMore } = useApiPages(
    schemas.list,
    { cluster, ...(q ? { query: q } : {}), limit: 100 },
    { poll: false },
  )
  const columns = useColumns(cluster)
  const words = useErrorWords()
  const retry = () => void query.refetch()
  const missing = query.error?.code === 'REGISTRY_MISSING' ? words(query.error.code) : null
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          first ? (
            <>
              <Fact label={t('subjects')}>
                <Num value={first.total ?? null} />
              </Fact>
              {first.compatibility ? <Fact label={t('compatibility')}>{first.compatibility}</Fact> : null}
            </>
          ) : query.error ? undefined : (
            <span>&nbsp;</span>
          )
        }
      />
      {missing ? null : (
        <Toolbar label={t('filters')}>
          <FilterInput
            label={t('filter')}
            value={q}
            onValueChange={next => void setQ(next || null, { history: 'replace' })}
          />
        </Toolbar>
      )}
      {first ? <StaleNotice error={query.error} onRetry={retry} /> : null}
      {missing ? (
        // Nothing went wrong, and trying again would find none either.
        <EmptyState
          icon={<Braces />}
          title={missing.title}
          body={missing.hint}
          className="border-t border-line"
        />
      ) : query.error && !first ? (
        <QueryError error={query.error} onRetry={retry} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          rowKey={row => row.subject}
          rowHref={row => routes.schema(cluster, row.subject)}
          loading={query.isPending}
          totalRows={first?.matched}
          onEndReached={loadMore}
          card={row => <SubjectCard row={row} />}
          empty={<EmptyState title={t(q ? 'noMatch' : 'none')} body={t(q ? 'noMatchHelp' : 'noneHelp')} />}
        />
      )}
      {first ? (
        <ListFooter
          parts={[
            <Shown key="shown" from={1} shown={rows.length} matched={first.matched} total={first.total} />,
            t('byName'),
          ]}
          aside={first.sampledAt ? <TimeAgo at={first.sampledAt} /> : null}
        />
      ) : null}
    </>
  )
}

function useColumns(cluster: string): Column<Row>[] {
  const t = useTranslations('schemas')
  return [
    {
      id: 'subject',
      header: t('subject'),
      mono: true,
      rowHeader: true,
      render: row => <MonoId id={row.subject} href={routes.schema(cluster, row.subject)} rowLink copy />,
    },
    { id: 'kind', header: t('kind'), width: 120, hideBelow: 'sm', render: row => <KindCell row={row} /> },
    {
      id: 'latest',
      header: t('version'),
      width: 80,
      align: 'end',
      render: row => <Num value={row.latest} />,
    },
    {
      id: 'id',
      header: t('id'),
      width: 90,
      align: 'end',
      hideBelow: 'md',
      render: row => <Num value={row.id} />,
    },
    {
      id: 'topic',
      header: t('topic'),
      width: 320,
      hideBelow: 'md',
      render: row =>
        row.usedBy ? (
          <span className="flex min-w-0 items-center gap-1.5">
            <Link
              className="mono-sm truncate text-accent"
              href={routes.topic(cluster, row.usedBy.topic, 'messages')}
            >
              {row.usedBy.topic}
            </Link>
            <Tag>{t(`part.${row.usedBy.part}`)}</Tag>
          </span>
        ) : (
          <span className="text-text-3">{t('noTopic')}</span>
        ),
    },
  ]
}

function KindCell({ row }: { row: Row }) {
  const t = useTranslations('schemas')
  const words = useErrorWords()
  if (row.problem) return <Status kind="error">{words(row.problem.code).title}</Status>
  return row.kind ? (
    <Tag>{t(`kinds.${row.kind}`)}</Tag>
  ) : (
    <span className="text-text-3">{t('otherKind')}</span>
  )
}

function SubjectCard({ row }: { row: Row }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <MonoId small id={row.subject} />
      <span className="flex items-center gap-2 text-meta text-text-3">
        <KindCell row={row} />
        {row.latest === null ? null : `v${row.latest}`}
      </span>
    </div>
  )
}
