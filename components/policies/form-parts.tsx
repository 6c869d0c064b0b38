'use client'

import { type ReactNode, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { Field, Input, Textarea } from '@/components/ui/input'
import type { FieldError } from '@/lib/errors'
import { useFaultWords } from './use-policy-words'

/** A part of the form with its head; parts are told apart by hairlines. */
export function Part({ title, hint, children }: { title: ReactNode; hint?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-4 last:border-b-0">
      <h2 className="text-section font-semibold">{title}</h2>
      {hint ? <p className="mt-0.5 max-w-180 text-meta/5 text-text-3">{hint}</p> : null}
      <div className="mt-3 flex flex-col gap-3">{children}</div>
    </section>
  )
}

/** The first fault at a path or below it, in words. */
export function useFaultAt(faults: readonly FieldError[]): (path: string) => string | undefined {
  const words = useFaultWords()
  return path => {
    const fault = faults.find(
      one => one.path === path || one.path.startsWith(`${path}[`) || one.path.startsWith(`${path}.`),
    )
    return fault && words(fault)
  }
}

/** A whole number as text; what is none is kept as typed and not taken over. */
export function NumberField({
  label,
  hint,
  error,
  invalid: isInvalid = false,
  value,
  disabled,
  className,
  onChange,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  /** Marked, while another field says why. */
  invalid?: boolean
  value: number
  disabled: boolean
  className?: string
  onChange: (value: number) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Field label={label} hint={hint} error={error} {...(className ? { className } : {})}>
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          inputMode="numeric"
          mono
          invalid={invalid || isInvalid || (typed !== null && !/^\d{1,15}$/.test(typed))}
          disabled={disabled}
          value={typed ?? String(value)}
          onChange={event => {
            const text = event.currentTarget.value.trim()
            setTyped(text)
            if (/^\d{1,15}$/.test(text)) onChange(Number(text))
          }}
          onBlur={() => setTyped(null)}
        />
      )}
    </Field>
  )
}

/** Words told apart by commas, spaces or lines. */
export function WordsField({
  label,
  hint,
  error,
  values,
  disabled,
  rows = 2,
  onChange,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  values: readonly string[]
  disabled: boolean
  rows?: number
  onChange: (values: string[]) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Field label={label} hint={hint} error={error}>
      {({ invalid, ...ids }) => (
        <Textarea
          {...ids}
          mono
          rows={rows}
          className={cn('field-sizing-content max-h-48', rows > 1 ? 'min-h-14' : 'min-h-8.5')}
          invalid={invalid}
          disabled={disabled}
          value={typed ?? values.join(', ')}
          onChange={event => {
            const text = event.currentTarget.value
            setTyped(text)
            onChange([...new Set(text.split(/[\s,]+/).filter(word => word !== ''))])
          }}
          onBlur={() => setTyped(null)}
        />
      )}
    </Field>
  )
}
