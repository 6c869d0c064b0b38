'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { CodeLines } from './code-lines'
import { CopyButton } from './copy-button'
import { Notice } from './notice'
import { Segmented } from './segmented'
import { SkeletonLines } from './skeleton'
import { type CodeSource, useCodeText } from './use-code-text'

/**
 * Text as it is, or JSON indented and coloured with every digit kept. Long texts are laid out by a worker and
 * drawn only where they are seen; of a `url` the page itself never holds the text.
 */
export function CodeView({
  language = 'json',
  label,
  meta,
  fill,
  plain,
  empty,
  ...source
}: CodeSource & {
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
  const text = useCodeText(source, language === 'json', raw)
  const { content } = text
  return (
    <div className={cn('flex min-h-0 min-w-0 flex-col', fill && 'flex-1')}>
      <div className="flex h-9 shrink-0 items-center gap-2">
        {text.json ? (
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
        {content ? (
          <>
            <span className="shrink-0 text-meta text-text-3">{t('lines', { count: content.count })}</span>
            <CopyButton text={text.copy} label={t('copyText')} />
          </>
        ) : null}
      </div>
      {text.state === 'failed' ? (
        <Notice
          tone="error"
          action={
            <Button size="xs" onClick={text.retry}>
              {t('retry')}
            </Button>
          }
        >
          {t('textFailed')}
        </Notice>
      ) : content === null ? (
        <div role="status" aria-label={t('textReading')}>
          <SkeletonLines lines={12} />
        </div>
      ) : text.chars === 0 && empty ? (
        empty
      ) : (
        <CodeLines content={content} label={label} fill={fill ?? false} plain={plain ?? false} />
      )}
    </div>
  )
}
