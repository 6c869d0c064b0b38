import { CodeDocument } from './code-document'
import type { Answer, Question } from './code-talk'

/** Holds one long text, read from an address or handed over, and answers its lines; ends when its page ends it. */
const scope = self as unknown as { postMessage(answer: Answer, transfer?: Transferable[]): void }

let text: CodeDocument | null = null

async function answer(question: Question): Promise<void> {
  if (question.ask === 'open') {
    const source = question.url === undefined ? question.text : await read(question.url)
    text = new CodeDocument(source, question.json)
    scope.postMessage({ tell: 'opened', json: text.json !== null, chars: source.length })
  } else if (text !== null && question.ask === 'layOut') {
    const { count, closes } = text.index(question.mode)
    const copy = closes.slice()
    scope.postMessage({ tell: 'laidOut', mode: question.mode, count, closes: copy }, [copy.buffer])
  } else if (text !== null && question.ask === 'lines') {
    const document = text
    const { mode, from } = question
    const until = Math.min(question.until, document.index(mode).count)
    const lines = Array.from({ length: Math.max(0, until - from) }, (_, i) => document.lineAt(mode, from + i))
    scope.postMessage({ tell: 'lines', mode, from, lines })
  } else if (text !== null && question.ask === 'text')
    scope.postMessage({ tell: 'text', text: text.text(question.mode) })
}

async function read(url: string): Promise<string> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(String(response.status))
  return response.text()
}

self.addEventListener('message', (event: MessageEvent<Question>) => {
  answer(event.data).catch(() => scope.postMessage({ tell: 'failed' }))
})
