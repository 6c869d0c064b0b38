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

/** What a talk needs of a worker. */
export type Talker = {
  onmessage: ((event: MessageEvent<Answer>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
  postMessage(question: Question): void
  terminate(): void
}

export type CodeTalk = { ask: (question: Question) => void; end: () => void }

/**
 * Questions to a worker and its answers, until it is ended. Ending it is what cancels: whatever it reads or lays
 * out stops with it. One that is ended while its scripts load still tells an error, which is not the next one's.
 */
export function talkWith(worker: Talker, onAnswer: (answer: Answer) => void): CodeTalk {
  worker.onmessage = ({ data }) => onAnswer(data)
  worker.onerror = () => onAnswer({ tell: 'failed' })
  return {
    ask: question => worker.postMessage(question),
    end: () => {
      worker.onmessage = null
      worker.onerror = null
      worker.terminate()
    },
  }
}
