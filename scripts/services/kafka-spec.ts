import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeTempDir } from '../lib/temp.ts'

/** Broker properties in Kafka's own names. */
export type Properties = Record<string, string | number | boolean>

export interface ScramUser {
  name: string
  password: string
}

/** One broker process that is to run: everything decided, nothing started. */
export interface NodeSpec {
  dir: string
  /** The folder is a temporary one and goes with the process. */
  removeDir: boolean
  nodeId: number
  /** Where it is asked whether it is ready: the PLAINTEXT listener. */
  port: number
  properties: Properties
  heapMiB: number
  jvmFlags: string[]
  scram: ScramUser[]
  clusterId: string
}

export interface KafkaOptions {
  /** Data, configuration and log. A given folder is kept and used again; otherwise it is a temporary one. */
  dir?: string
  /** Port of the PLAINTEXT listener; otherwise a free one. */
  port?: number
  /** Java heap, 192 MiB unless told otherwise. */
  heapMiB?: number
  /** Broker properties on top of ours. */
  properties?: Properties
  /** SCRAM users that exist from the first start (SHA-256 and SHA-512). */
  scram?: ScramUser[]
  jvmFlags?: string[]
  clusterId?: string
}

export const HOST = '127.0.0.1'

/** What every node has: small, quick to answer, quick to forget. */
const BASE: Properties = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 2,
  'share.coordinator.state.topic.num.partitions': 2,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  'auto.create.topics.enable': false,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'log.cleaner.dedupe.buffer.size': 4_194_304, // the default costs 128 MiB of memory
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 3000, // after kill -9 a restart waits until the old session is over
  'log.retention.check.interval.ms': 5000,
  'log.initial.task.delay.ms': 1000,
  'log.segment.delete.delay.ms': 1000,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
}

/**
 * For brokers whose tests write records of any time: with a retention of seven days an old one is deleted
 * while a test reads it.
 */
export const KEEP_ALL: Properties = { 'log.retention.hours': -1 }

function replication(nodes: number): Properties {
  const factor = Math.min(3, nodes)
  const minIsr = nodes >= 3 ? 2 : 1
  return {
    'default.replication.factor': factor,
    'min.insync.replicas': minIsr,
    'offsets.topic.replication.factor': factor,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': minIsr,
    'share.coordinator.state.topic.replication.factor': factor,
    'share.coordinator.state.topic.min.isr': minIsr,
  }
}

/** Kafka's file format: one `key=value` a line. */
export const toPropertiesText = (properties: Properties) =>
  `${Object.entries(properties)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`

/** A Kafka uuid: 16 bytes as base64url; never one that starts with a dash (command lines take that for an option). */
export function newKafkaId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newKafkaId() : id
}

/** The given folder, made if need be, or a temporary one. */
export function dirFor(given: string | undefined): string {
  if (!given) return makeTempDir('milena-kafka')
  mkdirSync(given, { recursive: true })
  return resolve(given)
}

export interface Peer {
  nodeId: number
  port: number
  controllerPort: number
}

/** The spec of one node among its peers (itself included). */
export function nodeSpec(self: Peer, peers: Peer[], options: KafkaOptions): NodeSpec {
  const dir = dirFor(options.dir)
  const plaintext = `PLAINTEXT://${HOST}:${self.port}`
  const properties: Properties = {
    ...BASE,
    ...replication(peers.length),
    'node.id': self.nodeId,
    'controller.quorum.voters': peers.map(peer => `${peer.nodeId}@${HOST}:${peer.controllerPort}`).join(','),
    listeners: `${plaintext},CONTROLLER://${HOST}:${self.controllerPort}`,
    'advertised.listeners': plaintext,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dir, 'data'),
    ...(peers.length > 1 ? { 'broker.rack': `rack-${self.nodeId}`, 'replica.lag.time.max.ms': 3000 } : {}),
    ...options.properties,
  }
  const { heapMiB = 192, scram = [], jvmFlags = [], clusterId = newKafkaId() } = options
  const removeDir = options.dir === undefined
  return {
    dir,
    removeDir,
    nodeId: self.nodeId,
    port: self.port,
    properties,
    heapMiB,
    scram,
    jvmFlags,
    clusterId,
  }
}
