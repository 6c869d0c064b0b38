import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { constants, deflateRaw, inflateRaw } from 'node:zlib'
import type { GroupDescription } from '@/server/kafka/port'
import type { LagSnapshot } from '../take-snapshot'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** Changes with the shape of what is packed: replicas of two versions do not read each other's. */
const SHAPE = 2
const MOST_BYTES = 256 * 1024 * 1024

/** What one replica saw of a cluster, and what it learned of members meanwhile; `null`: could not be described. */
export type SharedSnapshot = {
  snapshot: LagSnapshot
  described: ReadonlyMap<string, GroupDescription | null>
}

/** 240,000 rows as some hundred kilobytes: flat columns, deflated off the event loop. */
export async function packSnapshot({ snapshot, described }: SharedSnapshot): Promise<Buffer> {
  // Versions mean nothing outside of the process that counts them.
  const { versions: _, ...commits } = snapshot.commits
  // Copies of their own length: a view would take its whole buffer along.
  const columns = {
    ...commits,
    group: commits.group.slice(),
    topic: commits.topic.slice(),
    partition: commits.partition.slice(),
    offset: commits.offset.slice(),
    ...(commits.shareLag && { shareLag: commits.shareLag.slice() }),
  }
  const whole = { shape: SHAPE, snapshot: { ...snapshot, commits: columns }, described }
  return deflate(serialize(whole), { level: constants.Z_BEST_SPEED })
}

/** null: written by a replica of another version. Throws when the bytes are none of ours. */
export async function unpackSnapshot(data: Uint8Array): Promise<SharedSnapshot | null> {
  const found: unknown = deserialize(await inflate(data, { maxOutputLength: MOST_BYTES }))
  if (typeof found !== 'object' || found === null || Reflect.get(found, 'shape') !== SHAPE) return null
  // Written by packSnapshot of this very shape.
  return found as SharedSnapshot
}
