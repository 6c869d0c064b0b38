'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/checkbox'
import { CLEANUP_POLICIES, type LimitsSpec } from '@/lib/contracts/policy-spec'
import { formatDuration } from '@/lib/format'
import { NumberField, WordsField } from './form-parts'

const HOUR_MS = 3_600_000

export const LIMIT_PARTS = [
  'partitions',
  'replicationFactor',
  'minInsyncReplicas',
  'retentionMs',
  'cleanupPolicies',
  'configs',
] as const satisfies (keyof LimitsSpec)[]
export type LimitPart = (typeof LIMIT_PARTS)[number]

/** The fields of these parts of the limits: of the policy itself, or of what differs for a domain. */
export function LimitFields({
  parts,
  path,
  limits,
  disabled,
  faultAt,
  onChange,
}: {
  parts: readonly LimitPart[]
  /** Where the limits stand in the policy, for its faults. */
  path: string
  limits: LimitsSpec
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (part: Partial<LimitsSpec>) => void
}) {
  const t = useTranslations('policies.limits')
  const locale = useLocale()
  const set = onChange
  const has = (part: LimitPart) => parts.includes(part)
  const { partitions, replicationFactor, minInsyncReplicas, retentionMs, cleanupPolicies, configs } = limits
  return (
    <>
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
        {has('partitions') ? (
          <div className="grid grid-cols-2 items-start gap-2">
            <NumberField
              label={t('partitionsMin')}
              error={faultAt(`${path}.partitions`)}
              value={partitions.min}
              disabled={disabled}
              onChange={min => set({ partitions: { ...partitions, min } })}
            />
            <NumberField
              label={t('partitionsMax')}
              invalid={faultAt(`${path}.partitions`) !== undefined}
              value={partitions.max}
              disabled={disabled}
              onChange={max => set({ partitions: { ...partitions, max } })}
            />
          </div>
        ) : null}
        {has('replicationFactor') ? (
          <div className="grid grid-cols-2 items-start gap-2">
            <NumberField
              label={t('replicationMin')}
              error={faultAt(`${path}.replicationFactor`)}
              value={replicationFactor.min}
              disabled={disabled}
              onChange={min => set({ replicationFactor: { ...replicationFactor, min } })}
            />
            <NumberField
              label={t('replicationMax')}
              invalid={faultAt(`${path}.replicationFactor`) !== undefined}
              value={replicationFactor.max}
              disabled={disabled}
              onChange={max => set({ replicationFactor: { ...replicationFactor, max } })}
            />
          </div>
        ) : null}
        {has('minInsyncReplicas') ? (
          <div className="grid grid-cols-2 items-start gap-2">
            <NumberField
              label={t('minInsyncMin')}
              error={faultAt(`${path}.minInsyncReplicas`)}
              value={minInsyncReplicas.min}
              disabled={disabled}
              onChange={min => set({ minInsyncReplicas: { ...minInsyncReplicas, min } })}
            />
            <NumberField
              label={t('minInsyncSpare')}
              value={minInsyncReplicas.spare}
              disabled={disabled}
              onChange={spare => set({ minInsyncReplicas: { ...minInsyncReplicas, spare } })}
            />
          </div>
        ) : null}
        {has('retentionMs') ? (
          <div className="grid grid-cols-2 items-start gap-2">
            <NumberField
              label={t('retentionMin')}
              hint={formatDuration(retentionMs.min, locale)}
              error={faultAt(`${path}.retentionMs`)}
              value={Math.round(retentionMs.min / HOUR_MS)}
              disabled={disabled}
              onChange={hours => set({ retentionMs: { ...retentionMs, min: hours * HOUR_MS } })}
            />
            <NumberField
              label={t('retentionMax')}
              hint={formatDuration(retentionMs.max, locale)}
              value={Math.round(retentionMs.max / HOUR_MS)}
              disabled={disabled}
              onChange={hours => set({ retentionMs: { ...retentionMs, max: hours * HOUR_MS } })}
            />
          </div>
        ) : null}
      </div>
      {has('retentionMs') ? (
        <Checkbox
          checked={retentionMs.infinite}
          disabled={disabled}
          onCheckedChange={infinite => set({ retentionMs: { ...retentionMs, infinite } })}
          label={t('infinite')}
        />
      ) : null}
      {has('cleanupPolicies') ? (
        <fieldset className="flex flex-col gap-1" disabled={disabled}>
          <legend className="mb-1 text-meta font-medium text-text-2">{t('cleanup')}</legend>
          <div className="flex flex-wrap gap-x-4 gap-y-1">
            {CLEANUP_POLICIES.map(policy => (
              <Checkbox
                key={policy}
                checked={cleanupPolicies.includes(policy)}
                onCheckedChange={on =>
                  set({
                    cleanupPolicies: CLEANUP_POLICIES.filter(one =>
                      one === policy ? on : cleanupPolicies.includes(one),
                    ),
                  })
                }
                label={<span className="mono-sm">{policy}</span>}
              />
            ))}
          </div>
          {faultAt(`${path}.cleanupPolicies`) ? (
            <p className="text-meta text-error">{faultAt(`${path}.cleanupPolicies`)}</p>
          ) : null}
        </fieldset>
      ) : null}
      {has('configs') ? (
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <div className="flex flex-col gap-2">
            <Checkbox
              checked={configs.allowed === null}
              disabled={disabled}
              onCheckedChange={all =>
                set({ configs: { ...configs, allowed: all ? null : ['retention.ms'] } })
              }
              label={t('allConfigs')}
            />
            {configs.allowed === null ? null : (
              <WordsField
                label={t('allowed')}
                hint={t('globHint')}
                values={configs.allowed}
                disabled={disabled}
                onChange={allowed => set({ configs: { ...configs, allowed } })}
              />
            )}
          </div>
          <WordsField
            label={t('denied')}
            hint={t('globHint')}
            values={configs.denied}
            disabled={disabled}
            onChange={denied => set({ configs: { ...configs, denied } })}
          />
        </div>
      ) : null}
    </>
  )
}
