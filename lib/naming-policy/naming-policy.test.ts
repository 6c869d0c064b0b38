import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameCheck } from '../contracts/topics'
import en from '../i18n/en/naming.json'
import ko from '../i18n/ko/naming.json'
import { checkLimits } from './check-limits'
import { checkName, errorCodeOf, obeys, verdictOf } from './check-name'
import { classifyTopic } from './classify-topic'
import { editDistance, nearest } from './edit-distance'
import { NameIndex } from './name-index'
import { parseName } from './parse-name'
import { DEFAULT_POLICY } from './policy'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

const codes = (name: string, existingNames: string[] = []) =>
  checkName(DEFAULT_POLICY, name, { existingNames }).violations.map(v => `${v.field}:${v.code}`)

describe('names that keep the convention', () => {
  it.each([
    'order.order-service.created',
    'payment.payment-api.result',
    'user.user-service.logs',
    'inventory.stock2.events',
    'notification.mail-worker.order-shipped',
    'payment.payment-api.charge-retry-requested',
  ])('%s', name => {
    const check = checkName(DEFAULT_POLICY, name, { existingNames: [] })
    expect(check).toMatchObject({ valid: true, violations: [], warnings: [], suggestions: [], suffix: null })
    expect(check.segments.map(s => s.ok)).toEqual([true, true, true])
    expect(obeys(DEFAULT_POLICY, name)).toBe(true)
  })
})

describe('names that break it', () => {
  it.each([
    ['', ['name:empty']],
    ['.', ['name:dots-only']],
    ['..', ['name:dots-only']],
    ['__consumer_offsets', ['name:reserved-prefix']],
    ['__milena_anything', ['name:reserved-prefix']],
    ['Order.created', ['name:segment-count', 'domain:case']],
    ['Order.order-service.created', ['domain:case']],
    ['order.order_service.created', ['service:pattern']],
    ['orders.order-service.created', ['domain:not-registered']],
    ['order..created', ['service:segment-empty']],
    ['order.order-service.', ['event:segment-empty']],
    ['order.order-service.2nd', ['event:pattern']],
    ['order.order--service.created', ['service:pattern']],
    ['order.order-service.created-', ['event:pattern']],
    ['order.order-service.item.created', ['name:segment-count']],
    ['order.order service.created', ['name:charset', 'service:pattern']],
    ['주문.order-service.created', ['name:charset', 'domain:not-registered']],
    ['order.order-service.created-dlt-dlt', ['name:suffix-twice']],
    [`order.order-service.${'a'.repeat(101)}`, ['event:segment-too-long']],
    [`order.order-service.${'a'.repeat(260)}`, ['name:too-long', 'event:segment-too-long']],
  ])('%s', (name, expected) => {
    expect(codes(name)).toEqual(expected)
    expect(obeys(DEFAULT_POLICY, name)).toBe(false)
  })

  it('names what is wrong, where, and what to write instead, in words', () => {
    const [broken] = checkName(DEFAULT_POLICY, 'Order.order-service.created').violations
    expect(broken).toEqual({
      code: 'case',
      field: 'domain',
      params: {
        segment: 'domain',
        value: 'Order',
        min: 1,
        max: 40,
        pattern: '',
        allowed: expect.stringContaining('order, payment'),
      },
      message: 'The domain “Order” has capital letters. Write it in lower case.',
      suggestion: 'order',
    })
    const [typo] = checkName(DEFAULT_POLICY, 'paymnet.payment-api.result').violations
    expect(typo).toMatchObject({ code: 'not-registered', field: 'domain', suggestion: 'payment' })
    const charset = checkName(DEFAULT_POLICY, 'order.a\u0000b c주.created').violations[0]
    expect(charset?.params).toEqual({ characters: 'U+0000 U+0020 주' })
  })

  it('sees what is there: the same name, and one that differs in dots and underscores only', () => {
    const existing = ['order.order-service.created', 'payment_payment-api_result']
    expect(codes('order.order-service.created', existing)).toEqual(['name:exists'])
    const collides = checkName(DEFAULT_POLICY, 'payment.payment-api.result', { existingNames: existing })
    expect(collides.violations).toMatchObject([
      { code: 'collides', params: { other: 'payment_payment-api_result' } },
    ])
    expect(errorCodeOf(collides)).toBe('TOPIC_COLLIDES')
    const pending = new NameIndex(['order.order-service.sent'])
    expect(errorCodeOf(checkName(DEFAULT_POLICY, 'order.order-service.sent', { pending }))).toBe(
      'REQUEST_OPEN',
    )
    expect(
      errorCodeOf(checkName(DEFAULT_POLICY, 'order.order-service.created', { existingNames: existing })),
    ).toBe('TOPIC_EXISTS')
    expect(errorCodeOf(checkName(DEFAULT_POLICY, 'x', { existingNames: existing }))).toBe(
      'NAME_POLICY_VIOLATION',
    )
    expect(
      errorCodeOf(checkName(DEFAULT_POLICY, 'user.user-api.events', { existingNames: existing })),
    ).toBeNull()
  })
})

