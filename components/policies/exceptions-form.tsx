'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { useNow } from '@/components/ui/clock'
import { IconButton } from '@/components/ui/icon-button'
import { Field, Input } from '@/components/ui/input'
import { Status } from '@/components/ui/status'
import { POLICY_RULES, type PolicySpec } from '@/lib/contracts/policy-spec'
import { Part, WordsField } from './form-parts'

type Exception = PolicySpec['exceptions'][number]
const MONTH_MS = 30 * 86_400_000

/** Topics that may break rules until a day, with the reason. */
export function ExceptionsForm({
  exceptions,
  disabled,
  faultAt,
  onChange,
}: {
  exceptions: readonly Exception[]
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (exceptions: Exception[]) => void
}) {
  const t = useTranslations('policies.exceptions')
  const nowMs = useNow()
  const put = (at: number, part: Partial<Exception>) =>
    onChange(exceptions.map((old, i) => (i === at ? { ...old, ...part } : old)))
  const add = () => {
    const until = new Date(nowMs + MONTH_MS).toISOString().replace(/T.*$/, 'T00:00:00.000Z')
    onChange([...exceptions, { topics: ['legacy-*'], rules: ['naming'], reason: t('firstReason'), until }])
  }
  return (
    <Part title={t('title')} hint={t('hint')}>
      {exceptions.map((exception, i) => (
        <fieldset
          key={i}
          disabled={disabled}
          className="grid items-start gap-3 rounded-panel border border-line p-3 sm:grid-cols-2"
        >
          <WordsField
            label={t('topics')}
            error={faultAt(`exceptions[${i}].topics`)}
            values={exception.topics}
            disabled={disabled}
            rows={1}
            onChange={topics => put(i, { topics })}
          />
          <Field label={t('until')} error={faultAt(`exceptions[${i}].until`)}>
            {({ invalid, ...ids }) => (
              <span className="flex items-center gap-2">
                <Input
                  {...ids}
                  type="date"
                  invalid={invalid}
                  value={exception.until.slice(0, 10)}
                  onChange={event => {
                    const day = event.currentTarget.value
                    if (/^\d{4}-\d\d-\d\d$/.test(day)) put(i, { until: `${day}T00:00:00.000Z` })
                  }}
                />
                {Date.parse(exception.until) <= nowMs ? <Status kind="empty">{t('expired')}</Status> : null}
                {disabled ? null : (
                  <IconButton
                    size="sm"
                    label={t('remove')}
                    icon={<Trash2 size={14} />}
                    onClick={() => onChange(exceptions.filter((_, at) => at !== i))}
                  />
                )}
              </span>
            )}
          </Field>
          <Field label={t('reason')} error={faultAt(`exceptions[${i}].reason`)} className="sm:col-span-2">
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                invalid={invalid}
                maxLength={500}
                value={exception.reason}
                onChange={event => put(i, { reason: event.currentTarget.value })}
              />
            )}
          </Field>
          <div className="flex flex-wrap gap-x-4 gap-y-1 sm:col-span-2">
            {POLICY_RULES.map(rule => (
              <RuleBox
                key={rule}
                rule={rule}
                checked={exception.rules.includes(rule)}
                onCheckedChange={on =>
                  put(i, {
                    rules: POLICY_RULES.filter(one => (one === rule ? on : exception.rules.includes(one))),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      ))}
      {exceptions.length === 0 ? <p className="text-meta text-text-3">{t('none')}</p> : null}
      {disabled ? null : (
        <span>
          <Button size="sm" icon={<Plus size={14} />} onClick={add}>
            {t('add')}
          </Button>
        </span>
      )}
    </Part>
  )
}

function RuleBox({
  rule,
  checked,
  onCheckedChange,
}: {
  rule: (typeof POLICY_RULES)[number]
  checked: boolean
  onCheckedChange: (on: boolean) => void
}) {
  const t = useTranslations('policies.rule')
  return <Checkbox checked={checked} onCheckedChange={onCheckedChange} label={t(rule)} />
}
