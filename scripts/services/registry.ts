import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cachedOnce } from '../lib/cache.ts'
import { freePorts } from '../lib/ports.ts'
import { runOrFail, startService } from '../lib/process.ts'
import { say } from '../lib/say.ts'
import { makeTempDir } from '../lib/temp.ts'
import { ensureJava, ensureMaven } from './java.ts'
import { HOST } from './kafka-spec.ts'

/** The last one that runs on Java 17; it speaks Confluent's API besides its own. */
const VERSION = '2.6.13.Final'
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy'
const STARTS_WITHIN_MS = 120_000

export interface Registry {
  /** Root of Confluent's API. */
  url: string
  /** Root of the server: Apicurio's own API stands at `/apis/registry/v2`. */
  root: string
  stop(): Promise<void>
}

/** The registry's folder, from the cache or fetched once through Maven (110 MB). */
function ensureRegistry(): Promise<string> {
  return cachedOnce(`apicurio-${VERSION}`, async temp => {
    await ensureMaven()
    say('registry', `fetching Apicurio Registry ${VERSION} with Maven (110 MB, once)`)
    mkdirSync(temp, { recursive: true })
    const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`
    const args = ['-q', '-B', PLUGIN, `-Dartifact=${artifact}`, `-DoutputDirectory=${temp}`]
    await runOrFail('The schema registry could not be fetched.', 'mvn', args)
    const archive = join(temp, `apicurio-registry-app-${VERSION}-all.tar.gz`)
    await runOrFail('The schema registry could not be unpacked.', 'tar', ['xzf', archive, '-C', temp])
    await runOrFail('The archive could not be removed.', 'rm', [archive])
  })
}

/** Root of Confluent's API on a port of this machine. */
export const registryUrl = (port: number) => `http://${HOST}:${port}/apis/ccompat/v7`

/** A real schema registry on this port or any, everything in memory. 7 s and 150 MiB on a calm machine. */
export async function startRegistry(wantedPort?: number): Promise<Registry> {
  const [java, home, [anyPort = 0]] = await Promise.all([ensureJava(), ensureRegistry(), freePorts(1)])
  const port = wantedPort ?? anyPort
  const dir = makeTempDir('registry')
  const service = await startService({
    command: java.command,
    args: [
      ...['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      ...[`-Dquarkus.http.host=${HOST}`, `-Dquarkus.http.port=${port}`],
      ...['-jar', join(home, `apicurio-registry-app-${VERSION}-runner.jar`)],
    ],
    cwd: dir,
    logFile: join(dir, 'registry.log'),
    removeDir: dir,
  })
  const root = `http://${HOST}:${port}`
  const url = registryUrl(port)
  const deadlineMs = performance.now() + STARTS_WITHIN_MS
  while (!(await answers(`${url}/subjects`))) {
    const ended = service.ended()
    if (ended !== null || performance.now() > deadlineMs) {
      await service.stop()
      throw new Error(`The schema registry did not come up: ${ended ?? 'no answer in two minutes'}.`)
    }
    await sleep(200)
  }
  return {
    url,
    root,
    async stop() {
      await service.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
