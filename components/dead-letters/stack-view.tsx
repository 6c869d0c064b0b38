'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import type { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'

export type Frame = OutputOf<typeof deadLetters.record>['frames'][number]
type Run = { application: boolean; frames: Frame[] }

/** The application's frames open, runs of framework frames folded to a count; plain text, whatever it contains. */
export function StackView({ frames, stackTrace }: { frames: readonly Frame[]; stackTrace: string | null }) {
  const t = useTranslations('dead-letters.record')
  const [unfolded, setUnfolded] = useState(false)
  if (stackTrace === null) return <p className="px-4 py-6 text-text-3">{t('noStack')}</p>
  return (
    <div className="px-4 py-3">
      <div className="mb-2 flex items-center gap-2">
        <Button size="sm" onClick={() => setUnfolded(!unfolded)}>
          {t(unfolded ? 'fold' : 'unfold')}
        </Button>
        <CopyButton text={stackTrace} label={t('copyStack')} />
      </div>
      <div className="overflow-auto rounded-control bg-sunken px-3 py-2 mono-sm">
        {unfolded ? (
          <pre className="whitespace-pre-wrap break-all">{stackTrace}</pre>
        ) : (
          runsOf(frames).map((run, i) =>
            run.application ? (
              run.frames.map((frame, j) => (
                <div key={`${i}-${j}`} className="whitespace-pre-wrap break-all">
                  {frame.text}
                </div>
              ))
            ) : (
              <div key={i} className="text-text-3">
                ⋯ {t('folded', { n: run.frames.length })}
              </div>
            ),
          )
        )}
      </div>
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
