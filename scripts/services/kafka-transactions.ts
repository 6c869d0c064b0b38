import { runOrFail } from '../lib/process.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'

/** `kafka-transactions.sh abort`: ends the transaction that is open from this offset on. */
export async function abortTransaction(
  bootstrap: string,
  topic: string,
  partition: number,
  offset: string,
): Promise<void> {
  const [{ command }, { argFile }] = await Promise.all([ensureJava(), ensureKafkaJars()])
  const place = ['--topic', topic, '--partition', `${partition}`, '--start-offset', offset]
  const tool = ['-Xmx64m', `@${argFile}`, 'org.apache.kafka.tools.TransactionsCommand']
  const args = [...tool, '--bootstrap-server', bootstrap, 'abort', ...place]
  await runOrFail('The transaction could not be aborted.', command, args, { timeoutMs: 60_000 })
}
