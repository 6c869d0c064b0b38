import type { Broker } from '@/lib/contracts/clusters'
import type { Problem } from '@/lib/contracts/common'
import { toAppError } from '@/lib/errors'
import type { BrokerLogDirs, KafkaCluster, Quorum } from '@/server/kafka/port'
import { type BrokerState, type ClusterState, LOOK_MS } from './cluster-state'

type Disk = { bytes: bigint; totalBytes: bigint | null; usableBytes: bigint | null }

/** Sums over directories; a directory that does not tell makes the sum unknown. */
function sum(values: (bigint | null)[]): bigint | null {
  let total = 0n
  for (const value of values) {
    if (value === null) return null
    total += value
  }
  return values.length > 0 ? total : null
}

function toDisk({ dirs, replicas }: { dirs: DirsOf['dirs']; replicas: DirsOf['replicas'] }): Disk {
  return {
    bytes: replicas.reduce((total, one) => total + one.bytes, 0n),
    totalBytes: sum(dirs.map(dir => dir.totalBytes)),
    usableBytes: sum(dirs.map(dir => dir.usableBytes)),
  }
}
type DirsOf = Extract<BrokerLogDirs['answer'], { ok: true }>['value']

/** Bytes on disk by broker; a broker without an answer is a problem. */
export async function readDisks(
  cluster: KafkaCluster,
  state: ClusterState,
): Promise<{ disks: Map<number, Disk>; problems: Problem[] }> {
  try {
    // Shared between callers: not one caller's signal.
    const answers = await state.memory.disks.get(() => cluster.describeLogDirs({ timeoutMs: LOOK_MS }))
    const disks = new Map<number, Disk>()
    const problems: Problem[] = []
    for (const { broker, answer } of answers) {
      if (answer.ok) disks.set(broker, toDisk(answer.value))
      else problems.push({ ...answer.problem, scope: `disk:${broker}` })
    }
    return { disks, problems }
  } catch (error) {
    const { code, params } = toAppError(error)
    return { disks: new Map(), problems: [{ scope: 'disk', code, ...(params && { params }) }] }
  }
}

/** The quorum, or null with a problem where asking failed; null alone where there is none to be seen. */
export async function readQuorum(
  cluster: KafkaCluster,
  signal: AbortSignal,
): Promise<{ quorum: Quorum | null; problems: Problem[] }> {
  try {
    return { quorum: await cluster.describeQuorum({ signal, timeoutMs: LOOK_MS }), problems: [] }
  } catch (error) {
    return { quorum: null, problems: [{ scope: 'quorum', code: toAppError(error).code }] }
  }
}

const text = (bytes: bigint | null | undefined) =>
  bytes === null || bytes === undefined ? null : String(bytes)

function toBroker(
  state: BrokerState,
  quorum: Quorum | null,
  disk: Disk | undefined,
  problems: Problem[],
): Broker {
  const { node, answer } = state
  const own = answer.ok ? problems.find(one => one.scope === `disk:${node.id}`) : answer.problem
  return {
    ...node,
    up: answer.ok,
    isController: quorum?.leaderId === node.id,
    leaders: state.leaders,
    replicas: state.replicas,
    underReplicated: state.underReplicated,
    bytes: text(disk?.bytes),
    totalBytes: text(disk?.totalBytes),
    usableBytes: text(disk?.usableBytes),
    problem: own ?? null,
  }
}

/** A row a broker, dead ones too. */
export function toBrokerRows(
  state: ClusterState,
  quorum: Quorum | null,
  { disks, problems }: Awaited<ReturnType<typeof readDisks>>,
): Broker[] {
  return state.brokers.map(one => toBroker(one, quorum, disks.get(one.node.id), problems))
}
