import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { request } from '@playwright/test'
import { type CompanyProcess, startCompany } from '../scripts/demo/company-process.ts'
import { SMALL_HISTORY } from '../scripts/demo/history.ts'
import { buildMilena, type Milena, startMilena } from '../scripts/demo/milena.ts'
import { ensurePast } from '../scripts/demo/past.ts'
import {
  type ClusterEntry,
  type Credentials,
  loadCredentials,
  type Username,
  writeConfig,
} from '../scripts/demo/settings.ts'
import { freePorts } from '../scripts/lib/ports.ts'
import { makeTempDir } from '../scripts/lib/temp.ts'
import { type SecureKafka, startSecureKafka } from '../scripts/services/kafka-secure.ts'
import { registryUrl } from '../scripts/services/registry.ts'

/**
 * What the journeys look at: a broker with a short past, a company that does only what it is told, Milena as
 * it is built.
 */
export interface Stage {
  milena: Milena
  company: CompanyProcess
  home: string
  stop(): Promise<void>
}

/** What a journey needs to know; written by the setup, read by every worker. */
export interface StageFacts {
  url: string
  home: string
  control: string
  controlToken: string
  credentials: Credentials
  bootstrap: string
  /** Where the cluster `schemas` looks for its registry: the journey that needs one starts it there. */
  registryPort: number
}

const USERNAMES: readonly Username[] = ['admin', 'operator', 'viewer', 'requester', 'approver', 'auditor']
const FACTS = 'MILENA_E2E_FACTS'

export const signedInFile = (home: string, username: Username) => join(home, `signed-in-${username}.json`)

/** What the setup wrote. */
export function stageFacts(): StageFacts {
  const file = process.env[FACTS]
  if (!file) throw new Error('the global setup did not run')
  return JSON.parse(readFileSync(file, 'utf8')) as StageFacts
}

/** Signs in as the browser does, and keeps the session for the journeys. */
export async function signIn(url: string, home: string, username: Username, password: string): Promise<void> {
  const context = await request.newContext({ baseURL: url })
  const { csrfToken } = (await (await context.get('/api/auth/csrf')).json()) as { csrfToken: string }
  const answer = await context.post('/api/auth/callback/credentials', {
    form: { csrfToken, username, password, json: 'true', callbackUrl: url },
    headers: { origin: url },
  })
  if (!answer.ok())
    throw new Error(`${username} could not sign in: ${answer.status()} ${await answer.text()}`)
  const me = await context.get('/api/v1/me')
  if (!me.ok()) throw new Error(`${username} is not signed in: ${me.status()} ${await me.text()}`)
  await context.storageState({ path: signedInFile(home, username) })
  await context.dispose()
}

const LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required'

/** Clusters that are configured and cannot be used: each says why on its pages. */
function unusable({ listeners, users }: SecureKafka, stranger: string): ClusterEntry[] {
  const of = (id: string, bootstrapServers: string, properties: Record<string, string> = {}) =>
    ({ id, name: id, bootstrapServers, environment: 'dev', properties }) as const
  return [
    of('no-kafka', stranger),
    of('wrong-password', listeners.saslPlaintext, {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `${LOGIN} username="${users.alice.name}" password="not-hers-a1b2c3";`,
    }),
    of('untrusted', listeners.saslSsl, {
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': `${SCRAM} username="${users.alice.name}" password="${users.alice.password}";`,
    }),
    of('wants-tls', listeners.ssl),
  ]
}

/** Answers on a port as a web server does: what people name by mistake instead of a broker. */
async function startStranger(): Promise<{ address: string; stop(): Promise<void> }> {
  const server = createServer((_, response) => response.end('a web page'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { address: `127.0.0.1:${port}`, stop }
}

/** Starts it all on free ports, below a temporary folder that goes at the end. */
export async function setStage(): Promise<Stage> {
  const home = makeTempDir('milena-e2e')
  mkdirSync(home, { recursive: true })
  const [port = 0, deadPort = 0, registryPort = 0] = await freePorts(3)
  const kafka = await startSecureKafka({ dir: join(home, 'kafka'), heapMiB: 256 })
  const stranger = await startStranger()
  const stops: (() => Promise<void>)[] = [() => kafka.stop(), () => stranger.stop()]
  const stop = async () => {
    for (const one of stops.reverse()) await one()
  }
  try {
    const brokers = [kafka.bootstrap]
    const credentials = await loadCredentials(home)
    const configFile = writeConfig(home, credentials, [
      {
        id: 'demo',
        name: '한빛 상점',
        bootstrapServers: kafka.bootstrap,
        environment: 'dev',
        records: { links: [{ name: 'Traces', url: 'https://traces.example/trace/{traceId}' }] },
      },
      { id: 'dark', name: 'Nobody home', bootstrapServers: `127.0.0.1:${deadPort}`, environment: 'stg' },
      {
        id: 'museum',
        name: 'Read only',
        bootstrapServers: kafka.bootstrap,
        environment: 'prod',
        readOnly: true,
      },
      {
        id: 'schemas',
        name: 'With a registry',
        bootstrapServers: kafka.bootstrap,
        environment: 'dev',
        schemaRegistry: { url: registryUrl(registryPort) },
      },
      ...unusable(kafka, stranger.address),
    ])
    await Promise.all([
      ensurePast({ home, brokers, size: SMALL_HISTORY, fresh: false, ours: true }),
      buildMilena(join(home, 'build.log')),
    ])
    const [company, milena] = await Promise.all([
      startCompany({ home, brokers, trickle: 0, calm: true }),
      startMilena({
        port,
        configFile,
        dataDir: join(home, 'data'),
        authSecret: credentials.authSecret,
        logFile: join(home, 'milena.log'),
      }),
    ])
    stops.push(
      () => company.stop(),
      () => milena.stop(),
    )
    for (const username of USERNAMES)
      await signIn(milena.url, home, username, credentials.passwords[username])
    const facts: StageFacts = {
      url: milena.url,
      home,
      control: company.control,
      controlToken: company.token,
      credentials,
      bootstrap: kafka.bootstrap,
      registryPort,
    }
    const file = join(home, 'facts.json')
    writeFileSync(file, JSON.stringify(facts), { mode: 0o600 })
    process.env[FACTS] = file
    process.env.MILENA_E2E_URL = milena.url
    return { milena, company, home, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
