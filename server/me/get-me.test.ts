import { expect, it } from 'vitest'
import { me as contracts } from '@/lib/contracts/me'
import { testContext } from '@/server/http/testing'
import { getMe } from './get-me'

it.each([
  [{ kind: 'user', name: '김' }, 'user'],
  [{ kind: 'token', name: 'ci' }, 'token'],
  [{ kind: 'system', name: 'local' }, 'user'],
] as const)('tells %o who they are, with roles and their limits', async (actor, kind) => {
  const grants = [
    { role: 'viewer' as const },
    { role: 'operator' as const, clusters: ['dev-*'], topics: ['order.*'] },
  ]
  const answer = await getMe(testContext({ actor: { ...actor, grants } }), {})
  expect(contracts.get.output.parse(answer)).toEqual({ name: actor.name, kind, grants })
})
