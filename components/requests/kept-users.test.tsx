import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { TopicUsers } from '@/lib/contracts/topic-changes'
import en from '@/lib/i18n/en/requests.json'
import ko from '@/lib/i18n/ko/requests.json'
import { KeptUsers } from './kept-users'

const users: TopicUsers = {
  ...{ inUse: true, groups: ['billing'], groupsInAll: 1, connectors: [], connectorsInAll: null },
  ...{ producers: ['order-tx'], producersInAll: 1, recordsLastHour: null },
}
const shown = (locale: 'ko' | 'en', over: Partial<TopicUsers> = {}) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale={locale} timeZone="UTC" messages={{ requests: locale === 'ko' ? ko : en }}>
      <KeptUsers users={{ ...users, ...over }} />
    </NextIntlClientProvider>,
  ).replace(/<[^>]*>/g, '')

test('who used a topic is named, and what nobody could say is not known', () => {
  expect(shown('en')).toBe(
    'Read by: 1 group (billing). Used by: not known. Records in the last hour: not knownProducers of the last hour that are known by an id (idempotent or transactional; others can’t be seen): 1 (order-tx)',
  )
  expect(shown('ko')).toContain(
    '읽는 컨슈머 그룹 1개(billing), 커넥터 알 수 없음, 최근 1시간 메시지 알 수 없음',
  )
})

test('without a Connect to ask that is said', () => {
  expect(shown('en', { connectConfigured: false })).toContain(
    'Used by: not known (no Connect is configured). Records',
  )
  expect(shown('ko', { connectConfigured: false })).toContain('커넥터 알 수 없음(설정된 Connect 없음), 최근')
})

test('and nobody is said as nobody', () => {
  expect(shown('en', { inUse: false })).toBe(en.usage.notInUse)
})
