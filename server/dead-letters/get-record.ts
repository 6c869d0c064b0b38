import { type DeadLetter, deadLetters } from '@/lib/contracts/dead-letters'
import { decodeDeadLetter, fingerprint, foldStackTrace, headerRoles, type Origin } from '@/lib/dead-letter'
import { toAppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { KafkaCluster } from '@/server/kafka/port'
import { pastOutcomes } from '@/server/replays/past-outcomes'
import { replaysOfLetter } from '@/server/replays/replays-of-letter'
import { isoOrNull, toOrigin, toPlainMark, toReplayMark } from './index-answers'
import { frameworkPrefixes, letterInput, statedOrigin } from './index-row'
import { letterMessage } from './letter-message'
import { originState } from './origin-state'
import { readLetter } from './read-letter'

/**
 * One dead letter, read from Kafka and decoded, with what a replay would do to its headers. Needs the right
 * to read records of its topic. A pointer letter (share groups) comes with the record that it points at,
 * while that lives. Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN, RECORD_EXPIRED, RECORD_UNKNOWN.
 */
export const getRecord = verb(deadLetters.record, async (ctx, input) => {
  const { cluster, topic, partition } = input
  authorise(ctx, 'deadletter.read', { cluster, topic })
  authorise(ctx, 'record.read', { cluster, topic })
  const index = ctx.services.deadLetters.of(cluster)
  const offset = BigInt(input.offset)
  const port = ctx.clusters.get(cluster)
  const record = await readLetter(port, { topic, partition, offset }, ctx.signal)
  const decoded = decodeDeadLetter(letterInput(topic, record))
  const { exception, origin } = decoded
  const known = index.find(topic, partition, offset)
  const topicId = index.topicId(topic)
  const replays = topicId === null ? [] : await replaysOf(ctx, cluster, { topicId, partition, offset })
  const prefixes = frameworkPrefixes(port.config)
  const identity = fingerprint(
    {
      rootCause: exception.rootCause ?? exception.class,
      message: exception.message,
      stackTrace: exception.stackTrace,
      originTopic: origin.topic ?? statedOrigin(port.config, topic),
      consumerGroup: decoded.consumerGroup,
    },
    prefixes,
  )
  const state = await originState(ctx, cluster, origin)
  return {
    topic,
    message: letterMessage(record),
    family: decoded.family,
    origin: toOrigin(origin),
    exception,
    consumerGroup: decoded.consumerGroup,
    attempts: decoded.attempts,
    firstFailure: isoOrNull(decoded.failures.firstMs),
    lastFailure: isoOrNull(decoded.failures.lastMs),
    hops: decoded.hops.map(toOrigin),
    notes: decoded.notes,
    facts: decoded.facts,
    fingerprint: known?.fingerprint ?? index.fingerprintOf(identity.fingerprint, exception.message),
    status: known?.status ?? 'new',
    replays: replays ?? [],
    replaysKnown: replays !== null,
    // Lines between frames (causes, messages) are never folded away; `... 12 more` stands for frames and
    // folds with them.
    frames: foldStackTrace(exception.stackTrace ?? '', prefixes).map(({ text, kind, application }) => ({
      text,
      application: application || kind === 'cause' || kind === 'text',
    })),
    headerRoles: headerRoles(decoded.family, record.headers),
    originState: state,
    ...(decoded.notes.includes('pointer') && {
      source: state === 'present' ? await sourceOf(ctx, port, origin) : null,
    }),
    expiresAt: known?.expiresAt ?? null,
  }
})

/** null: the ledger, or the store, could not be asked. */
async function replaysOf(
  ctx: Context,
  id: string,
  letter: { topicId: string; partition: number; offset: bigint },
): Promise<DeadLetter['replays'] | null> {
  const cluster = ctx.clusters.get(id)
  const map = ctx.services.deadLetters.of(id).ledgerMap()
  try {
    const known = await replaysOfLetter({ cluster, map, signal: ctx.signal }, letter)
    const from = { cluster: id, sourceTopicId: letter.topicId, guarantees: ['at-least-once'] as const }
    const plain = (await pastOutcomes(ctx.store, from, [letter])).of(letter)
    const sent = plain && toPlainMark(plain)
    const marks = [...known.map(toReplayMark), ...(sent ? [sent] : [])]
    return marks.sort((a, b) => (a.at < b.at ? -1 : 1))
  } catch (error) {
    if (toAppError(error).code === 'CANCELLED') throw error
    return null
  }
}

/**
 * The record that a pointer letter points at; the right to read it was asked for with its state. null: it
 * went this very moment.
 */
async function sourceOf(ctx: Context, port: KafkaCluster, { topic, partition, offset }: Origin) {
  if (topic === null || partition === null || offset === null) return null
  try {
    return letterMessage(await readLetter(port, { topic, partition, offset }, ctx.signal))
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'RECORD_EXPIRED' || code === 'RECORD_UNKNOWN' || code === 'TOPIC_UNKNOWN') return null
    throw error
  }
}
