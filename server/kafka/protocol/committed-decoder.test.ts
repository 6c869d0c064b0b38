import { Writer } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnsBuilder } from './committed-columns'
import { decodeOffsetFetch, decodeSingleOffsetFetch } from './committed-decoder'
import { damagedBytes } from './damaged-bytes'
import { UnreadableAnswer } from './flat-cursor'

type Row = { partition: number; offset: bigint; code?: number }
type Group = { group: string; topics: [string, Row[]][]; code?: number }

function topics(writer: Writer, list: Group['topics']): Writer {
  return writer.appendArray(list, (w, [name, rows]) => {
    w.appendString(name).appendArray(rows, (x, row) => {
      x.appendInt32(row.partition).appendInt64(row.offset).appendInt32(-1).appendString('meta')
      x.appendInt16(row.code ?? 0)
    })
  })
}

const answer = (groups: Group[]): Buffer =>
  Writer.create()
    .appendInt32(0)
    .appendArray(groups, (w, one) => {
      topics(w.appendString(one.group), one.topics).appendInt16(one.code ?? 0)
    })
    .appendTaggedFields().buffer

const sample: Group[] = [
  {
    group: '그룹',
    topics: [
      [
        'a',
        [
          { partition: 0, offset: 5n },
          { partition: 1, offset: -1n },
        ],
      ],
    ],
  },
  {
    group: 'g2',
    topics: [
      ['b', [{ partition: 3, offset: 2n ** 53n - 1n }]],
      ['a', [{ partition: 2, offset: 0n, code: 29 }]],
    ],
  },
  { group: 'g3', topics: [], code: 16 },
  { group: 'g4', topics: [] },
]

describe('the answer of OffsetFetch', () => {
  it('goes into flat columns; failures are told by group', () => {
    const columns = new ColumnsBuilder(['g4', '그룹', 'g2', 'g3'], false)
    expect(decodeOffsetFetch(answer(sample), columns)).toEqual([
      { group: 'g2', code: 29 },
      { group: 'g3', code: 16 },
    ])
    const built = columns.build()
    expect(built.length).toBe(3)
    expect([...built.group]).toEqual([1, 1, 2])
    expect([...built.topic].map(index => built.topics[index])).toEqual(['a', 'a', 'b'])
    expect([...built.partition]).toEqual([0, 1, 3])
    expect([...built.offset]).toEqual([5, -1, Number.MAX_SAFE_INTEGER])
    expect(built.shareLag).toBeUndefined()
  })

  it('of one group, as brokers before 3.0 give it', () => {
    const columns = new ColumnsBuilder(['x', 'y'], false)
    const [group] = sample
    const bytes = topics(Writer.create().appendInt32(0), group?.topics ?? [])
      .appendInt16(0)
      .appendTaggedFields().buffer
    expect(decodeSingleOffsetFetch(bytes, 'y', columns)).toEqual([])
    expect([...columns.build().group]).toEqual([1, 1])
  })

  it('is exact beyond 2^53, also behind an answer that was taken back', () => {
    const columns = new ColumnsBuilder(['g'], false)
    const of = (...offsets: bigint[]) =>
      answer([{ group: 'g', topics: [['t', offsets.map((offset, partition) => ({ partition, offset }))]] }])
    expect(() => decodeOffsetFetch(of(2n ** 60n + 1n, 2n ** 61n).subarray(0, -12), columns)).toThrow()
    expect(columns.build().huge).toBeUndefined()
    decodeOffsetFetch(of(5n, 2n ** 63n - 1n, 2n ** 53n + 1n), columns)
    expect([...(columns.build().huge ?? [])]).toEqual([
      [1, 2n ** 63n - 1n],
      [2, 2n ** 53n + 1n],
    ])
  })

  it('grows past its first size', () => {
    const rows = Array.from({ length: 3_000 }, (_, partition) => ({ partition, offset: BigInt(partition) }))
    const columns = new ColumnsBuilder(['g'], true)
    decodeOffsetFetch(answer([{ group: 'g', topics: [['t', rows]] }]), columns)
    const built = columns.build()
    expect(built.length).toBe(3_000)
    expect(built.offset[2_999]).toBe(2_999)
    expect(built.shareLag?.[2_999]).toBeNaN()
  })

  it('about groups that nobody asked for is unreadable, and leaves no row', () => {
    const columns = new ColumnsBuilder(['그룹'], false)
    expect(() => decodeOffsetFetch(answer(sample), columns)).toThrow(UnreadableAnswer)
    expect(columns.length).toBe(0)
  })

  it('mutated or cut, is read or refused: never a hang, never rows beyond its bytes', () => {
    const good = answer(sample)
    fc.assert(
      fc.property(damagedBytes(good), bytes => {
        const columns = new ColumnsBuilder(['그룹', 'g2', 'g3', 'g4'], false)
        try {
          decodeOffsetFetch(bytes, columns)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableAnswer)
          expect(columns.length).toBe(0)
        }
        expect(columns.length).toBeLessThan(10)
      }),
      { numRuns: 5_000 },
    )
  })
})
