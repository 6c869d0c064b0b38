import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { ScheduleInput } from './schedule-store'

/** What a clock may be off, and a form be looked at, before a time is one that has passed. */
const SLACK_MS = 60_000

/**
 * Who saves a schedule must be able to replay what it takes: it runs with their rights. Throws DENIED,
 * INPUT_INVALID for what its kind needs and what is not there, and for a time that has passed of one that is
 * switched on: it would replay at once, and a second time if it had run.
 */
export function checkSchedule(ctx: Context, input: ScheduleInput): void {
  ctx.clusters.get(input.cluster)
  authoriseSchedule(ctx, input)
  if (input.kind === 'rule') mustHave(input, 'exceptionClass')
  else for (const path of ['fingerprint', 'at'] as const) mustHave(input, path)
  const { kind, enabled, at } = input
  if (kind !== 'once' || !enabled || Date.parse(at ?? '') > ctx.clock.now() - SLACK_MS) return
  throw new AppError('INPUT_INVALID', {
    fields: [{ path: 'at', code: 'past', message: 'a time that has passed' }],
  })
}

/** Throws DENIED for who may not replay all that it takes. */
export function authoriseSchedule(
  ctx: Context,
  { cluster, kind, fingerprint }: Pick<ScheduleInput, 'cluster' | 'kind' | 'fingerprint'>,
): void {
  const [issue] =
    kind === 'once' && fingerprint !== undefined
      ? ctx.services.deadLetters.of(cluster).issues({ may: () => true, fingerprint })
      : []
  for (const topic of issue?.topics ?? []) authorise(ctx, 'replay.run', { cluster, topic })
  if (!issue) authorise(ctx, 'replay.run', { cluster })
}

function mustHave(input: ScheduleInput, path: 'exceptionClass' | 'fingerprint' | 'at'): void {
  if (input[path] !== undefined) return
  const message = `${path} is needed for this kind of schedule.`
  throw new AppError('INPUT_INVALID', { fields: [{ path, code: 'required', message }] })
}
