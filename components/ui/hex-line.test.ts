import { describe, expect, it } from 'vitest'
import { hexLine } from './hex-line'

describe('hexLine', () => {
  it('shows offset, sixteen bytes and ASCII with a dot for all else', () => {
    const bytes = new Uint8Array([...Array(16).keys(), 0x41, 0xff])
    expect(hexLine(bytes, 0)).toEqual({
      offset: '00000000',
      hex: '00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f',
      ascii: '················',
    })
    expect(hexLine(bytes, 16)).toEqual({ offset: '00000010', hex: '41 ff', ascii: 'A·' })
  })

  it('shows eight bytes where there is room for no more', () => {
    const bytes = new TextEncoder().encode('{"id":"o-1"}')
    expect(hexLine(bytes, 8, 8)).toEqual({ offset: '00000008', hex: '2d 31 22 7d', ascii: '-1"}' })
    expect(hexLine(bytes, 0, 8).ascii).toBe('{"id":"o')
  })
})
