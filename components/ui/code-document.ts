import { indexJson, indexText, type LineIndex } from './json-index'
import { jsonLineAt, type Line, textLineAt } from './json-tokens'

/**
 * A single string of megabytes would be laid out as one line: from here on it is shown in part, the raw text
 * has it whole.
 */
const TOKEN_CHARS = 2_000
/** Up to here a text is laid out at once, where it is drawn; what is longer is laid out by a worker. */
export const AT_ONCE_CHARS = 65_536

/** A text whose indentation alone would be longer is copied as it came. */
const INDENT_CHARS_MAX = 64 * 1024 * 1024

/** How a text is looked at: laid out as JSON, or as it came. */
export type CodeMode = 'json' | 'raw'

/**
 * A text of which lines can be asked for; one that lies in a worker answers null until they have come, and
 * tells who listens.
 */
export type CodeContent = {
  mode: CodeMode
  count: number
  /** As in LineIndex; empty for a raw text. */
  closes: Uint32Array
  lineAt: (i: number) => Line | null
  subscribe: (listener: () => void) => () => void
  /** Changes when lines have come. */
  version: () => number
}

/** A text with its lines, on whichever side it lies. `json` is null where it is no JSON, or none was looked for. */
export class CodeDocument {
  readonly source: string
  readonly json: LineIndex | null
  #raw: LineIndex | null = null

  constructor(source: string, wantJson: boolean) {
    this.source = source
    this.json = wantJson ? indexJson(source) : null
  }

  index(mode: CodeMode): LineIndex {
    if (mode === 'json' && this.json) return this.json
    this.#raw ??= indexText(this.source)
    return this.#raw
  }

  lineAt(mode: CodeMode, i: number): Line {
    return mode === 'json' && this.json
      ? jsonLineAt(this.source, this.json, i, TOKEN_CHARS)
      : textLineAt(this.source, this.index('raw'), i)
  }

  /** The whole text as it is looked at, for the clipboard. */
  text(mode: CodeMode): string {
    const { json, source } = this
    if (mode === 'raw' || !json || indentChars(json) > INDENT_CHARS_MAX) return source
    const lines: string[] = []
    for (let i = 0; i < json.count; i++) {
      const { depth, tokens } = jsonLineAt(source, json, i)
      lines.push('  '.repeat(depth) + tokens.map(token => token.text).join(''))
    }
    return lines.join('\n')
  }

  content(mode: CodeMode): CodeContent {
    const { count, closes } = this.index(mode)
    return { mode, count, closes, lineAt: i => this.lineAt(mode, i), subscribe: never, version: () => 0 }
  }
}

/** Blanks before all lines together: they grow with the square of the depth. */
function indentChars({ depths }: LineIndex): number {
  let sum = 0
  for (const depth of depths) sum += 2 * depth
  return sum
}

const never = () => () => undefined
