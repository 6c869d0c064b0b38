import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedOnce } from '../lib/cache.ts'
import { runOrFail } from '../lib/process.ts'
import { say } from '../lib/say.ts'
import { ensureMaven } from './java.ts'

const pomFile = fileURLToPath(new URL('./pom.xml', import.meta.url))

export interface KafkaJars {
  /** Folder below the cache that belongs to this exact list of jars. */
  name: string
  /** Argument file for java: the class path, in a stable order (the class archive is bound to it). */
  argFile: string
  /** The same jars by their paths. */
  jars: string[]
  logConfig: string
  version: string
}

const LOG_CONFIG = [
  'rootLogger.level=WARN',
  'rootLogger.appenderRef.o.ref=O',
  'appender.o.type=Console',
  'appender.o.name=O',
  'appender.o.layout.type=PatternLayout',
  'appender.o.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n',
  '',
].join('\n')

let loaded: Promise<KafkaJars> | undefined

async function loadJars(): Promise<KafkaJars> {
  const pom = readFileSync(pomFile, 'utf8')
  const version = /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown'
  const name = `kafka-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`
  const libs = await cachedOnce(join(name, 'libs'), async temp => {
    await ensureMaven()
    say('kafka', `fetching Kafka ${version} with Maven (55 MB, once)`)
    mkdirSync(temp, { recursive: true })
    const args = ['-q', '-B', '-f', pomFile, 'dependency:copy-dependencies', '-DincludeScope=runtime']
    await runOrFail("Kafka's jars could not be fetched.", 'mvn', [...args, `-DoutputDirectory=${temp}`])
    say('kafka', `${readdirSync(temp).length} jars in the cache`)
  })
  const jars = readdirSync(libs)
    .filter(file => file.endsWith('.jar'))
    .sort()
    .map(file => join(libs, file))
  const argFile = await cachedOnce(join(name, 'cp.args'), async temp =>
    writeFileSync(temp, `-cp\n${jars.join(':')}\n`),
  )
  const logConfig = await cachedOnce(join(name, 'log4j2.properties'), async temp =>
    writeFileSync(temp, LOG_CONFIG),
  )
  return { name, argFile, jars, logConfig, version }
}

/** Kafka's jars, from the cache or fetched once through Maven. */
export function ensureKafkaJars(): Promise<KafkaJars> {
  loaded ??= loadJars()
  return loaded
}
