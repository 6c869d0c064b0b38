'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { Segmented } from '@/components/ui/segmented'
import { VisibleText } from '@/components/ui/visible-text'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { formatInteger } from '@/lib/format'

type Header = ReplayPlan['headerDiffs'][number]['headers'][number]

const SIGN = { strip: '−', keep: '', add: '+', replace: '±' } as const
const TONE = { strip: 'bg-error-bg', keep: '', add: 'bg-ok-bg', replace: 'bg-ok-bg' } as const
const SIGN_TONE = { strip: 'text-error', keep: '', add: 'text-ok', replace: 'text-ok' } as const
const ORDER = { strip: 0, replace: 1, add: 2, keep: 3 } as const
const SHOWN_CHARS = 160
const KEPT_SHOWN = 3
/** Only the run knows these. */
const AT_RUN = new Set(['x-replay-id', 'x-replay-at'])

/** Headers of sample records before and after: a sign in the gutter and a background, never colour alone. */
export function HeaderDiffs({ diffs }: { diffs: ReplayPlan['headerDiffs'] }) {
  const t = useTranslations('replays.new')
  const [at, setAt] = useState('0')
  const [allKept, setAllKept] = useState(false)
  const diff = diffs[Number(at)] ?? diffs[0]
  if (!diff) return <p className="px-4 py-3 text-text-3">{t('noSamples')}</p>
  const rows = [...diff.headers].sort((a, b) => ORDER[a.role] - ORDER[b.role])
  const kept = rows.filter(row => row.role === 'keep')
  const hidden = allKept ? 0 : Math.max(0, kept.length - KEPT_SHOWN)
  const count = (role: Header['role']) => rows.filter(row => row.role === role).length
  return (
    <>
      <div className="flex min-h-7 flex-wrap items-center gap-x-2 px-4 pt-3">
        <h3 className="font-semibold">{t('headers')}</h3>
        <span className="text-meta text-text-2">
          −{count('strip')} · +{count('add') + count('replace')} · {t('kept', { n: kept.length })}
        </span>
        <span className="flex-1" />
        {diffs.length > 1 ? (
          <Segmented
            size="sm"
            label={t('samples')}
            value={at}
            onValueChange={setAt}
            options={diffs.map((_, i) => ({
              value: String(i),
              label: String(i + 1),
              title: t('sample', { n: i + 1 }),
            }))}
          />
        ) : null}
      </div>
      <p className="mono-sm px-4 pt-0.5 pb-1.5 text-text-3">
        P{diff.record.partition} / {formatInteger(diff.record.offset)}
      </p>
      <table className="w-full table-fixed">
        <caption className="sr-only">{t('headers')}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('headerName')}</th>
            <th scope="col">{t('headerValue')}</th>
          </tr>
        </thead>
        <tbody>
          {(hidden > 0 ? rows.slice(0, rows.length - hidden) : rows).map((header, i) => (
            <tr key={i} className={cn('mono-sm align-top', TONE[header.role])}>
              <th scope="row" className="w-[45%] py-0.5 pr-2 pl-2 text-left font-normal">
                <span className="flex">
                  <span
                    aria-hidden
                    className={cn('w-5 shrink-0 text-center font-semibold', SIGN_TONE[header.role])}
                  >
                    {SIGN[header.role]}
                  </span>
                  <span className="sr-only">{t(`role.${header.role}`)}</span>
                  <bdi
                    translate="no"
                    className={cn('min-w-0 break-all', header.role === 'keep' && 'text-text-2')}
                  >
                    <VisibleText text={header.name} />
                  </bdi>
                </span>
              </th>
              <td className="py-0.5 pr-4 pl-2 text-text-2">
                <After header={header} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? (
        <button
          type="button"
          className="mx-4 my-1 self-start text-meta text-accent max-sm:my-0 max-sm:py-1"
          onClick={() => setAllKept(true)}
        >
          ▸ {t('moreKept', { n: hidden })}
        </button>
      ) : null}
    </>
  )
}

function After({ header }: { header: Header }) {
  const t = useTranslations('replays.new')
  if (header.role !== 'keep' && header.role !== 'strip' && AT_RUN.has(header.name))
    return <span className="font-sans text-text-3">{t('filledAtRun')}</span>
  if (header.role === 'replace')
    return (
      <span className="line-clamp-2 break-all">
        <del className="text-text-3">
          <Value text={header.before} />
        </del>{' '}
        → <Value text={header.after} />
      </span>
    )
  return (
    <span
      className="line-clamp-2 break-all"
      title={(header.role === 'strip' ? header.before : header.after) ?? undefined}
    >
      <Value text={header.role === 'strip' ? header.before : header.after} />
    </span>
  )
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="text-stall italic">null</span>
  if (text === '') return <span className="text-text-3">""</span>
  return <VisibleText text={text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text} />
}
