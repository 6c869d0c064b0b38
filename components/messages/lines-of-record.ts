import { indexJson, indexText } from '@/components/ui/json-index'
import { jsonLineAt, textLineAt } from '@/components/ui/json-tokens'
import type { Message, Payload } from '@/lib/contracts/messages'

/**
 * A record as lines that can be compared: key, headers in their order, value; JSON laid out, so that spacing
 * alone is no difference, with every digit kept. null and empty stand apart.
 */
export function linesOfRecord(message: Message): string[] {
  return [
    'key:',
    ...linesOfPayload(message.key),
    'headers:',
    ...message.headers.flatMap(({ name, value }) => {
      const [first = '', ...others] = linesOfPayload(value)
      return [`  ${name}: ${first.trimStart()}`, ...others]
    }),
    'value:',
    ...linesOfPayload(message.value),
  ]
}

function linesOfPayload(payload: Payload | null): string[] {
  if (payload === null) return ['  null']
  if (payload.bytes === 0) return ['  ""']
  const { text } = payload
  const json = indexJson(text)
  const index = json ?? indexText(text)
  return Array.from({ length: index.count }, (_, i) => {
    const { depth, tokens } = json ? jsonLineAt(text, index, i) : textLineAt(text, index, i)
    return '  '.repeat(depth + 1) + tokens.map(token => token.text).join('')
  })
}
