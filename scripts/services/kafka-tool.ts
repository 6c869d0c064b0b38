import { runOrFail } from '../lib/process.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'

const FLAGS = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
export const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
/** Without another record for so long it has read all. */
const QUIET_MS = 5_000

/** How one of Kafka's own command-line tools is started. */
export async function kafkaTool(main: string): Promise<{ command: string; args: string[] }> {
  const [java, jars] = await Promise.all([ensureJava(), ensureKafkaJars()])
  const args = [...FLAGS, `-Dlog4j2.configurationFile=${jars.logConfig}`, `@${jars.argFile}`, main]
  return { command: java.command, args }
}

/**
 * Every value (each of one line) of a topic that Java's consumer sees with `isolation.level=read_committed`: a
 * reader that is not ours.
 */
export async function readCommittedByJava(bootstrap: string, topic: string): Promise<string[]> {
  const { command, args } = await kafkaTool(CONSOLE_CONSUMER)
  const { stdout } = await runOrFail(`${topic} could not be read.`, command, [
    ...args,
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--from-beginning'],
    ...['--isolation-level', 'read_committed', '--timeout-ms', `${QUIET_MS}`],
    ...['--formatter-property', 'print.offset=true'],
  ])
  // It logs among them.
  return [...stdout.matchAll(/^Offset:\d+\t(.*)$/gm)].map(([, value = '']) => value)
}
