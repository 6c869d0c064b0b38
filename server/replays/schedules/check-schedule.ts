import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { ScheduleInput } from './schedule-store'

/**
 * Who saves a schedule must be able to replay what it takes: it runs with their rights. Throws DENIED,
 * INPUT_INVALID for what its kind needs and what is not there.
 */
export function checkSchedule(ctx: Context, input: ScheduleInput): void {
  ctx.clusters.get(input.cluster)
  authoriseSchedule(ctx, input)
  if (input.kind === 'rule') mustHave(input, 'exceptionClass')
  else for (const path of ['fingerprint', 'at'] as const) mustHave(input, path)
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
