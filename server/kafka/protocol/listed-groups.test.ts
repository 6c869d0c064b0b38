import { listGroupsV4, listGroupsV5, Reader, Writer } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damagedBytes } from './damaged-bytes'
import { UnreadableAnswer } from './flat-cursor'
import { decodeListGroups, type ListedGroups } from './listed-groups'

type Told = { group: string; protocol: string; state: string; type: string }

function answer(groups: readonly Told[], version = 5, throttleMs = 0): Buffer {
  return Writer.create()
    .appendInt32(throttleMs)
    .appendInt16(0)
    .appendArray([...groups], (w, { group, protocol, state, type }) => {
      w.appendString(group).appendString(protocol).appendString(state)
      if (version >= 5) w.appendString(type)
    })
    .appendTaggedFields().buffer
}

const told = fc.record({
  group: fc.string({ maxLength: 6, unit: 'grapheme' }),
  protocol: fc.constantFrom('consumer', '', 'connect', 'share'),
  state: fc.constantFrom('Stable', 'Empty', 'Dead', 'PreparingRebalance'),
  type: fc.constantFrom('classic', 'Consumer', 'share', 'streams', '', 'new'),
})
const lists = fc.array(fc.uniqueArray(told, { maxLength: 12, selector: one => one.group }), {
  minLength: 1,
  maxLength: 5,
})

describe('the answer of ListGroups', () => {
  it('is read as the library reads it, also beside the one before', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom(4, 5), (rounds, version) => {
        let before: ListedGroups | null = null
        for (const groups of rounds) {
          const bytes = answer(groups, version)
          const { parseResponse } = version === 5 ? listGroupsV5 : listGroupsV4
          const theirs = parseResponse(1, 16, version, Reader.from(Buffer.from(bytes)))
          before = decodeListGroups(bytes, version, 3, before)
          expect(before.groups.map(one => [one.group, one.protocolType, one.state])).toEqual(
            theirs.groups.map(one => [one.groupId, one.protocolType, one.groupState]),
          )
          expect(before).toEqual({ ...decodeListGroups(bytes, version, 3, null), bytes: before.bytes })
        }
      }),
    )
  })

  it('knows types; before v5 the protocol type decides', () => {
    const typeOf = (protocol: string, type: string, version = 5) =>
      decodeListGroups(answer([{ group: 'g', protocol, state: 'Stable', type }], version), version, 1, null)
        .groups[0]?.type
    expect(typeOf('consumer', 'Classic')).toBe('classic')
    expect(typeOf('consumer', 'Consumer')).toBe('consumer')
    expect(typeOf('share', 'Share')).toBe('share')
    expect(typeOf('connect', 'Classic')).toBe('other')
    expect(typeOf('consumer', '', 4)).toBe('classic')
    expect(typeOf('', '', 4)).toBe('classic')
    expect(typeOf('connect', '', 4)).toBe('other')
  })

  it('that says the same is the same list; groups of which it does are the same objects', () => {
    const groups = Array.from({ length: 5 }, (_, i) => ({
      group: `g${i}`,
      protocol: 'consumer',
      state: 'Stable',
      type: 'Classic',
    }))
    const first = decodeListGroups(answer(groups), 5, 1, null)
    expect(decodeListGroups(answer(groups, 5, 99), 5, 1, first)).toBe(first)
    // One is gone, one has another state, one is new.
    const next = groups.filter(one => one.group !== 'g1')
    next.splice(3, 1, { group: 'new', protocol: 'consumer', state: 'Empty', type: 'Classic' })
    next[1] = { group: 'g2', protocol: 'consumer', state: 'Empty', type: 'Classic' }
    const second = decodeListGroups(answer(next), 5, 1, first)
    expect(second.groups.map(one => one.group)).toEqual(['g0', 'g2', 'g3', 'new'])
    expect(second.groups.map(one => first.groups.includes(one))).toEqual([true, false, true, false])
  })

  it('mutated or cut, is read or refused: never a hang, never more groups than bytes', () => {
    const whole = Array.from({ length: 6 }, (_, i) => ({
      group: `그룹-${i}`,
      protocol: 'consumer',
      state: 'Stable',
      type: 'Classic',
    }))
    const good = answer(whole)
    const before = decodeListGroups(answer(whole.slice(1)), 5, 1, null)
    fc.assert(
      fc.property(damagedBytes(good), bytes => {
        try {
          expect(decodeListGroups(bytes, 5, 1, before).groups.length).toBeLessThan(good.length / 5)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableAnswer)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
