import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cachedOnce } from '../lib/cache.ts'
import { freePorts, isPortFree } from '../lib/ports.ts'
import { run, runOrFail, type Service, startService, tailOf } from '../lib/process.ts'
import { SetupError, say } from '../lib/say.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'
import { waitForBrokers } from './kafka-probe.ts'
import { type NodeSpec, newKafkaId, nodeSpec, type ScramUser, toPropertiesText } from './kafka-spec.ts'

const START_TIMEOUT_MS = 90_000

const propertiesFile = (dir: string) => join(dir, 'server.properties')
const pidFile = (dir: string) => join(dir, 'broker.pid')
export const logFileOf = (dir: string) => join(dir, 'server.log')

const scramArgs = (users: ScramUser[]) =>
  users.flatMap(({ name, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism => [
      '--add-scram',
      `${mechanism}=[name=${name},iterations=4096,password=${password}]`,
    ]),
  )

/** A formatted data folder from the cache: formatting takes a virtual machine of its own, copying takes nothing. */
async function formattedTemplate(nodeId: number, scram: ScramUser[]): Promise<string> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  const key = createHash('sha256')
    .update(JSON.stringify([nodeId, scram]))
    .digest('hex')
    .slice(0, 12)
  return cachedOnce(join(jars.name, `template-${key}`), async temp => {
    const work = `${temp}.work`
    mkdirSync(work, { recursive: true })
    const peer = { nodeId, port: 9092, controllerPort: 9093 }
    const { properties } = nodeSpec(peer, [peer], { dir: work })
    const file = propertiesFile(work)
    writeFileSync(file, toPropertiesText({ ...properties, 'log.dirs': temp }))
    const flags = [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Dlog4j2.configurationFile=${jars.logConfig}`,
    ]
    const tool = [`@${jars.argFile}`, 'kafka.tools.StorageTool', 'format', '-t', newKafkaId(), '-c', file]
    const args = [...flags, ...tool, ...scramArgs(scram)]
    await runOrFail('Kafka could not format a data folder.', java.command, args)
    rmSync(work, { recursive: true, force: true })
  })
}

const metaFile = (dir: string) => join(dir, 'data', 'meta.properties')

const clusterIdOf = (dir: string) =>
  /^cluster\.id=(.*)$/m.exec(readFileSync(metaFile(dir), 'utf8'))?.[1] ?? ''

/** Gives the data folder its own cluster and directory ids; a folder that has data is left as it is. */
async function prepareData(spec: NodeSpec): Promise<void> {
  const data = join(spec.dir, 'data')
  if (existsSync(metaFile(spec.dir))) return
  const template = await formattedTemplate(spec.nodeId, spec.scram)
  const part = `${data}.part`
  rmSync(part, { recursive: true, force: true })
  rmSync(data, { recursive: true, force: true })
  cpSync(template, part, { recursive: true })
  const meta = join(part, 'meta.properties')
  const text = readFileSync(meta, 'utf8')
    .replace(/^cluster\.id=.*$/m, `cluster.id=${spec.clusterId}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${newKafkaId()}`)
  writeFileSync(meta, text)
  renameSync(part, data)
}

/** A broker of an earlier run on the same folder would hold its lock: it is asked to go, if it really is one. */
async function endFormerNode(dir: string): Promise<void> {
  if (!existsSync(pidFile(dir))) return
  const pid = Number.parseInt(readFileSync(pidFile(dir), 'utf8'), 10)
  const isOurs = async () =>
    pid > 0 && (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout.includes(propertiesFile(dir))
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await isOurs())) break
    say('kafka', `ending the broker that an earlier run left in ${dir}`)
    process.kill(pid, signal)
    for (let turn = 0; turn < 100 && (await isOurs()); turn += 1) await sleep(100)
  }
  rmSync(pidFile(dir), { force: true })
}

async function launch(spec: NodeSpec, archiveFlag: string): Promise<Service> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  writeFileSync(propertiesFile(spec.dir), toPropertiesText(spec.properties))
  const memory = ['-Xms64m', `-Xmx${spec.heapMiB}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const logging = [`-Dlog4j2.configurationFile=${jars.logConfig}`, '-Dlog4j2.disable.jmx=true']
  const service = await startService({
    command: java.command,
    args: [
      ...memory,
      ...logging,
      archiveFlag,
      ...spec.jvmFlags,
      `@${jars.argFile}`,
      'kafka.Kafka',
      propertiesFile(spec.dir),
    ],
    cwd: spec.dir,
    logFile: logFileOf(spec.dir),
    removeDir: spec.removeDir ? spec.dir : undefined,
  })
  writeFileSync(pidFile(spec.dir), `${service.pid}\n`)
  return service
}

/** Waits until the node is up; otherwise it is killed and the end of its log is the reason. */
async function untilReady(spec: NodeSpec, service: Service, brokers: number): Promise<void> {
  const { port, nodeId, dir } = spec
  const gaveUp = () => service.ended() !== null
  const clusterId = clusterIdOf(dir)
  if (await waitForBrokers({ port, nodeId, clusterId, brokers, timeoutMs: START_TIMEOUT_MS, gaveUp })) return
  const ended = service.ended()
  await service.kill9()
  const what = ended === null ? 'did not answer in time' : `ended (${ended}) before it answered`
  throw new SetupError(`Kafka ${what}; the end of ${logFileOf(dir)}:\n${tailOf(logFileOf(dir))}`)
}

/** The class archive halves the time to start. It belongs to one list of jars and one virtual machine. */
async function ensureClassArchive(): Promise<string> {
  const java = await ensureJava()
  const jars = await ensureKafkaJars()
  return cachedOnce(join(jars.name, `classes-${java.fingerprint}.jsa`), async temp => {
    say('kafka', 'making the class archive (once)')
    const dir = `${temp}.work`
    rmSync(dir, { recursive: true, force: true })
    const [port = 0, controllerPort = 0] = await freePorts(2)
    const peer = { nodeId: 1, port, controllerPort }
    const spec = nodeSpec(peer, [peer], { dir, heapMiB: 256 })
    await prepareData(spec)
    const service = await launch(spec, `-XX:ArchiveClassesAtExit=${temp}`)
    await untilReady(spec, service, 1)
    await service.stop(60_000)
    if (!existsSync(temp)) throw new SetupError(`Java made no class archive:\n${tailOf(logFileOf(dir))}`)
    rmSync(dir, { recursive: true, force: true })
  })
}

/** Fetches and makes, once, all that starting a broker takes: Java, jars, a formatted folder, the class archive. */
export async function ensureKafkaReady(): Promise<void> {
  await ensureClassArchive()
}

/** Starts one node and answers when it lists `brokers` brokers, itself among them. */
export async function startNode(spec: NodeSpec, brokers: number): Promise<Service> {
  const archive = await ensureClassArchive()
  await endFormerNode(spec.dir)
  if (!(await isPortFree(spec.port)))
    throw new SetupError(`Port ${spec.port} is in use, and Kafka was to listen on it.`)
  await prepareData(spec)
  const service = await launch(spec, `-XX:SharedArchiveFile=${archive}`)
  await untilReady(spec, service, brokers)
  return service
}
