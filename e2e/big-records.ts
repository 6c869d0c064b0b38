import type { OwnTopic } from './own-topic.ts'

/** Values that freeze a page which lays them out on its main thread, by the name that is their key. */
const BIG_VALUES = {
  /** 10 MB of objects with 64-bit ids. */
  objects: () =>
    JSON.stringify(
      Array.from({ length: 60_000 }, (_, i) => ({
        id: '@@',
        sku: `SKU-${i}`,
        name: '한빛 상점의 상품 이름, 조금 길게',
        tags: ['a', 'b', 'c'],
        price: { amount: i, currency: 'KRW' },
      })),
    ).replaceAll('"@@"', '9007199254740993'),
  line: () => `one line ${'x'.repeat(2 * 1024 * 1024)}`,
  array: () => `[${Array.from({ length: 1_000_000 }, (_, i) => i).join(',')}]`,
  deep: () => `${'['.repeat(10_000)}1${']'.repeat(10_000)}`,
}

/** One record of each kind, and one with 5,000 headers. */
export async function writeBigRecords(topic: OwnTopic): Promise<void> {
  for (const [key, make] of Object.entries(BIG_VALUES)) await topic.write({ key, value: make() })
  const headers = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`header-${i}`, `value ${i}`]))
  await topic.write({ key: 'headers', value: '{"headers": 5000}', headers })
}
