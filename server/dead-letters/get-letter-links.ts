import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { decodeDeadLetter } from '@/lib/dead-letter'
import { fillLink } from '@/lib/dead-letter/link-template'
import { traceOf } from '@/lib/dead-letter/trace'
import { routes } from '@/lib/routes'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { isoOrNull } from './index-answers'
import { letterInput } from './index-row'
import { readLetter } from './read-letter'

const MINUTES_MS = 15 * 60_000

/**
 * Links of one letter to other tools: its place, its origin and its trace fill the templates. Throws what
 * reading the record throws.
 */
export const getLetterLinks = verb(deadLetterTriage.links, async (ctx, input) => {
  const { cluster, topic, partition } = input
  authorise(ctx, 'deadletter.read', { cluster, topic })
  authorise(ctx, 'record.read', { cluster, topic })
  const port = ctx.clusters.get(cluster)
  const { links = [] } = port.config.deadLetters
  if (links.length === 0) return { links: [] }
  const record = await readLetter(port, { topic, partition, offset: BigInt(input.offset) }, ctx.signal)
  const letter = decodeDeadLetter(letterInput(topic, record))
  const trace = traceOf(
    record.headers.map(({ name, value }) => ({
      name: name.toString(),
      text: value?.toString('utf8') ?? null,
    })),
  )
  const atMs = record.timestampMs >= 0 ? record.timestampMs : null
  const values = {
    cluster,
    topic,
    partition,
    offset: input.offset,
    originTopic: letter.origin.topic,
    originPartition: letter.origin.partition,
    originOffset: letter.origin.offset === null ? null : String(letter.origin.offset),
    group: letter.consumerGroup,
    exception: letter.exception.rootCause ?? letter.exception.class,
    message: letter.exception.message,
    key: record.key?.toString('utf8') ?? null,
    traceId: trace?.traceId ?? null,
    spanId: trace?.spanId ?? null,
    at: isoOrNull(atMs),
    atMs,
    fromMs: atMs === null ? null : atMs - MINUTES_MS,
    untilMs: atMs === null ? null : atMs + MINUTES_MS,
    url: ctx.config.publicUrl + routes.deadLetter(cluster, topic, partition, input.offset),
  }
  return {
    links: links.flatMap(({ name, url }) => {
      const filled = fillLink(url, values)
      return filled === null ? [] : [{ name, url: filled }]
    }),
  }
})
