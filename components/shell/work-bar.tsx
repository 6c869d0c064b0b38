'use client'

import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { Kbd } from '@/components/ui/kbd'
import { MonoId } from '@/components/ui/mono-id'
import { ProgressBar } from '@/components/ui/progress'
import type { Replay } from '@/lib/contracts/replays'
import { formatInteger, formatPercent } from '@/lib/format'
import { routes } from '@/lib/routes'

/** What is running now, on every page; absent when nothing is. */
export function WorkBar({ running }: { running: readonly Replay[] }) {
  const t = useTranslations('shell')
  const locale = useLocale()
  if (running.length === 0) return null
  return (
    <section
      aria-label={t('work.label')}
      className="flex h-8 shrink-0 items-center gap-4 overflow-hidden border-t border-line bg-canvas px-4 text-meta whitespace-nowrap text-text-2 max-sm:hidden"
    >
      {running.slice(0, 2).map(replay => {
        const done = replay.selected - replay.remaining
        const ratio = replay.selected === 0 ? 0 : done / replay.selected
        return (
          <span key={replay.id} className="flex min-w-0 items-center gap-2">
            <RotateCcw aria-hidden size={14} className="shrink-0 text-text-3" />
            <Link href={routes.replay(replay.cluster, replay.id)} className="link-quiet shrink-0 font-medium">
              {t('work.replay', { id: replay.id.slice(-6) })}
            </Link>
            <MonoId small id={replay.sourceTopic} className="text-text-3" />
            <ProgressBar ratio={ratio} label={t('work.progress', { id: replay.id.slice(-6) })} />
            <span>{formatPercent(ratio)}</span>
            <span className="text-text-3">
              {t('work.count', {
                done: formatInteger(done, locale),
                all: formatInteger(replay.selected, locale),
              })}
            </span>
          </span>
        )
      })}
      {running.length > 2 ? (
        <span className="text-text-3">{t('work.more', { n: running.length - 2 })}</span>
      ) : null}
      <span className="flex-1" />
      <span className="flex items-center gap-1 text-text-3">
        {t('help.title')} <Kbd>?</Kbd>
      </span>
    </section>
  )
}
