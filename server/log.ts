import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export type { Logger } from 'pino'

/** Names under which secrets travel, at any of the first levels of a logged object. */
const SECRET_NAMES = [
  'password',
  'passwordHash',
  'passphrase',
  'keyPassphrase',
  'secret',
  'authSecret',
  'token',
  'metricsToken',
  'authorization',
  'cookie',
  'set-cookie',
  'sasl',
  'key',
  'databaseUrl',
]
const paths = SECRET_NAMES.flatMap(name => {
  const last = name.includes('-') ? `["${name}"]` : `.${name}`
  return [last.replace(/^\./, ''), `*${last}`, `*.*${last}`, `*.*.*${last}`]
})

const credentialsInUrl = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*(?::[^\s/@]*)?@/gi
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi
const jaasPassword = /(password\s*=\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s;]+)/gi

/** Text with what looks like a credential taken out: URLs with a password, Bearer tokens, JAAS lines. */
export function withoutSecrets(text: string): string {
  return text
    .replace(credentialsInUrl, '$1[redacted]@')
    .replace(bearer, '$1 [redacted]')
    .replace(jaasPassword, '$1[redacted]')
}

/** drizzle puts a query's parameters, which are people's data, into its message: the query alone says what failed. */
function withoutParams(text: string, error: Error): string {
  let shown = text
  let current: unknown = error
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if ('query' in current && 'params' in current) {
      const query = `Failed query: ${current.query}`
      shown = shown.replaceAll(current.message, () => query)
    }
    current = current.cause
  }
  return shown
}

type SerialisedError = { type?: string; message?: string; stack?: string; code?: unknown; cause?: unknown }

function serialiseError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = stdSerializers.err(error)
  const out: SerialisedError = {
    type,
    message: withoutSecrets(withoutParams(message, error)),
    stack: stack === undefined ? '' : withoutSecrets(withoutParams(stack, error)),
  }
  if ('code' in error) out.code = error.code
  if (error.cause !== undefined) out.cause = serialiseError(error.cause)
  return out
}

/**
 * JSON lines on standard output; credentials are redacted by name and by shape. bigint fields become decimal
 * strings.
 */
export function createLogger(
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent',
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[redacted]' },
    serializers: { err: serialiseError, error: serialiseError },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']): void {
        const [first] = args as readonly unknown[]
        // pino would take the error's own text for the message.
        if (first instanceof Error && args.length === 1) args.push(withoutParams(first.message, first))
        for (let i = 0; i < args.length; i++) {
          const arg: unknown = args[i]
          if (typeof arg === 'string') args[i] = withoutSecrets(arg)
        }
        method.apply(this, args)
      },
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** For tests and for code that runs before a configuration is read. */
export const silentLogger: Logger = pino({ level: 'silent' })
