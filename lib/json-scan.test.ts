import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elementTexts, memberTexts } from './json-scan'

test('members and elements as they are written, digits and doubles inside included', () => {
  const source = ' { "a" : {"id":9007199254740993,"id":1.10} , "b\\n":[1, 2.50,"x,]}"] ,"c":null,"a":true }'
  expect([...memberTexts(source)]).toEqual([
    ['a', 'true'],
    ['b\n', '[1, 2.50,"x,]}"]'],
    ['c', 'null'],
  ])
  expect(elementTexts('[1, 2.50,"x,]}", {"a":[]} ]')).toEqual(['1', '2.50', '"x,]}"', '{"a":[]}'])
  expect([...memberTexts('{}'), ...elementTexts(' [ ] ')]).toEqual([])
})

test('what is cut out is what is there, of any object and list', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()), (object, list) => {
      const members = memberTexts(JSON.stringify(object, null, 1))
      // Parsed, so that -0 and prototypes compare as JSON has them.
      const same = JSON.parse(JSON.stringify(Object.entries(object))) as unknown
      expect([...members].map(([name, text]) => [name, JSON.parse(text) as unknown])).toEqual(same)
      expect(elementTexts(JSON.stringify(list, null, 1)).map(text => JSON.parse(text) as unknown)).toEqual(
        JSON.parse(JSON.stringify(list)),
      )
    }),
  )
})