describe('suggestions', () => {
  it.each([
    ['Order.created', 'order.order-service.created'],
    ['order.order_service.created', 'order.order-service.created'],
    ['Order.OrderService.Created', 'order.order-service.created'],
    ['orders.order-service.created', 'order.order-service.created'],
    ['oredr.order-service.created', 'order.order-service.created'],
    ['paymnet.payment-api.result', 'payment.payment-api.result'],
    ['orderCreated', 'order.order-service.created'],
    ['order_created', 'order.order-service.created'],
    ['order-service.created', 'order.order-service.created'],
    ['order.order-service.item.created', 'order.order-service.item-created'],
    ['prod.order.order-service.created', 'order.order-service.created'],
    ['order/order-service/created', 'order.order-service.created'],
    ['order.order-service.created-dlt-dlt', 'order.order-service.created-dlt'],
    ['order.order-service.created.dlt', 'order.order-service.created-dlt'],
    ['order.order-service.created_dlq', 'order.order-service.created-dlq'],
    ['Order.order-service.created-retry-1000', 'order.order-service.created-retry-1000'],
    ['order', 'order.order-service.created'],
  ])('%s → %s', (name, expected) => {
    const check = checkName(DEFAULT_POLICY, name)
    expect(check.valid).toBe(false)
    expect(check.suggestions[0]).toBe(expected)
  })

  it('prefers the service that publishes in this domain already', () => {
    const existingNames = ['payment.payment-api.result', 'payment.payment-api.events', 'payment.batch.logs']
    const { suggestions } = checkName(DEFAULT_POLICY, 'Payment.refunded', { existingNames })
    expect(suggestions).toContain('payment.payment-api.refunded')
    const [, service] = checkName(DEFAULT_POLICY, 'payment.p.refunded', { existingNames }).segments
    expect(service?.suggestions).toContain('payment-api')
  })

  it('names the nearest even if it is there, and says so; then what is free and passes', () => {
    const existingNames = ['order.order-service.created']
    const check = (name: string, more: string[] = []) =>
      checkName(DEFAULT_POLICY, name, { existingNames: [...existingNames, ...more] })
    expect(check('Order.created')).toMatchObject({
      suggestions: existingNames,
      taken: [{ code: 'exists', params: { name: existingNames[0] } }],
    })
    // Of two services that publish there, the second is offered behind what was meant.
    expect(check('Order.created', ['order.outsider.shipped'])).toMatchObject({
      suggestions: [existingNames[0], 'order.outsider.created'],
      taken: [{ code: 'exists' }],
      violations: [{ code: 'segment-count', suggestion: null }, { code: 'case' }],
    })
    expect(check('order.order-service.created')).toMatchObject({ suggestions: [], taken: [] })
    const { suggestions, taken } = check('Order.refunded')
    expect(suggestions[0]).toBe('order.order-service.refunded')
    expect(taken).toEqual([])
    for (const name of suggestions) expect(obeys(DEFAULT_POLICY, name)).toBe(true)
  })

  it.each([
    ['requested', [], ['order.order-service.created']],
    ['collides', ['order_order-service.created'], []],
    ['collides-case', ['ORDER.order-service.created'], []],
  ])('says that the nearest is taken: %s', (code, existing, asked) => {
    const context = { index: new NameIndex(existing), pending: new NameIndex(asked) }
    const { suggestions, taken } = checkName(DEFAULT_POLICY, 'Order.created', context)
    expect(suggestions[0]).toBe('order.order-service.created')
    expect(taken).toMatchObject([{ code }])
  })

  it.each([
    ['payment_payment-service_authorized', 'payment.payment-service.authorized'],
    ['payment-payment-service-authorized', 'payment.payment-service.authorized'],
    ['paymentPaymentServiceAuthorized', 'payment.payment-service.authorized'],
    ['payment_service_authorized', 'payment.payment-service.authorized'],
    ['PAYMENT_FRAUD_CHECK_PASSED', 'payment.fraud-check.passed'],
    ['payment_refund_started', 'payment.refund.started'],
  ])('a name in one run of words: %s → %s', (name, expected) => {
    const existingNames = ['payment_payment-service_authorized', 'payment.fraud-check.failed']
    expect(checkName(DEFAULT_POLICY, name, { existingNames }).suggestions[0]).toBe(expected)
  })

  it('offers every domain while nothing is typed, then those that begin so', () => {
    const values = (name: string) => checkName(DEFAULT_POLICY, name).segments[0]?.suggestions
    expect(values('.x.y')).toEqual(['order', 'payment', 'user', 'inventory', 'notification'])
    expect(values('not.x.y')).toEqual(['notification'])
  })
})

