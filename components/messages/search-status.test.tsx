import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ApiError } from '@/components/api/api-error'
import common from '@/lib/i18n/en/common.json'
import errors from '@/lib/i18n/en/errors.json'
import records from '@/lib/i18n/en/messages.json'
import messages from '@/lib/i18n/en/search.json'
import { type Done, EMPTY_SEARCH, type Progress, type SearchState } from './search-state'
import { SearchNotices, SearchStatus } from './search-status'

const PROGRESS: Progress = {
  scanned: 1_234_567,
  bytes: 2_097_152,
  hits: 0,
  percent: 37.9,
  recordsPerSecond: 41_500,
  bytesPerSecond: 1_048_576,
  elapsedMs: 2000,
  etaMs: 3200,
  at: null,
  allPartitions: false,
  histogram: null,
  errors: 0,
}
const nothing = () => undefined

/** What a reader sees of it, tags left out. */
function shown(over: Partial<SearchState>): { text: string; markup: string } {
  const search = { ...EMPTY_SEARCH, ...over, stop: nothing, more: nothing, again: nothing }
  const markup = renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ search: messages }}>
      <SearchStatus search={search} />
    </NextIntlClientProvider>,
  )
  return { text: markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '), markup }
}

test('a running search says how far it is, how fast, and how long it still takes', () => {
  const { text, markup } = shown({ phase: 'running', progress: PROGRESS })
  expect(text).toContain('Scanned 37%')
  expect(text).toContain('1,234,567 records')
  expect(text).toContain('41,500/s · 1 MiB/s')
  expect(text).toContain('about 4 s left')
  expect(markup).toContain('aria-valuenow="38"')
  expect(shown({ phase: 'running', progress: { ...PROGRESS, etaMs: null } }).text).not.toContain('left')
})

test('what the server ended a search with is said, and is no lost connection', () => {
  const said = (error: ApiError) => {
    const search = {
      ...EMPTY_SEARCH,
      phase: 'lost' as const,
      error,
      stop: nothing,
      more: nothing,
      again: nothing,
    }
    const markup = renderToStaticMarkup(
      <NextIntlClientProvider
        locale="en"
        timeZone="UTC"
        messages={{ search: messages, messages: records, common, errors }}
      >
        <SearchStatus search={search} />
        <SearchNotices search={search} onAllPartitions={nothing} />
      </NextIntlClientProvider>,
    )
    return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  }
  const costly = said(new ApiError('FILTER_TOO_COSTLY', { status: 422, requestId: 'r-1' }))
  expect(costly).toContain(errors.FILTER_TOO_COSTLY.title)
  expect(costly).toContain('Stopped by an error')
  expect(costly).toContain('FILTER_TOO_COSTLY r-1')
  const lost = said(new ApiError('STREAM_LOST'))
  expect(lost).toContain('Stopped: the connection was lost')
  expect(lost).not.toContain('STREAM_LOST')
})

test('one that waits says its place', () => {
  const { text } = shown({ phase: 'queued', queued: { place: 3, running: 2 } })
  expect(text).toContain('Number 3 in line · 2 other searches running')
})

test('records that could not be judged stand together by the reason, which is said once', () => {
  const sample = (offset: number, why: object) => ({
    topic: 't',
    partition: 0,
    offset: String(offset),
    reason: 'no such overload: string > int',
    ...why,
  })
  const done: Done = {
    ...PROGRESS,
    ...{ reason: 'end', detail: null, next: null, problems: [] },
    evaluationErrors: {
      count: 9,
      samples: [
        sample(1, {}),
        sample(2, { errorCode: 'NOT_UTF8', errorParams: {} }),
        sample(3, {}),
        sample(4, {}),
      ],
    },
  }
  const search = {
    ...EMPTY_SEARCH,
    phase: 'done' as const,
    done,
    stop: nothing,
    more: nothing,
    again: nothing,
  }
  const markup = renderToStaticMarkup(
    <NextIntlClientProvider
      locale="en"
      timeZone="UTC"
      messages={{ search: messages, messages: records, common, errors }}
    >
      <SearchNotices search={search} onAllPartitions={nothing} />
    </NextIntlClientProvider>,
  )
  const text = markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  expect(text).toContain('P0/1 · P0/3 no such overload: string &gt; int P0/2 This is not UTF-8 text.')
  expect(text.match(/no such overload/g)).toHaveLength(1)
})

test('a key’s own partition: looked in first, then the only one that was, which is said with what it leaves out', () => {
  const said = (over: Partial<SearchState>) => {
    const started: SearchState['started'] = {
      order: 'desc',
      ranges: [],
      keyPartition: 4,
      openTransactions: [],
    }
    const search = { ...EMPTY_SEARCH, started, ...over, stop: nothing, more: nothing, again: nothing }
    return renderToStaticMarkup(
      <NextIntlClientProvider
        locale="en"
        timeZone="UTC"
        messages={{ search: messages, messages: records, common, errors }}
      >
        <SearchNotices search={search} onAllPartitions={nothing} />
      </NextIntlClientProvider>,
    )
  }
  expect(said({ phase: 'running', progress: PROGRESS })).toContain('Looking in P4 first')
  expect(said({ phase: 'stopped', progress: PROGRESS })).toContain(
    'Only P4, where this key goes, was searched. Older',
  )
  expect(said({ phase: 'running', progress: { ...PROGRESS, allPartitions: true } })).toBe('')
})
