import type { OpenTransactionInfo, TopicPartition } from '../port'
import { activeProducers, transactionsOf } from './active-producers'
import type { Scope } from './deadline'
import type { ClusterLink } from './link'

/**
 * Transactions that are open on these partitions, each with its transactional id and state where a coordinator tells.
 * What can't be asked is left out: the caller knows from the offsets that something is open.
 */
export async function openTransactions(
  link: ClusterLink,
  partitions: readonly TopicPartition[],
  scope: Scope,
): Promise<OpenTransactionInfo[]> {
  const { producers } = await activeProducers(link, partitions, scope)
  const open = producers.flatMap(({ openFrom, ...one }) =>
    openFrom === null ? [] : [{ ...one, firstOffset: openFrom }],
  )
  const known = await transactionsOf(
    link,
    open.map(one => one.producerId),
    scope,
  )
  return open.map(one => {
    const { transactionalId = null, state = null } = known.get(one.producerId) ?? {}
    return { ...one, transactionalId, state }
  })
}
