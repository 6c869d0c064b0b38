import { fileURLToPath } from 'node:url'
import { freePort } from '../../lib/ports.ts'
import { startJavaApp } from '../java-app.ts'
import { ensureKafkaJars } from '../kafka-jars.ts'

/** A record as Java's consumer hands it over. */
export type PlainRecord = {
  partition: number
  offset: bigint
  timestampMs: number
  timestampType: string
  key: Buffer | null
  value: Buffer | null
  headers: { name: string; value: Buffer | null }[]
}

export type PlainLog = {
  /** By partition; `end` is exclusive, for `read_committed` the last stable offset. */
  ranges: Map<number, { start: bigint; end: bigint }>
  records: PlainRecord[]
}

export type PlainIsolation = 'read_committed' | 'read_uncommitted'

/** One command of PlainClient.java. */
export type PlainCommand =
  | { do: 'producer'; name: string; config: Record<string, string | number> }
  | { do: 'begin' | 'commit' | 'abort' | 'flush' | 'close'; name: string }
  | {
      do: 'send'
      name: string
      topic: string
      partition: number
      timestampMs: number
      key: Buffer | null
      value: Buffer | null
      headers: readonly { name: string; value: Buffer | null }[]
    }

export type PlainClient = {
  /** Does one after the other; answers the offset of each record that was sent, -1 for one that was given up. */
  write(commands: readonly PlainCommand[]): Promise<bigint[]>
  read(topic: string, isolation: PlainIsolation): Promise<PlainLog>
  /** By time and partition the first offset at or after it; null when there is none. */
  offsetsForTimes(
    topic: string,
    isolation: PlainIsolation,
    timesMs: readonly number[],
  ): Promise<Map<number, Map<number, bigint | null>>>
  stop(): Promise<void>
}

const ANSWER_MS = 60_000
/** Commands of one request: some megabytes where values are long. */
const AT_ONCE = 1_000

/** Kafka's own producer and consumer (PlainClient.java): writers and a reader that are not ours. */
export async function startPlainClient(bootstrap: string): Promise<PlainClient> {
  const [{ jars, logConfig }, port] = await Promise.all([ensureKafkaJars(), freePort()])
  const app = await startJavaApp(
    {
      name: 'frameworks',
      pomFile: fileURLToPath(new URL('./pom.xml', import.meta.url)),
      sources: fileURLToPath(new URL('./src', import.meta.url)),
      mainClass: 'PlainClient',
      moreJars: jars,
      flags: ['-Xmx400m', `-Dlog4j2.configurationFile=${logConfig}`],
    },
    () => [bootstrap, String(port)],
  )
  const ask = async (lines: readonly string[]): Promise<string[][]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: lines.join('\n'),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const text = await answer.text()
    const said = text.slice(0, -1).split('\n')
    if (said.pop() !== 'done')
      throw new Error(`Kafka's client: ${text.slice(-500)}\n${app.output().slice(-2000)}`)
    return said.slice(said.lastIndexOf('again') + 1).map(line => line.split('\t'))
  }
  return {
    async write(commands) {
      const offsets: bigint[] = []
      for (let at = 0; at < commands.length; at += AT_ONCE)
        for (const [, offset = '-1'] of await ask(commands.slice(at, at + AT_ONCE).map(lineOf)))
          offsets.push(BigInt(offset))
      return offsets
    },
    read: async (topic, isolation) => toLog(await ask([`read\t${topic}\t${isolation}`])),
    async offsetsForTimes(topic, isolation, timesMs) {
      const found = new Map(timesMs.map(time => [time, new Map<number, bigint | null>()]))
      if (timesMs.length === 0) return found
      for (const [, time, partition, offset = '-'] of await ask([
        ['times', topic, isolation, ...timesMs].join('\t'),
      ]))
        found.get(Number(time))?.set(Number(partition), offset === '-' ? null : BigInt(offset))
      return found
    },
    stop: app.stop,
  }
}

const wordOf = (bytes: Buffer | null) => (bytes === null ? '-' : `~${bytes.toString('base64')}`)
const bytesOf = (word = '-') => (word === '-' ? null : Buffer.from(word.slice(1), 'base64'))

function lineOf(command: PlainCommand): string {
  if (command.do === 'producer')
    return [command.do, command.name, ...Object.entries(command.config).flat()].join('\t')
  if (command.do !== 'send') return `${command.do}\t${command.name}`
  const { name, topic, partition, timestampMs, key, value, headers } = command
  const more = headers.flatMap(one => [wordOf(Buffer.from(one.name)), wordOf(one.value)])
  return [command.do, name, topic, partition, timestampMs, wordOf(key), wordOf(value), ...more].join('\t')
}

function toLog(lines: readonly string[][]): PlainLog {
  const log: PlainLog = { ranges: new Map(), records: [] }
  for (const [kind, partition, ...words] of lines) {
    const [first = '0', second = '0', type = '', key, value, ...more] = words
    if (kind === 'range') log.ranges.set(Number(partition), { start: BigInt(first), end: BigInt(second) })
    else
      log.records.push({
        partition: Number(partition),
        offset: BigInt(first),
        timestampMs: Number(second),
        timestampType: type,
        key: bytesOf(key),
        value: bytesOf(value),
        headers: Array.from({ length: more.length / 2 }, (_, i) => ({
          name: (bytesOf(more[i * 2]) ?? Buffer.alloc(0)).toString(),
          value: bytesOf(more[i * 2 + 1]),
        })),
      })
  }
  return log
}
