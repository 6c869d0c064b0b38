'use client'

import { useEffect, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import { type NameCheck, names } from '@/lib/contracts/topics'
import { checkName } from '@/lib/naming-policy/check-name'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

const SETTLE_MS = 300

/**
 * At once by the same pure function that the server uses; the server's answer, which knows the topics that
 * are there, replaces it. null of an empty name. `policy` knows what is proposed; the server is told, and
 * which request this edits.
 */
export function useNameCheck(
  cluster: string,
  name: string,
  policy: NamingPolicy,
  request: { propose: readonly CatalogueProposal[]; replaces: string | null },
): { check: NameCheck | null; asked: boolean } {
  const { propose, replaces } = request
  const [settled, setSettled] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSettled(name), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [name])
  const { data } = useApi(
    names.check,
    {
      cluster,
      name: settled,
      ...(propose.length > 0 ? { propose: [...propose] } : {}),
      ...(replaces === null ? {} : { replaces }),
    },
    { enabled: settled !== '', keepPrevious: false },
  )
  if (name === '') return { check: null, asked: false }
  const asked = data?.name === name
  return { check: asked ? data : checkName(policy, name), asked }
}

/** The whole name that a button may put in place of this one: the nearest that passes and is free. */
export function fixOf(check: NameCheck | null): string | null {
  if (check === null || check.valid) return null
  return check.suggestions.find(name => check.taken.every(({ params }) => params.name !== name)) ?? null
}
