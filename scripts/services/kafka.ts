import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from '../lib/ports.ts'
import type { Service } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'
import { logFileOf, startNode } from './kafka-node.ts'
import { HOST, type KafkaOptions, type NodeSpec, newKafkaId, nodeSpec, type Peer } from './kafka-spec.ts'

export type { KafkaOptions } from './kafka-spec.ts'

export interface Kafka {
  bootstrap: string
  host: string
  port: number
  nodeId: number
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

export interface KafkaCluster {
  /** All nodes, comma separated. */
  bootstrap: string
  /** In the order of their node ids 1..n; each can be killed and restarted on its own. */
  nodes: Kafka[]
  stop(): Promise<void>
}

/** Starts a decided node and makes it something to hold. A failed start leaves nothing behind but its log's end. */
export async function holdNode(spec: NodeSpec, brokers: number): Promise<Kafka> {
  const forgetDir = () => {
    if (spec.removeDir) rmSync(spec.dir, { recursive: true, force: true })
  }
  let service: Service
  try {
    service = await startNode(spec, brokers)
  } catch (error) {
    forgetDir()
    throw error
  }
  return {
    bootstrap: `${HOST}:${spec.port}`,
    host: HOST,
    port: spec.port,
    nodeId: spec.nodeId,
    dir: spec.dir,
    logFile: logFileOf(spec.dir),
    get pid() {
      return service.pid
    },
    stop: async () => {
      await service.stop()
      forgetDir()
    },
    kill9: () => service.kill9(),
    restart: async () => {
      await service.stop()
      service = await startNode(spec, 1)
    },
  }
}

const isPortTaken = (error: unknown) =>
  error instanceof SetupError && /already in use|Failed to bind/i.test(error.message)

/** Between choosing free ports and listening on them somebody else may be faster: then others are chosen, twice. */
export async function retryPorts<T>(start: () => Promise<T>, attempts = 3): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (attempts <= 1 || !isPortTaken(error)) throw error
    return retryPorts(start, attempts - 1)
  }
}

async function choosePeers(count: number, firstPort?: number): Promise<Peer[]> {
  const ports = await freePorts(count * 2)
  return Array.from({ length: count }, (_, index) => {
    const [port = 0, controllerPort = 0] = ports.slice(index * 2)
    return { nodeId: index + 1, port: firstPort && index === 0 ? firstPort : port, controllerPort }
  })
}

/** A real broker (KRaft, one node) on loopback, ready when the promise is. It can't outlive this process. */
export function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const start = async () => {
    const peers = await choosePeers(1, options.port)
    const [self] = peers
    if (!self) throw new Error('no peer')
    return holdNode(nodeSpec(self, peers, options), 1)
  }
  return retryPorts(start, options.port === undefined ? 3 : 1)
}

/** A cluster of `count` nodes, each broker and controller, replication 3 and two in sync, one rack a node. */
export function startKafkaCluster(
  count: number,
  options: Omit<KafkaOptions, 'port'> = {},
): Promise<KafkaCluster> {
  return retryPorts(async () => {
    const peers = await choosePeers(count)
    const clusterId = options.clusterId ?? newKafkaId()
    const starts = peers.map(self => {
      const dir = options.dir ? join(options.dir, `node-${self.nodeId}`) : undefined
      return holdNode(nodeSpec(self, peers, { ...options, clusterId, dir }), count)
    })
    const settled = await Promise.allSettled(starts)
    const nodes = settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    const stop = async () => {
      await Promise.all(nodes.map(node => node.stop()))
    }
    const failed = settled.find(one => one.status === 'rejected')
    if (failed) {
      await stop()
      throw failed.reason
    }
    return { bootstrap: nodes.map(node => node.bootstrap).join(','), nodes, stop }
  })
}
