'use client'

import { useTranslations } from 'next-intl'
import { LineDiff, useLineDiff } from '@/components/ui/line-diff'
import { VisibleText } from '@/components/ui/visible-text'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { formatInteger } from '@/lib/format'

type Edits = NonNullable<ReplayPlan['edits']>
type Pair = { before: string | null; after: string | null }

/** What the edit makes of samples, line by line: values with a schema as the JSON that it reads. */
export function EditDiffs({ edits }: { edits: Pick<Edits, 'samples'> & Partial<Edits> }) {
  const t = useTranslations('replay-edits')
  const { changed, unchanged } = edits
  return (
    <section className="border-b border-line px-4 py-3" aria-label={t('diff')}>
      <div className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-semibold">{t('diff')}</h3>
        {changed === undefined || unchanged === undefined ? null : (
          <span className="text-meta text-text-2">{t('changed', { changed, unchanged })}</span>
        )}
      </div>
      <ul className="flex flex-col gap-2">
        {edits.samples.map(({ record, key, value }) => (
          <li key={`${record.partition}/${record.offset}`}>
            <p className="mono-sm text-text-3">
              P{record.partition} / {formatInteger(record.offset)}
            </p>
            {key ? <Texts label={t('key')} {...key} /> : null}
            {value ? <Texts label={t('valueLabel')} {...value} /> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Lines around a change that help to find it. */
const CONTEXT = 2

function Texts({ label, before, after }: { label: string } & Pair) {
  const t = useTranslations('replay-edits')
  const lines = useLineDiff(before ?? '', after ?? '')
  if (before === null || after === null || lines === null)
    return (
      <dl className="mono-sm" aria-label={label}>
        <Side sign="−" tone="bg-error-bg" mark="text-error" text={before} />
        <Side sign="+" tone="bg-ok-bg" mark="text-ok" text={after} />
      </dl>
    )
  return (
    <figure aria-label={label}>
      <LineDiff
        lines={lines}
        words={{ added: t('added'), removed: t('removed') }}
        context={CONTEXT}
        className="whitespace-pre-wrap wrap-anywhere"
      />
    </figure>
  )
}

const SHOWN = 600

function Side({ sign, tone, mark, text }: { sign: string; tone: string; mark: string; text: string | null }) {
  const shown = text === null ? 'null' : text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return (
    <div className={`flex gap-2 px-2 ${tone}`}>
      <dt className={mark}>{sign}</dt>
      <dd className="min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap">
        {text === null ? <span className="text-text-3">null</span> : <VisibleText text={shown} />}
      </dd>
    </div>
  )
}
