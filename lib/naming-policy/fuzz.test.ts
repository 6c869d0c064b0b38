import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkName, keepsConvention } from './check-name'
import { DEFAULT_SPEC } from './default-spec'
import { editDistance } from './edit-distance'
import { NameIndex } from './name-index'
import { parseName } from './parse-name'
import { compilePolicy } from './policy'
import { segment, spec } from './testing'

describe('fuzz', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 300, unit: 'binary' }),
    fc.stringMatching(/^[A-Za-z0-9._-]{0,260}$/),
    fc
      .array(fc.constantFrom('order', 'Order', '.', '-', '_', '-dlt', '.DLT', '-retry-5m', 'v1', ''), {
        maxLength: 12,
      })
      .map(parts => parts.join('')),
  )
  const segments = fc.array(
    fc.record({
      kind: fc.constantFrom('enum' as const, 'pattern' as const, 'free' as const),
      optional: fc.boolean(),
      repeated: fc.boolean(),
      pattern: fc.constantFrom('[a-z]+', '(a|b)*', '[a-z0-9-]{2,9}', 'v[0-9]+', '('),
    }),
    { minLength: 1, maxLength: 10 },
  )
  const anySpec = fc
    .record({
      segments,
      separator: fc.constantFrom('.' as const, '-' as const, '_' as const),
      case: fc.constantFrom('lower' as const, 'upper' as const, 'any' as const),
      prefix: fc.constantFrom('', 'dev.', 'x'),
    })
    .map(made =>
      spec(draft => {
        draft.naming.separator = made.separator
        draft.naming.case = made.case
        draft.naming.prefixes.prod = made.prefix
        draft.naming.segments = made.segments.map((one, i) => ({
          ...segment(i === 0 ? 'domain' : `part-${i}`),
          ...one,
          values: ['order', 'ORDER', 'v1'],
        }))
      }),
    )

  it('a name taken apart is the name, under every policy', () => {
    fc.assert(
      fc.property(anySpec, text, (policy, name) => {
        const ready = compilePolicy(policy)
        const parsed = parseName(name, ready)
        expect(parsed.base + (parsed.suffix ?? '')).toBe(name)
        expect(parsed.prefix + parsed.segments.join(ready.separator)).toBe(parsed.base)
      }),
      { numRuns: 1000 },
    )
  })

  it('what is valid keeps the convention, and what is suggested is valid, under every policy', () => {
    fc.assert(
      fc.property(anySpec, text, fc.array(text, { maxLength: 4 }), (policy, name, existingNames) => {
        const ready = compilePolicy(policy)
        const verdict = checkName(ready, name, { existingNames })
        const isFree = !existingNames.includes(name) && !new NameIndex(existingNames).collision(name)
        expect(verdict.valid).toBe(keepsConvention(ready, name) && isFree)
        for (const offered of verdict.suggestions) {
          const isTaken = verdict.taken.some(({ params }) => params.name === offered)
          expect(checkName(ready, offered, { existingNames }).valid).toBe(!isTaken)
          expect(keepsConvention(ready, offered)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('an index that is kept up to date answers as one that is made anew', () => {
    const names = fc.uniqueArray(fc.constantFrom('a.b', 'a_b', 'A.b', 'order.x.y', 'order.x.z', 'c'), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), rounds => {
        const policy = compilePolicy(DEFAULT_SPEC)
        const kept = new NameIndex()
        for (const round of rounds) {
          kept.update(round)
          const fresh = new NameIndex(round)
          expect(kept.size).toBe(fresh.size)
          expect(kept.used(policy, 1, ['order'])).toEqual(fresh.used(policy, 1, ['order']))
          expect(kept.used(policy, 2, ['order', 'x'])).toEqual(fresh.used(policy, 2, ['order', 'x']))
          for (const name of ['a.b', 'a_b', 'A.B', 'c']) {
            expect(kept.has(name)).toBe(fresh.has(name))
            expect(kept.collision(name)?.kind).toBe(fresh.collision(name)?.kind)
          }
        }
      }),
    )
  })

  it('the distance in a band is the whole one, as far as it goes', () => {
    const word = fc.stringMatching(/^[abc]{0,12}$/)
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, most) => {
        const distance = bookDistance(a, b)
        expect(editDistance(a, b)).toBe(distance)
        expect(editDistance(a, b, most)).toBe(Math.min(distance, most + 1))
      }),
      { numRuns: 1000 },
    )
  })
})

/** Optimal string alignment as the textbook has it: every cell of the table. */
function bookDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number) => table[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const edits = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits.push(at(i - 2, j - 2) + 1)
      table[i]?.splice(j, 1, Math.min(...edits))
    }
  return at(a.length, b.length)
}
