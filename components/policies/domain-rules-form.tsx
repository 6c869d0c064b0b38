'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Field } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { NumberField, Part, WordsField } from './form-parts'
import { LIMIT_PARTS, LimitFields, type LimitPart } from './limit-fields'

type Rule = PolicySpec['domains'][number]
const FACTS = ['owner', 'description', 'classification', 'schema'] as const
const SAME = 'same'

/** What differs for single domains: of each part only what is switched on; the rest is the policy's own. */
export function DomainRulesForm({
  spec,
  disabled,
  faultAt,
  onChange,
}: {
  spec: PolicySpec
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (domains: Rule[]) => void
}) {
  const t = useTranslations('policies.domains')
  const rules = spec.domains
  const add = () => {
    const listed = spec.naming.segments.find(segment => segment.name === 'domain')?.values ?? []
    const taken = new Set(rules.flatMap(rule => rule.domains))
    onChange([...rules, { domains: [listed.find(one => !taken.has(one)) ?? 'order'] }])
  }
  return (
    <Part title={t('title')} hint={t('hint')}>
      {rules.map((rule, i) => (
        <DomainRule
          key={i}
          rule={rule}
          spec={spec}
          path={`domains[${i}]`}
          disabled={disabled}
          faultAt={faultAt}
          onChange={next => onChange(rules.map((old, at) => (at === i ? next : old)))}
          onRemove={() => onChange(rules.filter((_, at) => at !== i))}
        />
      ))}
      {rules.length === 0 ? <p className="text-meta text-text-3">{t('none')}</p> : null}
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

/** Sets a part of a rule, or takes it out: a rule says only what differs. */
function withPart<K extends keyof Rule>(rule: Rule, key: K, value: Rule[K] | undefined): Rule {
  const { [key]: _old, ...others } = rule
  return (value === undefined ? others : { ...others, [key]: value }) as Rule
}

function DomainRule({
  rule,
  spec,
  path,
  disabled,
  faultAt,
  onChange,
  onRemove,
}: {
  rule: Rule
  spec: PolicySpec
  path: string
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (rule: Rule) => void
  onRemove: () => void
}) {
  const t = useTranslations('policies')
  const limits = { ...spec.limits, ...rule.limits }
  const parts = LIMIT_PARTS.filter(part => rule.limits?.[part] !== undefined)
  const setParts = (chosen: readonly LimitPart[]) => {
    const kept = Object.fromEntries(chosen.map(part => [part, limits[part]]))
    onChange(withPart(rule, 'limits', chosen.length === 0 ? undefined : kept))
  }
  const setFact = (fact: (typeof FACTS)[number], value: string) => {
    const { [fact]: _old, ...others } = rule.required ?? {}
    const next = value === SAME ? others : { ...others, [fact]: value === 'yes' }
    onChange(withPart(rule, 'required', Object.keys(next).length === 0 ? undefined : next))
  }
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-3 border-l-2 border-line pl-3">
      <legend className="sr-only">{t('domains.one', { names: rule.domains.join(', ') })}</legend>
      <div className="grid items-start gap-3 sm:grid-cols-[2fr_1fr_auto]">
        <WordsField
          label={t('domains.names')}
          error={faultAt(`${path}.domains`)}
          values={rule.domains}
          disabled={disabled}
          rows={1}
          onChange={domains => onChange({ ...rule, domains })}
        />
        <Field label={t('severity.title')}>
          {({ id }) => (
            <Select
              id={id}
              label={t('severity.title')}
              disabled={disabled}
              value={rule.enforcement ?? SAME}
              onValueChange={next =>
                onChange(withPart(rule, 'enforcement', next === SAME ? undefined : next))
              }
              options={[
                { value: SAME, label: t('severity.same') },
                { value: 'block' as const, label: t('severity.block') },
                { value: 'warn' as const, label: t('severity.warn') },
              ]}
            />
          )}
        </Field>
        {disabled ? null : (
          <IconButton
            size="sm"
            className="max-sm:order-first max-sm:justify-self-end"
            label={t('domains.remove')}
            icon={<Trash2 size={14} />}
            onClick={onRemove}
          />
        )}
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {FACTS.map(fact => (
          <Field key={fact} label={t(`rule.${fact}`)}>
            {({ id }) => (
              <Select
                id={id}
                size="sm"
                label={t(`rule.${fact}`)}
                disabled={disabled}
                value={rule.required?.[fact] === undefined ? SAME : rule.required[fact] ? 'yes' : 'no'}
                onValueChange={next => setFact(fact, next)}
                options={[
                  { value: SAME, label: t('severity.same') },
                  { value: 'yes', label: t('domains.required') },
                  { value: 'no', label: t('domains.optional') },
                ]}
              />
            )}
          </Field>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Checkbox
          checked={rule.approvals !== undefined}
          onCheckedChange={on => onChange(withPart(rule, 'approvals', on ? spec.approvals : undefined))}
          label={t('duties.approvals')}
        />
        {LIMIT_PARTS.map(part => (
          <Checkbox
            key={part}
            checked={parts.includes(part)}
            onCheckedChange={on =>
              setParts(LIMIT_PARTS.filter(one => (one === part ? on : parts.includes(one))))
            }
            label={t(`domains.part.${part}`)}
          />
        ))}
      </div>
      {rule.approvals ? (
        <NumberField
          label={t('duties.approvals')}
          error={faultAt(`${path}.approvals`)}
          value={rule.approvals.count}
          disabled={disabled}
          className="max-w-60"
          onChange={count => onChange({ ...rule, approvals: { count } })}
        />
      ) : null}
      <LimitFields
        parts={parts}
        path={`${path}.limits`}
        limits={limits}
        disabled={disabled}
        faultAt={faultAt}
        onChange={part => onChange({ ...rule, limits: { ...rule.limits, ...part } })}
      />
    </fieldset>
  )
}
