import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, expect, test, vi } from 'vitest'
import records from '@/lib/i18n/en/messages.json'
import search from '@/lib/i18n/en/search.json'
import { loadMessagesParams } from './messages-query'
import { EMPTY_SEARCH, type Hit } from './search-state'
import { TailView } from './tail-view'
import { useSearch } from './use-search'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())
vi.mock('./use-search', () => ({ useSearch: vi.fn() }))
vi.mock('./use-table-settings', () => ({ useTableSettings: () => ({ rowHeight: 28, time: 'clock' }) }))
vi.mock('./use-open-record', () => ({ recordKey: () => '', useOpenRecord: () => ({ drawer: null }) }))
vi.mock('./tail-topics', () => ({ TailTopics: () => null }))
vi.mock('@/components/ui/time', () => ({ Timestamp: () => null, useZoneName: () => 'UTC' }))
// A phone's list: nothing but its cards.
vi.mock('@/components/ui/data-table', () => ({
  DataTable: ({
    rows,
    card,
    cardHeight,
  }: {
    rows: Hit[]
    card: (row: Hit) => ReactNode
    cardHeight: number
  }) => (
    <div data-height={cardHeight}>
      {rows.map(row => (
        <p key={row.offset}>{card(row)}</p>
      ))}
    </div>
  ),
}))

const payload = (text: string) => ({ format: 'json', text, bytes: text.length, truncated: false })
const hit = {
  topic: 'shop.order.created',
  partition: 3,
  offset: '17',
  timestamp: null,
  key: payload('"k-1"'),
  value: payload('{"note":"long","amount":1.10}'),
  headers: [],
} as unknown as Hit
const USUAL = loadMessagesParams(new URLSearchParams())
const idle = () => undefined

/** The cards of a tail with `hit` in it. */
function cards(cols: string[], also: string[] = []): string {
  vi.mocked(useSearch).mockReturnValue({
    ...EMPTY_SEARCH,
    phase: 'running',
    hits: [hit],
    stop: idle,
    more: idle,
    again: idle,
  })
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ search, messages: records }}>
      <TailView
        cluster="local"
        topic="shop.order.created"
        params={{ ...USUAL, cols, also }}
        set={async () => new URLSearchParams()}
        controls={() => null}
      />
    </NextIntlClientProvider>,
  )
}

test('a card of a live tail shows the chosen fields, as those of pages and searches do, on a line of its own', () => {
  const chosen = cards(['value.amount', 'value.missing'])
  expect(chosen).toContain('>amount<')
  expect(chosen).toContain('>1.10<')
  expect(chosen).toContain('data-height="101"')
  expect(cards([])).toContain('data-height="79"')
})

test('where several topics are followed a card says whose it is, on one line more', () => {
  const several = cards(['value.amount'], ['shop.order.paid'])
  expect(several).toContain('>shop.order.created<')
  expect(several).toContain('data-height="123"')
})
