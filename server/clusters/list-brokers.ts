import { clusters } from '@/lib/contracts/clusters'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readDisks, readQuorum, toBrokerRows } from './broker-rows'
import { readClusterState } from './cluster-state'

/** Brokers with leadership and disk; a dead one stays as a row for as long as partitions count on it. */
export const listBrokers = verb(clusters.brokers, async (ctx, input) => {
  authorise(ctx, 'broker.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster)
  const [state, { quorum, problems }] = await Promise.all([
    readClusterState(ctx, cluster, ctx.signal),
    readQuorum(cluster, ctx.signal),
  ])
  const disks = await readDisks(cluster, state)
  return {
    items: toBrokerRows(state, quorum, disks),
    sampledAt: new Date(state.metadata.sampledAtMs).toISOString(),
    problems: [...problems, ...disks.problems],
  }
})
