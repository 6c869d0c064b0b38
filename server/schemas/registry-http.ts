import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { RegistryConfig } from '@/server/config/types'
import { SharedError } from '@/server/shared-error'

/** Why a registry gave no answer, told apart for people: each has its sentence and its place in the API's errors. */
export type RegistryFailure =
  | 'unreachable'
  /** Reached, and its certificate is not trusted. */
  | 'untrusted'
  | 'slow'
  | 'denied'
  | 'unknown'
  | 'refused'
  | 'redirect'
  | 'garbage'

export class RegistryError extends SharedError {
  static override readonly mark = 'RegistryError'
  readonly failure: RegistryFailure
  readonly status: number | null
  /** The registry's own code (40401, 42201, ...), when it sent one. */
  readonly code: number | null
  /** The system's word for why it was not reached: ECONNREFUSED, CERT_HAS_EXPIRED, ... */
  readonly osCode: string | null

  constructor(
    failure: RegistryFailure,
    message: string,
    status: number | null = null,
    code: number | null = null,
    osCode: string | null = null,
  ) {
    super(message)
    this.failure = failure
    this.status = status
    this.code = code
    this.osCode = osCode
  }
}

const ANSWER_BYTES_MAX = 16 * 1024 * 1024
const TIMEOUT_MS = 5_000
const SOCKETS_MAX = 6
const OWN_WORDS_MAX = 1_000

export type RegistryAnswer = { text: string; headers: IncomingMessage['headers'] }

/**
 * Plain HTTP to the one address that the configuration names. Redirects are not followed, so nothing that the
 * registry says sends this server to another host; answers are bounded in size and time. Throws
 * RegistryError.
 */
export class RegistryHttp {
  readonly #base: URL
  readonly #headers: Record<string, string>
  readonly #agent: HttpAgent
  readonly #send: typeof httpRequest

  constructor(config: RegistryConfig) {
    this.#base = new URL(config.url)
    const isTls = this.#base.protocol === 'https:'
    const options = { keepAlive: true, maxSockets: SOCKETS_MAX, keepAliveMsecs: 10_000, timeout: 30_000 }
    this.#agent = isTls ? new HttpsAgent({ ...options, ...tlsOptions(config) }) : new HttpAgent(options)
    this.#send = isTls ? httpsRequest : httpRequest
    this.#headers = {
      accept: 'application/vnd.schemaregistry.v1+json, application/json, */*;q=0.5',
      ...authorisation(config),
    }
  }

  /**
   * Segments of the path are escaped each by itself: a subject may hold anything. `root` starts at the host
   * instead of at the URL's path.
   */
  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    segments: readonly (string | number)[],
    options: { query?: string; body?: unknown; root?: string; timeoutMs?: number } = {},
  ): Promise<RegistryAnswer> {
    const prefix = (options.root ?? this.#base.pathname).replace(/\/+$/, '')
    const path = `${prefix}/${segments.map(segment => encodeURIComponent(segment)).join('/')}`
    const query = options.query ? `?${options.query}` : ''
    const body = options.body === undefined ? null : JSON.stringify(options.body)
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
      const sent = this.#send(
        {
          protocol: this.#base.protocol,
          hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
          port: this.#base.port || undefined,
          method,
          path: path + query,
          agent: this.#agent,
          headers:
            body === null
              ? this.#headers
              : {
                  ...this.#headers,
                  'content-type': 'application/vnd.schemaregistry.v1+json',
                  'content-length': Buffer.byteLength(body),
                },
        },
        response =>
          receive(response)
            .then(resolve, reject)
            .finally(() => clearTimeout(timer)),
      )
      // The whole exchange, not only its silence: an answer that trickles is as bad as none.
      const timer = setTimeout(() => {
        reject(new RegistryError('slow', `the registry did not answer within ${timeoutMs / 1000} s`))
        sent.destroy()
      }, timeoutMs)
      sent.on('error', error => {
        clearTimeout(timer)
        reject(unreachable(error))
      })
      sent.end(body ?? undefined)
    })
  }

  get path(): string {
    return this.#base.pathname
  }
}

async function receive(response: IncomingMessage): Promise<RegistryAnswer> {
  const status = response.statusCode ?? 0
  if (status >= 300 && status < 400) {
    response.destroy()
    throw new RegistryError(
      'redirect',
      'the registry answered with a redirect, which is not followed',
      status,
    )
  }
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > ANSWER_BYTES_MAX) {
        response.destroy()
        throw new RegistryError('garbage', 'the registry’s answer is larger than 16 MiB', status)
      }
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof RegistryError ? error : unreachable(error)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (status >= 200 && status < 300) return { text, headers: response.headers }
  throw refusal(status, text)
}

function refusal(status: number, text: string): RegistryError {
  const { code, message } = ownWords(text)
  if (status === 401 || status === 403)
    return new RegistryError('denied', `the registry refused our credentials (${status})`, status, code)
  if (status === 404)
    return new RegistryError('unknown', message ?? 'the registry does not know it', status, code)
  if (status >= 400 && status < 500)
    return new RegistryError('refused', message ?? `the registry refused it (${status})`, status, code)
  return new RegistryError('garbage', `the registry failed (${status})`, status, code)
}

/** What the registry says about its refusal, in bounded length. */
function ownWords(text: string): { code: number | null; message: string | null } {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null) return { code: null, message: null }
    const code = 'error_code' in json && typeof json.error_code === 'number' ? json.error_code : null
    const message = 'message' in json && typeof json.message === 'string' ? json.message : null
    return { code, message: message?.slice(0, OWN_WORDS_MAX) ?? null }
  } catch {
    return { code: null, message: null }
  }
}

function unreachable(error: unknown): RegistryError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  const isTls = code !== null && /CERT|TLS|SSL|SELF_SIGNED|ALTNAME/.test(code)
  const text = isTls
    ? `its certificate is not trusted (${code})`
    : `it could not be reached${code ? ` (${code})` : ''}`
  const failure = isTls ? 'untrusted' : 'unreachable'
  return new RegistryError(failure, `no answer from the registry: ${text}`, null, null, code)
}

function authorisation({ username, password, token }: RegistryConfig): Record<string, string> {
  if (token !== null) return { authorization: `Bearer ${token}` }
  if (username === null) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

function tlsOptions({ tls }: RegistryConfig) {
  if (tls === null) return {}
  return {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
    ...(tls.keyPassphrase === null ? {} : { passphrase: tls.keyPassphrase }),
    ...(tls.verifyHostname ? {} : { checkServerIdentity: () => undefined }),
  }
}
