import { spawn } from 'node:child_process'
import { SetupError } from '../lib/say.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'

const FLAGS = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
export const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
/** A busy machine may take this long until the consumer has joined its group and the first record comes. */
const PATIENCE_MS = 30_000
/** Nothing more for so long after all that was expected: there is no surplus. */
const QUIET_MS = 4_000

/** How one of Kafka's own command-line tools is started. */
export async function kafkaTool(main: string): Promise<{ command: string; args: string[] }> {
  const [java, jars] = await Promise.all([ensureJava(), ensureKafkaJars()])
  const args = [...FLAGS, `-Dlog4j2.configurationFile=${jars.logConfig}`, `@${jars.argFile}`, main]
  return { command: java.command, args }
}

/**
 * Every value (each of one line) of a topic that Java's consumer sees with `isolation.level=read_committed`: a
 * reader that is not ours. Quick when `expected` values come, and nothing after them; waits long for missing ones.
 */
export async function readCommittedByJava(
  bootstrap: string,
  topic: string,
  expected: number,
): Promise<string[]> {
  const { command, args } = await kafkaTool(CONSOLE_CONSUMER)
  const reading = [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--from-beginning'],
    ...['--isolation-level', 'read_committed', '--timeout-ms', `${PATIENCE_MS}`],
    ...['--formatter-property', 'print.offset=true'],
  ]
  const child = spawn(command, [...args, ...reading], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let complaints = ''
  let quiet: NodeJS.Timeout | undefined
  // It logs among them.
  const values = () => [...output.matchAll(/^Offset:\d+\t(.*)\n/gm)].map(([, value = '']) => value)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    clearTimeout(quiet)
    if (values().length >= expected) quiet = setTimeout(() => child.kill(), QUIET_MS)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(quiet)
  const found = values()
  if (code !== 0 && found.length < expected)
    throw new SetupError(`${topic} could not be read.\n${command} ended with ${code}:\n${complaints}`)
  return found
}