describe('derived topics', () => {
  it.each([
    ['order.order-service.created-dlt', '-dlt'],
    ['order.order-service.created.DLT', '.DLT'],
    ['order.order-service.created-dlq', '-dlq'],
    ['order.order-service.created.DLQ', '.DLQ'],
    ['order.order-service.created-retry', '-retry'],
    ['order.order-service.created-retry-1000', '-retry-1000'],
    ['order.order-service.created-retry-5m', '-retry-5m'],
  ])('%s is its base and %s', (name, suffix) => {
    const base = 'order.order-service.created'
    expect(parseName(name)).toMatchObject({ base, suffix, segments: ['order', 'order-service', 'created'] })
    expect(checkName(DEFAULT_POLICY, name, { existingNames: [base] })).toMatchObject({
      valid: true,
      suffix,
      warnings: [],
    })
    const orphan = checkName(DEFAULT_POLICY, name, { existingNames: [] })
    expect(orphan.valid).toBe(true)
    expect(orphan.warnings).toMatchObject([{ code: 'base-missing', params: { base } }])
    // Nobody knows what is there: nothing is claimed.
    expect(checkName(DEFAULT_POLICY, name).warnings).toEqual([])
  })

  it('a retry behind a retry, a dead letter behind a retry: one suffix only', () => {
    expect(codes('order.order-service.created-retry-1000-dlt')).toContain('name:suffix-twice')
    expect(codes('order.order-service.created-dlt.DLT')).toContain('name:suffix-twice')
  })

  it('a suffix alone is no base', () => {
    expect(parseName('-dlt')).toMatchObject({ base: '-dlt', suffix: null })
  })
})

describe('the class of a topic', () => {
  it.each([
    ['order.order-service.created', 'normal', null],
    ['order.order-service.created-dlt', 'dead-letter', 'order.order-service.created'],
    ['orders.DLT', 'dead-letter', 'orders'],
    ['orders.DLQ', 'dead-letter', 'orders'],
    ['orders.dlq', 'dead-letter', 'orders'],
    ['orders-dlq', 'dead-letter', 'orders'],
    ['orders_dlq', 'dead-letter', 'orders'],
    ['orders_dlt', 'dead-letter', 'orders'],
    ['orders-dead-letter', 'dead-letter', 'orders'],
    ['orders.dead-letter', 'dead-letter', 'orders'],
    ['orders-error', 'dead-letter', 'orders'],
    ['orders.error', 'dead-letter', 'orders'],
    ['dlq.orders', 'dead-letter', 'orders'],
    ['dead-letter-topic-movies', 'dead-letter', null],
    ['error.orders.billing', 'dead-letter', 'orders'],
    ['error.order.order-service.created.billing', 'dead-letter', 'order.order-service.created'],
    ['error.orders', 'dead-letter', null],
    ['orders-retry', 'retry', 'orders'],
    ['orders-retry-0', 'retry', 'orders'],
    ['orders-retry-10000', 'retry', 'orders'],
    ['orders_retry_5000', 'retry', 'orders'],
    ['orders-retry-requested', 'normal', null],
    ['__consumer_offsets', 'internal', null],
    ['__milena_replays', 'internal', null],
    ['_schemas', 'internal', null],
    ['connect-offsets', 'internal', null],
    ['shop-KSTREAM-AGGREGATE-STATE-STORE-0000000003-changelog', 'internal', null],
    ['shop-by-customer-repartition', 'internal', null],
    ['-dlt', 'normal', null],
    ['', 'normal', null],
    ['errors', 'normal', null],
  ])('%s is %s', (name, kind, base) => {
    expect(classifyTopic(name)).toMatchObject({ kind, base })
  })

  it('exempts what belongs to a framework, and only that', () => {
    expect(verdictOf(DEFAULT_POLICY, '__consumer_offsets')).toBe('exempt')
    expect(verdictOf(DEFAULT_POLICY, 'connect-status')).toBe('exempt')
    expect(verdictOf(DEFAULT_POLICY, 'orders')).toBe('violation')
    expect(verdictOf(DEFAULT_POLICY, 'order.order-service.created-dlt')).toBe('ok')
    const taken = checkName(DEFAULT_POLICY, 'order.order-service.price-changelog')
    expect(taken).toMatchObject({ valid: true, warnings: [{ code: 'looks-internal' }] })
  })
})

