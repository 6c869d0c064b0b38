import type { Problem } from '@/lib/contracts/common'
import type { EventOf, InputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { stream } from '@/server/http/verb'
import { findOpenTransactions } from './find-open-transactions'
import { mapSteps } from './map-steps'
import { prepareSearch } from './prepare-search'
import { runSearch, type SearchOutcome } from './run-search'
import { countersOf, toProgress } from './search-progress'
import { tailMessages } from './tail-messages'
import { toldBudget } from './told-budget'

type Input = InputOf<typeof messages.stream>
type Event = EventOf<typeof messages.stream>

/**
 * A search as it runs: `queued` while there is no place, `started`, hits in their order, progress, and `done`
 * with why it ended and the cursor that goes on. With `follow` a live tail. Throws what `listMessages`
 * throws, RATE_LIMITED, READ_BUDGET_SPENT and FILTER_TOO_COSTLY.
 */
export const streamMessages = stream(messages.stream, async function* (ctx, input) {
  for (const topic of [input.topic, ...(input.also ?? [])])
    authorise(ctx, 'record.read', { cluster: input.cluster, topic })
  if (input.follow) yield* tailMessages(ctx, input)
  else yield* search(ctx, input)
})

async function* search(ctx: Context, input: Input): AsyncGenerator<Event, void, void> {
  const prepared = await prepareSearch(ctx, input)
  const { budget } = ctx.config.search
  const steps = runSearch(ctx, prepared, {
    limit: input.limit,
    budget: { bytes: budget.bytes, records: budget.records, timeMs: budget.seconds * 1000 },
    shown: input,
  })
  const outcome = yield* mapSteps(steps, async function* (step): AsyncGenerator<Event> {
    if (step.type === 'queued') yield { event: 'queued', data: { place: step.place, running: step.running } }
    else if (step.type === 'started') {
      for (const problem of prepared.log.problems) yield { event: 'problem', data: problem }
      const openTransactions = await findOpenTransactions(prepared.cluster, input.topic, prepared.log, ctx)
      const ranges = [...prepared.log.ranges].map(([partition, range]) => ({
        partition,
        firstOffset: range.firstOffset.toString(),
        lastStableOffset: range.lastStableOffset.toString(),
        highWatermark: range.highWatermark.toString(),
      }))
      const { keyPartition } = prepared
      yield {
        event: 'started',
        data: { order: prepared.query.order, ranges, keyPartition, openTransactions },
      }
    } else if (step.type === 'progress') yield { event: 'progress', data: toProgress(step) }
    else
      for (const message of step.messages) yield { event: 'record', data: { ...message, topic: input.topic } }
  })
  yield { event: 'done', data: { ...toDone(outcome, prepared.remarks), ...toldBudget(ctx, outcome.budget) } }
}

function toDone(outcome: SearchOutcome, remarks: Problem[]) {
  const { elapsedMs, reason, detail, next, histogram, evaluationErrors } = outcome
  return {
    ...countersOf(outcome, elapsedMs),
    reason,
    detail,
    next,
    histogram,
    evaluationErrors,
    problems: [...outcome.problems, ...remarks],
  }
}
