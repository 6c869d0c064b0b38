import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, expect, test, vi } from 'vitest'
import produce from '@/lib/i18n/en/produce.json'
import type { PartDraft } from './draft'
import { PartEditor } from './part-editor'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())
vi.mock('@/components/record/subject-field', () => ({
  SubjectField: ({ hint, value }: { hint: string; value: string }) => `${value}: ${hint}`,
}))
vi.mock('@/components/api/use-error-words', () => ({ useErrorWords: () => () => ({ title: '' }) }))

function said(over: Partial<PartDraft>): string {
  const value: PartDraft = { kind: 'schema', data: '{}', subject: 's', ...over }
  const markup = renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ produce }}>
      <PartEditor cluster="c" label="value" value={value} error={undefined} rows={3} onChange={() => {}} />
    </NextIntlClientProvider>,
  )
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

test('a part says by which schema it is written: the latest of its subject, or that of the record it was taken from', () => {
  const latest = 's: The schema of its latest version serialises the JSON.'
  const own = 's: Schema 7, which wrote the record, serialises the JSON.'
  expect(said({})).toContain(latest)
  const wroteBy = { id: 7, subject: 's' }
  expect(said({ wroteBy })).toContain(own)
  expect(said({ wroteBy: { ...wroteBy, subject: 'other' } })).toContain(latest)
  expect(said({ wroteBy, message: 'shop.Order' })).toContain('Message shop.Order')
  expect(said({ message: 'shop.Order' })).not.toContain('shop.Order')
})
