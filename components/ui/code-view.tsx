'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useMemo, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { CodeLines, type CodeLinesContent } from './code-lines'
import { CopyButton } from './copy-button'
import { jsonLines, linesToText } from './json-tokens'
import { Segmented } from './segmented'

/** Beyond this a text is shown in part first (ux.md 4.4). */
const FIRST_CHARS = 65_536
const ASK_OVER_CHARS = 262_144
/** One very long line (minified text, base64) is cut into pieces, so that no single element holds megabytes. */
const WRAP_CHARS = 400

type Shown = { content: CodeLinesContent; pretty: string | null }

function layOut(text: string, wantJson: boolean): Shown {
  const json = wantJson ? jsonLines(text) : null
  if (json) return { content: { kind: 'json', lines: json }, pretty: linesToText(json) }
  const lines: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.length <= WRAP_CHARS) lines.push(line)
    else for (let at = 0; at < line.length; at += WRAP_CHARS) lines.push(line.slice(at, at + WRAP_CHARS))
  }
  return { content: { kind: 'text', lines }, pretty: null }
}

/** Text as it is, or JSON indented and coloured with every digit kept. Long texts are drawn only where they are seen. */
export function CodeView({
  text,
  language = 'json',
  label,
  meta,
  fill,
  plain,
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
  /** On the ground it stands on, not in a well of its own. */
  plain?: boolean
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
        <span className="text-meta text-text-3">{t('lines', { count: shown.content.lines.length })}</span>
        <CopyButton text={() => (raw ? text : (shown.pretty ?? text))} label={t('copyText')} />
      </div>
      {text === '' && empty ? (
        empty
      ) : (
        <CodeLines content={shown.content} label={label} fill={fill ?? false} plain={plain ?? false} />
      )}
      {cut ? (
        <div className="flex items-center gap-2 py-2 text-meta text-text-3">
          <span>{t('shownPart', { part: FIRST_CHARS, whole: text.length })}</span>
          <Button size="xs" icon={<Download size={12} />} onClick={() => setWhole(true)}>
            {t('showAll')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
