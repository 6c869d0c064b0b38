import { isUtf8 } from 'node:buffer'
import { cutText } from '../cut-text'
import { isJsonContainer } from '../is-json'
import type { Decoder } from './decoder'

/**
 * JSON objects and arrays, kept as they were written: parsing would round 64-bit integers and lose repeated
 * keys and spacing. A bare `12`, `"a"` or `null` is called text: it is a key or a word far more often than a
 * document.
 */
export const decodeJson: Decoder = (bytes, limits) => {
  if (!isJsonContainer(bytes) || !isUtf8(bytes)) return null
  return { format: 'json', ...cutText(bytes, limits) }
}
