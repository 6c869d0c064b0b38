'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Tooltip } from '@/components/ui/tooltip'
import { type ConfigEntry, topics } from '@/lib/contracts/topics'
import { Retention } from './topic-columns'

/** Every effective config of a topic; what the topic itself sets stands first. */
export function ConfigsView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics')
  const [params, setParams] = useQueryStates({
    q: parseAsString.withDefault(''),
    changed: parseAsBoolean.withDefault(false),
  })
  const { data, error, isPending, isFetching, refetch } = useApi(topics.configs, { cluster, topic })
  const all = data?.items ?? []
  const rows = all
    .filter(c => !params.changed || c.source === 'topic')
    .filter(c => c.name.includes(params.q.toLowerCase()))
    .sort((a, b) => Number(b.source === 'topic') - Number(a.source === 'topic'))
  const columns = useConfigColumns()
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('config.filter')}
          value={params.q}
          onValueChange={q => setParams({ q: q || null })}
        />
        <FilterChip
          on={params.changed}
          onToggle={() => setParams({ changed: params.changed ? null : true })}
          count={all.filter(c => c.source === 'topic').length}
        >
          {t('config.changedOnly')}
        </FilterChip>
      </Toolbar>
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <DataTable
        label={t('config.list')}
        columns={columns}
        rows={rows}
        rowKey={row => row.name}
        loading={isPending}
        empty={
          <EmptyState
            title={t('config.none')}
            body={t('config.noneBody', { n: all.length })}
            action={
              <Button onClick={() => void setParams({ q: null, changed: null })}>{t('noMatch.clear')}</Button>
            }
          />
        }
      />
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} matched={rows.length} total={all.length} />,
          data ? <TimeAgo key="age" at={data.sampledAt} /> : null,
        ]}
      />
    </>
  )
}

function useConfigColumns(): Column<ConfigEntry>[] {
  const t = useTranslations('topics.config')
  return [
    {
      id: 'name',
      header: t('name'),
      width: 280,
      mono: true,
      rowHeader: true,
      render: row => <span className={row.source === 'topic' ? 'font-semibold' : ''}>{row.name}</span>,
    },
    {
      id: 'value',
      header: t('value'),
      width: 220,
      render: row => <ConfigValue row={row} value={row.value} />,
    },
    {
      id: 'source',
      header: t('source'),
      width: 136,
      hideBelow: 'sm',
      render: row => t(`sources.${row.source}`),
    },
    {
      id: 'default',
      header: t('default'),
      width: 180,
      hideBelow: 'md',
      render: row => (
        <span className="text-text-3">
          <ConfigValue row={row} value={row.defaultValue} />
        </span>
      ),
    },
    {
      id: 'documentation',
      header: t('documentation'),
      hideBelow: 'lg',
      render: row =>
        row.documentation ? (
          <Tooltip
            content={<span className="block max-w-100 whitespace-normal">{plain(row.documentation)}</span>}
          >
            <span className="text-text-3">{plain(row.documentation)}</span>
          </Tooltip>
        ) : null,
    },
  ]
}

/** Durations in words beside the raw number; sensitive and empty values say so. */
function ConfigValue({ row, value }: { row: ConfigEntry; value: string | null }) {
  const t = useTranslations('topics.config')
  if (row.sensitive)
    return (
      <Tooltip content={t('sensitive')}>
        <span className="inline-flex items-center gap-1 text-text-3">
          •••• <Lock aria-label={t('sensitive')} size={12} />
        </span>
      </Tooltip>
    )
  if (value === null) return <span className="text-text-3">—</span>
  const isDuration = row.name.endsWith('.ms') && /^\d{4,18}$/.test(value)
  return (
    <span className="inline-flex items-center gap-2">
      <span className="mono">{value === '' ? '""' : value}</span>
      {isDuration ? (
        <span className="text-text-3">
          <Retention ms={value} />
        </span>
      ) : null}
    </span>
  )
}

/** Kafka's documentation carries a little HTML: tags go, entities that it uses are resolved. It stays text. */
function plain(documentation: string): string {
  return documentation
    .replace(/<[^<>]{0,200}>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
