'use client'

import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import type { ReplayPlan } from '@/lib/contracts/replays'

const SIGN = { strip: '−', keep: ' ', add: '+', replace: '±' } as const
const TONE = { strip: 'bg-error-bg', keep: '', add: 'bg-ok-bg', replace: 'bg-ok-bg' } as const
const SHOWN_CHARS = 160

/** Headers of sample records before and after: a sign in the gutter and a background, never colour alone. */
export function HeaderDiffs({ diffs }: { diffs: ReplayPlan['headerDiffs'] }) {
  const t = useTranslations('replays.new')
  return (
    <div className="flex flex-col gap-2">
      {diffs.map((diff, i) => (
        <details
          key={`${diff.record.partition}/${diff.record.offset}`}
          open={i === 0}
          className="rounded-control border border-line"
        >
          <summary className="mono-sm cursor-pointer px-3 py-1.5 text-text-2">
            {t('headersSample', { partition: diff.record.partition, offset: diff.record.offset })}
          </summary>
          <table className="w-full table-fixed">
            <thead className="sr-only">
              <tr>
                <th scope="col">{t('headerName')}</th>
                <th scope="col">{t('headerBefore')}</th>
                <th scope="col">{t('headerAfter')}</th>
              </tr>
            </thead>
            <tbody>
              {diff.headers.map((header, j) => (
                <tr key={j} className={cn('mono-sm align-top', TONE[header.role])}>
                  <th scope="row" className="w-2/5 px-2 py-0.5 text-left font-normal break-all">
                    <span aria-hidden className="mr-1 inline-block w-3 text-text-3">
                      {SIGN[header.role]}
                    </span>
                    {header.name}
                  </th>
                  <td className="px-2 py-0.5 break-all text-text-2">{cut(header.before)}</td>
                  <td className="px-2 py-0.5 break-all">
                    {header.role === 'strip'
                      ? ''
                      : (cut(header.after) ?? <span className="text-text-3">{t('filledAtRun')}</span>)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </div>
  )
}

function cut(text: string | null): string | null {
  if (text === null) return null
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text
}
