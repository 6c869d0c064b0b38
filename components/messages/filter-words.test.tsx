import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ApiError } from '@/components/api/api-error'
import commonKo from '@/lib/i18n/ko/common.json'
import errorsKo from '@/lib/i18n/ko/errors.json'
import messagesKo from '@/lib/i18n/ko/messages.json'
import searchKo from '@/lib/i18n/ko/search.json'
import { type Done, EMPTY_SEARCH, type SearchState } from './search-state'
import { SearchNotices } from './search-status'

const nothing = () => undefined

/** What a Korean reader is told of a search. */
function inKorean(over: Partial<SearchState>): string {
  const markup = renderToStaticMarkup(
    <NextIntlClientProvider
      locale="ko"
      timeZone="UTC"
      messages={{ search: searchKo, messages: messagesKo, common: commonKo, errors: errorsKo }}
    >
      <SearchNotices
        search={{ ...EMPTY_SEARCH, ...over, stop: nothing, more: nothing, again: nothing }}
        onAllPartitions={nothing}
      />
    </NextIntlClientProvider>,
  )
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

const refused = (params: Record<string, string | number> = {}) =>
  inKorean({
    phase: 'failed',
    error: new ApiError('INPUT_INVALID', {
      fields: [
        {
          path: 'filter',
          code: 'FILTER_TYPE',
          message: '',
          params: { line: 1, column: 3, reason: 'no such overload: int > string.', ...params },
        },
      ],
    }),
  })

test('what is wrong with a filter is said in the reader’s language, and quoted where nobody has words for it', () => {
  const known = refused({ why: 'OPERATION', operation: 'int > string' })
  expect(known).toContain('함께 쓸 수 없는 타입입니다: int &gt; string.')
  expect(known).not.toContain('no such overload')
  for (const other of [undefined, { why: 'OF_THE_NEXT_VERSION' }])
    expect(refused(other)).toContain('원문: no such overload: int &gt; string.')
})

test('so is what a filter stumbled over in a record', () => {
  const sample = { topic: 't', partition: 0, offset: '7', reason: 'division by zero' }
  const told = (about: object) =>
    inKorean({
      phase: 'done',
      done: {
        ...{ reason: 'end', detail: null, next: null, problems: [] },
        evaluationErrors: { count: 1, samples: [{ ...sample, ...about }] },
      } as unknown as Done,
    })
  expect(told({ why: 'DIVISION', params: {} })).toContain('P0/7 0으로 나눕니다.')
  expect(told({})).toContain('원문: division by zero')
})
