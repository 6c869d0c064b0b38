'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Fragment } from 'react'
import { useErrorWords } from '@/components/api/use-error-words'
import { useViolationWords } from '@/components/api/use-violation-words'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import { configMeaning } from '@/lib/config-meaning'
import type { RequestReview } from '@/lib/contracts/requests'
import { UsageReport } from './topic-usage'

type Line = {
  name: string
  before: string | null
  after: string | null
  /** What is said beside the value after: that it is the broker's. */
  note: string | null
  danger: string | null
}

/** How the request stands now: difference, rules, the broker's own answer, what it costs, who would notice. */
export function Review({ review }: { review: RequestReview }) {
  const t = useTranslations('requests.review')
  const words = useViolationWords()
  const errors = useErrorWords()
  const fields = useTranslations('requests.fields') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  const lines: Line[] = [
    ...review.diff.map(row => ({
      name: fields.has(row.field) ? fields(row.field) : row.field,
      before: row.before,
      after: row.after,
      note: null,
      danger: null,
    })),
    ...review.configs.map(row => ({
      name: row.name,
      before: row.before,
      after: row.after,
      note: row.isSet ? null : t('default'),
      danger: row.danger,
    })),
  ]
  const { broker, cost, usage } = review
  return (
    <Panel title={t('title')} meta={<TimeAgo at={review.at} />}>
      <div className="flex flex-col gap-3 px-4 py-3">
        {lines.length > 0 ? <ChangeTable lines={lines} /> : null}
        <ul className="flex flex-col gap-1 empty:hidden" aria-label={t('rules')}>
          {review.violations.map(one => (
            <li key={`${one.field} ${one.code}`}>
              <Status kind="error">{words(one)}</Status>
            </li>
          ))}
          {review.warnings.map(one => (
            <li key={`${one.field} ${one.code}`}>
              <Status kind="warn">{words(one)}</Status>
            </li>
          ))}
          {review.violations.length === 0 && review.policyVersion !== null ? (
            <li>
              <Status kind="ok">{t('policyOk', { version: review.policyVersion })}</Status>
            </li>
          ) : null}
          {broker ? (
            <li>
              <Status kind={broker.ok ? 'ok' : 'error'}>
                {broker.ok
                  ? t('brokerOk')
                  : t('brokerRefused', {
                      reason: broker.message ?? errors(broker.code ?? 'KAFKA_ERROR', {}).title,
                    })}
              </Status>
            </li>
          ) : null}
        </ul>
        {cost ? (
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-text-2">
            <span>
              {t('replicas')} +<Num value={cost.replicasAdded} />
            </span>
            <span>
              {t('storage')} {cost.bytes === null ? '— ' : <Bytes value={cost.bytes} />}{' '}
              <span className="text-text-3">
                {cost.bytesFrom === null
                  ? t('noRate')
                  : cost.bytes === null
                    ? t('unbounded')
                    : `(${t(`from.${cost.bytesFrom}`)})`}
              </span>
            </span>
          </p>
        ) : null}
        {usage ? <UsageReport usage={usage} /> : null}
      </div>
    </Panel>
  )
}

/** Fields before and after, with what a value means. */
export function ChangeTable({ lines }: { lines: readonly Line[] }) {
  const t = useTranslations('requests.review')
  const dangers = useTranslations('requests.danger') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  // What goes away has nothing after it: the room is for what is there.
  const goes = lines.every(line => line.after === null)
  return (
    // Fixed: what is decided about is read whole, however narrow the page.
    <table className="w-full table-fixed border-collapse text-left">
      <thead>
        <tr className="text-meta text-text-3">
          <th scope="col" className="w-[30%] py-1 pr-3 font-medium">
            {t('field')}
          </th>
          <th scope="col" className={cn('py-1 pr-3 font-medium whitespace-nowrap', !goes && 'w-[28%]')}>
            {t('before')}
          </th>
          <th scope="col" className={cn('py-1 font-medium whitespace-nowrap', goes && 'w-[15%]')}>
            {t('after')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(line => (
          <tr key={`${line.name} ${line.after}`} className="border-t border-line align-top">
            <th scope="row" className="py-1 pr-3 font-normal wrap-anywhere">
              {line.name.split(/(?<=\.)/).map((part, i) => (
                <Fragment key={i}>
                  {i > 0 ? <wbr /> : null}
                  {part}
                </Fragment>
              ))}
            </th>
            <td className="mono-sm py-1 pr-3 text-text-3 wrap-anywhere">
              <Told name={line.name} text={line.before} note={null} />
            </td>
            <td className="mono-sm py-1 font-medium wrap-anywhere">
              <Told name={line.name} text={line.after} note={line.note} />
              {line.danger && dangers.has(line.danger) ? (
                <span className="block font-normal font-sans text-meta text-warn">
                  {dangers(line.danger)}
                </span>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A value as it stands, and beside it what it means. */
function Told({ name, text, note }: { name: string; text: string | null; note: string | null }) {
  const locale = useLocale()
  const notes = [text === null ? null : configMeaning(name, text, locale), note].filter(one => one !== null)
  return (
    <>
      {text === null ? (
        '—'
      ) : (
        <bdi translate="no">
          <VisibleText text={text} />
        </bdi>
      )}
      {notes.length > 0 ? (
        <span className="font-normal font-sans text-text-3"> ({notes.join(', ')})</span>
      ) : null}
    </>
  )
}
