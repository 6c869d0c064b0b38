import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, expect, test, vi } from 'vitest'
import type { Payload } from '@/lib/contracts/messages'
import messages from '@/lib/i18n/en/messages.json'
import { PayloadView } from './payload-view'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())
vi.mock('./reading-bar', () => ({ ReadingBar: () => null }))
vi.mock('@/components/ui/code-view', () => ({ CodeView: () => null }))
vi.mock('@/components/ui/hex-view', () => ({ HexView: () => null }))

/** What is said above a value that came cut. */
function said(payload: Partial<Payload>): string {
  const whole: Payload = {
    format: 'json',
    decoder: 'json',
    text: 'x'.repeat(1024),
    bytes: 3072,
    truncated: true,
  }
  const address = { cluster: 'c', topic: 't', partition: 0, offset: '1' }
  const markup = renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ messages }}>
      <PayloadView payload={{ ...whole, ...payload }} part="value" address={address} />
    </NextIntlClientProvider>,
  )
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

test('a value that came cut says how long it is, where its bytes are what is read', () => {
  expect(said({})).toContain('Only the first 1 KiB are shown. The whole has 3 KiB. Show all 3 KiB')
  expect(said({ format: 'hex', decoder: 'hex' })).toContain(
    'Only the first 512 B are shown. The whole has 3 KiB.',
  )
  for (const other of [
    { inside: 'gzip' as const },
    { decoder: 'msgpack' as const },
    { format: 'avro' as const, decoder: 'avro' as const },
  ])
    expect(said(other)).toContain('Only the first 1 KiB of the text are shown. Show all')
})
