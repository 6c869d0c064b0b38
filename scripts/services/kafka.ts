import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../lib/ports.ts'
import { SetupError } from '../lib/say.ts'
import {
  BASE_PROPERTIES,
  launchNode,
  newClusterId,
  type NodeSpec,
  type Properties,
  replicationProperties,
  type RunningNode,
  type ScramUser,
  startFailure,
} from './kafka-node.ts'
import { waitForBrokers } from './kafka-probe.ts'

const HOST = '127.0.0.1'
const START_TIMEOUT_MS = 90_000

export interface KafkaOptions {
  /** Data, configuration and log. A given folder is kept and used again; otherwise it is a temporary one. */
  dir?: string
  /** Port of the PLAINTEXT listener; otherwise a free one. */
  port?: number
  /** Java heap, 192 MiB unless told otherwise. */
  heapMiB?: number
  /** Broker properties on top of ours, in Kafka's own names. */
  properties?: Properties
  /** SCRAM users that exist from the first start (SHA-256 and SHA-512). */
  scram?: ScramUser[]
  jvmFlags?: string[]
  clusterId?: string
}

export interface Kafka {
  bootstrap: string
  host: string
  port: number
  dir: string
  logFile: string
  /** Of the process that runs now; another one after restart(). */
  readonly pid: number
  stop(): Promise<void>
  /** As a crash: SIGKILL. The data stays for restart(). */
  kill9(): Promise<void>
  /** Stops it if it runs and starts it again on the same ports and data; ready when the promise is. */
  restart(): Promise<void>
}

const dirFor = (given: string | undefined) => {
  if (!given) return mkdtempSync(join(tmpdir(), 'milena-kafka-'))
  mkdirSync(given, { recursive: true })
  return resolve(given)
}

const plainListeners = (port: number, controllerPort: number): Properties => ({
  listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://${HOST}:${port}`,
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
})

/** Decides everything about a single broker without starting it. */
export async function singleNodeSpec(options: KafkaOptions): Promise<{ spec: NodeSpec; port: number }> {
  const [freeOne = 0, controllerPort = 0] = await freePorts(2)
  const port = options.port ?? freeOne
  const dir = dirFor(options.dir)
  const properties: Properties = {
    ...BASE_PROPERTIES,
    ...replicationProperties(1),
    ...plainListeners(port, controllerPort),
    'node.id': 1,
    'controller.quorum.voters': `1@${HOST}:${controllerPort}`,
    'log.dirs': join(dir, 'data'),
    ...options.properties,
  }
  const { heapMiB = 192, scram = [], jvmFlags = [], clusterId = newClusterId() } = options
  const removeDir = options.dir === undefined
  return { spec: { dir, nodeId: 1, properties, heapMiB, scram, jvmFlags, clusterId, removeDir }, port }
}

/** Turns a decided node into something to hold; `wanted` brokers must be seen before a start counts as done. */
async function hold(spec: NodeSpec, port: number, wanted: number): Promise<Kafka> {
  let node: RunningNode
  const start = async () => {
    node = await launchNode(spec)
    if (await waitForBrokers(port, wanted, START_TIMEOUT_MS, () => node.ended() !== null)) return
    const failure = startFailure(spec.dir, node.ended())
    await node.kill9()
    throw failure
  }
  await start()
  return {
    bootstrap: `${HOST}:${port}`,
    host: HOST,
    port,
    dir: spec.dir,
    logFile: join(spec.dir, 'server.log'),
    get pid() {
      return node.pid
    },
    stop: async () => {
      await node.stop()
      if (spec.removeDir) rmSync(spec.dir, { recursive: true, force: true })
    },
    kill9: () => node.kill9(),
    restart: async () => {
      await node.stop()
      await start()
    },
  }
}

const isPortTaken = (error: unknown) =>
  error instanceof SetupError && /Address already in use|Failed to bind|requires? .* port/i.test(error.message)

/** A real broker (KRaft, one node) on loopback, ready when the promise is. It can't outlive this process. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  for (let attempt = 1; ; attempt += 1) {
    const { spec, port } = await singleNodeSpec(options)
    try {
      return await hold(spec, port, 1)
    } catch (error) {
      // Between choosing a free port and listening on it somebody else may have been faster.
      if (options.port !== undefined || attempt === 3 || !isPortTaken(error)) throw error
    } 
  }
}
