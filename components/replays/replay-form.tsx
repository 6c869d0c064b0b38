'use client'

import { useTranslations } from 'next-intl'
import { useClusters } from '@/components/api/clusters'
import { Checkbox, RadioGroup } from '@/components/ui/checkbox'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { EditDraft } from './edit-draft'
import { EditForm } from './edit-form'
import { GuardFields, NumberInput } from './number-inputs'
import { draftProblem, EMPTY_DRAFT, type ReplayDraft, rateOf, type Selection } from './selection'

/** Where to, how placed, how fast. Any change makes an earlier dry run stale. */
export function ReplayForm({
  cluster,
  selection,
  draft,
  onChange,
  edit,
  onEdit,
}: {
  cluster: string
  selection: Selection
  edit: EditDraft
  onEdit: (edit: EditDraft) => void
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  const isCopy = draft.kind === 'copy'
  return (
    <div className="grid max-w-220 items-start gap-x-8 gap-y-4 md:grid-cols-2">
      <div className="md:col-span-2">
        <Choice
          label={t('targetLabel')}
          name="target"
          value={draft.target !== null || isCopy ? 'topic' : draft.retry === null ? 'origin' : 'retry'}
          onChange={kind =>
            onChange({ target: kind === 'topic' ? '' : null, retry: kind === 'retry' ? 'yes' : null })
          }
          options={[
            ...(isCopy
              ? []
              : [
                  { value: 'origin' as const, label: t('targetOrigin'), hint: t('targetHint') },
                  { value: 'retry' as const, label: t('targetRetry'), hint: t('targetRetryHint') },
                ]),
            { value: 'topic' as const, label: t('targetTopic'), hint: t('targetTopicHint') },
          ]}
        />
        {draft.target === null && !isCopy ? null : (
          <TargetTopic topic={draft.target ?? ''} onChange={onChange} />
        )}
        <TargetCluster cluster={cluster} draft={draft} onChange={onChange} />
      </div>
      <Choice
        label={t('partitioning')}
        name="partitioning"
        value={draft.partitioning}
        onChange={partitioning => onChange({ partitioning })}
        options={[
          { value: 'origin', label: t('partitionOrigin'), hint: t('partitionOriginHint') },
          { value: 'key', label: t('partitionKey'), hint: t('partitionKeyHint') },
        ]}
      />
      <Choice
        label={t('timestamp')}
        name="timestamp"
        value={draft.timestamp}
        onChange={timestamp => onChange({ timestamp })}
        options={[
          { value: 'now', label: t('timestampNow'), hint: t('timestampNowHint') },
          { value: 'keep', label: t('timestampKeep'), hint: t('timestampKeepHint') },
        ]}
      />
      <Field
        label={t('rate')}
        hint={t('rateHint')}
        className="max-w-60"
        error={rateOf(draft.rate) === 'invalid' ? t('draft.rateInvalid') : undefined}
      >
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            invalid={invalid}
            inputMode="decimal"
            value={draft.rate}
            trailing={<span className="text-meta whitespace-nowrap text-text-3">{t('rateUnit')}</span>}
            onChange={e => onChange({ rate: e.currentTarget.value })}
          />
        )}
      </Field>
      <NumberInput field="bytes" draft={draft} onChange={onChange} className="max-w-60" />
      {isCopy ? null : (
        <Choice
          label={t('value')}
          name="value"
          value={draft.value}
          onChange={value => onChange({ value })}
          options={[
            { value: 'dead-letter', label: t('valueLetter') },
            { value: 'origin', label: t('valueOrigin'), hint: t('valueOriginHint') },
          ]}
        />
      )}
      <div className="flex flex-col gap-1">
        <span className="text-meta font-medium text-text-2">{t('repeat')}</span>
        <Checkbox
          checked={draft.again !== null}
          onCheckedChange={again => onChange({ again: again ? 'yes' : null })}
          label={t('again')}
        />
        <p className="pl-5.5 text-meta text-text-3">{t('againHint')}</p>
        <Checkbox
          checked={draft.approval !== null}
          onCheckedChange={approval => onChange({ approval: approval ? 'yes' : null })}
          label={t('approval')}
        />
        <p className="pl-5.5 text-meta text-text-3">{t('approvalHint')}</p>
      </div>
      <GuardFields draft={draft} onChange={onChange} />
      <EditForm cluster={cluster} selection={selection} edit={edit} onChange={onEdit} />
    </div>
  )
}

function TargetTopic({ topic, onChange }: { topic: string; onChange: (part: Partial<ReplayDraft>) => void }) {
  const t = useTranslations('replays.new')
  const problem = draftProblem({ ...EMPTY_DRAFT, target: topic }, '')
  return (
    <Field
      label={t('targetName')}
      className="mt-2 max-w-120"
      error={problem === 'targetIllegal' ? t(`draft.${problem}`) : undefined}
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          mono
          maxLength={249}
          invalid={invalid}
          value={topic}
          onChange={e => onChange({ target: e.currentTarget.value })}
        />
      )}
    </Field>
  )
}

/** Shown where there is another one; it is said what that costs. */
function TargetCluster({
  cluster,
  draft,
  onChange,
}: {
  cluster: string
  draft: ReplayDraft
  onChange: (part: Partial<ReplayDraft>) => void
}) {
  const t = useTranslations('replays.new')
  const clusters = useClusters()
  if (clusters.length < 2) return null
  const chosen = draft.cluster ?? cluster
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
      <Select
        label={t('targetCluster')}
        prefix={t('targetCluster')}
        value={chosen}
        onValueChange={id => onChange({ cluster: id === cluster ? null : id })}
        options={clusters.map(one => ({ value: one.id, label: one.name }))}
      />
      {chosen === cluster ? null : (
        <span className="text-meta text-warn">{t('guarantee.at-least-once')}</span>
      )}
    </div>
  )
}

function Choice<T extends string>({
  label,
  name,
  value,
  onChange,
  options,
}: {
  label: string
  name: string
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: string; hint?: string }[]
}) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-meta font-medium text-text-2">
        {label}
      </span>
      <RadioGroup
        label={label}
        name={name}
        value={value}
        onValueChange={onChange}
        options={options}
        className="flex-col"
      />
    </div>
  )
}
