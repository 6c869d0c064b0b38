'use client'

import { useEffect, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { type PolicyInForce, policies } from '@/lib/contracts/policies'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import type { FieldError } from '@/lib/errors'

const SETTLE_MS = 500

/** What is edited: the rules as data, or as text while somebody writes YAML. null: nothing was touched. */
export type Draft = { policy: PolicySpec } | { yaml: string } | null

/** The draft over the policy in force, and what the server makes of it half a second after the last key. */
export function usePolicyDraft(cluster: string, inForce: PolicyInForce | undefined) {
  const [draft, setDraft] = useState<Draft>(null)
  const [settled, setSettled] = useState<Draft>(null)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const preview = useApi(policies.preview, { cluster, ...settled }, { enabled: settled !== null })
  const isCurrent = settled === draft
  const spec =
    draft === null
      ? inForce?.policy
      : 'policy' in draft
        ? draft.policy
        : isCurrent && preview.error === null
          ? preview.data?.policy
          : undefined
  const faults: readonly FieldError[] = draft !== null && isCurrent ? (preview.error?.fields ?? []) : []
  return {
    draft,
    setDraft,
    /** The rules as they would be; undefined while text is not understood. */
    spec,
    faults,
    preview: draft === null ? null : preview,
    /** The answer belongs to what stands in the fields. */
    isCurrent,
  }
}

export type PolicyDraft = ReturnType<typeof usePolicyDraft>
