import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprint, maskMessage } from './fingerprint'
import { sha256 } from './sha256'
import { foldStackTrace, topApplicationFrames } from './stack-trace'
import { SPRING_TRACE } from './testing'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('sha256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('FIPS 180-4: %j', (text, expected) => {
    expect(hex(sha256(new TextEncoder().encode(text)))).toBe(expected)
  })

  it('agrees with the platform at every length around the block borders', () => {
    for (let length = 0; length < 200; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 31) & 255)
      expect(hex(sha256(data))).toBe(createHash('sha256').update(data).digest('hex'))
    }
  })
})

describe('masking', () => {
  it.each([
    ['card 4711 declined', 'card <n> declined'],
    ['at 2026-10-05T03:04:05.123Z', 'at <time>'],
    ['at 2026-10-05 03:04:05,123+09:00 it failed', 'at <time> it failed'],
    ['2026-10-05T03:04:05.123456789Z', '<time>'],
    ['order 3F2504E0-4F89-11D3-9A0C-0305E82C3301 gone', 'order <uuid> gone'],
    ['trace deadbeefcafe0123', 'trace <hex>'],
    ['0x7fffABCD12 read', '<hex> read'],
    ['address 0x7f3a', 'address <n>x<n>f<n>a'],
    ['key 12345678', 'key <hex>'],
    ['key 1234567', 'key <n>'],
    ['no product "P-1 2" or \'x\' or `y`', 'no product <str> or <str> or <str>'],
    ["can't read the user's order", "can't read the user's order"],
    ['상품 ‘P-100’ 재고 3개 부족', '상품 <str> 재고 <n>개 부족'],
    ['balance -12.50, limit +3,000', 'balance <n>, limit <n>'],
    ['ORD-100 and ORD100', 'ORD-<n> and ORD<n>'],
    ['an open " quote', 'an open " quote'],
    ['', ''],
  ])('%j → %j', (message, expected) => {
    expect(maskMessage(message)).toBe(expected)
  })

  it('keeps 300 characters and cuts none in half', () => {
    expect(maskMessage('x'.repeat(1000))).toHaveLength(300)
    expect(maskMessage(`${'가'.repeat(299)}😀`)).toBe('가'.repeat(299))
    // Masked first, then cut: a long quoted text does not push the rest out.
    expect(maskMessage(`"${'a'.repeat(5000)}" end`)).toBe('<str> end')
  })

  it('the same failure of another record is masked the same', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.nat(), fc.nat(), (a, b, n, m) => {
        const say = (id: string, count: number) =>
          maskMessage(`order ${id}: "${count}" of ${count % 1e6} left`)
        expect(say(a, n)).toBe(say(b, m))
      }),
    )
  })

  it('stays linear on hostile messages', () => {
    const started = performance.now()
    for (const unit of ["'a ", '"', "x'", '0x', '1,', '2026-10-05T', 'deadbee-', '“', '- '])
      maskMessage(unit.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(HANGS_MS)
  })
})

describe('stack traces', () => {
  it("folds the framework's frames and keeps every line", () => {
    const lines = foldStackTrace(SPRING_TRACE)
    expect(lines.filter(l => l.application).map(l => l.text.trim())).toEqual([
      'at com.acme.pay.PaymentService.charge(PaymentService.java:41)',
      'at com.acme.pay.PaymentListener.onOrder(PaymentListener.java:22)',
      'at app//com.acme.pay.Gateway.call(Gateway.java:99)',
      'at com.acme.pay.Gateway$$SpringCGLIB$$0.call(<generated>)',
      'at com.acme.pay.Gateway.lambda$retry$3(Gateway.java:80)',
    ])
    expect(lines.map(l => l.text)).toEqual(SPRING_TRACE.trimEnd().split('\n'))
    expect(lines.filter(l => l.kind === 'cause')).toHaveLength(2)
    expect(lines.filter(l => l.kind === 'more')).toHaveLength(2)
    expect(lines[0]?.kind).toBe('text')
  })

  it("takes the root cause's frames, without line numbers, proxies and lambda numbers", () => {
    expect(topApplicationFrames(SPRING_TRACE)).toEqual([
      'com.acme.pay.Gateway.call',
      'com.acme.pay.Gateway.lambda$retry',
    ])
  })

  it('of the whole trace where the cause has none of its own', () => {
    const trace =
      'a.B: x\n\tat com.acme.A.a(A.java:1)\nCaused by: java.io.IOException: y\n\tat java.io.X.x(X.java:1)\n\t... 1 more'
    expect(topApplicationFrames(trace)).toEqual(['com.acme.A.a'])
  })

  it('reads Node traces', () => {
    const trace = [
      'OutOfStockError: P-1',
      '    at reserve (/app/inventory/stock.js:10:5)',
      '    at new Order (file:///app/order.mjs:3:1)',
      '    at async Promise.all (index 0)',
      '    at Array.map (<anonymous>)',
      '    at /app/main.js:7:3',
      '    at kafka (/app/node_modules/kafkajs/src/x.js:1:1)',
      '    at node:internal/process/task_queues:105:5',
      '    at least one (1) item is missing',
    ].join('\n')
    expect(topApplicationFrames(trace)).toEqual(['reserve', 'new Order', '/app/main.js'])
    expect(foldStackTrace(trace).filter(l => l.kind === 'frame')).toHaveLength(7)
  })

  it('other prefixes can be the framework', () => {
    expect(topApplicationFrames(SPRING_TRACE, ['com.acme.'])).toEqual(['sun.nio.ch.NioSocketImpl.timedRead'])
  })

  it('is bounded', () => {
    expect(foldStackTrace('\tat a.B.c(D.java:1)\n'.repeat(100_000))).toHaveLength(2000)
    expect(foldStackTrace('y'.repeat(1e6))[0]?.text).toHaveLength(2000)
  })
})

describe('fingerprint', () => {
  const input = {
    rootCause: 'java.net.SocketTimeoutException',
    message: 'card 4711 declined',
    stackTrace: SPRING_TRACE,
    originTopic: 'order.order-service.created',
    consumerGroup: 'payment',
  }

  it('is the hash of its parts joined by newlines (vector)', () => {
    const parts = [
      'java.net.SocketTimeoutException',
      'card <n> declined',
      'com.acme.pay.Gateway.call',
      'com.acme.pay.Gateway.lambda$retry',
      'order.order-service.created',
      'payment',
    ]
    const expected = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)
    expect(fingerprint(input)).toEqual({
      fingerprint: `v1:${expected}`,
      maskedMessage: 'card <n> declined',
      frames: parts.slice(2, 4),
    })
    expect(fingerprint(input).fingerprint).toBe('v1:015d7b7044cebcf7fc2ecc944759a991')
    const nothing = {
      rootCause: null,
      message: null,
      stackTrace: null,
      originTopic: null,
      consumerGroup: null,
    }
    expect(fingerprint(nothing).fingerprint).toBe('v1:6a3cf5192354f71615ac51034b3e97c2')
  })

  it('is the same for another card and another line of code, another for another topic, group or cause', () => {
    const same = fingerprint(input).fingerprint
    expect(fingerprint({ ...input, message: 'card 99 declined' }).fingerprint).toBe(same)
    expect(
      fingerprint({ ...input, stackTrace: SPRING_TRACE.replaceAll(/java:\d+/g, 'java:1') }).fingerprint,
    ).toBe(same)
    for (const other of [
      { originTopic: 'x' },
      { consumerGroup: 'x' },
      { rootCause: 'x' },
      { message: 'stolen' },
    ])
      expect(fingerprint({ ...input, ...other }).fingerprint).not.toBe(same)
  })
})
