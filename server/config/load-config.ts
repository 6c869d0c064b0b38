import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type * as z from 'zod'
import { AppError } from '@/lib/errors'
import type { RoleGrant } from '@/lib/permissions'
import packageJson from '@/package.json'
import { hashPassword, parsePasswordHash } from '@/server/auth/password'
import { parseBootstrap, readClientProperties } from './client-properties'
import { keepSecret, makePassword, makeSecret } from './first-start'
import { readNotifications } from './notifications'
import { type Foreign, readAkhq, readKafbat, readKafbatEnvironment } from './peers'
import { readPolicies } from './policies'
import { Problems, pathText } from './problems'
import { readRegistry } from './registry'
import { clusterSchema, fileSchema, parsePart, type roleSchema, tokenSchema, userSchema } from './schema'
import { type Environment, flatten, readVariable, substitute } from './substitute'
import { readTopicSerdes } from './topic-serdes'
import type { ClusterConfig, Config, TokenConfig, UserConfig } from './types'

export type Loaded = {
  config: Config
  /** For the log: settings without effect, weak ones in development. */
  warnings: string[]
  /** Printed once, when it was made at this start. */
  firstAdmin: { username: string; password: string; file: string } | null
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const
/** Seen in sample configurations, ours and others'; people deploy them. */
const KNOWN_SECRETS =
  /^(changeme|change[-_ ]?me.*|please[-_ ]?change.*|(your|my|a|the)?[-_ ]?(next-?auth)?[-_ ]?secret([-_ ]?(key|here))?|milena|password|default|example|test|dev|kafka|admin)\d*$/i
const SHORTEST_SECRET = 16
/** Different ones: of 16 random hex digits, which is the least that is taken, 4 in 100,000 have fewer. */
const FEWEST_CHARACTERS = 6

/**
 * Reads the file (`MILENA_CONFIG`, default `milena.yml` if it is there) and the environment into one frozen
 * object. Throws CONFIG_FILE_INVALID with everything that is wrong, each with its path; no value of the file
 * stands in an error.
 */
export async function loadConfig(env: Environment, cwd: string = process.cwd()): Promise<Loaded> {
  const problems = new Problems()
  const warnings: string[] = []
  const file = findFile(env, cwd, problems)
  const raw = file === null ? {} : readFile(file, problems)
  problems.throwIfAny(file)
  const input = parsePart(fileSchema, substitute(raw, env, problems), [], problems)
  if (!input) problems.throwIfAny(file)
  const top = input ?? fileSchema.parse({})

  const variable = (name: string) => readVariable(env, name, problems)
  const isProduction = env.NODE_ENV === 'production'
  const port = readPort(variable('PORT'), problems)
  const dataDir = resolve(cwd, variable('MILENA_DATA') ?? top.dataDir ?? '.milena')
  const givenUrl = variable('NEXTAUTH_URL') ?? top.publicUrl
  const config = {
    port,
    publicUrl: readPublicUrl(givenUrl, port, problems),
    publicUrlGiven: givenUrl !== undefined,
    dataDir,
    databaseUrl: readDatabaseUrl(variable('DATABASE_URL') ?? top.databaseUrl, problems),
    trustedProxies: top.trustedProxies,
    retention: top.retention,
    metricsToken: variable('MILENA_METRICS_TOKEN') ?? top.metricsToken ?? null,
    search: top.search,
    lag: top.lag,
    streams: top.streams,
    produce: top.produce,
    logLevel: readLevel(variable('LOG_LEVEL') ?? top.logLevel, problems),
    checkAnswers: !isProduction,
    version: packageJson.version,
  }
  const users = readUsers(top.auth.users, problems)
  const tokens = readTokens(top.auth.tokens, users, problems)
  const foreign = [
    ...readAkhq(top.akhq, warnings),
    ...readKafbat(top.kafka),
    ...readKafbatEnvironment(env),
    ...top.clusters.map((entry, i) => ({ entry: asEntry(entry), path: ['clusters', i] })),
  ]
  const clusters = readClusters(
    foreign.length > 0 ? foreign : fromBrokers(variable('KAFKA_BROKERS')),
    file === null ? cwd : dirname(file),
    problems,
    warnings,
  )
  if (foreign.length === 0 && clusters.length === 0) {
    problems.add('', 'No cluster is configured: set KAFKA_BROKERS=host:port, or name clusters in milena.yml.')
  }
  const notifications = readNotifications(top.notifications, problems)
  const policies = readPolicies(
    top.policies,
    clusters.map(cluster => cluster.id),
    problems,
  )
  const givenSecret = variable('NEXTAUTH_SECRET') ?? top.auth.secret
  checkSecret(givenSecret, isProduction, problems, warnings)
  problems.throwIfAny(file)

  // Only now, when everything else is right, is anything written.
  const authSecret = givenSecret ?? keepSecret(dataDir, 'auth-secret', makeSecret).value
  const first = users.length === 0 ? await makeAdmin(dataDir) : null
  return {
    config: freeze({
      ...config,
      authSecret,
      users: first ? [first.user] : users,
      tokens,
      clusters,
      notifications,
      requests: top.requests,
      policies,
    }),
    warnings,
    firstAdmin: first?.announcement ?? null,
  }
}

function findFile(env: Environment, cwd: string, problems: Problems): string | null {
  const named = env.MILENA_CONFIG
  const file = resolve(cwd, named || 'milena.yml')
  // Without the marks the bundler takes the whole work folder for something that is read, and ships it.
  if (existsSync(/* turbopackIgnore: true */ file)) return file
  if (named) problems.add('MILENA_CONFIG', `names a file that is not there (${file})`)
  return null
}

function readFile(file: string, problems: Problems): unknown {
  let text: string
  try {
    text = readFileSync(/* turbopackIgnore: true */ file, 'utf8')
  } catch {
    problems.add('', `${file} cannot be read.`)
    return {}
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  for (const error of document.errors) {
    const at = lines.linePos(error.pos[0])
    // The parser's own message quotes the line, which may hold a password.
    problems.add('', `${file} is not YAML at line ${at.line}, column ${at.col} (${error.code}).`)
  }
  if (document.errors.length > 0) return {}
  try {
    return withoutCircles(document.toJS({ maxAliasCount: 100 })) ?? {}
  } catch {
    problems.add('', `${file} refers to itself too often.`)
    return {}
  }
}

/** An anchor inside what it names makes a value without an end. Throws for one. */
function withoutCircles(value: unknown): unknown {
  JSON.stringify(value)
  return value
}

function readPort(text: string | undefined, problems: Problems): number {
  const port = text === undefined ? 3000 : Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  problems.add('PORT', 'must be a number from 1 to 65535')
  return 3000
}

function readPublicUrl(text: string | undefined, port: number, problems: Problems): string {
  const fallback = `http://localhost:${port}`
  if (text === undefined) return fallback
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    problems.add('NEXTAUTH_URL', 'must be the http:// or https:// address that people open')
    return fallback
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    problems.add('NEXTAUTH_URL', 'must have no path: Milena stands at the root of its host')
  }
  return url.origin
}

function readDatabaseUrl(text: string | undefined, problems: Problems): string | null {
  if (text === undefined) return null
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text
  problems.add('DATABASE_URL', 'must be postgresql://user:password@host:port/database')
  return null
}

function readLevel(text: string | undefined, problems: Problems): Config['logLevel'] {
  if (text === undefined) return 'info'
  const level = LEVELS.find(known => known === text.toLowerCase())
  if (!level) problems.add('LOG_LEVEL', `must be one of ${LEVELS.join(', ')}`)
  return level ?? 'info'
}

function checkSecret(
  secret: string | undefined,
  isProduction: boolean,
  problems: Problems,
  warnings: string[],
): void {
  if (secret === undefined) return
  const weakness = KNOWN_SECRETS.test(secret.trim())
    ? 'is a well-known sample: whoever knows it signs in as anybody'
    : secret.length < SHORTEST_SECRET
      ? `is shorter than ${SHORTEST_SECRET} characters`
      : new Set(secret).size < FEWEST_CHARACTERS
        ? 'repeats a few characters'
        : null
  if (!weakness) return
  if (isProduction) problems.add('NEXTAUTH_SECRET', `${weakness}; make one with: openssl rand -base64 32`)
  else warnings.push(`NEXTAUTH_SECRET ${weakness}; refused in production`)
}

function grantsOf(roles: readonly z.output<typeof roleSchema>[]): RoleGrant[] {
  return roles.map(role => (typeof role === 'string' ? { role } : role))
}

function noTwice(path: string, name: string, seen: Set<string>, problems: Problems): void {
  if (seen.has(name)) problems.add(path, 'is there twice')
  seen.add(name)
}

function readUsers(list: readonly unknown[], problems: Problems): UserConfig[] {
  const seen = new Set<string>()
  return list.flatMap((item, i) => {
    const path = ['auth', 'users', i]
    const user = parsePart(userSchema, item, path, problems)
    if (!user) return []
    noTwice(pathText([...path, 'username']), user.username, seen, problems)
    if (!parsePasswordHash(user.passwordHash)) {
      problems.add(
        pathText([...path, 'passwordHash']),
        'must be $scrypt$N=..,r=..,p=..$salt$hash: npm run hash-password makes one',
      )
    }
    const { username, passwordHash, name, email = null, slack = null, jira = null, teams = [] } = user
    return [
      {
        username,
        passwordHash,
        name: name ?? username,
        grants: grantsOf(user.roles),
        contacts: { email, slack, jira },
        teams,
      },
    ]
  })
}

function readTokens(
  list: readonly unknown[],
  users: readonly UserConfig[],
  problems: Problems,
): TokenConfig[] {
  const names = new Set(users.map(user => user.username))
  const seen = new Set<string>()
  return list.flatMap((item, i) => {
    const path = ['auth', 'tokens', i]
    const token = parsePart(tokenSchema, item, path, problems)
    if (!token) return []
    noTwice(pathText([...path, 'name']), token.name, seen, problems)
    // What somebody made is theirs by name: a token would get what belongs to the person, and a schedule of
    // its own the person's rights.
    if (names.has(token.name))
      problems.add(pathText([...path, 'name']), 'is the name of a user: choose another one')
    const { name, sha256, user = null } = token
    return [{ name, sha256: sha256.toLowerCase(), grants: grantsOf(token.roles), user }]
  })
}

function asEntry(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return { ...value }
}

function fromBrokers(brokers: string | undefined): Foreign {
  if (brokers === undefined) return []
  return [{ path: ['KAFKA_BROKERS'], entry: { id: 'default', name: 'default', bootstrapServers: brokers } }]
}

function readClusters(list: Foreign, dir: string, problems: Problems, warnings: string[]): ClusterConfig[] {
  const seen = new Set<string>()
  return list.flatMap(({ entry, path }) => {
    const { properties } = entry
    const nested = typeof properties === 'object' && properties !== null && !Array.isArray(properties)
    const flat = nested ? { ...entry, properties: flatten(properties) } : entry
    const cluster = parsePart(clusterSchema, flat, path, problems)
    if (!cluster) return []
    noTwice(pathText([...path, 'id']), cluster.id, seen, problems)
    const where = { path: [...path, 'properties'], dir, problems }
    const security = readClientProperties(cluster.properties, where)
    warnings.push(...security.warnings)
    const fromEnvironment = path.length === 1
    const serversPath = fromEnvironment ? pathText(path) : pathText([...path, 'bootstrapServers'])
    const servers = cluster.bootstrapServers ?? security.bootstrapServers ?? ''
    return [
      {
        id: cluster.id,
        name: cluster.name ?? cluster.id,
        bootstrapServers: parseBootstrap(servers, serversPath, problems),
        tls: security.tls,
        sasl: security.sasl,
        environment: cluster.environment,
        readOnly: cluster.readOnly,
        schemaRegistry:
          cluster.schemaRegistry &&
          readRegistry(cluster.schemaRegistry, { path: [...path, 'schemaRegistry'], dir, problems }),
        serdes: readTopicSerdes(cluster.serdes, { path: [...path, 'serdes'], dir, problems }),
        connect: cluster.connect,
        deadLetters: {
          topics: cluster.deadLetters.topics.map(topic =>
            typeof topic === 'string' ? { topic, origin: null } : topic,
          ),
          exclude: cluster.deadLetters.exclude,
          patterns: cluster.deadLetters.patterns,
          frameworkPrefixes: cluster.deadLetters.frameworkPrefixes,
          maxLetters: cluster.deadLetters.maxLetters,
          links: cluster.deadLetters.links,
        },
        records: cluster.records,
        replay: cluster.replay,
      },
    ]
  })
}

async function makeAdmin(dataDir: string) {
  const username = 'admin'
  const { value: password, made, file } = keepSecret(dataDir, 'admin-password', makePassword)
  const user: UserConfig = {
    username,
    name: username,
    passwordHash: await hashPassword(password),
    grants: [{ role: 'admin' }],
  }
  return { user, announcement: made ? { username, password, file } : null }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) freeze(item)
  }
  return value
}

/** Every problem of a refused configuration, for the console at start. */
export function explainConfigError(error: unknown): string | null {
  return error instanceof AppError && error.code === 'CONFIG_FILE_INVALID' ? (error.detail ?? null) : null
}
