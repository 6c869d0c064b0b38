import { fileURLToPath } from 'node:url'
import { type JavaApp, startJavaApp } from '../java-app.ts'

const SPRING: JavaApp = {
  name: 'spring',
  pomFile: fileURLToPath(new URL('./pom.xml', import.meta.url)),
  sources: fileURLToPath(new URL('./src', import.meta.url)),
  mainClass: 'SpringApp',
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

/**
 * A real Spring Kafka service (SpringApp.java): ill it fails on values that say `refuse`, healed it takes
 * all. Ready when this answers.
 */
export async function startSpringApp(app: {
  bootstrap: string
  plainTopic: string
  retryTopic: string
  group: string
  ill: boolean
}): Promise<SpringApp> {
  const { bootstrap, plainTopic, retryTopic, group, ill } = app
  const args = [bootstrap, plainTopic, retryTopic, group, ill ? 'ill' : 'healed']
  const { output, stop } = await startJavaApp(SPRING, () => args)
  return { deliveries: () => output().split('\n').flatMap(toDelivery), stop }
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
