import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import {
  checkDraft,
  draftLike,
  draftWith,
  EMPTY_DRAFT,
  fieldOf,
  isStorable,
  PRESETS,
  parseRetention,
  presetDraft,
  retentionText,
  type TopicDraft,
  toRequest,
} from './create-topic-form'

const draft = (part: Partial<TopicDraft>): TopicDraft => ({ ...EMPTY_DRAFT, ...part })
const codes = (part: Partial<TopicDraft>, brokers: number | null = 3) =>
  Object.fromEntries(
    Object.entries(checkDraft(DEFAULT_POLICY, draft(part), brokers)).map(([field, v]) => [field, v.code]),
  )

it('tells what a draft could not keep as it was typed', () => {
  expect(isStorable(EMPTY_DRAFT)).toBe(true)
  expect(isStorable({ ...EMPTY_DRAFT, partitions: '', retention: 'a week', more: 'a=b' })).toBe(true)
  for (const part of [
    { partitions: 'six' },
    { replicationFactor: '1.5' },
    { more: 'a b' },
    { more: '-segment.ms' },
  ])
    expect(isStorable({ ...EMPTY_DRAFT, ...part })).toBe(false)
})

describe('retention', () => {
  it.each([
    ['7d', '604800000'],
    ['7일', '604800000'],
    ['12 h', '43200000'],
    ['36시간', '129600000'],
    ['90m', '5400000'],
    ['24', '86400000'],
    ['-1', null],
    ['forever', null],
    ['1.5d', null],
    ['', null],
  ])('%s is %s ms', (text, ms) => expect(parseRetention(text)).toBe(ms))
  it('comes back as the shortest text, or not at all', () => {
    expect(retentionText('604800000')).toBe('7d')
    expect(retentionText('129600000')).toBe('36h')
    expect(retentionText('5400000')).toBe('90m')
    expect(retentionText('1234')).toBeNull()
    expect(retentionText('-1')).toBeNull()
    expect(retentionText('0')).toBeNull()
  })
})

describe('toRequest', () => {
  it('leaves to the broker what is empty', () => {
    expect(toRequest('local', ' order.order-service.created ', draft({ partitions: '' }), true)).toEqual({
      cluster: 'local',
      name: 'order.order-service.created',
      partitions: -1,
      replicationFactor: -1,
      configs: {},
      dryRun: true,
    })
  })
  it('writes configs as Kafka has them', () => {
    const full = draft({
      partitions: '12',
      replicationFactor: '3',
      cleanup: 'compact',
      retention: '7d',
      minInsyncReplicas: '2',
    })
    expect(toRequest('local', 'x', full, false)).toMatchObject({
      partitions: 12,
      replicationFactor: 3,
      configs: { 'cleanup.policy': 'compact', 'retention.ms': '604800000', 'min.insync.replicas': '2' },
    })
  })
})

describe('checkDraft', () => {
  it('accepts the draft it begins with', () => expect(codes({})).toEqual({}))
  it('holds the limits of the policy', () => {
    expect(codes({ partitions: '49' })).toEqual({ partitions: 'partitions-range' })
    expect(codes({ partitions: '0' })).toEqual({ partitions: 'partitions-range' })
    expect(codes({ retention: '31d' })).toEqual({ retention: 'retention-range' })
    expect(codes({ replicationFactor: '4' })).toEqual({ replicationFactor: 'replication-range' })
    expect(codes({ replicationFactor: '3', minInsyncReplicas: '3' })).toEqual({
      minInsyncReplicas: 'min-insync-range',
    })
  })
  it('says what is no number', () => {
    expect(
      codes({ partitions: 'many', replicationFactor: '1e1', retention: 'long', minInsyncReplicas: 'x' }),
    ).toEqual({
      partitions: 'not-a-number',
      replicationFactor: 'not-a-number',
      retention: 'not-a-number',
      minInsyncReplicas: 'not-a-number',
    })
  })
  it('leaves replication to the server while the number of brokers is unknown', () =>
    expect(codes({ replicationFactor: '9' }, null)).toEqual({}))
  it('asks no retention of a compacted topic', () =>
    expect(codes({ cleanup: 'compact', retention: '31d' })).toEqual({}))
})

describe('draftLike', () => {
  it('takes the size of another topic', () => {
    const row = {
      partitions: 12,
      replicationFactor: 3,
      cleanupPolicy: 'compact,delete',
      retentionMs: '604800000',
    }
    expect(draftLike(row)).toEqual({
      partitions: '12',
      replicationFactor: '3',
      cleanup: 'compact,delete',
      more: '',
      retention: '7d',
      minInsyncReplicas: '',
    })
    expect(draftLike({ ...row, cleanupPolicy: null, retentionMs: '-1' })).toMatchObject({
      cleanup: 'delete',
      retention: '',
    })
  })
})

it('finds the field that an error means', () => {
  expect(fieldOf('configs.retention.ms')).toBe('retention')
  expect(fieldOf('configs.min.insync.replicas')).toBe('minInsyncReplicas')
  expect(fieldOf('name')).toBe('name')
  expect(fieldOf('configs.segment.bytes')).toBe('more')
  expect(fieldOf('nothing-of-ours')).toBeNull()
})

describe('further configs', () => {
  it('go into the request, and a line that is none is told', () => {
    const more = 'max.message.bytes=2048\nsegment.ms = 60000'
    expect(toRequest('c', 'n', draft({ more, cleanup: 'compact,delete' }), false).configs).toEqual({
      'max.message.bytes': '2048',
      'segment.ms': '60000',
      'cleanup.policy': 'compact,delete',
    })
    expect(codes({ more: 'what is this' })).toMatchObject({ more: 'config-lines' })
    expect(codes({ more: '-segment.ms' })).toMatchObject({ more: 'config-lines' })
  })
  it.each([
    [{}],
    [{ 'cleanup.policy': 'delete,compact', 'retention.ms': '604800000', 'min.insync.replicas': '2' }],
    [{ 'retention.ms': '-1', 'segment.bytes': '1048576' }],
    [{ 'retention.ms': '1234' }],
  ])('a topic’s settings come into the form and out again: %j', configs => {
    const { configs: out } = toRequest('c', 'n', { ...EMPTY_DRAFT, ...draftWith(3, -1, configs) }, false)
    const same = 'cleanup.policy' in configs ? { ...configs, 'cleanup.policy': 'compact,delete' } : configs
    expect(out).toEqual(same)
  })
})

it.each(PRESETS)('the preset %s keeps the policy', preset => {
  expect(codes(presetDraft(preset, DEFAULT_POLICY.spec.limits))).toEqual({})
})
