import type { CodeMode } from './code-document'
import type { Line } from './json-tokens'

/**
 * What the page asks of the worker that holds a text. `url`: it reads the text itself, so that the page never
 * holds it.
 */
export type Question =
  | { ask: 'open'; json: boolean; url: string; text?: undefined }
  | { ask: 'open'; json: boolean; text: string; url?: undefined }
  | { ask: 'layOut'; mode: CodeMode }
  | { ask: 'lines'; mode: CodeMode; from: number; until: number }
  | { ask: 'text'; mode: CodeMode }

export type Answer =
  | { tell: 'opened'; json: boolean; chars: number }
  | { tell: 'laidOut'; mode: CodeMode; count: number; closes: Uint32Array }
  | { tell: 'lines'; mode: CodeMode; from: number; lines: Line[] }
  | { tell: 'text'; text: string }
  | { tell: 'failed' }
