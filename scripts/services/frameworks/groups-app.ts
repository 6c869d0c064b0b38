import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../lib/ports.ts'
import { type RunningJavaApp, startJavaApp } from '../java-app.ts'
import { ensureKafkaJars } from '../kafka-jars.ts'

export type GroupsApp = {
  /** Where the Connect worker listens. */
  connectUrl: string
  /** Makes a sink that writes topics into a file; answers when Connect took it. */
  makeSink(connector: string, topics: { topics: string } | { 'topics.regex': string }): Promise<void>
  /** Makes a source of one line that says it writes to `says`, and is routed to `topic`. */
  makeSource(connector: string, says: string, topic: string): Promise<void>
  /** A connector's state is to be another. */
  pause(connector: string): Promise<void>
  stop(): Promise<void>
}

const TRIES = 150

/**
 * A real Kafka Streams service (`<name>-service`, from `<name>-in` to `<name>-out`) on the streams protocol,
 * and a real distributed Connect worker (`<name>-workers`): GroupsApp.java. The service's topics must be
 * there.
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
  const connectUrl = `http://127.0.0.1:${port}`
  const put = (path: string, body: unknown) => putToConnect(app, `${connectUrl}/connectors/${path}`, body)
  return {
    connectUrl,
    makeSink: (connector, topics) =>
      put(`${connector}/config`, {
        'connector.class': 'FileStreamSink',
        'tasks.max': '1',
        ...topics,
        file: join(app.dir, `${connector}.txt`),
      }),
    makeSource: (connector, says, topic) => {
      const file = join(app.dir, `${connector}.txt`)
      writeFileSync(file, 'one\n')
      return put(`${connector}/config`, {
        'connector.class': 'FileStreamSource',
        'tasks.max': '1',
        topic: says,
        file,
        transforms: 'route',
        'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
        'transforms.route.regex': '.*',
        'transforms.route.replacement': topic,
      })
    },
    pause: connector => put(`${connector}/pause`, undefined),
    stop: app.stop,
  }
}

async function putToConnect(app: RunningJavaApp, url: string, body: unknown): Promise<void> {
  let said = ''
  // The worker takes a few seconds to listen, and refuses while it joins its own group.
  for (let turn = 0; turn < TRIES; turn += 1) {
    const answer = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => null)
    if (answer?.ok) return
    said = answer ? `${answer.status} ${await answer.text()}` : 'no answer'
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`Connect did not take it: ${said}\n${app.output().slice(-2000)}`)
}
