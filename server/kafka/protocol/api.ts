import { type API, type Connection, type Reader, ResponseError } from '@platformatic/kafka'
import type { AppError } from '@/lib/errors'
import { requestError } from './connect'
import { type Scope, untilEnd } from './deadline'
import type { Lane } from './pool'
import './error-codes'

/** One Kafka API in the versions we speak. Shapes are those of the newest; older versions leave fields empty. */
export type Family<A extends unknown[], R> = { key: number; versions: ReadonlyMap<number, API<A, R>> }

export function family<A extends unknown[], R>(...versions: API<A, R>[]): Family<A, R> {
  const [first] = versions
  if (!first) throw new Error('a family has a version')
  return { key: first.key, versions: new Map(versions.map(api => [api.version, api])) }
}

/** The library hands an answer over in its own buffer type; frames.ts made sure that it is one piece. */
export const flat = (reader: Reader): Buffer => reader.buffer.slice(reader.position, reader.buffer.length)

const counters = new WeakMap<Connection, (apiKey: number) => void>()

/** From now on every request on this connection is told to `count`. */
export function countRequests(connection: Connection, count: (apiKey: number) => void): void {
  counters.set(connection, count)
}

/**
 * Sends one request and gives the whole answer: the library rejects when any item carries an error code, also
 * beside good ones, so its `response` is taken and items are judged one by one. Throws AppError.
 */
export async function send<A extends unknown[], R>(
  connection: Connection,
  api: API<A, R>,
  args: A,
  scope: Scope,
): Promise<R> {
  counters.get(connection)?.(api.key)
  const reply = api.async(connection, ...args).catch((error: unknown): R => {
    if (error instanceof ResponseError && 'response' in error && error.response) return error.response as R
    throw requestError(error, connection) satisfies AppError
  })
  return untilEnd(scope, reply)
}

/** Which connection a request wants: a broker's or anybody's; lane 1 for what is heavy. */
export type Target = { broker?: number | undefined; lane?: Lane | undefined }

/** Who puts questions to the cluster. */
export interface Asker {
  /** One request that changes nothing: asked again on a fresh connection when the connection dies under it. */
  read<A extends unknown[], R>(target: Target, api: Family<A, R>, args: NoInfer<A>, scope: Scope): Promise<R>
  /** The highest version of the family that this target knows. AppError BROKER_TOO_OLD. */
  versionFor(target: Target, api: Family<never, unknown>, scope: Scope): Promise<number>
}
