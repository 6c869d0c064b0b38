import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { repoDir } from '../bootstrap.mjs'
import { tryLock } from '../lib/lock.mjs'
import { freePort, isPortFree } from '../lib/ports.ts'
import { failWith, SetupError, say } from '../lib/say.ts'
import { type CompanyProcess, startCompany } from './company-process.ts'
import { FULL_HISTORY } from './history.ts'
import { brokersOf, type KafkaSource, knockAt, startOwnKafka } from './kafka-source.ts'
import { buildMilena, type Milena, startMilena } from './milena.ts'
import { ensurePast } from './past.ts'
import { type Credentials, loadCredentials, writeConfig, writePrivate } from './settings.ts'

// npm run demo, once the packages are there (scripts/demo.mjs). Everything it keeps lies in one folder, `.demo`.
const HOME = resolve(process.env.MILENA_DEMO_HOME ?? join(repoDir, '.demo'))
const FIRST_PORT = 3000
/** The terminal and the bootstrap both pass Ctrl-C on: what comes within this time is the same one. */
const SAME_SIGNAL_MS = 1_000

interface Options {
  fresh: boolean
  port: number | null
  company: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      port: { type: 'string' },
      company: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const port = values.port === undefined ? null : Number(values.port)
  if (port !== null && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new SetupError(`--port wants a number from 1 to 65535, not "${values.port}".`)
  return { fresh: values.fresh, port, company: values.company }
}

interface Ports {
  milena: number
  kafka: number
}

const portsFile = join(HOME, 'ports.json')

function formerPorts(): Partial<Ports> {
  try {
    return JSON.parse(readFileSync(portsFile, 'utf8')) as Partial<Ports>
  } catch {
    return {}
  }
}

/** After a run that was killed its servers take a moment to go. */
async function isFreeSoon(port: number): Promise<boolean> {
  for (let turn = 0; turn < 30; turn += 1) {
    if (await isPortFree(port)) return true
    await sleep(100)
  }
  return false
}

async function choosePorts(wanted: number | null): Promise<Ports> {
  const former = formerPorts()
  if (wanted !== null && !(await isFreeSoon(wanted)))
    throw new SetupError(
      `Port ${wanted} is taken by another program: end it, or choose another one with --port.`,
    )
  let milena = wanted ?? former.milena ?? FIRST_PORT
  if (wanted === null && !(former.milena ? await isFreeSoon(milena) : await isPortFree(milena)))
    milena = await freePort()
  const kafka = former.kafka && (await isFreeSoon(former.kafka)) ? former.kafka : await freePort()
  writePrivate(portsFile, JSON.stringify({ milena, kafka }))
  return { milena, kafka }
}

/**
 * What runs, in the order in which it was started. It ends in the opposite order, however this process is
 * told to go.
 */
class Household {
  readonly #members: { name: string; stop(): Promise<void> }[] = []
  #stoppedAtMs = 0

