import { expect, it } from 'vitest'
import { userParams } from './topic-users'

const nobody = {
  ...{ inUse: false, groups: [], groupsInAll: 0, connectors: [], connectorsInAll: 0 },
  ...{ producers: [], producersInAll: 0, recordsLastHour: '0' },
}

it('nobody is none, and who could not be asked is nothing at all', () => {
  expect(userParams(nobody)).toEqual({
    groups: 0,
    names: '',
    connectors: 0,
    connectorNames: '',
    records: '0',
  })
  expect(userParams({ ...nobody, groupsInAll: null, connectorsInAll: null, recordsLastHour: null })).toEqual(
    {},
  )
  expect(userParams({ ...nobody, connectorsInAll: null, connectConfigured: false })).toEqual({
    ...{ groups: 0, names: '', connect: 'none', records: '0' },
  })
})

it('names the first few of many', () => {
  const groups = Array.from({ length: 50 }, (_, i) => `g-${i}`)
  expect(userParams({ ...nobody, groups, groupsInAll: 70 })).toMatchObject({
    groups: 70,
    names: 'g-0, g-1, g-2, g-3, g-4, …',
  })
})
