'use client'

import { useMemo } from 'react'
import { cn } from './cn'
import { type DiffLine, diffLines } from './diff-lines'
import { jsonLines, linesToText } from './json-tokens'
import { VisibleText } from './visible-text'

const MARKS = { same: ' ', added: '+', removed: '−' } as const

/** Two texts line by line; JSON is laid out first, so that spacing alone is no change. null: too long to compare. */
export function useLineDiff(before: string, after: string): DiffLine[] | null {
  return useMemo(() => diffLines(linesOf(before), linesOf(after)), [before, after])
}

/**
 * Lines with a sign in front and a background, never colour alone. With `context` only so many lines around a
 * change are shown.
 */
export function LineDiff({
  lines,
  words,
  context,
  className,
}: {
  lines: readonly DiffLine[]
  /** What a screen reader says before a changed line. */
  words: { added: string; removed: string }
  context?: number
  className?: string
}) {
  return (
    <pre className={cn('mono-sm overflow-x-auto rounded-control bg-sunken py-2', className)} translate="no">
      {hunks(lines, context).map((line, i) =>
        line === null ? (
          <span key={i} aria-hidden className="block px-3 text-text-3">
            ⋯
          </span>
        ) : (
          <span
            key={i}
            className={cn(
              'block px-3',
              line.kind === 'added' && 'bg-ok-bg text-ok',
              line.kind === 'removed' && 'bg-error-bg text-error',
            )}
          >
            <span className="select-none">{MARKS[line.kind]} </span>
            {line.kind === 'same' ? null : <span className="sr-only">{words[line.kind]}</span>}
            <VisibleText text={line.text} />
          </span>
        ),
      )}
    </pre>
  )
}

/** null stands for lines left out. */
function hunks(lines: readonly DiffLine[], context: number | undefined): (DiffLine | null)[] {
  if (context === undefined) return [...lines]
  const near = new Set<number>()
  lines.forEach((line, at) => {
    if (line.kind === 'same') return
    for (let i = at - context; i <= at + context; i++) near.add(i)
  })
  const shown: (DiffLine | null)[] = []
  lines.forEach((line, at) => {
    if (near.has(at)) shown.push(line)
    else if (shown.at(-1) !== null) shown.push(null)
  })
  return shown
}

function linesOf(text: string): string[] {
  const json = jsonLines(text)
  return (json ? linesToText(json) : text).split(/\r\n|\r|\n/)
}
