import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { aptInstall } from '../lib/apt.ts'
import { run } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'

export interface Java {
  command: string
  major: number
  /** Differs whenever the virtual machine does: a class archive fits exactly one. */
  fingerprint: string
}

/** The major version in what `java -version` prints: 17 of "17.0.15", 8 of "1.8.0_402"; null when there is none. */
export function parseJavaMajor(printed: string): number | null {
  const found = /version "(?:1\.)?(\d+)/.exec(printed)
  return found ? Number(found[1]) : null
}

async function probeJava(): Promise<Java | null> {
  const home = process.env.JAVA_HOME
  for (const command of home ? [join(home, 'bin', 'java'), 'java'] : ['java']) {
    const { code, stdout, stderr } = await run(command, ['-version'], { timeoutMs: 30_000 })
    const major = parseJavaMajor(stdout + stderr)
    if (code !== 0 || major === null) continue
    const fingerprint = createHash('sha256')
      .update(stdout + stderr)
      .digest('hex')
      .slice(0, 12)
    return { command, major, fingerprint }
  }
  return null
}

let found: Promise<Java> | undefined

async function findJava(): Promise<Java> {
  let java = await probeJava()
  if (
    (!java || java.major < 17) &&
    (await aptInstall(['default-jre-headless'], 'Kafka needs Java 17 or later'))
  ) {
    java = await probeJava()
  }
  if (!java)
    throw new SetupError(
      'Java 17 or later is needed to run Kafka, and no java was found: install it or set JAVA_HOME.',
    )
  if (java.major < 17)
    throw new SetupError(`Java 17 or later is needed to run Kafka, and ${java.command} is ${java.major}.`)
  return java
}

/** A Java that can run the broker; installed on Debian when it is missing and we may. */
export function ensureJava(): Promise<Java> {
  found ??= findJava()
  return found
}

/** Maven, which fetches the broker's jars. */
export async function ensureMaven(): Promise<void> {
  if ((await run('mvn', ['-v'], { timeoutMs: 60_000 })).code === 0) return
  if (
    (await aptInstall(['maven'], "Kafka's jars are fetched with Maven")) &&
    (await run('mvn', ['-v'])).code === 0
  )
    return
  throw new SetupError("Maven (mvn) is needed once to fetch Kafka's jars, and it was not found: install it.")
}
