import { useApi } from '@/components/api/use-api'
import { clusters } from '@/lib/contracts/clusters'

const STEP_MS = 30_000

/** The last hour of a cluster, read again three times a step. */
export function useHour(cluster: string) {
  const { data, error, refetch } = useApi(clusters.overviewHistory, { cluster }, { pollMs: 10_000 })
  return { data, error, refetch, from: data?.from ?? null, stepMs: data?.stepMs ?? STEP_MS }
}
