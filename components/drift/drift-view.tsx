'use client'

import { CircleCheck, Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { useFreshness } from '@/components/api/freshness'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Tag } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Notice } from '@/components/ui/notice'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Bytes, Num } from '@/components/ui/value'
import {
  DRIFT_RULES,
  type DriftFinding,
  type DriftRow,
  drift,
  driftRule,
  driftSort,
} from '@/lib/contracts/drift'
import { encodeId, routes } from '@/lib/routes'
import { DriftDrawer } from './drift-drawer'
import { type DriftParams, driftChoice, driftParams, TREND_DAYS } from './drift-query'
import { DriftTrend } from './drift-trend'

const EVERY_MS = 15_000
const ANY = 'any'

/**
 * Existing topics against the policy: what each breaks, who owns it, what is accepted until when, and where
 * it is heading.
 */
export function DriftView({ cluster }: { cluster: string }) {
  const t = useTranslations('drift')
  const [params, setParams] = useQueryStates(driftParams, { history: 'push' })
  const choice = driftChoice(cluster, params)
  const { rows, first, query, loadMore } = useApiPages(
    drift.report,
    { ...choice, limit: 200 },
    { poll: false },
  )
  const trend = useApi(drift.trend, { cluster, days: TREND_DAYS })
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const columns = useDriftColumns(cluster)
  const retry = () => void query.refetch()
  const filtered = Boolean(params.q || params.rule || params.owner)
  const open = rows.find(row => row.topic === params.d)
  const summary = first?.summary
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          summary ? (
            <>
              <Fact label={t('drifting')}>
                <Num value={summary.drifting} /> / <Num value={summary.topics} />
              </Fact>
              {summary.waived > 0 ? (
                <Fact label={t('waived')}>
                  <Num value={summary.waived} />
                </Fact>
              ) : null}
              <Fact label={t('bytes')}>
                <Bytes value={summary.bytes} />
              </Fact>
              <Fact label={t('policy')}>
                {first.policyVersion === 0 ? t('builtIn') : `v${first.policyVersion}`}
              </Fact>
              {first.usageAt === null ? null : (
                <Fact label={t('usageAt')}>
                  <TimeAgo at={first.usageAt} />
                </Fact>
              )}
            </>
          ) : undefined
        }
        actions={<ExportLink cluster={cluster} params={params} />}
      />
      <DriftTrend items={trend.data?.items ?? []} />
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => void setParams({ q: q || null }, { history: 'replace' })}
        />
        <Select
          size="sm"
          label={t('rule')}
          value={params.rule ?? ANY}
          onValueChange={next => {
            const rule = driftRule.safeParse(next)
            void setParams({ rule: rule.success ? rule.data : null })
          }}
          options={[
            { value: ANY, label: t('anyRule') },
            ...DRIFT_RULES.map(value => ({
              value,
              label: `${t(`rules.${value}`)} ${summary?.byRule[value] ?? 0}`,
            })),
          ]}
        />
        <FilterChip
          on={params.owner === '-'}
          onToggle={() => void setParams({ owner: params.owner === '-' ? null : '-' })}
        >
          {t('unowned')}
        </FilterChip>
        <FilterChip
          on={params.waived}
          onToggle={() => void setParams({ waived: params.waived ? null : true })}
        >
          {t('withWaived')}
        </FilterChip>
        <Select
          size="sm"
          label={t('unusedFor')}
          value={String(params.days)}
          onValueChange={days => void setParams({ days: Number(days) })}
          options={[7, 30, 90, 180].map(days => ({
            value: String(days),
            label: t('unusedDays', { n: days }),
          }))}
        />
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={retry} /> : null}
      {first && !first.settingsKnown ? <Notice tone="warn">{t('settingsUnknown')}</Notice> : null}
      {first && first.usageAt === null ? <Notice tone="info">{t('usageUnknown')}</Notice> : null}
      <SplitView
        drawer={
          open ? (
            <DriftDrawer
              key={open.topic}
              cluster={cluster}
              row={open}
              onClose={() => void setParams({ d: null })}
            />
          ) : null
        }
      >
        {first === undefined && query.error ? (
          <QueryError error={query.error} onRetry={retry} retrying={query.isFetching} />
        ) : (
          <DataTable
            label={t('list')}
            columns={columns}
            rows={rows}
            rowKey={row => row.topic}
            currentKey={params.d}
            onOpen={row => void setParams({ d: row.topic })}
            sort={params.sort}
            onSort={sort => {
              const known = driftSort.safeParse(sort)
              void setParams({ sort: known.success ? known.data : null })
            }}
            loading={first === undefined}
            onEndReached={loadMore}
            totalRows={first?.matched}
            cardHeight={79}
            card={row => <DriftCard row={row} />}
            empty={
              filtered ? (
                <EmptyState
                  title={t('noMatch')}
                  action={
                    <Button onClick={() => void setParams({ q: null, rule: null, owner: null })}>
                      {t('clear')}
                    </Button>
                  }
                />
              ) : (
                <EmptyState
                  icon={<CircleCheck />}
                  title={t('none')}
                  body={t('noneBody', { n: summary?.topics ?? 0 })}
                />
              )
            }
          />
        )}
        <ListFooter
          parts={[
            first === undefined ? null : (
              <Shown key="shown" from={1} shown={rows.length} matched={first.matched} total={first.total} />
            ),
            t('basis'),
          ]}
          aside={first?.sampledAt ? <TimeAgo at={first.sampledAt} /> : null}
        />
      </SplitView>
    </>
  )
}

