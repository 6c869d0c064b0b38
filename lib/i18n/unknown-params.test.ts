import { createTranslator } from 'next-intl'
import { expect, it } from 'vitest'
import en from './en/errors.json'
import ko from './ko/errors.json'
import { unknownParams } from './unknown-params'

it('what a sentence has words for is unknown until it is given', () => {
  const sentence =
    '{n, select, unknown {nobody knows} other {{n, plural, one {#} other {#}}}} {kind, select, a {A} other {}}'
  expect(unknownParams(sentence)).toEqual({ n: 'unknown' })
  expect(unknownParams('{name} {n, plural, other {#}}')).toEqual({})
})

it.each([
  [
    'en',
    en,
    'Which groups read it is not known; 1 connector (main/to-files) uses it. Records in the last hour: not known.',
  ],
  ['ko', ko, '지금 읽는 컨슈머 그룹 알 수 없음, 커넥터 1개(main/to-files), 최근 1시간 메시지 알 수 없음.'],
] as const)('unknown is said as unknown, in %s', (locale, { TOPIC_IN_USE: words }, said) => {
  const translate = createTranslator({ locale, messages: { hint: words.hint } })
  const params = { connectors: 1, connectorNames: 'main/to-files' }
  expect(translate('hint', { ...unknownParams(words.hint), ...params })).toContain(said)
})
