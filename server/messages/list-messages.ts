import type { Problem } from '@/lib/contracts/common'
import type { InputOf, OutputOf } from '@/lib/contracts/endpoint'
import { type Message, messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { findOpenTransactions } from './find-open-transactions'
import { HitDecoder, textBytes } from './hit-decoder'
import { type LocatedLog, type PartitionRange, toError } from './locate-log'
import { encodeLink, neighbours } from './page-links'
import { type PreparedSearch, prepareSearch } from './prepare-search'
import { type ReadPage, readPage } from './read-page'
import { runSearch } from './run-search'
import { ANSWER_BYTES } from './shown-bytes'
import { toldBudget } from './told-budget'

type Input = InputOf<typeof messages.list>
type Output = OutputOf<typeof messages.list>

/** What a page that searches may take, below the time that any answer has; its cursor goes on. */
const PAGE_SEARCH_MS = 10_000
const PAGE_SEARCH_BYTES = 4 * 1024 ** 3

/**
 * One page of records over the selected partitions, of those that match when a filter is given. Without a
 * cursor it begins at `from`; with one where that page ended, in its direction or against it. Throws
 * TOPIC_UNKNOWN, PARTITION_UNKNOWN, CURSOR_INVALID, INPUT_INVALID (a time that no calendar knows, a filter
 * that is none), RATE_LIMITED when too many searches wait. A partition that fails is among the problems, and
 * an offset to begin at that none has reached (OFFSET_OUT_OF_RANGE); when all fail, the first is the error.
 */
export const listMessages = verb(messages.list, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const prepared = await prepareSearch(ctx, input)
  const [openTransactions, page] = await Promise.all([
    findOpenTransactions(prepared.cluster, input.topic, prepared.log, ctx),
    prepared.filter === null ? browse(ctx, input, prepared) : search(ctx, input, prepared),
  ])
  return {
    ...page,
    order: prepared.query.order,
    ranges: [...prepared.log.ranges].map(([partition, range]) => ({ partition, ...asText(range) })),
    sampledAt: new Date(ctx.clock.now()).toISOString(),
    ...(openTransactions.length > 0 ? { openTransactions } : {}),
  }
})

type Page = Pick<Output, 'items' | 'next' | 'previous' | 'end' | 'scanned'> & Partial<Output>

async function browse(ctx: Context, input: Input, prepared: PreparedSearch): Promise<Page> {
  const { log, cluster, cursor, query, binding, lanes, serdes } = prepared
  const partBytes = textBytes(input.preview)
  const fetcher = cluster.openFetcher({ signal: ctx.signal })
  try {
    const page = await readPage(
      fetcher,
      {
        topic: input.topic,
        direction: prepared.direction,
        isolation: input.isolation,
        aborted: input.aborted,
        limit: input.limit,
        lanes: lanes.map(one => one.lane),
        budget: { partBytes },
      },
      () => ctx.clock.now(),
    )
    const problems = [...log.problems, ...page.problems]
    const [first] = problems
    if (first && page.records.length === 0 && failedAll(log, page)) throw toError(first)
    const decoder = new HitDecoder(serdes, input)
    const items = await decoder.page(input.topic, page.records)
    if (cursor?.toward === 'previous') items.reverse()
    const { next, previous } = neighbours(query.order, cursor, lanes, page)
    const links = {
      next: encodeLink(binding, next, problems),
      previous: encodeLink(binding, previous, problems),
    }
    return {
      items,
      ...links,
      end: page.end,
      scanned: page.scanned,
      ...told([...problems, ...prepared.remarks]),
    }
  } finally {
    fetcher.close()
  }
}

async function search(ctx: Context, input: Input, prepared: PreparedSearch): Promise<Page> {
  const { budget } = ctx.config.search
  const steps = runSearch(ctx, prepared, {
    limit: input.limit,
    budget: {
      bytes: Math.min(budget.bytes, PAGE_SEARCH_BYTES),
      records: budget.records,
      timeMs: Math.min(budget.seconds * 1000, PAGE_SEARCH_MS),
    },
    shown: input,
    answerBytes: ANSWER_BYTES,
  })
  const items: Message[] = []
  for (;;) {
    const step = await steps.next()
    if (!step.done) {
      if (step.value.type === 'messages') items.push(...step.value.messages)
      continue
    }
    const { next, previous, reason, detail, budget, records, bytes, evaluationErrors, problems } = step.value
    const { keyPartition } = prepared
    if (prepared.cursor?.toward === 'previous') items.reverse()
    return {
      items,
      next,
      previous,
      end: { reason, ...(detail === null ? {} : { detail }), ...toldBudget(ctx, budget) },
      scanned: { records, bytes },
      ...(keyPartition === null ? {} : { keyPartition }),
      ...(step.value.allPartitions ? { allPartitions: true as const } : {}),
      ...(evaluationErrors.count > 0 ? { evaluationErrors } : {}),
      ...told([...problems, ...prepared.remarks]),
    }
  }
}

const told = (problems: Problem[]) => (problems.length > 0 ? { problems } : {})

function failedAll(log: LocatedLog, page: ReadPage): boolean {
  return log.problems.length + page.failedPartitions >= log.partitions.length
}

function asText(range: PartitionRange) {
  return {
    firstOffset: range.firstOffset.toString(),
    lastStableOffset: range.lastStableOffset.toString(),
    highWatermark: range.highWatermark.toString(),
  }
}
