'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { EmptyState } from '@/components/ui/empty-state'
import { jsonLines, linesToText } from '@/components/ui/json-tokens'
import { diffLines } from './diff-lines'

type Side = { text: string; version: number }
const MARKS = { same: ' ', added: '+', removed: '−' } as const

/** What changed from one version to another, line by line; JSON is laid out first, so that spacing alone is no change. */
export function SchemaDiff({ before, after }: { before: Side; after: Side }) {
  const t = useTranslations('schemas')
  const lines = useMemo(() => diffLines(linesOf(before.text), linesOf(after.text)), [before.text, after.text])
  if (lines === null) return <EmptyState title={t('tooLong')} body={t('tooLongHelp')} />
  const changed = lines.filter(line => line.kind !== 'same').length
  return (
    <section aria-label={t('diffOf', { before: before.version, after: after.version })}>
      <p className="flex h-9 items-center text-meta text-text-3">
        {t('diffOf', { before: before.version, after: after.version })} · {t('changed', { n: changed })}
      </p>
      <pre className="mono-sm overflow-x-auto rounded-control bg-sunken py-2 leading-6" translate="no">
        {lines.map((line, i) => (
          <span
            key={i}
            className={cn(
              'block px-3',
              line.kind === 'added' && 'bg-ok-bg text-ok',
              line.kind === 'removed' && 'bg-error-bg text-error',
            )}
          >
            <span className="select-none">{MARKS[line.kind]} </span>
            {line.kind === 'same' ? null : <span className="sr-only">{t(line.kind)}</span>}
            {line.text}
          </span>
        ))}
      </pre>
    </section>
  )
}

function linesOf(text: string): string[] {
  const json = jsonLines(text)
  return (json ? linesToText(json) : text).split(/\r\n|\r|\n/)
}
