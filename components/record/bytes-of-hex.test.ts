import { expect, it } from 'vitest'
import { bytesOfHex } from './bytes-of-hex'

it.each([
  ['', []],
  ['00ff7F', [0, 255, 127]],
  ['00f', [0]],
  ['00zz11', [0]],
  ['0x11', []],
])('%s', (text, bytes) => expect([...bytesOfHex(text)]).toEqual(bytes))
