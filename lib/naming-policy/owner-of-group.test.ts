import { describe, expect, it } from 'vitest'
import { EMPTY_CATALOGUE } from './catalogue'
import { ownerLookup } from './owner-of-group'

const ownerOf = ownerLookup({
  domains: [
    { name: 'order', owner: 'order-team' },
    { name: 'payment', owner: null },
  ],
  services: [
    { name: 'order-service', domain: 'order', owner: null },
    { name: 'order-service-batch', domain: 'order', owner: 'batch-team' },
    { name: 'billing', domain: 'payment', owner: 'money-team' },
    { name: 'ghost', domain: 'payment', owner: null },
  ],
  owners: [],
})

describe('whom a group belongs to', () => {
  it.each([
    ['order-service', 'order-team'],
    ['order-service-v2', 'order-team'],
    ['order-service-batch.eu', 'batch-team'],
    ['order-service-batches', 'order-team'],
    ['payment.billing', 'money-team'],
    ['order.analytics', 'order-team'],
    ['payment.analytics', null],
    ['pre-billing', null],
    ['billings', null],
    ['ghost', null],
    ['', null],
    ['...', null],
    ['__proto__', null],
    [`billing-${'x'.repeat(30_000)}`, 'money-team'],
    ['-'.repeat(30_000), null],
  ])('%.40s: %s', (group, owner) => expect(ownerOf(group)).toBe(owner))

  it('nobody, where nothing is registered', () => {
    expect(ownerLookup(EMPTY_CATALOGUE)('order.order-service')).toBeNull()
  })
})
