import { splitInvisible } from './split-invisible'

const LINE_END = /^[\n\r]$/

/**
 * Text of strangers in which nothing hides: control, bidirectional and zero-width characters stand as small
 * named marks, and what is written from right to left stays inside its own part. Without any of them it is
 * the plain text. `multiline`: ends of lines are just that.
 */
export function VisibleText({ text, multiline = false }: { text: string; multiline?: boolean }) {
  const parts = splitInvisible(text)
  if (parts.length === 1 && parts[0]?.mark === null) return text
  return (
    <bdi>
      {parts.map((part, i) =>
        part.mark === null || (multiline && LINE_END.test(part.text)) ? (
          <bdi key={i}>{part.text}</bdi>
        ) : (
          <span
            key={i}
            title={part.mark.title}
            className="mx-px rounded-[2px] bg-unknown-bg px-0.5 font-sans text-cap/[14px] text-unknown"
          >
            {part.mark.name}
          </span>
        ),
      )}
    </bdi>
  )
}
