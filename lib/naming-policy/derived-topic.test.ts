import { expect, it } from 'vitest'
import { checkName } from './check-name'
import { derivedTopic } from './derived-topic'
import { NameIndex } from './name-index'
import { compilePolicy, DEFAULT_POLICY } from './policy'
import { spec } from './testing'

const base = 'order.order-service.created'

it.each([
  ['-dlt', 'dead-letter'],
  ['.DLQ', 'dead-letter'],
  ['-retry', 'retry'],
  ['-retry-5m', 'retry'],
  ['-changelog', 'changelog'],
  ['-repartition', 'repartition'],
])('%s is a %s of what stands before it, and the name check looks for the same base', (suffix, kind) => {
  const name = base + suffix
  expect(derivedTopic(name, DEFAULT_POLICY)).toEqual({ kind, base })
  const [missing] = checkName(DEFAULT_POLICY, name, { index: new NameIndex() }).warnings
  expect(missing).toMatchObject({ code: 'base-missing', params: { base } })
})

it('what frameworks write is known whatever the policy lists, and what it lists whatever frameworks write', () => {
  const archive = compilePolicy(spec(draft => draft.naming.derivedSuffixes.push('-archive')))
  expect(derivedTopic(`${base}-archive`, archive)).toEqual({ kind: 'derived', base })
  expect(derivedTopic(`${base}-archive`, DEFAULT_POLICY)).toBeNull()
  expect(derivedTopic(`${base}_dlq`, DEFAULT_POLICY)).toEqual({ kind: 'dead-letter', base })
  expect(derivedTopic('dead-letter-topic-orders', DEFAULT_POLICY)).toEqual({
    kind: 'dead-letter',
    base: null,
  })
  expect(derivedTopic(base, DEFAULT_POLICY)).toBeNull()
})
