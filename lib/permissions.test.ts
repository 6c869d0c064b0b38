import { describe, expect, it } from 'vitest'
import { type Action, isAllowed, type Resource, type RoleGrant } from './permissions'

const grant = (role: RoleGrant['role'], limits: Omit<RoleGrant, 'role'> = {}): RoleGrant[] => [
  { role, ...limits },
]
const dev = { clusters: ['dev-*'] }
const orders = { topics: ['order.*'] }

describe('what a grant allows', () => {
  it.each<[string, RoleGrant[], Action, Resource, boolean]>([
    [
      'a bare role holds everywhere',
      grant('operator'),
      'topic.create',
      { cluster: 'prod', topic: 'a' },
      true,
    ],
    ['a role without the action', grant('viewer'), 'topic.create', { cluster: 'prod', topic: 'a' }, false],
    ['a cluster that it names', grant('operator', dev), 'replay.run', { cluster: 'dev-1', topic: 'a' }, true],
    [
      'a cluster that it does not',
      grant('operator', dev),
      'replay.run',
      { cluster: 'prod', topic: 'a' },
      false,
    ],
    ['a change of no cluster, limited to some', grant('admin', dev), 'settings.write', {}, false],
    ['a change of no cluster, not limited', grant('admin'), 'settings.write', {}, true],
    ['reading what is of no cluster', grant('auditor', dev), 'audit.read', {}, true],
    [
      'a topic that it names',
      grant('operator', orders),
      'topic.create',
      { cluster: 'c', topic: 'order.a' },
      true,
    ],
    [
      'a topic that it does not',
      grant('operator', orders),
      'topic.create',
      { cluster: 'c', topic: 'pay.a' },
      false,
    ],
    [
      'a change of no topic, limited to some',
      grant('operator', orders),
      'replay.run',
      { cluster: 'c' },
      false,
    ],
    [
      'a topic without a name yet',
      grant('developer', orders),
      'request.file',
      { cluster: 'c', anyTopic: true },
      true,
    ],
    [
      'a topic without a name yet, without the right',
      grant('viewer', orders),
      'request.file',
      { cluster: 'c', anyTopic: true },
      false,
    ],
    [
      'a topic without a name yet, elsewhere',
      grant('developer', dev),
      'request.file',
      { cluster: 'prod', anyTopic: true },
      false,
    ],
    ['reading a cluster, limited to topics', grant('viewer', orders), 'group.read', { cluster: 'c' }, true],
    ['nothing', [], 'cluster.read', {}, false],
  ])('%s', (_, grants, action, resource, expected) => {
    expect(isAllowed(grants, action, resource)).toBe(expected)
  })

  it('limits of two grants do not add up', () => {
    const both = [...grant('operator', dev), ...grant('viewer')]
    expect(isAllowed(both, 'topic.create', { cluster: 'prod', topic: 'a' })).toBe(false)
    expect(isAllowed(both, 'record.read', { cluster: 'prod', topic: 'a' })).toBe(true)
  })
})
