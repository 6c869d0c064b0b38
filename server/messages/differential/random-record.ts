import type { Rng } from './rng'

/** Texts that were somebody's accident: escapes, markup, formulas, ends of lines, marks of direction. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '=1+1',
  'a\tb\r\nc',
  '\u0000\u0001',
  '"quoted" \\ back',
  '가나다 주문',
  'e\u0301 \u00e9',
  '\u202eright to left',
  '😀 pair',
  '__proto__',
  '%00%0a',
  "'; drop table",
  '\ufeffmarked',
  '\\u00e9',
]

const KEYS = ['k0', 'k1', 'k2', 'order-17', '42', '키', ' ', 'A-1'].map(text => Buffer.from(text))

/** A key, null now and then unless the topic takes none without. */
export function randomKey(rng: Rng, isNullable: boolean): Buffer | null {
  const kind = rng.next()
  if (kind < 0.2 && isNullable) return null
  if (kind < 0.75) return rng.pick(KEYS)
  if (kind < 0.85) return Buffer.from(rng.pick(HOSTILE))
  if (kind < 0.9) return Buffer.alloc(0)
  if (kind < 0.95) return rng.bytes(rng.int(1, 12))
  return Buffer.from(JSON.stringify({ id: rng.int(0, 20) }))
}

const WORDS = ['paid', 'PAID', 'open', 'failed', '주문', 'é', 'a"b', 'x\\y', 'tab\there']

/** The same JSON text as another library writes it: `\u00e9` for é, spaces, other escapes. */
function written(rng: Rng, value: unknown): string {
  const text = JSON.stringify(value, null, rng.chance(0.2) ? 1 : 0)
  if (!rng.chance(0.3)) return text
  return text.replace(/[^\x20-\x7e\n]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const order = (rng: Rng, n: number) => ({
  id: `A-${n % 40}`,
  n,
  status: rng.pick(WORDS),
  tags: Array.from({ length: rng.int(0, 3) }, () => rng.pick(WORDS)),
  ...(rng.chance(0.5) ? { customer: { name: rng.pick(HOSTILE), vip: rng.chance(0.5) } } : {}),
})

/** A value; `bytes` is about how long the long ones are. */
export function randomValue(rng: Rng, n: number, bytes: number): Buffer | null {
  const kind = rng.next()
  if (bytes > 0) return Buffer.from(`${written(rng, order(rng, n))}${' '.repeat(rng.int(0, bytes))}`)
  if (kind < 0.05) return null
  if (kind < 0.08) return Buffer.alloc(0)
  if (kind < 0.7) return Buffer.from(written(rng, order(rng, n)))
  if (kind < 0.78) return Buffer.from(rng.pick(HOSTILE))
  if (kind < 0.83) return rng.bytes(rng.int(1, 40))
  if (kind < 0.87) return Buffer.from(`${rng.int(0, 99)}`)
  if (kind < 0.9) return Buffer.from(`"${rng.pick(['paid', 'A-1'])}"`)
  if (kind < 0.93) return Buffer.from(`[${rng.int(0, 9)},{"id":"A-1","status":"paid"}]`)
  if (kind < 0.96) return Buffer.from(`{"id":"A-1","status":"pa`)
  if (kind < 0.98) return Buffer.from(`{"id":"A-2","id":"A-3","n":${rng.int(0, 9)}.0}`)
  return Buffer.from(JSON.stringify({ ...order(rng, n), filler: 'x'.repeat(rng.int(5_000, 90_000)) }))
}

const HEADER_NAMES = ['trace', 'trace', 'h', 'x-tenant', '', 'a b', '머리', '<b>']

export function randomHeaders(rng: Rng): { name: string; value: Buffer | null }[] {
  if (rng.chance(0.5)) return []
  return Array.from({ length: rng.int(1, 4) }, () => {
    const name = rng.pick(HEADER_NAMES)
    const kind = rng.next()
    if (kind < 0.1) return { name, value: null }
    if (kind < 0.2) return { name, value: Buffer.alloc(0) }
    if (kind < 0.3) return { name, value: rng.bytes(rng.int(1, 10)) }
    if (kind < 0.4) return { name, value: Buffer.from(rng.pick(HOSTILE)) }
    return { name, value: Buffer.from(`t-${rng.int(0, 9)}`) }
  })
}
