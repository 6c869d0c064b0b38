'use client'

import { Radio } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { topics } from '@/lib/contracts/topics'
import { ColumnsMenu } from './columns-menu'
import { ConditionBar } from './condition-bar'
import { ExportMenu } from './export-menu'
import { isSearch, startAt } from './messages-query'
import { PagesView } from './pages-view'
import { RangeControls } from './range-controls'
import { SearchView } from './search-view'
import { TailView } from './tail-view'
import { useKeptTable } from './use-kept-table'
import { useMessagesParams } from './use-messages-params'
import { ViewsMenu } from './views-menu'

/** The message browser: pages of the log, a search over it, or its living end; what is shown stands in the address. */
export function MessagesView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('search')
  const [params, set] = useMessagesParams()
  const { data: facts } = useApi(topics.get, { cluster, topic })
  const table = useKeptTable(cluster, topic, {
    columns: params.cols,
    onColumns: cols => void set({ cols: cols.length > 0 ? cols : null }, { history: 'replace' }),
  })
  const tail = () => void set({ live: params.live ? null : true, cursor: null, d: null })
  useHotkeys({
    l: tail,
    f: () => void set(startAt(params.from === 'newest' ? 'oldest' : 'newest')),
  })
  const controls = ({ refresh, busy }: { refresh: () => void; busy: boolean }) => (
    <>
      <RangeControls
        params={params}
        partitions={facts?.partitions ?? 0}
        onChange={change => void set({ ...change, cursor: null, d: null })}
        onRefresh={refresh}
        refreshing={busy}
        paged={!params.live && !isSearch(params)}
      >
        <IconButton
          label={t('tail.toggle')}
          shortcut="l"
          icon={<Radio size={16} />}
          pressed={params.live}
          onClick={tail}
        />
        <ColumnsMenu cluster={cluster} topic={topic} columns={params.cols} table={table} />
        <ViewsMenu cluster={cluster} topic={topic} />
        <ExportMenu cluster={cluster} topic={topic} params={params} />
      </RangeControls>
      <ConditionBar
        cluster={cluster}
        topic={topic}
        params={params}
        onChange={change => void set({ ...change, cursor: null, d: null })}
      />
    </>
  )
  const View = params.live ? TailView : isSearch(params) ? SearchView : PagesView
  return <View cluster={cluster} topic={topic} params={params} set={set} controls={controls} />
}
