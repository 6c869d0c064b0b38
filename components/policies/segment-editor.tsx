'use client'

import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Field, Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { SegmentSpec } from '@/lib/contracts/policy-spec'
import { NumberField, WordsField } from './form-parts'

const KINDS = ['enum', 'pattern', 'free'] as const
const CATALOGUES = ['none', 'domain', 'service'] as const

/** One part of the name: what it is called, what may stand there, how often. */
export function SegmentEditor({
  segment,
  at,
  count,
  disabled,
  faultAt,
  onChange,
  onMove,
  onRemove,
}: {
  segment: SegmentSpec
  at: number
  count: number
  disabled: boolean
  faultAt: (path: string) => string | undefined
  onChange: (segment: SegmentSpec) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}) {
  const t = useTranslations('policies.segment')
  const path = `naming.segments[${at}]`
  const set = (part: Partial<SegmentSpec>) => onChange({ ...segment, ...part })
  const wholeFault = ['name', 'pattern', 'values', 'maxLength'].some(part => faultAt(`${path}.${part}`))
    ? undefined
    : faultAt(path)
  return (
    <fieldset className="rounded-panel border border-line" disabled={disabled}>
      <div className="flex items-center gap-2 border-b border-line-soft bg-canvas px-3 py-1">
        <span className="text-meta text-text-3">{at + 1}</span>
        <legend className="mono-sm font-medium">{`<${segment.name}>`}</legend>
        <span className="flex-1" />
        {disabled ? null : (
          <>
            <IconButton
              size="xs"
              label={t('up')}
              icon={<ArrowUp size={14} />}
              disabled={at === 0}
              onClick={() => onMove(-1)}
            />
            <IconButton
              size="xs"
              label={t('down')}
              icon={<ArrowDown size={14} />}
              disabled={at === count - 1}
              onClick={() => onMove(1)}
            />
            <IconButton
              size="xs"
              label={t('remove')}
              icon={<Trash2 size={14} />}
              disabled={count === 1}
              onClick={onRemove}
            />
          </>
        )}
      </div>
      <div className="grid items-start gap-3 p-3 sm:grid-cols-2 xl:grid-cols-4">
        <Field label={t('name')} error={faultAt(`${path}.name`)}>
          {({ invalid, ...ids }) => (
            <Input
              {...ids}
              mono
              invalid={invalid}
              value={segment.name}
              maxLength={40}
              onChange={event => set({ name: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
        <Field label={t('kind')}>
          {({ id }) => (
            <Select
              id={id}
              label={t('kind')}
              value={segment.kind}
              disabled={disabled}
              onValueChange={kind => set({ kind })}
              options={KINDS.map(value => ({ value, label: t(`kinds.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('catalogue')}>
          {({ id }) => (
            <Select
              id={id}
              label={t('catalogue')}
              value={segment.catalogue ?? 'none'}
              disabled={disabled}
              onValueChange={next => set({ catalogue: next === 'none' ? null : next })}
              options={CATALOGUES.map(value => ({ value, label: t(`catalogues.${value}`) }))}
            />
          )}
        </Field>
        <div className="grid grid-cols-2 gap-2">
          <NumberField
            label={t('min')}
            value={segment.minLength}
            disabled={disabled}
            onChange={minLength => set({ minLength })}
          />
          <NumberField
            label={t('max')}
            error={faultAt(`${path}.maxLength`)}
            value={segment.maxLength}
            disabled={disabled}
            onChange={maxLength => set({ maxLength })}
          />
        </div>
        <div className="sm:col-span-2">
          {segment.kind === 'pattern' ? (
            <Field label={t('pattern')} hint={t('patternHint')} error={faultAt(`${path}.pattern`)}>
              {({ invalid, ...ids }) => (
                <Input
                  {...ids}
                  mono
                  invalid={invalid}
                  value={segment.pattern ?? ''}
                  maxLength={300}
                  onChange={event => set({ pattern: event.currentTarget.value || null })}
                />
              )}
            </Field>
          ) : segment.kind === 'enum' ? (
            <WordsField
              label={t('values')}
              error={faultAt(`${path}.values`)}
              values={segment.values}
              disabled={disabled}
              onChange={values => set({ values })}
            />
          ) : (
            <p className="pt-1 text-meta text-text-3">{t('freeHint')}</p>
          )}
        </div>
        <div className="sm:col-span-2">
          <WordsField
            label={t('examples')}
            hint={t('examplesHint')}
            values={segment.examples}
            disabled={disabled}
            rows={1}
            onChange={examples => set({ examples })}
          />
        </div>
        <div className="flex flex-wrap gap-x-4 gap-y-1 sm:col-span-2 xl:col-span-4">
          <Checkbox
            checked={segment.optional}
            onCheckedChange={optional => set({ optional })}
            label={t('optional')}
          />
          <Checkbox
            checked={segment.repeated}
            onCheckedChange={repeated => set({ repeated })}
            label={t('repeated')}
          />
          {wholeFault ? <p className="text-meta text-error">{wholeFault}</p> : null}
        </div>
      </div>
    </fieldset>
  )
}
