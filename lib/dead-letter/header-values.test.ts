import { describe, expect, it } from 'vitest'
import * as read from './header-values'
import { fromHex } from './testing'

const ascii = (s: string) => new TextEncoder().encode(s)

describe('numbers by their encoding (hex as real frameworks wrote it)', () => {
  it.each([
    ['00000002', 2],
    ['00000005', 5],
    ['ffffffff', -1],
    ['7fffffff', 2147483647],
    ['', null],
    ['0000', null],
    ['000000000000000e', null],
    ['3136', 16],
  ])('int32 %s', (hex, expected) => {
    expect(read.int32(fromHex(hex))).toBe(expected)
  })

  it.each([
    ['000000000000000e', 14n],
    ['000001a1eb3e8ee0', 1794948108000n],
    ['ffffffffffffffff', -1n],
    ['3132333435363738', 0x3132333435363738n],
    ['31323334353637', 1234567n],
    ['00000002', null],
    ['', null],
  ])('int64 %s: the name decides, even for eight ASCII digits', (hex, expected) => {
    expect(read.int64(fromHex(hex))).toBe(expected)
  })

  it.each([
    ['01a1eb404460', 0x01a1eb404460n],
    ['00', 0n],
    ['ff', -1n],
    ['0080', 128n],
    ['80', -128n],
    ['7fffffffffffffff', 9223372036854775807n],
    ['', null],
    ['000000000000000001', null],
  ])('BigInteger %s', (hex, expected) => {
    expect(read.bigInteger(fromHex(hex))).toBe(expected)
  })

  it.each([
    ['16', 16n],
    ['-5', -5n],
    ['9223372036854775807', 9223372036854775807n],
    ['9223372036854775808', null],
    ['1e3', null],
    [' 1', null],
    ['0x10', null],
    ['', null],
    ['1'.repeat(21), null],
  ])('decimal %s', (text, expected) => {
    expect(read.decimal(ascii(text))).toBe(expected)
  })

  it('what no partition, offset or time can be is null', () => {
    expect(read.smallNumber(-1)).toBeNull()
    expect(read.offset(-1n)).toBeNull()
    expect(read.timestamp(-1n)).toBeNull()
    expect(read.timestamp(8_640_000_000_000_001n)).toBeNull()
    expect(read.int32(null)).toBeNull()
    expect(read.int64(undefined)).toBeNull()
  })
})

describe('text', () => {
  it('null, empty and broken stay apart', () => {
    expect(read.text(null)).toBeNull()
    expect(read.text(undefined)).toBeNull()
    expect(read.text(fromHex(''))).toBe('')
    expect(read.text(fromHex('ff61'))).toBe('\ufffda')
    expect(read.name(fromHex(''))).toBeNull()
  })

  it('is cut between characters', () => {
    expect(read.text(ascii('한글'), 4)).toBe('한')
    expect(read.text(ascii('😀😀'), 7)).toBe('😀')
    expect(read.text(ascii('한글'), 6)).toBe('한글')
    expect(read.text(fromHex('808080808080'), 2)?.length).toBeLessThanOrEqual(2)
  })
})

describe('a value whose name says nothing', () => {
  it.each([
    ['68656c6c6f', { kind: 'text', text: 'hello' }],
    ['3132333435363738', { kind: 'text', text: '12345678' }],
    ['00000002', { kind: 'int32', text: '2' }],
    ['000001a1eb3e8ee0', { kind: 'int64', text: '1794948108000' }],
    ['aced0005', { kind: 'bytes', text: 'aced0005' }],
    ['ff00ff', { kind: 'bytes', text: 'ff00ff' }],
    ['', { kind: 'text', text: '' }],
  ])('%s', (hex, expected) => {
    expect(read.guess(fromHex(hex))).toEqual(expected)
  })
})

describe('names that were read before', () => {
  it('are never taken for others, however alike their bytes are', () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    // The same length, the same last and middle letter.
    const alike = ['com.a.X.Y', 'org.a.X.Y', 'com.a.Z.Y', '김.a.X.Yz', 'com.a.X.Y']
    for (let turn = 0; turn < 2; turn++) for (const text of alike) expect(read.name(bytes(text))).toBe(text)
    const changed = bytes('orders')
    expect(read.name(changed)).toBe('orders')
    changed.set(bytes('others'))
    expect(read.name(changed)).toBe('others')
  })
})