describe('limits', () => {
  const ask = (over: Partial<Parameters<typeof checkLimits>[1]>) =>
    checkLimits(DEFAULT_POLICY, {
      partitions: 12,
      replicationFactor: 3,
      configs: {},
      brokers: 3,
      ...over,
    }).map(v => `${v.field}:${v.code}:${v.suggestion}`)

  it.each([
    [{}, []],
    [{ partitions: 1 }, []],
    [{ partitions: 48 }, []],
    [{ partitions: 0 }, ['partitions:partitions-range:1']],
    [{ partitions: 49 }, ['partitions:partitions-range:48']],
    [{ partitions: Number.NaN }, ['partitions:partitions-range:1']],
    [{ partitions: null, replicationFactor: null }, []],
    // What nobody resolved is no number: -1 slips past no limit.
    [
      { partitions: -1, replicationFactor: -1 },
      ['partitions:partitions-range:1', 'replicationFactor:replication-range:3'],
    ],
    [{ replicationFactor: 1 }, ['replicationFactor:replication-range:3']],
    [{ replicationFactor: 1, brokers: 1 }, []],
    [{ replicationFactor: 2, brokers: 2 }, []],
    [{ replicationFactor: 3, brokers: 2 }, ['replicationFactor:replication-range:2']],
    [{ replicationFactor: 4, brokers: 5 }, ['replicationFactor:replication-range:3']],
    [{ configs: { 'min.insync.replicas': '2' } }, []],
    [{ configs: { 'min.insync.replicas': '3' } }, ['configs.min.insync.replicas:min-insync-range:2']],
    [{ configs: { 'min.insync.replicas': '1' }, replicationFactor: 1, brokers: 1 }, []],
    [{ configs: { 'min.insync.replicas': 'two' } }, ['configs.min.insync.replicas:not-a-number:null']],
    [{ configs: { 'retention.ms': '3600000' } }, []],
    [{ configs: { 'retention.ms': '2592000000' } }, []],
    [{ configs: { 'retention.ms': '3599999' } }, ['configs.retention.ms:retention-range:3600000']],
    [{ configs: { 'retention.ms': '-1' } }, ['configs.retention.ms:retention-infinite:2592000000']],
    [{ configs: { 'retention.bytes': '0' } }, ['configs.retention.bytes:retention-bytes:-1']],
    [{ configs: { 'cleanup.policy': ' delete , compact' } }, []],
    [{ configs: { 'cleanup.policy': 'none' } }, ['configs.cleanup.policy:cleanup-policy:delete']],
    [{ configs: { 'retention.ms': '2592000001' } }, ['configs.retention.ms:retention-range:2592000000']],
    [{ configs: { 'retention.ms': '-1', 'cleanup.policy': 'compact' } }, []],
    [{ configs: { 'retention.ms': '9e99' } }, ['configs.retention.ms:not-a-number:null']],
  ])('%j', (over, expected) => {
    expect(ask(over)).toEqual(expected)
  })
})

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['order', 'order', 0],
    ['oredr', 'order', 1],
    ['orders', 'order', 1],
    ['paymnet', 'payment', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s, %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  it('offers only what a slip of the hand explains', () => {
    expect(nearest('usr', ['order', 'user'])).toEqual(['user'])
    expect(nearest('warehouse', ['order', 'user'])).toEqual([])
  })
})

describe('hostile input', () => {
  it('any text gets an answer of the agreed shape, and suggestions that pass', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 400, unit: 'binary' }),
      fc.stringMatching(/^[A-Za-z0-9._-]{0,300}$/),
      fc.constantFrom('__proto__', 'constructor', '-'.repeat(300), '.'.repeat(300), 'a-'.repeat(150)),
    )
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (name, existingNames) => {
        const check = checkName(DEFAULT_POLICY, name, { existingNames })
        expect(nameCheck.safeParse(check).success).toBe(true)
        for (const suggestion of check.suggestions)
          expect(codes(suggestion, existingNames)).toEqual(
            check.taken.flatMap(({ code, params }) => (params.name === suggestion ? [code] : [])),
          )
        classifyTopic(name)
        verdictOf(DEFAULT_POLICY, name)
      }),
      { numRuns: 500 },
    )
  })

  it('a megabyte of it is answered at once', () => {
    const started = performance.now()
    for (const name of [
      '-'.repeat(1e6),
      'a-'.repeat(5e5),
      '.'.repeat(1e6),
      'A'.repeat(1e6),
      '1'.repeat(1e6),
      'é'.repeat(1e6),
    ]) {
      expect(checkName(DEFAULT_POLICY, name).valid).toBe(false)
      classifyTopic(name)
    }
    expect(performance.now() - started).toBeLessThan(HANGS_MS)
  })
})

it('every violation has its words in both languages', () => {
  expect(Object.keys(ko.violation).sort()).toEqual(Object.keys(en.violation).sort())
})
