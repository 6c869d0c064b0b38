import { Connection } from '@platformatic/kafka'
import type { AppError } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'
import { type Scope, untilEnd } from './deadline'
import { driverError, type Where } from './errors'
import { guardSocket, MAX_GREETING_BYTES } from './frames'
import { CLIENT_ID, CONNECT_TIMEOUT_MS, saslOptions, serverName, tlsOptions } from './security'

export type Endpoint = { host: string; port: number }
export const addressOf = ({ host, port }: Endpoint): string => `${host}:${port}`

/** Above every deadline of ours: an answer that comes after the library's own limit costs the connection. */
const REQUEST_TIMEOUT_MS = 30_000

/** Why a socket died: the library tells it by an event only, its pending requests just hear "closed". */
const lastErrors = new WeakMap<Connection, unknown>()
const homes = new WeakMap<Connection, Where>()

/** Ends a connection for good, whatever state it is in. The library leaves sockets of failed ones half open. */
export function destroy(connection: Connection): void {
  connection.close().catch(() => undefined)
  const { socket } = connection
  if (socket && !socket.destroyed) {
    socket.on('error', () => undefined)
    socket.destroy()
  }
}

/** Opens one authenticated connection: 5 s at most, ends with the scope. Throws AppError. */
export async function connect(
  config: ClusterConfig,
  endpoint: Endpoint,
  scope: Scope,
  broker?: number,
): Promise<Connection> {
  const where: Where = { ...endpoint, ...(broker === undefined ? {} : { broker }) }
  const tls = tlsOptions(config)
  const sasl = saslOptions(config)
  const name = serverName(endpoint.host)
  const connection = new Connection(CLIENT_ID, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    ...(tls ? { tls } : {}),
    ...(tls && name ? { tlsServerName: name } : {}),
    ...(sasl ? { sasl } : {}),
  })
  homes.set(connection, where)
  // For its whole life: an `error` event without a listener ends the process.
  connection.on('error', error => {
    if (!lastErrors.has(connection)) lastErrors.set(connection, error)
  })
  try {
    const opening = Promise.resolve(connection.connect(endpoint.host, endpoint.port))
    // A pooled one is greeted first; a caller's own may begin with a batch of megabytes from a broker that is known.
    guardSocket(connection.socket, broker === undefined ? MAX_GREETING_BYTES : undefined)
    await untilEnd(scope, opening)
    return connection
  } catch (error) {
    destroy(connection)
    throw driverError(error, where, lastErrors.get(connection))
  }
}

/** What a request on this connection threw, as an AppError that knows why the socket died and whose it was. */
export function requestError(error: unknown, connection: Connection): AppError {
  return driverError(error, homes.get(connection) ?? {}, lastErrors.get(connection))
}
