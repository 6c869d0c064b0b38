import { isIP } from 'node:net'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import type { SASLOptions } from '@platformatic/kafka'
import type { KafkaConfig } from 'kafkajs'
import { AppError } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'

export const CLIENT_ID = 'milena'
export const CONNECT_TIMEOUT_MS = 5_000

/** TLS as Node wants it; undefined for plain text. The same object serves both clients. */
export function tlsOptions(config: ClusterConfig): ConnectionOptions | undefined {
  const { tls } = config
  if (!tls) return undefined
  return {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
    ...(tls.keyPassphrase === null ? {} : { passphrase: tls.keyPassphrase }),
    rejectUnauthorized: true,
    // An empty ssl.endpoint.identification.algorithm: the chain is still checked, only the name is not.
    ...(tls.verifyHostname ? {} : { checkServerIdentity: () => undefined }),
  }
}

/** Reads key and certificates once, so that a wrong passphrase is told as such and not as a network failure. */
export function checkTls(config: ClusterConfig): void {
  const options = tlsOptions(config)
  if (!options) return
  try {
    createSecureContext({ ca: options.ca })
  } catch (cause) {
    throw new AppError('TLS_UNTRUSTED', { params: { reason: 'ca-unreadable' }, cause })
  }
  try {
    createSecureContext(options)
  } catch (cause) {
    throw new AppError('AUTHENTICATION_FAILED', { params: { reason: 'client-key-unreadable' }, cause })
  }
}

/** Name for SNI; an address has none (RFC 6066). */
export const serverName = (host: string): string | undefined => (isIP(host) ? undefined : host)

export function saslOptions(config: ClusterConfig): SASLOptions | undefined {
  const { sasl } = config
  if (!sasl) return undefined
  return { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password }
}

const KAFKAJS_MECHANISM = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const

/** The same cluster for a kafkajs client: silent, same timeouts, same trust. */
export function kafkaJsOptions(config: ClusterConfig): KafkaConfig {
  const ssl = tlsOptions(config)
  const { sasl } = config
  return {
    clientId: CLIENT_ID,
    brokers: config.bootstrapServers.map(({ host, port }) => `${host}:${port}`),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: 30_000,
    logLevel: 0, // NOTHING: its words would pass by our log's rules
    ...(ssl ? { ssl } : {}),
    ...(sasl
      ? {
          // A union by mechanism of one shape; TypeScript can't see it through the table.
          sasl: {
            mechanism: KAFKAJS_MECHANISM[sasl.mechanism] as 'plain',
            username: sasl.username,
            password: sasl.password,
          },
        }
      : {}),
  }
}
