'use client'

import { useTranslations } from 'next-intl'
import type * as z from 'zod'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { VisibleText } from '@/components/ui/visible-text'
import { type Replay, replays } from '@/lib/contracts/replays'
import { EditDiffs } from './edit-diffs'
import { HeaderDiffs } from './header-diffs'

type Rules = NonNullable<z.output<typeof replays.edit.output>['rules']>

/** What an edited replay changes: its rules, and what they make of its first records. Who approves it looks here. */
export function ReplayEdit({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.edit')
  const permission = usePermission('record.read', { cluster, topic: replay.sourceTopic })
  const { data, error, refetch } = useApi(
    replays.edit,
    { cluster, replay: replay.id },
    { enabled: replay.edited && permission.reason === null },
  )
  if (!replay.edited || permission.reason !== null) return null
  if (error && !data) return <QueryError compact error={error} onRetry={() => void refetch()} />
  if (!data?.rules) return null
  return (
    <section aria-label={t('title')} className="shrink-0 border-t border-line">
      <h2 className="px-4 pt-3 font-semibold">{t('rules')}</h2>
      <RuleLines rules={data.rules} />
      {data.samples.length > 0 ? <EditDiffs edits={{ samples: data.samples }} /> : null}
      {data.rules.headers.length > 0 && data.headerDiffs.length > 0 ? (
        <div className="pb-3">
          <HeaderDiffs diffs={data.headerDiffs} />
        </div>
      ) : null}
    </section>
  )
}

function RuleLines({ rules }: { rules: Rules }) {
  const t = useTranslations('replays.edit')
  const lines = [
    ...rules.fields.map(rule => ({ of: 'field' as const, op: rule.op, text: fieldText(rule) })),
    ...rules.headers.map(({ op, name, value }) => ({
      of: 'header' as const,
      op,
      text: op === 'remove' ? name : `${name} = ${value ?? 'null'}`,
    })),
  ]
  return (
    <ul className="px-4 pt-1 pb-3">
      {(['key', 'value'] as const)
        .filter(part => rules[part])
        .map(part => (
          <li key={part}>{t('replaced', { part: t(part === 'key' ? 'key' : 'valueLabel') })}</li>
        ))}
      {lines.map(({ of, op, text }, at) => (
        <li key={at} className="flex flex-wrap gap-x-2">
          <span className="text-text-2">
            {t(`of.${of}`)} · {t(`ops.${op}`)}
          </span>
          <bdi translate="no" className="mono-sm wrap-anywhere">
            <VisibleText text={text} />
          </bdi>
        </li>
      ))}
    </ul>
  )
}

function fieldText(rule: Rules['fields'][number]): string {
  if (rule.op === 'remove') return rule.path
  if (rule.op === 'rename') return `${rule.path} → ${rule.to}`
  return `${rule.path} = ${rule.json ?? JSON.stringify(rule.value)}`
}
