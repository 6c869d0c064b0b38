'use client'

import { SlidersHorizontal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Popover } from '@/components/ui/popover'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { partitioner } from '@/lib/contracts/message-search'
import { type ConditionParams, RECORD_PARTS } from './messages-query'

/** Text or hex bytes, in which parts of a record, and whether case counts. */
export function ContainsOptions({
  params,
  onChange,
}: {
  params: ConditionParams
  onChange: (change: Partial<ConditionParams>) => void
}) {
  const t = useTranslations('search')
  const parts = params.in.length === 0 ? RECORD_PARTS : params.in
  return (
    <Options label={t('options')}>
      <Segmented
        size="sm"
        label={t('as.label')}
        value={params.containsAs}
        onValueChange={containsAs => onChange({ containsAs })}
        options={(['text', 'hex'] as const).map(value => ({ value, label: t(`as.${value}`) }))}
      />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="pb-1 text-meta text-text-3">{t('parts')}</legend>
        {RECORD_PARTS.map(part => (
          <Checkbox
            key={part}
            label={t(`part.${part}`)}
            checked={parts.includes(part)}
            onCheckedChange={on => {
              const next = RECORD_PARTS.filter(one => (one === part ? on : parts.includes(one)))
              // Nothing chosen finds nothing: the last one stays.
              if (next.length > 0) onChange({ in: next.length === RECORD_PARTS.length ? [] : next })
            }}
          />
        ))}
      </fieldset>
      <Checkbox
        label={t('ignoreCase')}
        checked={params.ignoreCase}
        onCheckedChange={on => onChange({ ignoreCase: on })}
      />
      <p className="text-meta text-text-3">{t('ignoreCaseHint')}</p>
    </Options>
  )
}

/** How a key is written here, and whose partitioner chose its partition. */
export function KeyOptions({
  params,
  onChange,
}: {
  params: ConditionParams
  onChange: (change: Partial<ConditionParams>) => void
}) {
  const t = useTranslations('search')
  return (
    <Options label={t('options')}>
      <Segmented
        size="sm"
        label={t('as.label')}
        value={params.keyAs}
        onValueChange={keyAs => onChange({ keyAs })}
        options={(['text', 'hex', 'base64'] as const).map(value => ({ value, label: t(`as.${value}`) }))}
      />
      <Select
        size="sm"
        label={t('partitioner.label')}
        value={params.partitioner}
        onValueChange={next => onChange({ partitioner: next })}
        options={partitioner.options.map(value => ({ value, label: t(`partitioner.${value}`) }))}
      />
      <p className="text-meta/5 text-text-3">{t('partitionerHint')}</p>
    </Options>
  )
}

function Options({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover
      label={label}
      align="end"
      className="w-72"
      trigger={<IconButton label={label} icon={<SlidersHorizontal size={16} />} />}
    >
      <div className="flex flex-col gap-3 p-3">{children}</div>
    </Popover>
  )
}
