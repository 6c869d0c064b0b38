import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cachedOnce } from '../../lib/cache.ts'
import { runOrFail, startService } from '../../lib/process.ts'
import { say } from '../../lib/say.ts'
import { ensureJava, ensureMaven } from '../java.ts'

const pomFile = fileURLToPath(new URL('./pom.xml', import.meta.url))
const sources = fileURLToPath(new URL('./src', import.meta.url))
const START_MS = 90_000

async function loadApp(): Promise<string> {
  const pom = readFileSync(pomFile, 'utf8')
  const source = readFileSync(join(sources, 'milena', 'SpringApp.java'), 'utf8')
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
  const name = `spring-${hash(pom)}`
  const libs = await cachedOnce(join(name, 'libs'), async temp => {
    await ensureMaven()
    say('spring', 'fetching Spring Kafka with Maven (30 MB, once)')
    mkdirSync(temp, { recursive: true })
    const args = ['-q', '-B', '-f', pomFile, 'dependency:copy-dependencies', '-DincludeScope=runtime']
    await runOrFail("Spring's jars could not be fetched.", 'mvn', [...args, `-DoutputDirectory=${temp}`])
  })
  const jars = readdirSync(libs)
    .filter(file => file.endsWith('.jar'))
    .sort()
    .map(file => join(libs, file))
  const classes = await cachedOnce(join(name, `classes-${hash(source)}`), async temp => {
    const java = await ensureJava()
    const compiler = ['org.eclipse.jdt.internal.compiler.batch.Main', '-17', '-proc:none', '-d', temp]
    await runOrFail('The Spring service could not be compiled.', java.command, [
      '-cp',
      jars.join(':'),
      ...compiler,
      '-cp',
      jars.join(':'),
      sources,
    ])
  })
  return [classes, ...jars].join(':')
}

let loaded: Promise<string> | undefined

/** Spring's jars and the compiled service, from the cache or made once. Answers the class path. */
function ensureSpringApp(): Promise<string> {
  loaded ??= loadApp()
  return loaded
}

/** What a listener did with a record. */
export type Delivery = {
  outcome: 'TAKEN' | 'FAILED'
  listener: 'plain' | 'retry'
  topic: string
  partition: number
  offset: string
  key: string
  value: string
  headers: string[]
}

export type SpringApp = { deliveries(): Delivery[]; stop(): Promise<void> }

/** A real Spring Kafka service (SpringApp.java): ill it fails on values that say `refuse`, healed it takes all. Ready when this answers. */
export async function startSpringApp(app: {
  bootstrap: string
  plainTopic: string
  retryTopic: string
  group: string
  ill: boolean
}): Promise<SpringApp> {
  const [java, classPath] = await Promise.all([ensureJava(), ensureSpringApp()])
  const dir = mkdtempSync(join(tmpdir(), 'milena-spring-'))
  const logFile = join(dir, 'out.log')
  const flags = ['-Xms32m', '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const { bootstrap, plainTopic, retryTopic, group, ill } = app
  const service = await startService({
    command: java.command,
    args: [
      ...flags,
      '-cp',
      classPath,
      'milena.SpringApp',
      bootstrap,
      plainTopic,
      retryTopic,
      group,
      ill ? 'ill' : 'healed',
    ],
    cwd: dir,
    logFile,
    removeDir: dir,
  })
  const read = () => readFileSync(logFile, 'utf8')
  const startedAt = performance.now()
  while (!/^READY$/m.test(read())) {
    const ended = service.ended()
    if (ended !== null || performance.now() - startedAt > START_MS)
      throw new Error(`the Spring service did not start (${ended ?? 'too slow'}): ${read().slice(-2000)}`)
    await sleep(100)
  }
  return {
    deliveries: () => read().split('\n').flatMap(toDelivery),
    stop: () => service.stop(10_000),
  }
}

function toDelivery(line: string): Delivery[] {
  const [outcome, listener, topic, partition, offset, key, value, names] = line.split(' ')
  if (outcome !== 'TAKEN' && outcome !== 'FAILED') return []
  if (listener !== 'plain' && listener !== 'retry') return []
  return [
    {
      outcome,
      listener,
      topic: topic ?? '',
      partition: Number(partition),
      offset: offset ?? '',
      key: key ?? '',
      value: value ?? '',
      headers: names === '-' ? [] : (names ?? '').split(','),
    },
  ]
}