/** The same choice as a file. */
function ExportLink({ cluster, params }: { cluster: string; params: DriftParams }) {
  const t = useTranslations('drift')
  const { cluster: _cluster, ...rest } = driftChoice(cluster, params)
  const search = new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)]))
  return (
    <a
      href={`/api/v1/clusters/${encodeId(cluster)}/policy/drift/export?${search}`}
      download
      className="inline-flex h-8 items-center gap-1.5 rounded-control border border-line px-3 text-text hover:bg-hover"
    >
      <Download aria-hidden size={16} />
      {t('export')}
    </a>
  )
}

const SEVERE: ReadonlySet<string> = new Set([
  'retention-zero',
  'replication-low',
  'replication',
  'min-insync',
])

/** The rules a topic breaks, the worst first. */
function Findings({ findings }: { findings: readonly DriftFinding[] }) {
  const t = useTranslations('drift.rules')
  const rules = [...new Set(findings.map(one => one.rule))]
  const waived = (rule: string) => findings.every(one => one.rule !== rule || one.waiver !== null)
  return (
    <span className="flex min-w-0 gap-1 overflow-hidden">
      {rules.map(rule => (
        <span key={rule} className={waived(rule) ? 'opacity-60' : SEVERE.has(rule) ? 'font-medium' : ''}>
          <Tag>{t(rule)}</Tag>
        </span>
      ))}
    </span>
  )
}

function FirstWords({ row }: { row: DriftRow }) {
  const words = useViolationWords()
  const first = row.findings.find(one => one.waiver === null) ?? row.findings[0]
  return first ? <span className="truncate text-text-2">{words(first)}</span> : null
}

function useDriftColumns(cluster: string): Column<DriftRow>[] {
  const t = useTranslations('drift')
  return [
    {
      id: 'topic',
      header: t('topic'),
      rowHeader: true,
      sortKey: 'name',
      render: row => <MonoId id={row.topic} href={routes.topic(cluster, row.topic, 'configs')} />,
    },
    {
      id: 'open',
      header: t('open'),
      width: 70,
      align: 'end',
      sortKey: 'open',
      sortsDownOnly: true,
      render: row =>
        row.open > 0 ? <Status kind="warn">{row.open}</Status> : <Status kind="seen">0</Status>,
    },
    { id: 'rules', header: t('rule'), width: 260, render: row => <Findings findings={row.findings} /> },
    { id: 'why', header: t('why'), hideBelow: 'xl', render: row => <FirstWords row={row} /> },
    {
      id: 'owner',
      header: t('owner'),
      width: 120,
      sortKey: 'owner',
      hideBelow: 'md',
      render: row => row.owner ?? <span className="text-text-3">—</span>,
    },
    {
      id: 'bytes',
      header: t('size'),
      width: 100,
      align: 'end',
      sortKey: 'bytes',
      sortDescFirst: true,
      hideBelow: 'lg',
      render: row => <Bytes value={row.bytes} reason={t('notMeasured')} />,
    },
    {
      id: 'last',
      header: t('lastRecord'),
      width: 120,
      sortKey: 'last',
      hideBelow: 'lg',
      render: row =>
        row.lastRecordAt ? <TimeAgo at={row.lastRecordAt} /> : <span className="text-text-3">—</span>,
    },
  ]
}

function DriftCard({ row }: { row: DriftRow }) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex items-center justify-between gap-2">
        <MonoId small id={row.topic} />
        <Status kind={row.open > 0 ? 'warn' : 'seen'}>{row.open}</Status>
      </span>
      <Findings findings={row.findings} />
      <span className="flex min-w-0 text-meta">
        <FirstWords row={row} />
      </span>
    </span>
  )
}
