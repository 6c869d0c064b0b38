import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../lib/ports.ts'
import { type RunningJavaApp, startJavaApp } from '../java-app.ts'
import { ensureKafkaJars } from '../kafka-jars.ts'

export type GroupsApp = {
  /** Makes a sink that writes a topic into a file; answers when Connect took it. */
  makeSink(connector: string, topic: string): Promise<void>
  stop(): Promise<void>
}

const TRIES = 150

/**
 * A real Kafka Streams service (`<name>-service`, from `<name>-in` to `<name>-out`) on the streams protocol, and a real distributed
 * Connect worker (`<name>-workers`): GroupsApp.java. The service's topics must be there.
 */
export async function startGroupsApp(bootstrap: string, name: string): Promise<GroupsApp> {
  const [{ jars, logConfig }, port] = await Promise.all([ensureKafkaJars(), freePort()])
  const app = await startJavaApp(
    {
      name: 'frameworks',
      pomFile: fileURLToPath(new URL('./pom.xml', import.meta.url)),
      sources: fileURLToPath(new URL('./src', import.meta.url)),
      mainClass: 'GroupsApp',
      moreJars: jars,
      flags: [`-Dlog4j2.configurationFile=${logConfig}`, '-Dlog4j2.disable.jmx=true'],
    },
    dir => [bootstrap, name, dir, String(port)],
  )
  return {
    makeSink: (connector, topic) => putSink(app, port, connector, topic),
    stop: app.stop,
  }
}

async function putSink(app: RunningJavaApp, port: number, connector: string, topic: string): Promise<void> {
  const config = {
    'connector.class': 'FileStreamSink',
    'tasks.max': '1',
    topics: topic,
    file: join(app.dir, 'sink.txt'),
  }
  let said = ''
  // The worker takes a few seconds to listen, and refuses while it joins its own group.
  for (let turn = 0; turn < TRIES; turn += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/connectors/${connector}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(config),
    }).catch(() => null)
    if (answer?.ok) return
    said = answer ? `${answer.status} ${await answer.text()}` : 'no answer'
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`Connect did not take the connector: ${said}\n${app.output().slice(-2000)}`)
}
