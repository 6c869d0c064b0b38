'use client'

import { useId, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { type FieldIds, Input } from '@/components/ui/input'
import { groups } from '@/lib/contracts/groups'

const OFFERED = 20

/** A group's name, completed from the groups of the cluster; the server searches as one types. */
export function GroupInput({
  cluster,
  ids: { invalid, ...ids },
  value,
  onValueChange,
}: {
  cluster: string
  ids: FieldIds
  value: string
  onValueChange: (value: string) => void
}) {
  const list = useId()
  const [near, setNear] = useState(false)
  const { data } = useApi(
    groups.list,
    { cluster, query: value.trim().slice(0, 249), sort: 'name', limit: OFFERED },
    { enabled: near, staleMs: 10_000 },
  )
  return (
    <>
      <Input
        {...ids}
        mono
        invalid={invalid}
        list={list}
        value={value}
        onFocus={() => setNear(true)}
        onChange={event => onValueChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {data?.items.map(({ group }) => (
          <option key={group} value={group} />
        ))}
      </datalist>
    </>
  )
}
