/** Thrown when the text has reached its limit: what was written so far is the preview. */
class Full extends Error {}
const FULL = new Full()

/** Text that grows up to a limit; whoever writes into it stops there, whatever is left to decode. */
export class TextOut {
  text = ''
  readonly #max: number

  constructor(maxChars: number) {
    this.#max = maxChars
  }

  put(piece: string): void {
    this.text += piece
    if (this.text.length > this.#max) throw FULL
  }
}

/** Runs a writer with a limit; `full` says that it stopped there. What else it throws is thrown on. */
export function writeText(maxChars: number, write: (out: TextOut) => void): { text: string; full: boolean } {
  const out = new TextOut(maxChars)
  try {
    write(out)
    return { text: out.text, full: false }
  } catch (error) {
    if (error !== FULL) throw error
    return { text: out.text.slice(0, maxChars), full: true }
  }
}

/** A number as JSON can hold it: NaN and the infinities, which it can't, as text. */
export function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value)
  return `"${value}"`
}

/** A float as its own shortest digits: 0.1, not 0.10000000149011612. */
export function jsonFloat(value: number): string {
  // The digits of -0 have no sign.
  if (!Number.isFinite(value) || value === 0) return jsonNumber(value)
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return jsonNumber(shorter)
  }
  return jsonNumber(value)
}
