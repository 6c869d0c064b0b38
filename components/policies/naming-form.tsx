'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type PolicySpec, type SegmentSpec, segmentSpec } from '@/lib/contracts/policy-spec'
import { NumberField, Part, WordsField } from './form-parts'
import { SegmentEditor } from './segment-editor'

type Naming = PolicySpec['naming']
const SEPARATORS = ['.', '-', '_'] as const
const CASES = ['lower', 'upper', 'any'] as const
const ENVIRONMENTS = ['prod', 'stg', 'dev'] as const
const MOST_SEGMENTS = 10

/**
 * How a topic is named: parts, what stands between them, prefixes, words nobody may use, names that follow
 * their source.
 */
export function NamingForm({
  naming,
  disabled,
  faultAt,
  onChange,
}: {
  naming: Naming
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (naming: Naming) => void
}) {
  const t = useTranslations('policies')
  const set = (part: Partial<Naming>) => onChange({ ...naming, ...part })
  const { segments } = naming
  const put = (at: number, segment: SegmentSpec) =>
    set({ segments: segments.map((old, i) => (i === at ? segment : old)) })
  const move = (at: number, by: -1 | 1) => {
    const next = [...segments]
    const [moved] = next.splice(at, 1)
    if (moved) next.splice(at + by, 0, moved)
    set({ segments: next })
  }
  const add = () => {
    const names = new Set(segments.map(segment => segment.name))
    const name = Array.from({ length: MOST_SEGMENTS }, (_, i) => `part-${i + 1}`).find(one => !names.has(one))
    set({ segments: [...segments, segmentSpec.parse({ name: name ?? 'part', kind: 'free' })] })
  }
  return (
    <Part title={t('naming.title')} hint={t('naming.hint')}>
      <p className="overflow-x-auto rounded-control bg-canvas px-3 py-2">
        <bdi translate="no" className="mono whitespace-nowrap">
          {naming.prefixes.prod}
          {segments.map((segment, i) => (
            <span key={segment.name}>
              {i > 0 ? <span className="text-text-3">{naming.separator}</span> : null}
              <span className={segment.optional ? 'text-text-2' : 'font-medium text-text'}>
                {segment.optional ? '[' : ''}
                {`<${segment.name}>`}
                {segment.repeated ? '…' : ''}
                {segment.optional ? ']' : ''}
              </span>
            </span>
          ))}
        </bdi>
      </p>
      {segments.map((segment, i) => (
        <SegmentEditor
          key={i}
          segment={segment}
          at={i}
          count={segments.length}
          disabled={disabled}
          faultAt={faultAt}
          onChange={next => put(i, next)}
          onMove={by => move(i, by)}
          onRemove={() => set({ segments: segments.filter((_, at) => at !== i) })}
        />
      ))}
      {disabled || segments.length >= MOST_SEGMENTS ? null : (
        <span>
          <Button size="sm" icon={<Plus size={14} />} onClick={add}>
            {t('segment.add')}
          </Button>
        </span>
      )}
      <div className="grid items-start gap-3 sm:grid-cols-4">
        <Field label={t('naming.separator')}>
          {({ id }) => (
            <Select
              id={id}
              label={t('naming.separator')}
              value={naming.separator}
              disabled={disabled}
              onValueChange={separator => set({ separator })}
              options={SEPARATORS.map(value => ({ value, label: <span className="mono">{value}</span> }))}
            />
          )}
        </Field>
        <Field label={t('naming.case')}>
          {({ id }) => (
            <Select
              id={id}
              label={t('naming.case')}
              value={naming.case}
              disabled={disabled}
              onValueChange={next => set({ case: next })}
              options={CASES.map(value => ({ value, label: t(`naming.cases.${value}`) }))}
            />
          )}
        </Field>
        <NumberField
          label={t('naming.min')}
          value={naming.minLength}
          disabled={disabled}
          onChange={minLength => set({ minLength })}
        />
        <NumberField
          label={t('naming.max')}
          error={faultAt('naming.maxLength')}
          value={naming.maxLength}
          disabled={disabled}
          onChange={maxLength => set({ maxLength })}
        />
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-3">
        {ENVIRONMENTS.map(environment => (
          <Field
            key={environment}
            label={t('naming.prefix', { environment: environment.toUpperCase() })}
            error={faultAt(`naming.prefixes.${environment}`)}
          >
            {({ invalid, ...ids }) => (
              <Input
                {...ids}
                mono
                invalid={invalid}
                disabled={disabled}
                maxLength={50}
                placeholder={t('naming.noPrefix')}
                value={naming.prefixes[environment]}
                onChange={event =>
                  set({ prefixes: { ...naming.prefixes, [environment]: event.currentTarget.value.trim() } })
                }
              />
            )}
          </Field>
        ))}
      </div>
      <WordsField
        label={t('naming.reserved')}
        hint={t('naming.reservedHint')}
        values={naming.reserved}
        disabled={disabled}
        rows={1}
        onChange={reserved => set({ reserved })}
      />
      <WordsField
        label={t('naming.derived')}
        hint={t('naming.derivedHint')}
        error={faultAt('naming.derivedSuffixes')}
        values={naming.derivedSuffixes}
        disabled={disabled}
        rows={1}
        onChange={derivedSuffixes => set({ derivedSuffixes })}
      />
    </Part>
  )
}
