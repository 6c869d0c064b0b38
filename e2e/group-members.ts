import { connectBrokers } from '../scripts/services/committer.ts'
import { joinShareGroup, joinStreamsGroup } from '../server/kafka/protocol/test-members.ts'

const BEAT_MS = 1000

/** Lends a share group and a streams group that read the topic, each with a member that lives meanwhile. */
export async function withNewGroups(
  bootstrap: string,
  { share, streams, topic }: { share: string; streams: string; topic: string },
  use: () => Promise<void>,
): Promise<void> {
  const [connection] = await connectBrokers(bootstrap, 'e2e-members')
  if (!connection) throw new Error('no broker')
  const sharing = await joinShareGroup(connection, share, [topic])
  const streaming = await joinStreamsGroup(connection, streams, [{ id: 'count', sources: [topic] }])
  // One after another: each beat goes on from the epoch that the last one was told.
  let beating: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    beating = beating
      .then(() => Promise.all([sharing.beat(), streaming.beat()]))
      .then(undefined, () => undefined)
  }, BEAT_MS)
  try {
    await use()
  } finally {
    clearInterval(timer)
    await beating
    await Promise.allSettled([sharing.leave(), streaming.leave()])
    await connection.close()
  }
}
