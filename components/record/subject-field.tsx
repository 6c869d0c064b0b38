'use client'

import { type ReactNode, useDeferredValue, useId } from 'react'
import { useApi } from '@/components/api/use-api'
import { Field, Input } from '@/components/ui/input'
import { schemas } from '@/lib/contracts/schemas'

const OFFERED = 20

/**
 * Names a subject of the cluster's registry; those that hold what is typed are offered. Without a registry it
 * is only a text.
 */
export function SubjectField({
  cluster,
  label,
  hint,
  error,
  value,
  onChange,
  className,
}: {
  cluster: string
  label: string
  hint: ReactNode
  error?: string | undefined
  value: string
  onChange: (subject: string) => void
  className?: string
}) {
  const listId = useId()
  const query = useDeferredValue(value.trim())
  const found = useApi(
    schemas.list,
    { cluster, ...(query ? { query } : {}), limit: OFFERED },
    { staleMs: 60_000 },
  )
  return (
    <>
      <Field label={label} error={error} hint={hint} className={className}>
        {({ invalid, ...ids }) => (
          <Input
            {...ids}
            invalid={invalid}
            mono
            list={listId}
            maxLength={1000}
            value={value}
            onChange={event => onChange(event.currentTarget.value)}
          />
        )}
      </Field>
      <datalist id={listId}>
        {(found.data?.items ?? []).map(one => (
          <option key={one.subject} value={one.subject} />
        ))}
      </datalist>
    </>
  )
}
