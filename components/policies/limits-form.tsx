'use client'

import { useTranslations } from 'next-intl'
import type { LimitsSpec } from '@/lib/contracts/policy-spec'
import { Part } from './form-parts'
import { LIMIT_PARTS, LimitFields } from './limit-fields'

/** Sizes and settings a topic may have. */
export function LimitsForm({
  limits,
  disabled,
  faultAt,
  onChange,
}: {
  limits: LimitsSpec
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (limits: LimitsSpec) => void
}) {
  const t = useTranslations('policies.limits')
  return (
    <Part title={t('title')} hint={t('hint')}>
      <LimitFields
        parts={LIMIT_PARTS}
        path="limits"
        limits={limits}
        disabled={disabled}
        faultAt={faultAt}
        onChange={part => onChange({ ...limits, ...part })}
      />
    </Part>
  )
}
