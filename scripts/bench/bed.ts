import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildMilena, type Milena, startMilena } from '../demo/milena.ts'
import { type Credentials, loadCredentials, writeConfig } from '../demo/settings.ts'
import { freePort } from '../lib/ports.ts'
import type { Env } from '../lib/process.ts'
import { makeTempDir } from '../lib/temp.ts'
import { type Kafka, startKafka } from '../services/kafka.ts'
import type { Properties } from '../services/kafka-spec.ts'

export const CLUSTER = '/api/v1/clusters/bench'

/** A server under measurement and the way to ask it. */
export interface Asked {
  milena: Milena
  token: string
}

/** The answer of a path, or of what is sent there. Throws for any that is not good. */
export async function ask(
  { milena, token }: Asked,
  path: string,
  sent?: { method: 'POST' | 'PUT'; body: unknown },
): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(milena.url + path, {
    headers,
    ...(sent && { method: sent.method, body: JSON.stringify(sent.body) }),
  })
  const body: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`)
  return body
}

/** What a page holds. */
export function itemsOf(page: unknown): unknown[] {
  const items = typeof page === 'object' && page !== null ? Reflect.get(page, 'items') : undefined
  return Array.isArray(items) ? items : []
}

/** Asks until the answer holds. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (performance.now() < deadlineMs) {
    if (await holds().catch(() => false)) return
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  throw new Error(`not within ${Math.round(withinMs / 1000)} s: ${what}`)
}

/** A broker and built servers in front of it, in a folder that goes with them. */
export class Bed {
  readonly dir = makeTempDir('milena-bench')
  readonly #stops: (() => Promise<void>)[] = []
  #credentials: Credentials | undefined
  #config = ''

  async credentials(): Promise<Credentials> {
    this.#credentials ??= await loadCredentials(this.dir)
    return this.#credentials
  }

  /** Builds Milena and starts a broker that compacts at once, with other properties if there are any. */
  async prepare(registryUrl: string | null, properties: Properties = {}): Promise<Kafka> {
    mkdirSync(this.dir, { recursive: true })
    await buildMilena(join(this.dir, 'build.log'))
    const kafka = await startKafka({
      heapMiB: 512,
      properties: { 'log.cleaner.backoff.ms': 500, ...properties },
    })
    this.onStop(() => kafka.stop())
    const environment = 'dev' as const
    const cluster = {
      id: 'bench',
      name: 'Bench',
      bootstrapServers: kafka.bootstrap,
      environment,
      ...(registryUrl === null ? {} : { schemaRegistry: { url: registryUrl } }),
    }
    this.#config = writeConfig(this.dir, await this.credentials(), [cluster])
    return kafka
  }

  async start(dataDir: string, env: Env = {}): Promise<Asked> {
    const { authSecret, token } = await this.credentials()
    const milena = await startMilena({
      port: await freePort(),
      configFile: this.#config,
      dataDir: join(this.dir, dataDir),
      authSecret,
      logFile: join(this.dir, 'milena.log'),
      env,
    })
    return { milena, token }
  }

  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop)
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
