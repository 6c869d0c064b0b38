import { describe, expect, it } from 'vitest'
import { splitInvisible } from './split-invisible'

const shown = (text: string) =>
  splitInvisible(text)
    .map(part => (part.mark ? `<${part.mark.name}>` : part.text))
    .join('')

describe('splitInvisible', () => {
  it('leaves what can be seen alone, in one part', () => {
    for (const text of ['', 'order-service', '제주 감귤 5kg', 'مرحبا', '👩‍👩‍👧‍👦', 'é 한 \u{1f600}'])
      expect(splitInvisible(text)).toEqual([{ text, mark: null }])
  })
  it('names controls, overrides, zero-width characters and lone surrogates', () => {
    expect(shown('a\u0000b\u001b[31m')).toBe('a<NUL>b<ESC>[31m')
    expect(shown('\u202Egpj.exe\u202C')).toBe('<RLO>gpj.exe<PDF>')
    expect(shown('x\u200By\ufeff')).toBe('x<ZWSP>y<BOM>')
    expect(shown('\n\r\t')).toBe('<LF><CR><TAB>')
    expect(shown('\ud800')).toBe('<U+D800>')
    expect(shown('\u{e0041}')).toBe('<U+E0041>')
    expect(shown('\u0085')).toBe('<U+0085>')
  })
  it('loses no character', () => {
    const text = '\u202Ea\u0000\u0001b\ud83d\u200dc\u2028'
    expect(
      splitInvisible(text)
        .map(part => part.text)
        .join(''),
    ).toBe(text)
  })
})
