import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { RequestRow } from '@/lib/contracts/requests'
import common from '@/lib/i18n/en/common.json'
import errors from '@/lib/i18n/en/errors.json'
import requests from '@/lib/i18n/en/requests.json'
import { OutcomeLine } from './bulk-outcome'

const row: RequestRow = {
  ...{ id: '7', cluster: 'c', topic: 'order.a.created', kind: 'create', state: 'applied', version: 4 },
  ...{ by: 'dev', owner: null, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' },
  ...{ submittedAt: null, expiresAt: null, approvals: [], approvalsNeeded: 2, policyVersion: 1 },
  ...{ failure: null, outcome: 'done' },
}
type Item = Parameters<typeof OutcomeLine>[0]['item']
const markup = (over: Partial<RequestRow>, item: Partial<Item> = {}) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ common, errors, requests }}>
      <OutcomeLine
        row={{ ...row, ...over }}
        item={{ id: '7', ok: true, code: null, params: {}, request: null, ...item }}
      />
    </NextIntlClientProvider>,
  )
const said = (...given: Parameters<typeof markup>) => markup(...given).replace(/<[^>]*>/g, '')

test('each request of a bulk approval says what came of it, with a link to it', () => {
  expect(markup({})).toContain('href="/requests/c/7"')
  expect(said({})).toBe('#7 Create topic order.a.createdApproved and applied')
  const failure = { code: 'TOPIC_EXISTS', params: { topic: 'order.a.created' } }
  expect(said({ state: 'failed', failure })).toContain(
    `Approved, but not applied: ${errors.TOPIC_EXISTS.title.replace('{topic}', 'order.a.created')}`,
  )
  expect(said({ state: 'applying' })).toContain(requests.bulk.underWay)
  expect(said({ state: 'pending', approvals: [{ by: 'a', at: row.createdAt, via: 'console' }] })).toContain(
    '1/2',
  )
})

test('who was faster is named, with the state in words', () => {
  const params = { state: 'applied', by: 'second', who: 'other', did: 'approved', how: 'other', next: 'over' }
  const words = said({}, { ok: false, code: 'REQUEST_CHANGED', params })
  expect(words).toContain('Not approved: Somebody else was faster. second has approved it.')
  expect(words).toContain('“Applied”')
})
