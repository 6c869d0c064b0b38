import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cachedOnce } from '../lib/cache.ts'
import { runOrFail, startService } from '../lib/process.ts'
import { say } from '../lib/say.ts'
import { ensureJava, ensureMaven } from './java.ts'

const START_MS = 90_000
const FLAGS = ['-Xms32m', '-Xmx160m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/**
 * A Java program of ours for tests: its jars are pinned in a pom, among them the compiler (ecj); its source
 * is one class.
 */
export type JavaApp = {
  /** Of its folder in the cache. */
  name: string
  pomFile: string
  /** Source folder; the class is `milena.<mainClass>`. */
  sources: string
  mainClass: string
  /** Jars that another part of the cache holds. */
  moreJars?: readonly string[]
  flags?: readonly string[]
}

/** Its jars, fetched once, and its classes, compiled once for each version of the source: the class path. */
async function ensureClassPath({
  name,
  pomFile,
  sources,
  mainClass,
  moreJars = [],
}: JavaApp): Promise<string> {
  const pom = readFileSync(pomFile, 'utf8')
  const source = readFileSync(join(sources, 'milena', `${mainClass}.java`), 'utf8')
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
  const place = `${name}-${hash(pom)}`
  const libs = await cachedOnce(join(place, 'libs'), async temp => {
    await ensureMaven()
    say(name, 'fetching its jars with Maven (once)')
    mkdirSync(temp, { recursive: true })
    const args = ['-q', '-B', '-f', pomFile, 'dependency:copy-dependencies', '-DincludeScope=runtime']
    await runOrFail(`The jars of ${name} could not be fetched.`, 'mvn', [
      ...args,
      `-DoutputDirectory=${temp}`,
    ])
  })
  const own = readdirSync(libs)
    .filter(file => file.endsWith('.jar'))
    .sort()
    .map(file => join(libs, file))
  const jars = [...own, ...moreJars].join(':')
  const classes = await cachedOnce(join(place, `classes-${hash(source)}`), async temp => {
    const java = await ensureJava()
    const compiler = ['org.eclipse.jdt.internal.compiler.batch.Main', '-17', '-proc:none', '-d', temp]
    const args = ['-cp', jars, ...compiler, '-cp', jars, sources]
    await runOrFail(`${mainClass} could not be compiled.`, java.command, args)
  })
  return `${classes}:${jars}`
}

export type RunningJavaApp = {
  /** Its own folder; goes with the process. */
  dir: string
  /** What it has printed. */
  output(): string
  stop(): Promise<void>
}

/** Starts the program; `args` may depend on its folder. Answers when it has printed a line `READY`. */
export async function startJavaApp(app: JavaApp, args: (dir: string) => string[]): Promise<RunningJavaApp> {
  const [java, classPath] = await Promise.all([ensureJava(), ensureClassPath(app)])
  const dir = mkdtempSync(join(tmpdir(), `milena-${app.name}-`))
  const logFile = join(dir, 'out.log')
  const main = `milena.${app.mainClass}`
  const service = await startService({
    command: java.command,
    args: [...FLAGS, ...(app.flags ?? []), '-cp', classPath, main, ...args(dir)],
    cwd: dir,
    logFile,
    removeDir: dir,
  })
  const output = () => readFileSync(logFile, 'utf8')
  const startedAt = performance.now()
  while (!/^READY$/m.test(output())) {
    const ended = service.ended()
    if (ended !== null || performance.now() - startedAt > START_MS) {
      const printed = output().slice(-2000)
      await service.stop(1_000)
      throw new Error(`${app.mainClass} did not start (${ended ?? 'too slow'}): ${printed}`)
    }
    await sleep(100)
  }
  return { dir, output, stop: () => service.stop(10_000) }
}
