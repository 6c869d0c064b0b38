import { expect, it } from 'vitest'
import { policies } from '@/lib/contracts/policies'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { testConfig } from '@/server/http/testing'
import { readPolicy, writeYaml } from './policy-source'

const config = testConfig()
const read = (yaml: string) => {
  try {
    return readPolicy({ config }, { yaml }, { domains: [], services: [], owners: [] })
  } catch (error) {
    return error
  }
}
const refused = (message: RegExp, params: object) => ({
  code: 'INPUT_INVALID',
  fields: [{ path: 'yaml', code: 'YAML', message: expect.stringMatching(message), params }],
})

it('what is exported is read again as it was, stars of patterns included', () => {
  const exceptions = Array.from({ length: 100 }, (_, i) => ({
    topics: [`*-old-${i}`, `&-${i}`],
    rules: ['naming' as const],
    reason: 'older than the rule',
    until: '2099-01-01T00:00:00.000Z',
  }))
  const spec = { ...DEFAULT_SPEC, exceptions }
  expect(read(writeYaml(spec, ['a policy']))).toEqual(spec)
})

it('a text that would keep the thread busy is refused before it is parsed', () => {
  const marks = { reason: 'marks', max: 200 }
  expect(read('&a '.repeat(201))).toMatchObject(refused(/more than 200 anchors/, marks))
  expect(read(`a: [${'*a, '.repeat(300)}]`)).toMatchObject(refused(/more than 200 anchors/, marks))
  const input = { cluster: 'c', yaml: 'a'.repeat(100_001) }
  expect(policies.preview.input.safeParse(input).success).toBe(false)
})

it('a key that stands twice is refused, among however many', () => {
  expect(read('naming: 1\nnaming: 2')).toMatchObject(
    refused(/key naming twice/, { reason: 'twice', key: 'naming' }),
  )
  const many = Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n')
  expect(read(many)).toMatchObject({ code: 'POLICY_INVALID' })
  expect(read(`${many}\nk7: 1`)).toMatchObject(refused(/key k7 twice/, { reason: 'twice', key: 'k7' }))
})

it('what is no YAML is told with its place', () => {
  const fault = refused(/./, { reason: 'at', line: 3, column: 1 })
  expect(read('naming:\n  segments: [\n')).toMatchObject(fault)
})
