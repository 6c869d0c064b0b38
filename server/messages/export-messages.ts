import { createHash, randomUUID } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Download } from '@/lib/contracts/common'
import type { InputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { EXPORT_FORMATS } from './export-lines'
import { beginExport, findExport, noteExport } from './export-store'
import { HitDecoder, toRecord } from './hit-decoder'
import { mapSteps } from './map-steps'
import { type PreparedSearch, prepareSearch, toRanges } from './prepare-search'
import type { ScanEnd, ScanRange } from './scan/scan-types'

type Input = InputOf<typeof messages.export>
type Run = { id: string; ranges: ScanRange[]; records: number; bytes: number; resumed: boolean }

const UNLIMITED = Number.MAX_SAFE_INTEGER
const NOTE_EVERY_MS = 5_000

/**
 * The range as it is read here, upwards: `newest` is where a screen begins, for a file it is the whole log
 * down to `until`.
 */
function upwards({ from, until }: Pick<InputOf<typeof messages.export>, 'from' | 'until'>) {
  return from === 'newest'
    ? { order: 'asc' as const, from: until ?? 'oldest', until: undefined }
    : { order: 'asc' as const }
}

/**
 * Everything that was asked for as a file, partition after partition, made while it is read: memory does not
 * grow with it. What the log held at the beginning is what goes out. Its manifest is kept; with `resume` and
 * `after` one that broke off goes on behind the last record that arrived. Throws what `listMessages` throws,
 * and EXPORT_UNKNOWN.
 */
export const exportMessages = verb(messages.export, async (ctx, input): Promise<Download> => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const prepared = await prepareSearch(ctx, { ...input, ...upwards(input), partitioner: 'all' })
  const run = input.resume === undefined ? await begin(ctx, input, prepared) : await resume(ctx, input)
  const format = EXPORT_FORMATS[input.format]
  const lines = linesOf(ctx, input, prepared, run)
  const zip = input.gzip ? createGzip() : null
  if (zip) pipeline(Readable.from(lines, { objectMode: false }), zip, () => undefined)
  const part = run.resumed ? '-rest' : ''
  const filename = `${input.topic.replace(/[^A-Za-z0-9._-]/g, '_')}${part}.${format.extension}`
  return {
    filename: zip ? `${filename}.gz` : filename,
    contentType: zip ? 'application/gzip' : format.contentType,
    headers: { 'x-milena-export': run.id },
    body: zip ?? lines,
  }
})

const subjectOf = (id: string, { cluster, topic, ...asked }: Input) => ({
  action: 'record.export',
  cluster,
  resource: `topic:${topic}`,
  details: { export: id, ...asked },
})

async function begin(ctx: Context, input: Input, prepared: PreparedSearch): Promise<Run> {
  const ranges = toRanges(input.topic, prepared.lanes, 'up').sort((a, b) => a.partition - b.partition)
  const id = randomUUID()
  const { cluster, topic, ...asked } = input
  await audited(ctx, subjectOf(id, input), () =>
    beginExport(ctx.store, {
      id,
      cluster,
      topic,
      by: ctx.actor.name,
      asked: JSON.stringify(asked),
      startedAtMs: ctx.clock.now(),
      state: 'running',
      records: 0,
      bytes: 0,
      ranges: JSON.stringify(
        ranges.map(({ partition, low, high }) => ({ partition, from: String(low), until: String(high) })),
      ),
      evaluationErrors: 0,
      problems: JSON.stringify(prepared.log.problems),
    }),
  )
  return { id, ranges, records: 0, bytes: 0, resumed: false }
}

async function resume(ctx: Context, input: Input): Promise<Run> {
  const row = await findExport(ctx.store, input.cluster, input.resume ?? '')
  // Whoever began it goes on with it: what anybody takes away stands under their own name.
  if (row.topic !== input.topic || row.by !== ctx.actor.name) throw new AppError('EXPORT_UNKNOWN')
  const [partition = -1, offset = '-1'] = input.after?.split(':') ?? []
  const known: { partition: number; from: string; until: string }[] = JSON.parse(row.ranges)
  const ranges = known
    .filter(range => range.partition >= Number(partition))
    .map(range => {
      const isHere = range.partition === Number(partition)
      const from = isHere ? BigInt(offset) + 1n : BigInt(range.from)
      return {
        topic: row.topic,
        partition: range.partition,
        low: from,
        position: from,
        high: BigInt(range.until),
      }
    })
    .filter(range => range.low < range.high)
  const begun = { state: 'running' as const, finishedAtMs: null, reason: null, sha256: null }
  await audited(ctx, subjectOf(row.id, input), () => noteExport(ctx.store, row.id, begun))
  return { id: row.id, ranges, records: row.records, bytes: row.bytes, resumed: true }
}

async function* linesOf(
  ctx: Context,
  input: Input,
  prepared: PreparedSearch,
  run: Run,
): AsyncGenerator<Buffer, void, void> {
  const format = EXPORT_FORMATS[input.format]
  const { serdes, cluster, filter } = prepared
  const decoder = new HitDecoder(serdes, { preview: 0 })
  const hash = createHash('sha256')
  let { records, bytes } = run
  let notedMs = ctx.clock.now()
  let end: ScanEnd | null = null
  const out = (chunk: Buffer) => {
    hash.update(chunk)
    bytes += chunk.length
    return chunk
  }
  try {
    if (!run.resumed && format.head !== '') yield out(Buffer.from(format.head))
    const events = ctx.services.search.run(
      {
        actor: ctx.actor.name,
        cluster: cluster.config,
        plan: {
          ranges: run.ranges,
          order: 'partition',
          isolation: input.isolation,
          aborted: input.aborted,
          filter,
          limit: input.limit ?? UNLIMITED,
          budget: { bytes: UNLIMITED, records: UNLIMITED, timeMs: UNLIMITED },
        },
        serdes: serdes.plans,
        kind: 'export',
        rate: null,
        schemasOf: serdes.schemasOf,
      },
      ctx.signal,
    )
    end = yield* mapSteps(events, async function* (event): AsyncGenerator<Buffer> {
      if (event.type !== 'hits') return
      const { hits } = event
      const decoded = await decoder.decode(hits)
      const chunk = Buffer.concat(
        decoded.flatMap((message, i) => {
          const hit = hits[i]
          return hit === undefined ? [] : [format.line(message, toRecord(hit), decoder.serdeOf(hit.topic))]
        }),
      )
      records += decoded.length
      yield out(chunk)
      if (ctx.clock.now() - notedMs < NOTE_EVERY_MS) return
      notedMs = ctx.clock.now()
      await noteExport(ctx.store, run.id, { records, bytes })
    })
  } finally {
    const problems = [...prepared.log.problems, ...(end?.problems ?? [])]
    // A partition that could not be read to its end, or a batch that was left out, makes no complete export.
    const isWhole = end !== null && (end.reason === 'end' || end.reason === 'limit') && problems.length === 0
    await noteExport(ctx.store, run.id, {
      state: isWhole ? 'complete' : 'broken',
      reason: end?.reason ?? 'cancelled',
      finishedAtMs: ctx.clock.now(),
      records,
      bytes,
      sha256: isWhole && !run.resumed ? hash.digest('hex') : null,
      evaluationErrors: end?.evaluationErrors.count ?? 0,
      problems: JSON.stringify(problems),
    })
  }
}
