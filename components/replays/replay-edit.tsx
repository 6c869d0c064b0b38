'use client'

import { ChevronRight } from 'lucide-react'
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
  const t = useTranslations('replay-edits')
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
    <details open={replay.state === 'awaiting-approval'} className="group shrink-0 border-t border-line">
      <summary className="flex cursor-pointer items-center gap-1 px-4 py-2">
        <ChevronRight aria-hidden size={14} className="text-text-3 group-open:rotate-90" />
        <h2 className="font-semibold">{t('rules')}</h2>
      </summary>
      <RuleLines rules={data.rules} />
      {data.samples.length > 0 ? <EditDiffs edits={{ samples: data.samples }} /> : null}
      {data.rules.headers.length > 0 && data.headerDiffs.length > 0 ? (
        <div className="pb-3">
          <HeaderDiffs diffs={data.headerDiffs} />
        </div>
      ) : null}
    </details>
  )
}

function RuleLines({ rules }: { rules: Rules }) {
  const t = useTranslations('replay-edits')
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
