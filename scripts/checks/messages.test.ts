import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareLanguages, type Messages, placeholdersOf } from './messages.ts'
import { repo } from './tree.ts'

describe('what a message takes', () => {
  test.each([
    ['nothing here', []],
    ['{count} of {total, number}', ['count', 'total']],
    ['{at, date, ::yyyyMMdd}', ['at']],
    ['{count, plural, one {# topic of {owner}} other {# topics}}', ['count', 'owner']],
    ['{kind, select, lag {late} other {fine}} since {at}', ['at', 'kind']],
    ['<b>{name}</b> and <link>more</link>', ['<b>', '<link>', 'name']],
    ["'{'not an argument'}' it''s {real}", ['real']],
  ])('%s', (message, expected) => {
    expect([...placeholdersOf(message)].sort()).toEqual(expected)
  })
})

test('differences between languages are found', () => {
  const ko = { list: { title: '토픽 {count}개', empty: ' ' }, only: '여기' }
  const en = { list: { title: '{total} topics', empty: 'None' }, other: 'There' }
  expect(compareLanguages(ko, en, ['ko', 'en'])).toEqual([
    'only: missing in en',
    'other: missing in ko',
    'list.title: ko takes "count", en takes "total"',
    'list.empty: empty',
  ])
})

describe('Korean and English say the same', () => {
  const folder = (language: string) => join(repo, 'lib/i18n', language)
  const filesOf = (language: string) =>
    existsSync(folder(language)) ? readdirSync(folder(language)).filter(file => file.endsWith('.json')) : []
  const read = (language: string, file: string) =>
    JSON.parse(readFileSync(join(folder(language), file), 'utf8')) as Messages

  test('in the same files', () => {
    expect(filesOf('ko').sort()).toEqual(filesOf('en').sort())
    expect(filesOf('ko').length).toBeGreaterThan(0)
  })

  test.each(filesOf('ko').filter(file => filesOf('en').includes(file)))('%s', file => {
    expect(compareLanguages(read('ko', file), read('en', file), ['ko', 'en'])).toEqual([])
  })
})
