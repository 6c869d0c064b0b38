'use client'

import { useMemo } from 'react'
import { policies } from '@/lib/contracts/policies'
import { compilePolicy, DEFAULT_POLICY, type NamingPolicy } from '@/lib/naming-policy/policy'
import { useApi } from './use-api'

const STALE_MS = 30_000

/** The policy of a cluster, ready for checking while one types; the built-in one until the server has answered. */
export function useClusterPolicy(cluster: string): { policy: NamingPolicy; known: boolean } {
  const { data } = useApi(policies.get, { cluster }, { staleMs: STALE_MS, keepPrevious: false })
  const policy = useMemo(
    () =>
      data
        ? compilePolicy(data.policy, {
            version: data.version,
            environment: data.environment,
            catalogue: data.catalogue,
          })
        : DEFAULT_POLICY,
    [data],
  )
  return { policy, known: data !== undefined }
}
