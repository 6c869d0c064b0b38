import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { RequestEvent } from '@/lib/contracts/requests'
import requests from '@/lib/i18n/en/requests.json'
import { AskedChange } from './asked-change'
import { Timeline } from './request-timeline'

const event = (over: Partial<RequestEvent>): RequestEvent => ({
  ...{ id: '1', at: '2026-01-01T00:00:00Z', actor: 'dev', via: 'console', kind: 'submitted', text: null },
  ...{ mentions: [], code: null, changes: [], ...over },
})
const shown = (node: React.ReactNode) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ requests, common: {}, errors: {} }}>
      {node}
    </NextIntlClientProvider>,
  ).replace(/<[^>]*>/g, ' ')
const asked = (over: Partial<Parameters<typeof AskedChange>[0]['request']>) =>
  shown(
    <AskedChange request={{ kind: 'create', topic: 'order.a.created', change: {}, events: [], ...over }} />,
  ).replaceAll(/\s+/g, ' ')

test('what was asked for is shown, beside what was before where that is known', () => {
  const change = { partitions: 3, replicationFactor: -1, configs: { 'cleanup.policy': 'compact' } }
  expect(asked({ change })).toContain(
    'Partitions — 3 Replication factor — — (broker default) cleanup. policy — compact',
  )
  const changes = [{ field: 'configs.cleanup.policy', before: 'delete', after: 'compact' }]
  const applied = event({ kind: 'applied', changes })
  expect(
    asked({ kind: 'configs', change: { configs: { 'cleanup.policy': 'compact' } }, events: [applied] }),
  ).toContain('cleanup. policy delete compact')
  expect(asked({ kind: 'delete' })).toContain('Topic order.a.created —')
})

test('an edit says what was and what is', () => {
  const changes = [
    { field: 'partitions', before: '3', after: '2' },
    { field: 'reset.segment.ms', before: null, after: '' },
  ]
  const said = shown(<Timeline events={[event({ kind: 'edited', changes })]} topic="x" />)
  expect(said.replaceAll(/\s+/g, ' ')).toContain('Partitions: 3 → 2')
  expect(said.replaceAll(/\s+/g, ' ')).toContain('segment.ms: — → broker default')
})
