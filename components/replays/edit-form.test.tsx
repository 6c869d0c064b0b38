import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import edits from '@/lib/i18n/en/replay-edits.json'
import { breaksJson, typedKind } from './edit-draft'
import { KindNote } from './edit-form'

function note(value: string, example: string | null = null): string {
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ 'replay-edits': edits }}>
      <KindNote line={{ id: 1, of: 'field', op: 'set', name: 'amount', value }} example={example} />
    </NextIntlClientProvider>,
  )
}

test.each([
  ['12', 'number', false],
  ['"12"', 'text', false],
  ['seoul', 'text', false],
  ['2026-11-22', 'text', false],
  ['A-1', 'text', false],
  ['{"a":1}', 'object', false],
  ['null', 'null', false],
  ['12,000', 'text', true],
  ['1.', 'text', true],
  ['+5', 'text', true],
  ['TRUE', 'text', true],
  ['{a:1}', 'text', true],
  ['[1,', 'text', true],
  ['"12', 'text', true],
])('%s is %s', (text, kind, odd) => {
  expect(typedKind(text)).toEqual({ kind, odd })
})

test('a field says what kind of value it writes, and what it holds now where that is another', () => {
  expect(note('12')).toBe('<span>Writes: Number</span>')
  expect(note('twelve', '{"amount":11}')).toBe(
    '<span class="text-warn">Writes: Text · it is now: Number</span>',
  )
  expect(note('12', '{"amount":"11"}')).toContain('Writes: Number · it is now: Text')
  expect(note('12,000')).toContain('Writes: Text · This is no JSON, so it is written as text.')
  for (const same of ['{"amount":11}', '{"amount":null}', '{}', 'no JSON'])
    expect(note('12', same)).toBe('<span>Writes: Number</span>')
})

test('a whole value that was JSON and is none any more is said; what was none, or has a schema, is not', () => {
  expect(breaksJson({ data: '{"a":1,}', subject: '' }, 'json')).toBe(true)
  expect(breaksJson({ data: '{"a":1}', subject: '' }, 'json')).toBe(false)
  expect(breaksJson({ data: 'plain', subject: '' }, 'text')).toBe(false)
  expect(breaksJson({ data: '{"a":1,}', subject: 'orders-value' }, 'json')).toBe(false)
})
