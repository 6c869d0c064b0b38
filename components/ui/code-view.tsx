'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo, type ReactNode, useMemo, useRef, useState } from 'react'
import { formatBytes } from '@/lib/format'
import { Button } from './button'
import { cn } from './cn'
import { CopyButton } from './copy-button'
import { jsonLines, type Line, linesToText, type Token, type TokenKind } from './json-tokens'
import { Segmented } from './segmented'

const COLOURS: Record<TokenKind, string> = {
  key: 'text-text',
  string: 'text-accent',
  number: 'font-semibold text-text-2',
  literal: 'font-semibold text-text-2',
  null: 'text-stall italic',
  punctuation: 'text-text-3',
}
/** Beyond this a text is shown in part first (ux.md 4.4). */
const FIRST_CHARS = 65_536
const ASK_OVER_CHARS = 262_144
const LINE_HEIGHT = 20
/** One very long line (minified text, base64) is cut into pieces, so that no single element holds megabytes. */
const WRAP_CHARS = 400

type Shown = { lines: readonly (Line | string)[]; pretty: string | null }

function layOut(text: string, wantJson: boolean): Shown {
  const json = wantJson ? jsonLines(text) : null
  if (json) return { lines: json, pretty: linesToText(json) }
  const lines: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.length <= WRAP_CHARS) lines.push(line)
    else for (let at = 0; at < line.length; at += WRAP_CHARS) lines.push(line.slice(at, at + WRAP_CHARS))
  }
  return { lines, pretty: null }
}

/** Text as it is, or JSON indented and coloured with every digit kept. Long texts are drawn only where they are seen. */
export function CodeView({
  text,
  language = 'json',
  label,
  meta,
  fill,
  empty,
}: {
  text: string
  /** `json`: pretty when it is JSON, with a switch to the raw text. */
  language?: 'json' | 'text'
  label: string
  /** Beside the switch: the decoder, the schema. */
  meta?: ReactNode
  /** Take the height there is and scroll inside; otherwise grow up to 480 px. */
  fill?: boolean
  /** Shown in place of an empty text. */
  empty?: ReactNode
}) {
  const t = useTranslations('common')
  const [raw, setRaw] = useState(false)
  const [whole, setWhole] = useState(false)
  const cut = !whole && text.length > ASK_OVER_CHARS
  const visible = cut ? text.slice(0, FIRST_CHARS) : text
  const isJson = useMemo(() => language === 'json' && !cut && jsonLines(text) !== null, [language, cut, text])
  const shown = useMemo(() => layOut(visible, isJson && !raw), [visible, isJson, raw])
  return (
    <div className={cn('flex min-h-0 min-w-0 flex-col', fill && 'flex-1')}>
      <div className="flex h-9 shrink-0 items-center gap-2">
        {isJson ? (
          <Segmented
            size="sm"
            label={t('viewAs')}
            value={raw ? 'raw' : 'json'}
            onValueChange={next => setRaw(next === 'raw')}
            options={[
              { value: 'json', label: 'JSON' },
              { value: 'raw', label: t('rawText') },
            ]}
          />
        ) : null}
        {meta ? <span className="min-w-0 truncate text-meta text-text-3">{meta}</span> : null}
        <span className="flex-1" />
        <span className="text-meta text-text-3">{t('lines', { count: shown.lines.length })}</span>
        <CopyButton text={() => (raw ? text : (shown.pretty ?? text))} label={t('copyText')} />
      </div>
      {text === '' && empty ? empty : <Lines lines={shown.lines} label={label} fill={fill ?? false} />}
      {cut ? (
        <div className="flex items-center gap-2 py-2 text-meta text-text-3">
          <span>{t('shownPart', { part: formatBytes(FIRST_CHARS), whole: formatBytes(text.length) })}</span>
          <Button size="xs" icon={<Download size={12} />} onClick={() => setWhole(true)}>
            {t('showAll')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function Lines({ lines, label, fill }: { lines: readonly (Line | string)[]; label: string; fill: boolean }) {
  const scroller = useRef<HTMLElement>(null)
  const virtual = lines.length > 200
  const virtualizer = useVirtualizer({
    count: virtual ? lines.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 600, height: 600 },
  })
  const items = virtual ? virtualizer.getVirtualItems() : null
  const first = items?.[0]?.index ?? 0
  const shown = items ? lines.slice(first, (items.at(-1)?.index ?? -1) + 1) : lines
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className={cn(
        'min-h-0 overflow-auto rounded-control bg-sunken py-2 ring-inset-focus',
        fill ? 'flex-1' : 'max-h-120',
      )}
    >
      <table className="border-separate border-spacing-0">
        <tbody className="mono-sm leading-5">
          {items ? <Gap height={items[0]?.start ?? 0} /> : null}
          {shown.map((line, i) => (
            <CodeLine key={first + i} number={first + i + 1} line={line} />
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

const CodeLine = memo(function CodeLine({ number, line }: { number: number; line: Line | string }) {
  return (
    <tr className="h-5">
      <td
        aria-hidden
        className="sticky left-0 bg-sunken pr-3 pl-2 text-right align-top text-text-3 select-none"
      >
        {number}
      </td>
      <td translate="no" className="pr-4 align-top whitespace-pre">
        {typeof line === 'string' ? line : <JsonLine line={line} />}
      </td>
    </tr>
  )
})

function JsonLine({ line }: { line: Line }) {
  return (
    <>
      {'  '.repeat(line.depth)}
      {line.tokens.map((token, i) => (
        <JsonToken key={i} token={token} />
      ))}
    </>
  )
}

function JsonToken({ token }: { token: Token }) {
  const t = useTranslations('common')
  return (
    <>
      <span className={COLOURS[token.kind]}>{token.text}</span>
      {token.kind === 'string' && token.text === '""' ? (
        <span className="ml-1 font-sans text-cap text-text-3 select-none">{t('emptyString')}</span>
      ) : null}
    </>
  )
}
