import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { run, runOrFail } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'
import { seeBrokers } from '../services/kafka-probe.ts'

const IMAGE = 'apache/kafka:4.3.1'
const NAME = 'milena-demo-kafka'
const VOLUME = 'milena-demo-kafka'
const READY_TIMEOUT_MS = 180_000

/** Is there a Docker engine that answers? */
export const hasDocker = async (): Promise<boolean> =>
  (await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 })).code === 0

/** `docker run` for a single node whose data lies in a volume; published on loopback only. */
export function dockerArgs(port: number): string[] {
  const env = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'PLAINTEXT',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    KAFKA_HEAP_OPTS: '-Xms64m -Xmx512m',
  }
  const publish = ['-p', `127.0.0.1:${port}:${port}`, '-v', `${VOLUME}:/var/lib/kafka/data`]
  const settings = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  return ['run', '--rm', '-d', '--name', NAME, '--label', `run=${randomBytes(4).toString('hex')}`].concat(
    publish,
    settings,
    IMAGE,
  )
}

/**
 * Kafka in a container, for machines without Java or Maven. One a machine: its name is fixed, and a left-over
 * one is replaced.
 */
export async function startDockerKafka(port: number, fresh: boolean): Promise<{ stop(): Promise<void> }> {
  const remove = () => run('docker', ['rm', '-f', NAME], { timeoutMs: 60_000 })
  await remove()
  if (fresh) await run('docker', ['volume', 'rm', '-f', VOLUME], { timeoutMs: 60_000 })
  await runOrFail(`Docker could not start ${IMAGE}.`, 'docker', dockerArgs(port))
  const deadlineMs = performance.now() + READY_TIMEOUT_MS
  while (performance.now() < deadlineMs) {
    if ((await seeBrokers(port)).nodeIds.length > 0) {
      return {
        stop: async () => {
          await run('docker', ['stop', '-t', '20', NAME], { timeoutMs: 60_000 })
        },
      }
    }
    await sleep(300)
  }
  await remove()
  throw new SetupError(`Kafka in Docker did not answer on port ${port}: look at docker logs ${NAME}.`)
}
