import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, findCoordinatorV6, offsetCommitV9 } from '@platformatic/kafka'

interface CommittedPartition {
  partitionIndex: number
  committedOffset: bigint
  committedLeaderEpoch: number
  committedMetadata: string | null
}

export interface Committer {
  /** Commits as a program that never joins the group. */
  commit(
    group: string,
    offsets: readonly [topic: string, partition: number, offset: number | bigint][],
  ): Promise<void>
  close(): Promise<void>
}

/** A connection to each of these brokers (`host:port,host:port`) for requests by hand. */
export function connectBrokers(bootstrap: string, clientId: string): Promise<Connection[]> {
  return Promise.all(
    bootstrap.split(',').map(async address => {
      const [host = '', port = ''] = address.split(':')
      const connection = new Connection(clientId)
      // A broker that a test kills; who is asked next hears of it.
      connection.on('error', () => undefined)
      await connection.connect(host, Number(port))
      return connection
    }),
  )
}

/**
 * Commits offsets, many a second, on one connection to each of these brokers; the group's coordinator must be
 * one of them. Close it.
 */
export async function openCommitter(bootstrap: string): Promise<Committer> {
  const connections = await connectBrokers(bootstrap, 'test-committer')
  return {
    async commit(group, offsets) {
      const topics = new Map<string, CommittedPartition[]>()
      for (const [name, partitionIndex, offset] of offsets) {
        const partitions = topics.get(name) ?? []
        topics.set(name, partitions)
        const committedOffset = BigInt(offset)
        partitions.push({
          partitionIndex,
          committedOffset,
          committedLeaderEpoch: -1,
          committedMetadata: null,
        })
      }
      const request = [...topics].map(([name, partitions]) => ({ name, partitions }))
      const send = (connection: Connection) =>
        offsetCommitV9.api.async(connection, group, -1, '', null, request).then(() => undefined)
      const [first] = connections
      // The first to ask makes the broker create its topic of offsets.
      if (first) await findCoordinatorV6.api.async(first, 0, [group]).catch(() => undefined)
      // Brokers that do not coordinate the group refuse; a new coordinator refuses while it loads.
      for (let attempt = 1; ; attempt++) {
        try {
          return await Promise.any(connections.map(send))
        } catch (error) {
          if (attempt === 50) throw error
          await sleep(200)
        }
      }
    },
    async close() {
      await Promise.all(connections.map(connection => connection.close()))
    },
  }
}
