'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { cn } from './cn'
import type { CodeContent } from './code-document'
import { countInside, foldedRows } from './json-fold'
import type { Line, Token, TokenKind } from './json-tokens'
import { RowGap } from './row-gap'
import { useLineWindow } from './use-line-window'
import { VisibleText } from './visible-text'

const COLOURS: Record<TokenKind, string> = {
  key: 'text-text',
  string: 'text-accent',
  number: 'font-semibold text-text-2',
  literal: 'font-semibold text-text-2',
  null: 'text-stall italic',
  punctuation: 'text-text-3',
  text: '',
}
// Fold buttons stand one below the other: 24 px apart is what a finger needs (WCAG 2.2, 2.5.8).
const LINE_HEIGHT = 24
const DRAWN_WHOLE = 200
const INDENTED = 40

/**
 * Lines of text, drawn only where they are seen. `plain`: on the page's own ground and, for JSON, without
 * line numbers.
 */
export function CodeLines({
  content,
  label,
  fill,
  plain,
}: {
  content: CodeContent
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
  useSyncExternalStore(content.subscribe, content.version, content.version)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text begins at its beginning
  useEffect(() => {
    // A block: recent browsers answer a promise, which React would take for a clean-up and call.
    scroller.current?.scrollTo({ top: 0, left: 0 })
  }, [content])
  const { count, closes, mode } = content
  const rows = useMemo(() => foldedRows(count, closes, folded), [count, closes, folded])
  const seen = useLineWindow(scroller, rows.count, LINE_HEIGHT)
  const { first, end, before, after } =
    rows.count > DRAWN_WHOLE ? seen : { first: 0, end: rows.count, before: 0, after: 0 }
  const drawn = Array.from({ length: end - first }, (_, i) => rows.lineOf(first + i))
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
          <RowGap columns={2} height={before} />
          {drawn.map(index => {
            const isFolded = folded.has(index)
            const close = closes[index] ?? 0
            return (
              <CodeLine
                key={index}
                index={index}
                line={content.lineAt(index)}
                closing={isFolded ? content.lineAt(close) : null}
                inside={isFolded ? countInside(closes, index) : 0}
                foldable={close > 0}
                json={mode === 'json'}
                plain={plain}
                onToggle={toggle}
              />
            )
          })}
          <RowGap columns={2} height={after} />
        </tbody>
      </table>
    </section>
  )
}

const CodeLine = memo(function CodeLine({
  index,
  line,
  closing,
  inside,
  foldable,
  json,
  plain,
  onToggle,
}: {
  index: number
  /** null: it has not come yet. */
  line: Line | null
  /** The line that closes a folded part, drawn behind its beginning; null where nothing is folded. */
  closing: Line | null
  /** How much a folded part holds. */
  inside: number
  foldable: boolean
  json: boolean
  plain: boolean
  onToggle: (index: number) => void
}) {
  return (
    <tr className="h-6">
      <td
        className={cn(
          'sticky left-0 pl-2 text-right align-top whitespace-nowrap text-text-3 select-none',
          plain ? 'bg-[var(--ground)]' : 'bg-sunken',
        )}
      >
        {plain && json ? null : <span aria-hidden>{index + 1}</span>}
        {json ? (
          <span className="inline-flex h-6 w-5 items-center justify-center align-top">
            {foldable ? <FoldButton folded={closing !== null} onToggle={() => onToggle(index)} /> : null}
          </span>
        ) : (
          <span aria-hidden className="inline-block h-6 w-3 align-top" />
        )}
      </td>
      <td translate="no" className="pr-4 align-top whitespace-pre">
        {line ? <CodeTokens line={line} closing={closing} inside={inside} /> : null}
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

function CodeTokens({ line, closing, inside }: { line: Line; closing: Line | null; inside: number }) {
  const t = useTranslations('common')
  return (
    <>
      {line.depth > INDENTED ? <DeepIndent depth={line.depth} /> : '  '.repeat(line.depth)}
      {line.tokens.map((token, i) => (
        <CodeToken key={i} token={token} />
      ))}
      {closing ? (
        <>
          <span className="mx-1 rounded-[3px] bg-unknown-bg px-1 font-sans text-cap text-unknown select-none">
            {t('folded', { count: inside })}
          </span>
          {closing.tokens.map((token, i) => (
            <CodeToken key={i} token={token} />
          ))}
        </>
      ) : null}
    </>
  )
}

/** Beyond so many levels a line stands no further to the right: its depth is written where the others are indented. */
function DeepIndent({ depth }: { depth: number }) {
  const t = useTranslations('common')
  return (
    <span className="text-text-3 select-none" title={t('depth', { depth })}>
      {`↳${depth}`.padEnd(INDENTED * 2)}
    </span>
  )
}

function CodeToken({ token }: { token: Token }) {
  const t = useTranslations('common')
  return (
    <>
      <span className={COLOURS[token.kind]}>
        <VisibleText text={token.text} />
      </span>
      {token.more ? (
        <span className="ml-1 rounded-[3px] bg-unknown-bg px-1 font-sans text-cap text-unknown select-none">
          {t('moreChars', { count: token.more })}
        </span>
      ) : null}
      {token.kind === 'string' && token.text === '""' ? (
        <span className="ml-1 font-sans text-cap text-text-3 select-none">{t('emptyString')}</span>
      ) : null}
    </>
  )
}
