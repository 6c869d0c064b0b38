import { expect, test } from 'vitest'
import { CodeDocument } from './code-document'

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

test('what is copied is laid out; where blanks alone would be hundreds of megabytes it is copied as it came', () => {
  expect(new CodeDocument(nested(2), true).text('json')).toBe('{\n  "a": {\n    "a": 1\n  }\n}')
  const deep = nested(10_000)
  const document = new CodeDocument(deep, true)
  expect(document.json?.count).toBe(20_001)
  expect(document.lineAt('json', 9_999).depth).toBe(9_999)
  expect(document.text('json')).toBe(deep)
})
