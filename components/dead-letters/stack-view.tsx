'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { VisibleText } from '@/components/ui/visible-text'
import type { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'

export type Frame = OutputOf<typeof deadLetters.record>['frames'][number]
type Run = { application: boolean; frames: Frame[] }

/** As many lines as the server tells apart. */
const MAX_LINES = 2_000
const FIRST_LINES = 400

/**
 * The application's frames open, runs of framework frames folded to a count that opens; plain text, whatever
 * it contains.
 */
export function StackView({ frames, stackTrace }: { frames: readonly Frame[]; stackTrace: string | null }) {
  const t = useTranslations('dead-letters.record')
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const [whole, setWhole] = useState(false)
  if (stackTrace === null) return <p className="px-4 py-6 text-text-3">{t('noStack')}</p>
  const runs = runsOf(whole ? frames : frames.slice(0, FIRST_LINES))
  const folded = runs.flatMap((run, i) => (run.application ? [] : [i]))
  const allOpen = folded.every(i => open.has(i))
  return (
    <div className="px-4 py-3">
      <div className="mb-2 flex items-center gap-2">
        {folded.length > 0 ? (
          <Button size="sm" aria-pressed={allOpen} onClick={() => setOpen(new Set(allOpen ? [] : folded))}>
            {t(allOpen ? 'fold' : 'unfold')}
          </Button>
        ) : null}
        <CopyButton text={stackTrace} label={t('copyStack')} />
        <span className="text-meta text-text-3">{t('lines', { n: frames.length })}</span>
      </div>
      <div className="mono-sm rounded-control bg-sunken px-3 py-2 leading-5">
        {runs.map((run, i) =>
          run.application || open.has(i) ? (
            run.frames.map((frame, j) => (
              <div
                key={`${i}-${j}`}
                className={`pl-8 -indent-8 break-words whitespace-pre-wrap ${frame.application ? '' : 'text-text-3'}`}
              >
                <VisibleText text={frame.text.replace(/^\t+/, '    ')} />
              </div>
            ))
          ) : (
            <button
              key={i}
              type="button"
              className="block rounded-control px-8 max-sm:py-0.5 text-text-3 hover:text-text"
              onClick={() => setOpen(new Set([...open, i]))}
            >
              ▸ {t('folded', { n: run.frames.length })}
            </button>
          ),
        )}
      </div>
      {!whole && frames.length > FIRST_LINES ? (
        <Button size="sm" className="mt-2" onClick={() => setWhole(true)}>
          {t('moreLines', { n: frames.length - FIRST_LINES })}
        </Button>
      ) : null}
      {frames.length >= MAX_LINES ? (
        <p className="mt-2 text-meta text-text-3">{t('cutLines', { n: MAX_LINES })}</p>
      ) : null}
    </div>
  )
}

function runsOf(frames: readonly Frame[]): Run[] {
  const runs: Run[] = []
  for (const frame of frames) {
    const last = runs.at(-1)
    if (last && last.application === frame.application) last.frames.push(frame)
    else runs.push({ application: frame.application, frames: [frame] })
  }
  return runs
}
