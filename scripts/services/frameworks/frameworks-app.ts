import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startJavaApp } from '../java-app.ts'
import { ensureKafkaJars } from '../kafka-jars.ts'

/** Topics of a running app called `name`: the service's, and of each sink its topic and its dead letters. */
export const frameworkTopics = (name: string) => ({
  streams: { input: `${name}-in`, output: `${name}-out`, letters: `${name}-in-dlq` },
  sink: { input: `${name}-sink`, letters: `${name}-sink-dlq` },
  bare: { input: `${name}-bare`, letters: `${name}-warehouse.dlq` },
})

export type FrameworksApp = {
  /** Lines that a sink has written, such as `{amount=7}`. */
  lines(sink: 'sink' | 'bare'): string[]
  /** What it printed last: for a failure's message. */
  tail(): string
  stop(): Promise<void>
}

/**
 * A real Kafka Streams service and a real Connect worker (FrameworksApp.java) with dead-letter queues. Their
 * topics must be there.
 */
export async function startFrameworksApp(bootstrap: string, name: string): Promise<FrameworksApp> {
  const { jars, logConfig } = await ensureKafkaJars()
  const app = await startJavaApp(
    {
      name: 'frameworks',
      pomFile: fileURLToPath(new URL('./pom.xml', import.meta.url)),
      sources: fileURLToPath(new URL('./src', import.meta.url)),
      mainClass: 'FrameworksApp',
      moreJars: jars,
      flags: [`-Dlog4j2.configurationFile=${logConfig}`, '-Dlog4j2.disable.jmx=true'],
    },
    dir => [bootstrap, name, dir],
  )
  return {
    lines(sink) {
      const file = join(app.dir, `${sink}.txt`)
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
    },
    tail: () => app.output().slice(-2000),
    stop: app.stop,
  }
}
