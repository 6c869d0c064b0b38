import { expect, it } from 'vitest'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { readPolicies } from './policies'
import { Problems } from './problems'

it('takes policies as they are exported, and names what is wrong with its path', () => {
  const problems = new Problems()
  const good = readPolicies({ default: DEFAULT_SPEC, clusters: { prod: DEFAULT_SPEC } }, ['prod'], problems)
  expect(good).toEqual({ default: DEFAULT_SPEC, clusters: { prod: DEFAULT_SPEC } })
  expect(readPolicies(undefined, [], problems)).toEqual({ default: null, clusters: {} })
  expect(problems.list).toEqual([])

  const locked = structuredClone(DEFAULT_SPEC)
  locked.limits.partitions = { min: 5, max: 1 }
  readPolicies(
    { default: { ...DEFAULT_SPEC, nameing: 1 }, clusters: { elsewhere: locked } },
    ['prod'],
    problems,
  )
  expect(problems.list.map(problem => problem.path)).toEqual([
    'policies.default.nameing',
    'policies.clusters.elsewhere',
    'policies.clusters.elsewhere.limits.partitions',
  ])
})