  add<T extends { stop(): Promise<void> }>(name: string, member: T): T {
    this.#members.push({ name, stop: () => member.stop() })
    // It came too late: everything is on its way out already.
    if (this.#stoppedAtMs > 0) void member.stop()
    return member
  }

  get isStopping(): boolean {
    return this.#stoppedAtMs > 0
  }

  async stop(code: number): Promise<never> {
    this.#stoppedAtMs = Date.now()
    for (const { name, stop } of [...this.#members].reverse()) {
      say('demo', `ending ${name}`)
      await stop().catch((error: unknown) => say('demo', `${name}: ${String(error)}`))
    }
    process.exit(code)
  }

  listen(): void {
    const end = (code: number) => () => {
      // Whoever asks twice means it: what is left is taken down when this process is gone.
      if (this.isStopping && Date.now() - this.#stoppedAtMs > SAME_SIGNAL_MS) process.exit(code)
      if (!this.isStopping) void this.stop(code)
    }
    process.on('SIGINT', end(130))
    process.on('SIGTERM', end(143))
    process.on('SIGHUP', end(129))
    process.on('disconnect', end(143)) // the bootstrap is gone, however it went
  }
}

/** Own or the user's Kafka, with the company's past in it. */
async function prepareKafka(options: Options, port: number, household: Household): Promise<KafkaSource> {
  const theirs = brokersOf(process.env.KAFKA_BROKERS)
  const none = { ours: false, stop: async () => undefined, ended: () => null }
  let kafka: KafkaSource
  if (theirs) {
    say('kafka', `using KAFKA_BROKERS ${theirs.join(',')}`)
    await knockAt(theirs)
    kafka = { brokers: theirs, ...none }
  } else {
    say('kafka', 'starting Apache Kafka')
    kafka = household.add('Kafka', await startOwnKafka(HOME, port, options.fresh))
    say('kafka', `running on ${kafka.brokers.join(',')}`)
  }
  const { brokers, ours } = kafka
  if (ours || options.company)
    await ensurePast({ home: HOME, brokers, size: FULL_HISTORY, fresh: options.fresh, ours })
  return kafka
}

async function prepareMilena(ports: Ports, credentials: Credentials, household: Household): Promise<Milena> {
  const brokers = brokersOf(process.env.KAFKA_BROKERS) ?? [`127.0.0.1:${ports.kafka}`]
  const cluster = { id: 'demo', name: '한빛 상점 (demo)', environment: 'dev' as const }
  const configFile = writeConfig(HOME, credentials, [{ ...cluster, bootstrapServers: brokers.join(',') }])
  await buildMilena(join(HOME, 'build.log'))
  say('milena', 'starting Milena')
  const milena = await startMilena({
    port: ports.milena,
    configFile,
    dataDir: join(HOME, 'data'),
    authSecret: credentials.authSecret,
    logFile: join(HOME, 'milena.log'),
  })
  say('milena', `ready after ${(milena.startMs / 1000).toFixed(1)} s`)
  return household.add('Milena', milena)
}

function tellHowToSignIn(milena: Milena, kafka: KafkaSource, credentials: Credentials): void {
  const { admin, operator, viewer, requester, approver, auditor } = credentials.passwords
  const line = '-'.repeat(72)
  process.stdout.write(
    [
      '',
      line,
      `  Milena   ${milena.url}`,
      `  Kafka    ${kafka.brokers.join(',')}`,
      '',
      '  Sign in as   password',
      `  admin        ${admin.padEnd(16)} everything`,
      `  operator     ${operator.padEnd(16)} replays, creates topics`,
      `  viewer       ${viewer.padEnd(16)} looks`,
      `  requester    ${requester.padEnd(16)} asks for topics`,
      `  approver     ${approver.padEnd(16)} approves what others ask for`,
      `  auditor      ${auditor.padEnd(16)} reads the audit log`,
      '',
      `  curl -H 'Authorization: Bearer ${credentials.token}' ${milena.url}/api/v1/clusters`,
      '',
      '  Passwords were made for this demo and are kept in .demo/credentials.json.',
      '  Ctrl-C ends everything; the data stays. npm run demo -- --fresh starts over.',
      line,
      '',
    ].join('\n'),
  )
}

/** The company is a guest: when it falls it is helped up again. Without Kafka or Milena there is no demo. */
async function watch(
  kafka: KafkaSource,
  milena: Milena,
  company: CompanyProcess | null,
  household: Household,
) {
  let guest = company
  for (;;) {
    await sleep(1_000)
    if (household.isStopping) return
    const gone = milena.ended() ? `Milena ended (see ${milena.logFile})` : kafka.ended() && 'Kafka ended'
    if (gone) {
      say('demo', gone)
      await household.stop(1)
    }
    if (guest?.ended()) {
      say('company', `ended (${guest.ended()}, see ${guest.logFile}); starting it again`)
      await sleep(3_000)
      if (!household.isStopping)
        guest = household.add('the company', await startCompany({ home: HOME, brokers: kafka.brokers }))
    }
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  mkdirSync(HOME, { recursive: true, mode: 0o700 })
  const release = tryLock(join(HOME, 'lock'))
  if (!release) throw new SetupError(`A demo runs already: its folder ${HOME} is in use. End that one first.`)
  process.once('exit', release)
  const household = new Household()
  household.listen()
  if (options.fresh) {
    say('demo', 'starting over: the data of earlier runs goes')
    for (const name of ['kafka', 'data', 'history.json', 'company.json', 'credentials.json'])
      rmSync(join(HOME, name), { recursive: true, force: true })
  }
  writeFileSync(join(HOME, '.gitignore'), '*\n')
  const [ports, credentials] = await Promise.all([choosePorts(options.port), loadCredentials(HOME)])
  try {
    const [kafka, milena] = await Promise.all([
      prepareKafka(options, ports.kafka, household),
      prepareMilena(ports, credentials, household),
    ])
    let company: CompanyProcess | null = null
    if (options.company) {
      say('company', 'its services are starting')
      company = household.add('the company', await startCompany({ home: HOME, brokers: kafka.brokers }))
    }
    tellHowToSignIn(milena, kafka, credentials)
    await watch(kafka, milena, company, household)
  } catch (error) {
    if (household.isStopping) return
    process.stderr.write(
      `\n${error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error)}\n\n`,
    )
    await household.stop(1)
  }
}

main().catch(failWith)
