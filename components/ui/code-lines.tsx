'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { cn } from './cn'
import { closingLines, countInside, unfoldedLines } from './json-fold'
import type { Line, Token, TokenKind } from './json-tokens'
import { VisibleText } from './visible-text'

const COLOURS: Record<TokenKind, string> = {
  key: 'text-text',
  string: 'text-accent',
  number: 'font-semibold text-text-2',
  literal: 'font-semibold text-text-2',
  null: 'text-stall italic',
  punctuation: 'text-text-3',
}
// Fold buttons stand one below the other: 24 px apart is what a finger needs (WCAG 2.2, 2.5.8).
const LINE_HEIGHT = 24
/** A single string of megabytes would be laid out as one line: from here on it is shown in part, the raw text has it whole. */
const TOKEN_CHARS = 2_000
const VIRTUAL_FROM = 200
const NO_CLOSES = new Uint32Array()

/** What to draw: plain lines, or JSON whose parts fold. */
export type CodeLinesContent =
  | { kind: 'text'; lines: readonly string[] }
  | { kind: 'json'; lines: readonly Line[] }

/** Lines of text, drawn only where they are seen. `plain`: on the page's own ground and, for JSON, without line numbers. */
export function CodeLines({
  content,
  label,
  fill,
  plain,
}: {
  content: CodeLinesContent
  label: string
  fill: boolean
  plain: boolean
}) {
  const scroller = useRef<HTMLElement>(null)
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [of, setOf] = useState(content)
  if (of !== content) {
    setOf(content)
    setFolded(new Set())
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text begins at its beginning
  useEffect(() => {
    // A block: recent browsers answer a promise, which React would take for a clean-up and call.
    scroller.current?.scrollTo({ top: 0, left: 0 })
  }, [content])
  const closes = useMemo(() => (content.kind === 'json' ? closingLines(content.lines) : NO_CLOSES), [content])
  const shown = useMemo(
    () => unfoldedLines(content.lines.length, closes, folded),
    [content.lines.length, closes, folded],
  )
  const virtual = shown.length > VIRTUAL_FROM
  const virtualizer = useVirtualizer({
    count: virtual ? shown.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 600, height: 600 },
  })
  const items = virtual ? virtualizer.getVirtualItems() : null
  const first = items?.[0]?.index ?? 0
  const drawn = items ? shown.slice(first, (items.at(-1)?.index ?? -1) + 1) : shown
  const toggle = (index: number) =>
    setFolded(old => {
      const next = new Set(old)
      if (!next.delete(index)) next.add(index)
      return next
    })
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className={cn(
        'min-h-0 overflow-auto ring-inset-focus',
        plain ? 'pb-2' : 'rounded-control bg-sunken py-2',
        fill ? 'flex-1' : 'max-h-120',
      )}
    >
      <table className="border-separate border-spacing-0">
        <tbody className="mono-sm leading-6">
          {items ? <Gap height={items[0]?.start ?? 0} /> : null}
          {drawn.map(index => (
            <CodeLine
              key={index}
              index={index}
              content={content}
              close={closes[index] ?? 0}
              folded={folded.has(index)}
              plain={plain}
              onToggle={toggle}
            />
          ))}
          {items ? <Gap height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} /> : null}
        </tbody>
      </table>
    </section>
  )
}

function Gap({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td colSpan={2} height={height} />
    </tr>
  ) : null
}

const CodeLine = memo(function CodeLine({
  index,
  content,
  close,
  folded,
  plain,
  onToggle,
}: {
  index: number
  content: CodeLinesContent
  /** The line that closes what this one opens; 0: it opens nothing. */
  close: number
  folded: boolean
  plain: boolean
  onToggle: (index: number) => void
}) {
  const numbered = !plain || content.kind === 'text'
  return (
    <tr className="h-6">
      <td
        className={cn(
          'sticky left-0 pl-2 text-right align-top whitespace-nowrap text-text-3 select-none',
          plain ? 'bg-raised' : 'bg-sunken',
        )}
      >
        {numbered ? <span aria-hidden>{index + 1}</span> : null}
        {content.kind === 'json' ? (
          <span className="inline-flex h-6 w-5 items-center justify-center align-top">
            {close > 0 ? <FoldButton folded={folded} onToggle={() => onToggle(index)} /> : null}
          </span>
        ) : (
          <span aria-hidden className="inline-block h-6 w-3 align-top" />
        )}
      </td>
      <td translate="no" className="pr-4 align-top whitespace-pre">
        {content.kind === 'text' ? (
          <VisibleText text={content.lines[index] ?? ''} />
        ) : (
          <JsonLine lines={content.lines} index={index} close={folded ? close : 0} />
        )}
      </td>
    </tr>
  )
})

function FoldButton({ folded, onToggle }: { folded: boolean; onToggle: () => void }) {
  const t = useTranslations('common')
  const Icon = folded ? ChevronRight : ChevronDown
  return (
    <button
      type="button"
      aria-expanded={!folded}
      aria-label={t(folded ? 'unfold' : 'fold')}
      onClick={onToggle}
      className="relative inline-flex size-4 items-center justify-center rounded-[3px] text-text-3 before:absolute before:-inset-0.5 before:content-[''] hover:bg-hover hover:text-text"
    >
      <Icon aria-hidden size={12} />
    </button>
  )
}

function JsonLine({ lines, index, close }: { lines: readonly Line[]; index: number; close: number }) {
  const t = useTranslations('common')
  const line = lines[index]
  if (!line) return null
  return (
    <>
      {'  '.repeat(line.depth)}
      {line.tokens.map((token, i) => (
        <JsonToken key={i} token={token} />
      ))}
      {close > 0 ? (
        <>
          <span className="mx-1 rounded-[3px] bg-unknown-bg px-1 font-sans text-cap text-unknown select-none">
            {t('folded', { count: countInside(lines, index, close) })}
          </span>
          {lines[close]?.tokens.map((token, i) => (
            <JsonToken key={i} token={token} />
          ))}
        </>
      ) : null}
    </>
  )
}

function JsonToken({ token }: { token: Token }) {
  const t = useTranslations('common')
  const long = token.text.length > TOKEN_CHARS
  return (
    <>
      <span className={COLOURS[token.kind]}>
        <VisibleText text={long ? token.text.slice(0, TOKEN_CHARS) : token.text} />
      </span>
      {long ? (
        <span className="ml-1 rounded-[3px] bg-unknown-bg px-1 font-sans text-cap text-unknown select-none">
          {t('moreChars', { count: token.text.length - TOKEN_CHARS })}
        </span>
      ) : null}
      {token.kind === 'string' && token.text === '""' ? (
        <span className="ml-1 font-sans text-cap text-text-3 select-none">{t('emptyString')}</span>
      ) : null}
    </>
  )
}
