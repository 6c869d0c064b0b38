import { createHash, randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachedOnce } from '../lib/cache.ts'
import { run, runOrFail, type Service, startService, tailOf } from '../lib/process.ts'
import { say, SetupError } from '../lib/say.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'
import { waitForBrokers } from './kafka-probe.ts'

export type Properties = Record<string, string | number | boolean>

export interface ScramUser {
  name: string
  password: string
}

/** One broker process that is to run: everything decided, nothing started. */
export interface NodeSpec {
  dir: string
  nodeId: number
  properties: Properties
  heapMiB: number
  jvmFlags: string[]
  scram: ScramUser[]
  clusterId: string
  removeDir: boolean
}

export interface RunningNode {
  pid: number
  ended(): string | null
  stop(): Promise<void>
  kill9(): Promise<void>
}

/** What every node has: small, quick to answer, quick to forget (measured; why each is there: docs/adr). */
export const BASE_PROPERTIES: Properties = {
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
  'broker.session.timeout.ms': 3000, // after kill -9 a restart waits for the old session
  'log.retention.check.interval.ms': 5000,
  'log.initial.task.delay.ms': 1000,
  'log.segment.delete.delay.ms': 1000,
}

/** Replication of the internal topics for a cluster of so many nodes. */
export function replicationProperties(nodes: number): Properties {
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

export const toPropertiesText = (properties: Properties) =>
  `${Object.entries(properties)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`

/** A Kafka uuid: 16 bytes as base64url; never one that starts with a dash (command lines take that for an option). */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

const scramArgs = (users: ScramUser[]) =>
  users.flatMap(({ name, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},iterations=4096,password=${password}]`,
    ]),
  )

/** A formatted data folder from the cache: formatting takes a virtual machine of its own, copying takes nothing. */
async function formattedTemplate(spec: NodeSpec): Promise<string> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  const key = createHash('sha256').update(JSON.stringify([spec.nodeId, spec.scram])).digest('hex').slice(0, 12)
  return cachedOnce(join('.', `${jars.home.split('/').at(-1)}`, `template-${key}`), async (temp) => {
    const work = `${temp}.work`
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    const file = join(work, 'server.properties')
    const voters = `${spec.nodeId}@127.0.0.1:9093`
    const listeners = { listeners: 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093' }
    const map = { 'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT' }
    const base = { ...BASE_PROPERTIES, ...replicationProperties(1), ...listeners, ...map }
    const own = { 'node.id': spec.nodeId, 'controller.quorum.voters': voters, 'log.dirs': temp }
    writeFileSync(file, toPropertiesText({ ...base, ...own }))
    const args = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${jars.logConfig}`]
    args.push(`@${jars.argFile}`, 'kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', file)
    await runOrFail('Kafka could not format a data folder.', java.command, [...args, ...scramArgs(spec.scram)])
    rmSync(work, { recursive: true, force: true })
  })
}

/** Gives the data folder its own cluster and directory ids; a folder that has data is left as it is. */
async function prepareData(spec: NodeSpec): Promise<void> {
  const data = join(spec.dir, 'data')
  const meta = join(data, 'meta.properties')
  if (existsSync(meta)) return
  rmSync(data, { recursive: true, force: true })
  const template = await formattedTemplate(spec)
  const part = `${data}.part`
  rmSync(part, { recursive: true, force: true })
  cpSync(template, part, { recursive: true })
  const text = readFileSync(join(part, 'meta.properties'), 'utf8')
    .replace(/^cluster\.id=.*$/m, `cluster.id=${spec.clusterId}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${newClusterId()}`)
  writeFileSync(join(part, 'meta.properties'), text)
  cpSync(part, data, { recursive: true })
  rmSync(part, { recursive: true, force: true })
}

async function commandOf(pid: number): Promise<string> {
  return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout
}

/** A broker of an earlier run on the same folder would hold its lock: it is asked to go, if it really is one. */
async function endFormerNode(dir: string): Promise<void> {
  const pidFile = join(dir, 'broker.pid')
  if (!existsSync(pidFile)) return
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  const isOurs = async () => (await commandOf(pid)).includes(join(dir, 'server.properties'))
  if (pid > 0 && (await isOurs())) {
    say('kafka', `ending the broker that an earlier run left in ${dir}`)
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const deadlineMs = Date.now() + 10_000
      if (await isOurs()) process.kill(pid, signal)
      while (Date.now() < deadlineMs && (await isOurs())) await new Promise((done) => setTimeout(done, 100))
    }
  }
  rmSync(pidFile, { force: true })
}

const jvmFlags = (heapMiB: number, logConfig: string) => [
  '-Xms64m',
  `-Xmx${heapMiB}m`,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${logConfig}`,
  '-Dlog4j2.disable.jmx=true',
]

async function launch(spec: NodeSpec, archiveFlag: string): Promise<Service> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  const file = join(spec.dir, 'server.properties')
  const flags = [...jvmFlags(spec.heapMiB, jars.logConfig), archiveFlag, ...spec.jvmFlags]
  return startService({
    command: java.command,
    args: [...flags, `@${jars.argFile}`, 'kafka.Kafka', file],
    cwd: spec.dir,
    logFile: join(spec.dir, 'server.log'),
    removeDir: spec.removeDir ? spec.dir : undefined,
  })
}

/** Starts the process of a node and answers at once; whether it is ready is the caller's question. */
export async function launchNode(spec: NodeSpec): Promise<RunningNode> {
  mkdirSync(spec.dir, { recursive: true })
  await endFormerNode(spec.dir)
  await prepareData(spec)
  writeFileSync(join(spec.dir, 'server.properties'), toPropertiesText(spec.properties))
  const archive = await ensureClassArchive()
  const service = await launch(spec, `-XX:SharedArchiveFile=${archive}`)
  writeFileSync(join(spec.dir, 'broker.pid'), `${service.pid}\n`)
  const forget = () => rmSync(join(spec.dir, 'broker.pid'), { force: true })
  return {
    pid: service.pid,
    ended: service.ended,
    stop: () => service.stop().then(forget),
    kill9: () => service.kill9().then(forget),
  }
}

/** Why a node did not come up, with the end of its log. */
export function startFailure(dir: string, ended: string | null): SetupError {
  const what = ended === null ? 'did not answer in time' : `ended (${ended}) before it answered`
  return new SetupError(`Kafka ${what}; the end of ${join(dir, 'server.log')}:\n${tailOf(join(dir, 'server.log'))}`)
}

/** The class archive halves the time to start. It belongs to one list of jars and one virtual machine. */
async function ensureClassArchive(): Promise<string> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  const name = join(jars.home.split('/').at(-1) ?? '', `classes-${java.fingerprint}.jsa`)
  return cachedOnce(name, async (temp) => {
    say('kafka', 'making the class archive (once)')
    const { singleNodeSpec } = await import('./kafka.ts')
    const dir = `${temp}.work`
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    const { spec, port } = await singleNodeSpec({ dir, heapMiB: 256 })
    await prepareData(spec)
    writeFileSync(join(dir, 'server.properties'), toPropertiesText(spec.properties))
    const service = await launch(spec, `-XX:ArchiveClassesAtExit=${temp}`)
    const ready = await waitForBrokers(port, 1, 90_000, () => service.ended() !== null)
    await service.stop(60_000)
    if (!ready || !existsSync(temp)) throw startFailure(dir, service.ended())
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dirname(temp), { recursive: true })
  })
}
