'use client'

import { useTranslations } from 'next-intl'
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { type ConfigEntry, topics } from '@/lib/contracts/topics'
import { ConfigDrawer } from './config-drawer'
import { ConfigValue, plainText } from './config-value'

/** Every effective config of a topic; what the topic itself sets stands first. */
export function ConfigsView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics')
  const [params, setParams] = useQueryStates({
    q: parseAsString.withDefault(''),
    changed: parseAsBoolean.withDefault(false),
    d: parseAsString,
  })
  const { data, error, isPending, isFetching, refetch } = useApi(topics.configs, { cluster, topic })
  const all = data?.items ?? []
  const changed = all.filter(c => c.source === 'topic').length
  const rows = all
    .filter(c => !params.changed || c.source === 'topic')
    .filter(c => c.name.includes(params.q.trim().toLowerCase()))
    .sort((a, b) => Number(b.source === 'topic') - Number(a.source === 'topic'))
  const open = all.find(config => config.name === params.d)
  const columns = useConfigColumns()
  if (error && !data)
    return (
      <div className="min-h-0 flex-1 overflow-auto">
        <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
      </div>
    )
  return (
    <SplitView
      drawer={open ? <ConfigDrawer config={open} onClose={() => void setParams({ d: null })} /> : null}
    >
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('config.filter')}
          value={params.q}
          onValueChange={q => setParams({ q: q || null })}
        />
        <FilterChip
          on={params.changed}
          onToggle={() => setParams({ changed: params.changed ? null : true }, { history: 'push' })}
          count={data ? changed : null}
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
        currentKey={params.d}
        onOpen={row => void setParams({ d: row.name }, { history: params.d === null ? 'push' : 'replace' })}
        loading={isPending}
        cardHeight={57}
        card={row => <ConfigCard config={row} />}
        skeletonRows={24}
        empty={
          params.changed && !params.q ? (
            <EmptyState
              title={t('config.noneChanged')}
              body={t('config.noneChangedBody', { n: all.length })}
              action={
                <Button onClick={() => void setParams({ changed: null })}>{t('config.showAll')}</Button>
              }
            />
          ) : (
            <EmptyState
              title={t('config.none')}
              body={t('config.noneBody', { n: all.length })}
              action={
                <Button onClick={() => void setParams({ q: null, changed: null })}>
                  {t('noMatch.clear')}
                </Button>
              }
            />
          )
        }
      />
      <ListFooter
        parts={
          data
            ? [
                <Shown key="shown" from={1} shown={rows.length} matched={rows.length} total={all.length} />,
                t('config.order'),
                <TimeAgo key="age" at={data.sampledAt} />,
              ]
            : []
        }
      />
    </SplitView>
  )
}

function useConfigColumns(): Column<ConfigEntry>[] {
  const t = useTranslations('topics.config')
  return [
    {
      id: 'name',
      header: t('name'),
      width: 280,
      rowHeader: true,
      render: row => (
        <MonoId id={row.name} {...(row.source === 'topic' ? { className: 'font-semibold' } : {})} />
      ),
    },
    {
      id: 'value',
      header: t('value'),
      width: 236,
      render: row => <ConfigValue config={row} value={row.value} />,
    },
    {
      id: 'source',
      header: t('source'),
      help: t('sourceHelp'),
      width: 128,
      hideBelow: 'sm',
      render: row => (
        <span className={row.source === 'topic' ? '' : 'text-text-3'}>{t(`sources.${row.source}`)}</span>
      ),
    },
    {
      id: 'default',
      header: t('default'),
      width: 228,
      hideBelow: 'lg',
      render: row => (
        <span className="text-text-3">
          <ConfigValue config={row} value={row.defaultValue} />
        </span>
      ),
    },
    {
      id: 'documentation',
      header: t('documentation'),
      hideBelow: 'xl',
      render: row => <span className="text-text-3">{plainText(row.documentation).slice(0, 200)}</span>,
    },
  ]
}

function ConfigCard({ config }: { config: ConfigEntry }) {
  const t = useTranslations('topics.config')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <MonoId id={config.name} {...(config.source === 'topic' ? { className: 'font-semibold' } : {})} />
      <span className="flex min-w-0 items-baseline justify-between gap-2">
        <ConfigValue config={config} value={config.value} />
        <span className="shrink-0 text-meta text-text-3">{t(`sources.${config.source}`)}</span>
      </span>
    </span>
  )
}
