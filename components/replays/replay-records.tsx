'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { useErrorWords } from '@/components/api/use-error-words'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { Timestamp, useZoneName } from '@/components/ui/time'
import { Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { outcome, type Replay, type ReplayRecord, refusal, replays } from '@/lib/contracts/replays'
import { formatInteger, middleTruncate, shortTopic } from '@/lib/format'
import { routes } from '@/lib/routes'
import { OUTCOME_ORDER, OutcomeMark } from './replay-cells'
import { recordsInput } from './selection'

const ALL = '*'

/** What became of each record: refusals and failures with their reason, replayed ones with where they are now. */
export function ReplayRecords({
  cluster,
  replay,
  sourceTopic,
  kind,
  hasReasons,
  live,
}: {
  cluster: string
  replay: string
  sourceTopic: string | null
  kind: Replay['kind']
  /** Some record has one: a refusal, a failure. */
  hasReasons: boolean
  live: boolean
}) {
  const t = useTranslations('replays')
  const [only, setOnly] = useQueryState(
    'outcome',
    parseAsStringLiteral(outcome.options).withOptions({ history: 'push' }),
  )
  const { rows, first, query, loadMore } = useApiPages(
    replays.records,
    recordsInput({ cluster, replay }, only),
    { poll: live },
  )
  const columns = useColumns(cluster, kind, hasReasons)
  const why = useWhy()
  return (
    <>
      <Toolbar label={t('detail.records')} className="border-t border-line">
        <h2 className="font-semibold">{t('detail.records')}</h2>
        <Select
          size="sm"
          label={t('detail.outcome')}
          value={only ?? ALL}
          onValueChange={value => void setOnly(value === ALL ? null : value)}
          options={[
            { value: ALL, label: t('detail.allOutcomes') },
            ...OUTCOME_ORDER.map(value => ({ value, label: t(`outcome.${value}`) })),
          ]}
        />
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.error && !first ? (
        <QueryError
          compact
          error={query.error}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      ) : (
        <DataTable
          className="max-sm:min-h-[70dvh]"
          label={t('detail.records')}
          columns={columns}
          rows={rows}
          rowKey={row => `${row.partition}/${row.offset}`}
          rowHref={row =>
            sourceTopic === null
              ? null
              : kind === 'copy'
                ? routes.record(cluster, sourceTopic, row.partition, row.offset)
                : routes.deadLetter(cluster, sourceTopic, row.partition, row.offset)
          }
          loading={query.isPending}
          totalRows={first?.matched}
          onEndReached={loadMore}
          card={row => (
            <span className="flex min-w-0 flex-col leading-5">
              <span className="flex items-center gap-3">
                <OutcomeMark outcome={row.outcome} />
                <span className="mono-sm">
                  P{row.partition} / {formatInteger(row.offset)}
                </span>
              </span>
              <span className="truncate text-meta text-text-2">
                {row.target === null
                  ? why(row.reason)
                  : `→ ${shortTopic(row.target.topic)} P${row.target.partition}${row.target.offset === null ? '' : ` / ${formatInteger(row.target.offset)}`}`}
              </span>
            </span>
          )}
          empty={
            <EmptyState
              title={t('detail.noRecords')}
              action={
                only ? <Button onClick={() => void setOnly(null)}>{t('detail.allOutcomes')}</Button> : null
              }
            />
          }
        />
      )}
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} matched={first?.matched} total={first?.total} />,
          t('detail.order'),
        ]}
      />
    </>
  )
}

/** A refusal or an error code in words. */
function useWhy(): (reason: string | null) => string {
  const t = useTranslations('replays')
  const words = useErrorWords()
  return reason => {
    if (reason === null) return ''
    if (reason === 'EDIT_FAILED') return t('recordReason.EDIT_FAILED')
    const known = refusal.safeParse(reason)
    return known.success ? t(`refusal.${known.data}`) : words(reason).title
  }
}

function useColumns(cluster: string, kind: Replay['kind'], hasReasons: boolean): Column<ReplayRecord>[] {
  const t = useTranslations('replays')
  const why = useWhy()
  const zone = useZoneName()
  const reason: Column<ReplayRecord> = {
    id: 'why',
    header: t('detail.why'),
    hideBelow: 'sm',
    render: row => (row.reason === null ? null : <span title={row.reason}>{why(row.reason)}</span>),
  }
  return [
    {
      id: 'outcome',
      header: t('detail.outcome'),
      width: 112,
      render: row => <OutcomeMark outcome={row.outcome} />,
    },
    {
      id: 'record',
      header: t(kind === 'copy' ? 'detail.copyRecord' : 'detail.record'),
      width: 232,
      mono: true,
      rowHeader: true,
      render: row => (
        <>
          P{row.partition} / <Num value={row.offset} />
        </>
      ),
    },
    {
      id: 'target',
      header: t('detail.target'),
      mono: true,
      hideBelow: 'sm',
      render: ({ target }) => {
        if (target === null) return <span className="text-text-3">—</span>
        const place = `${middleTruncate(shortTopic(target.topic), 40)} P${target.partition}`
        return target.offset === null ? (
          <span title={target.topic}>{place}</span>
        ) : (
          <Link
            tabIndex={-1}
            title={target.topic}
            className="link-quiet"
            href={routes.record(cluster, target.topic, target.partition, target.offset)}
          >
            {place} / {formatInteger(target.offset)}
          </Link>
        )
      },
    },
    ...(hasReasons ? [reason] : []),
    {
      id: 'at',
      header: t('detail.at', { zone }),
      width: 190,
      hideBelow: 'md',
      render: row => (row.at === null ? <span className="text-text-3">—</span> : <Timestamp at={row.at} />),
    },
  ]
}
