import { Writer } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnsBuilder } from './committed-columns'
import { decodeOffsetFetch } from './committed-decoder'
import { CommittedMemory } from './committed-memory'

type Commit = [topic: string, partition: number, offset: number]
type Told = { group: string; commits: Commit[]; code: number }

function answer(groups: readonly Told[]): Buffer {
  return Writer.create()
    .appendInt32(0)
    .appendArray([...groups], (w, { group, commits, code }) => {
      w.appendString(group)
        .appendArray(commits, (x, [topic, partition, offset]) => {
          x.appendString(topic).appendArray([0], y => {
            y.appendInt32(partition)
              .appendInt64(BigInt(offset))
              .appendInt32(-1)
              .appendString('')
              .appendInt16(0)
          })
        })
        .appendInt16(code)
    })
    .appendTaggedFields().buffer
}

function decode(groups: readonly Told[], asked: string[], memory: CommittedMemory | null) {
  const columns = new ColumnsBuilder(asked, false, { versions: memory !== null })
  memory?.begin()
  const failures = decodeOffsetFetch(answer(groups), columns, memory && { memory, asked })
  const built = columns.build()
  memory?.finish(built)
  const rows = Array.from({ length: built.length }, (_, i) => [
    built.groups[built.group[i] ?? -1],
    built.topics[built.topic[i] ?? -1],
    built.partition[i],
    built.offset[i],
  ])
  const versions = new Map(built.groups.map((group, i) => [group, built.versions?.[i] ?? 0]))
  return { rows, failures, topics: [...built.topics].sort(), versions }
}

const commit = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3), fc.nat(3))
const round = fc
  .tuple(
    fc.shuffledSubarray(['g0', 'g1', 'g2', '그룹']),
    fc.array(fc.record({ commits: fc.array(commit, { maxLength: 3 }), code: fc.constantFrom(0, 0, 0, 16) }), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([names, told]) =>
    names.map((group, i): Told => ({ group, ...(told[i] ?? { commits: [], code: 0 }) })),
  )

describe('what is remembered of answers', () => {
  it('makes the same columns as reading all of each, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 8 }), fc.boolean(), (rounds, inOrder) => {
        const memory = new CommittedMemory()
        let before = new Map<string, { version: number; told: string }>()
        for (const told of rounds) {
          const names = told.map(one => one.group)
          const asked = inOrder ? names : names.toReversed()
          const { versions, ...remembered } = decode(told, asked, memory)
          const { versions: _, ...plain } = decode(told, asked, null)
          expect(remembered).toEqual(plain)
          const now = new Map<string, { version: number; told: string }>()
          for (const one of told) {
            const version = versions.get(one.group) ?? 0
            const text = JSON.stringify(one)
            expect(version === 0).toBe(one.code !== 0)
            const last = before.get(one.group)
            if (version !== 0 && last) expect(version === last.version).toBe(text === last.told)
            if (version !== 0) now.set(one.group, { version, told: text })
          }
          before = now
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is forgotten with an answer that can’t be read, and of that no group has a version', () => {
    const memory = new CommittedMemory()
    const told = ['a', 'b'].map((group): Told => ({ group, commits: [['t', 0, 1]], code: 0 }))
    decode(told, ['a', 'b'], memory)
    memory.begin()
    const columns = new ColumnsBuilder(['a', 'b'], false, { versions: true })
    const cut = answer(told).subarray(0, -4)
    expect(() => decodeOffsetFetch(cut, columns, { memory, asked: ['a', 'b'] })).toThrow()
    expect([...(columns.build().versions ?? [])]).toEqual([0, 0])
    memory.finish(columns.build())
    expect(decode(told, ['a', 'b'], memory).rows).toEqual(decode(told, ['a', 'b'], null).rows)
  })

  it('takes no more room than what groups have, however often they change', () => {
    const memory = new CommittedMemory()
    for (let turn = 0; turn < 100; turn++) {
      const told = Array.from({ length: 40 }, (_, i): Told => {
        const commits = Array.from({ length: (turn * 7 + i) % 60 }, (_, p): Commit => ['topic', p, turn])
        return { group: `g${i + (turn % 3)}`, commits, code: 0 }
      })
      const names = told.map(one => one.group)
      expect(decode(told, names, memory).rows).toEqual(decode(told, names, null).rows)
    }
    // 40 groups of some 60 rows of some 40 bytes.
    expect(memory.room).toBeLessThan(512 * 1024)
  })
})
