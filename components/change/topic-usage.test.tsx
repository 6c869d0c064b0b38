import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { TopicUsage } from '@/lib/contracts/topic-changes'
import en from '@/lib/i18n/en/requests.json'
import ko from '@/lib/i18n/ko/requests.json'
import { UsageReport } from './topic-usage'

const usage: TopicUsage = {
  ...{ groups: [], groupsKnown: true, connectors: [], connectorsKnown: false, connectConfigured: false },
  ...{ recordsLastHour: '0', messages: '0', bytes: null, producers: [], related: [], inUse: false },
}
const shown = (locale: 'ko' | 'en', over: Partial<TopicUsage> = {}) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale={locale} timeZone="UTC" messages={{ requests: locale === 'ko' ? ko : en }}>
      <UsageReport usage={{ ...usage, ...over }} />
    </NextIntlClientProvider>,
  ).replace(/<[^>]*>/g, '')

test('connectors are not known where no Connect is configured or one does not say, and counted where all do', () => {
  expect(shown('en')).toContain('Connectors: not known. No Connect is configured.')
  expect(shown('ko')).toContain('커넥터 알 수 없음. 설정된 Connect가 없습니다.')
  expect(shown('en', { connectConfigured: true })).toContain(
    'Connectors: not known. A Connect cluster did not say.',
  )
  expect(shown('en', { connectConfigured: true, connectorsKnown: true })).toContain('Connectors: 0')
})
