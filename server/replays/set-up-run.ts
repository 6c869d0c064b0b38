import { type AppError, toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { KafkaCluster, KafkaClusters } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import type { Schemas } from '@/server/schemas/service'
import { openEditSerde } from './edit-serde'
import { copyLedgerId, ensureLedger } from './ledger'
import type { ReplayOptions, ReplayRow } from './replay-store'
import type { SliceJob } from './run-slice'
import { createTokenBucket, unlimited } from './token-bucket'

export type SetUpDeps = {
  cluster: KafkaCluster
  /** For targets in other clusters. */
  clusters: Pick<KafkaClusters, 'get'>
  /** For edits of records that have a schema. */
  schemas: Pick<Schemas, 'registry'>
  clock: Clock
  log: Logger
  triesMax?: number | undefined
  batchRecords?: number | undefined
}

/**
 * What all slices of one run share: ledger, target, throttle and edit. Its fetcher is the caller's to close.
 * Answers what the cluster says when the replay can't begin.
 */
export async function setUpRun(
  { cluster, clusters, schemas, clock, log, triesMax, batchRecords }: SetUpDeps,
  { id: replay, sourceTopic }: ReplayRow,
  { request, frozen, recordedBy }: ReplayOptions,
  signal: AbortSignal,
): Promise<Omit<SliceJob, 'partition' | 'transactionalId' | 'signal' | 'save' | 'refusePast'> | AppError> {
  const { sourceTopicId, editPlan } = frozen
  const { edit } = request
  let target = cluster
  let ledgerPartitions = frozen.ledgerPartitions
  try {
    if (request.targetCluster !== null) target = clusters.get(request.targetCluster)
    if (request.guarantee === 'exactly-once')
      ledgerPartitions = await ensureLedger(cluster, frozen.ledgerRetentionMs, signal)
  } catch (error) {
    return toAppError(error)
  }
  const perSecond = (rate: number | null) =>
    rate === null ? unlimited : createTokenBucket(rate, () => performance.now())
  const registry = schemas.registry(cluster.id)
  const serde = edit && editPlan ? openEditSerde(registry, editPlan, edit, { strict: true, signal }) : null
  return {
    cluster,
    target,
    fetcher: cluster.openFetcher({ signal }),
    replay,
    sourceTopic,
    sourceTopicId,
    making: { kind: request.kind, edit, serde },
    planned: frozen.targets ?? [],
    ledgerId: request.kind === 'copy' ? copyLedgerId(sourceTopicId, replay) : sourceTopicId,
    again: request.again,
    timestamp: request.timestamp,
    recordedBy,
    ledgerPartitions,
    ledgerFrom: new Map(frozen.ledgerFrom.map(([partition, offset]) => [partition, BigInt(offset)])),
    bucket: perSecond(request.ratePerSecond),
    byteBucket: perSecond(request.bytesPerSecond),
    now: () => clock.now(),
    log,
    triesMax,
    batchRecords,
  }
}
