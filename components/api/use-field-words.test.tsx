import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import en from '@/lib/i18n/en/common.json'
import ko from '@/lib/i18n/ko/common.json'
import type { FieldProblem } from './api-error'
import { useFieldWords } from './use-field-words'

const common = { ko, en }

function Words({ field }: { field: FieldProblem }) {
  return useFieldWords()(field)
}

const say = (locale: 'ko' | 'en', field: Partial<FieldProblem>): string =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale={locale} timeZone="UTC" messages={{ common: common[locale] }}>
      <Words field={{ path: 'value', code: 'X', message: 'as the server says', ...field }} />
    </NextIntlClientProvider>,
  )

describe('a refused field', () => {
  test.each(Object.keys(en.fieldErrors))('%s has words in both languages, without a gap', code => {
    for (const locale of ['ko', 'en'] as const) {
      expect(say(locale, { code })).not.toMatch(/[{}]|fieldErrors/)
      expect(say(locale, { code })).not.toBe('')
    }
    expect(say('ko', { code })).toMatch(/[가-힣]/)
  })

  test('is said by its code, whatever its case; its parameters fill the words', () => {
    expect(say('ko', { code: 'required' })).toBe('값이 필요합니다.')
    expect(say('ko', { code: 'one-record' })).toBe(ko.fieldErrors.ONE_RECORD)
    expect(say('en', { code: 'TOO_BIG', params: { maximum: 48 } })).toBe('It must be 48 or less.')
    expect(say('en', { code: 'TOO_BIG' })).toBe('It must be … or less.')
    const long = { code: 'TOO_BIG', params: { maximum: 300, of: 'string' } }
    expect(say('en', long)).toBe('It must have 300 characters or less.')
    expect(say('ko', long)).toBe('300자 이하여야 합니다.')
    expect(say('ko', { code: 'TOO_SMALL', params: { minimum: 1, of: 'array' } })).toBe(
      '1개 이상이어야 합니다.',
    )
  })

  test('of a code that nobody knows here, or whose place only the server tells, is quoted behind a sentence', () => {
    expect(say('ko', { code: 'NEW_ONE' })).toBe('받을 수 없는 값입니다(원문: as the server says).')
    expect(say('ko', { code: 'SCHEMA_MISMATCH', message: 'items[3]: wants a string' })).toBe(
      '스키마와 맞지 않습니다(원문: items[3]: wants a string).',
    )
    expect(say('ko', { code: 'constructor' })).toContain('원문')
    expect(say('ko', { code: '../x.y' })).toContain('원문')
  })
})
