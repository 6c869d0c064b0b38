import { createHash, randomUUID } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Download, Problem } from '@/lib/contracts/common'
import type { InputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { AppError } from '@/lib/errors'
import { partitionScope } from '@/lib/partition-key'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { EXPORT_FORMATS } from './export-lines'
import { type ArrivedRecord, hasArrived, marksUpTo } from './export-marks'
import {
  beginExport,
  continueExport,
  type ExportPart,
  type ExportTotals,
  findExport,
  noteExport,
} from './export-store'
import { ExportTally, joinedProblems } from './export-tally'
import { HitDecoder } from './hit-decoder'
import { mapSteps } from './map-steps'
import { type PreparedSearch, prepareSearch, toRanges } from './prepare-search'
import type { ScanEnd, ScanRange } from './scan/scan-types'
import type { SearchRequest } from './service'

type Input = InputOf<typeof messages.export>
type Asked = Omit<Input, 'cluster' | 'topic' | 'resume' | 'after'>
type Range = { partition: number; from: string; until: string }
/** One go: what it looks at, what was taken away before, and the last record that has arrived (null: nothing has). */
type Run = ExportPart & { ranges: ScanRange[]; before: ExportTotals; arrived: ArrivedRecord | null }

const UNLIMITED = Number.MAX_SAFE_INTEGER
const NOTE_EVERY_MS = 5_000
const NOTHING: ExportTotals = { records: 0, bytes: 0, evaluationErrors: 0, problems: [], marks: [] }

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
 * `after` one that broke off goes on, as it was asked for then, behind the last record that arrived. Throws
 * what `listMessages` throws, EXPORT_UNKNOWN, and INPUT_INVALID for an `after` of no export.
 */
export const exportMessages = verb(messages.export, async (ctx, input): Promise<Download> => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  if (input.after !== undefined && input.resume === undefined)
    throw new AppError('INPUT_INVALID', {
      fields: [
        {
          path: 'resume',
          code: 'REQUIRED',
          message: 'is missing: after is a place in an export that broke off',
        },
      ],
    })
  const { asked, prepared, run } =
    input.resume === undefined ? await begin(ctx, input) : await resume(ctx, input, input.resume)
  const format = EXPORT_FORMATS[asked.format]
  const lines = linesOf(ctx, asked, prepared, run)
  const zip = asked.gzip ? createGzip() : null
  if (zip) pipeline(Readable.from(lines, { objectMode: false }), zip, () => undefined)
  const part = run.arrived === null ? '' : '-rest'
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

const prepare = (ctx: Context, { cluster, topic }: Input, asked: Asked): Promise<PreparedSearch> =>
  prepareSearch(ctx, { ...asked, ...upwards(asked), cluster, topic, partitioner: 'all' })

async function begin(ctx: Context, input: Input) {
  const { cluster, topic, resume: _, after: __, ...asked } = input
  const prepared = await prepare(ctx, input, asked)
  const ranges = toRanges(topic, prepared.lanes, 'up').sort((a, b) => a.partition - b.partition)
  const id = randomUUID()
  const before = { ...NOTHING, problems: prepared.log.problems }
  await audited(ctx, subjectOf(id, input), () =>
    beginExport(
      ctx.store,
      {
        id,
        cluster,
        topic,
        by: ctx.actor.name,
        asked: JSON.stringify(asked),
        startedAtMs: ctx.clock.now(),
        ranges: JSON.stringify(
          ranges.map(({ partition, low, high }) => ({ partition, from: String(low), until: String(high) })),
        ),
      },
      before,
    ),
  )
  return { asked, prepared, run: { id, part: 1, ranges, before, arrived: null } }
}

async function resume(ctx: Context, input: Input, id: string) {
  const row = await findExport(ctx.store, input.cluster, id)
  // Whoever began it goes on with it: what anybody takes away stands under their own name.
  if (row.topic !== input.topic || row.by !== ctx.actor.name) throw new AppError('EXPORT_UNKNOWN')
  const asked: Asked = JSON.parse(row.asked)
  const prepared = await prepare(ctx, input, asked)
  const [partition = 0, offset = '0'] = input.after?.split(':') ?? []
  const arrived = input.after === undefined ? null : { partition: Number(partition), offset: BigInt(offset) }
  const marks = arrived === null ? [] : marksUpTo(JSON.parse(row.marks), arrived)
  const mark = marks.at(-1)
  const known: Range[] = JSON.parse(row.ranges)
  const ranges = known
    .filter(range => range.partition >= (mark?.partition ?? 0))
    .map(range => {
      const low = BigInt(range.partition === mark?.partition ? mark.until : range.from)
      return { topic: row.topic, partition: range.partition, low, position: low, high: BigInt(range.until) }
    })
    .filter(range => range.low < range.high)
  const problems: Problem[] = JSON.parse(row.problems)
  const before: ExportTotals = {
    ...NOTHING,
    ...(mark && { records: mark.records, bytes: mark.bytes, evaluationErrors: mark.evaluationErrors }),
    problems: joinedProblems(mark ? problems.slice(0, mark.problems) : [], [
      ...prepared.log.problems,
      ...expiredSince(prepared, ranges),
    ]),
    marks,
  }
  const part = await audited(ctx, subjectOf(id, input), () => continueExport(ctx.store, id, before))
  return { asked, prepared, run: { id, part, ranges, before, arrived } }
}

/** What retention took since the bounds were fixed: it can neither be sent nor counted any more. */
function expiredSince({ log }: PreparedSearch, ranges: readonly ScanRange[]): Problem[] {
  return ranges.flatMap(({ topic, partition, low }) => {
    const first = log.ranges.get(partition)?.firstOffset ?? low
    if (first <= low) return []
    const params = { topic, partition, from: low.toString(), to: first.toString() }
    return [{ scope: partitionScope({ topic, partition }), code: 'RECORD_EXPIRED' as const, params }]
  })
}

async function* linesOf(
  ctx: Context,
  asked: Asked,
  prepared: PreparedSearch,
  run: Run,
): AsyncGenerator<Buffer, void, void> {
  const format = EXPORT_FORMATS[asked.format]
  const { before, arrived } = run
  const decoder = new HitDecoder(prepared.serdes, { preview: 0 })
  const serde = decoder.serdeOf(prepared.input.topic)
  const hash = createHash('sha256')
  const tally = new ExportTally(before)
  let notedMs = ctx.clock.now()
  let end: ScanEnd | null = null
  const out = (chunk: Buffer) => {
    hash.update(chunk)
    return chunk
  }
  try {
    const head = Buffer.from(format.head)
    // Before the first mark nothing has been counted, the head neither.
    if (before.marks.length === 0) tally.addHead(head.length)
    if (arrived === null && head.length > 0) yield out(head)
    const events = ctx.services.search.run(searchOf(ctx, asked, prepared, run), ctx.signal)
    end = yield* mapSteps(events, async function* (event): AsyncGenerator<Buffer> {
      if (event.type === 'reached') tally.reach(event.edge)
      else if (event.type === 'hits') {
        const lines: Buffer[] = []
        for await (const { message, record } of decoder.each(event.hits)) {
          const line = format.line(message, record, serde)
          tally.addLine(line.length)
          // Between the mark and the last record that arrived it is only counted.
          if (arrived === null || !hasArrived(record, arrived)) lines.push(line)
        }
        if (lines.length > 0) yield out(Buffer.concat(lines))
      } else return
      if (ctx.clock.now() - notedMs < NOTE_EVERY_MS) return
      notedMs = ctx.clock.now()
      await noteExport(ctx.store, run, tally.totals())
    })
    tally.end(end)
  } finally {
    // A partition that could not be read to its end, or a batch that was left out, makes no complete export.
    const isWhole = end !== null && (end.reason === 'end' || end.reason === 'limit') && tally.isWhole
    await noteExport(ctx.store, run, tally.totals(), {
      state: isWhole ? 'complete' : 'broken',
      reason: end?.reason ?? 'cancelled',
      finishedAtMs: ctx.clock.now(),
      sha256: isWhole && arrived === null ? hash.digest('hex') : null,
    })
  }
}

function searchOf(ctx: Context, asked: Asked, prepared: PreparedSearch, run: Run): SearchRequest {
  const { serdes, cluster, filter } = prepared
  return {
    actor: ctx.actor.name,
    cluster: cluster.config,
    plan: {
      ranges: run.ranges,
      order: 'partition',
      isolation: asked.isolation,
      aborted: asked.aborted,
      filter,
      limit: asked.limit === undefined ? UNLIMITED : Math.max(0, asked.limit - run.before.records),
      budget: { bytes: UNLIMITED, records: UNLIMITED, timeMs: UNLIMITED },
    },
    serdes: serdes.plans,
    kind: 'export',
    rate: null,
    schemasOf: serdes.schemasOf,
  }
}
