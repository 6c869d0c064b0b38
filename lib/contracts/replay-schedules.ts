import * as z from 'zod'
import { clusterId, givenInstant, instant, wholeNumber } from './common'
import { endpoint } from './endpoint'

const patterns = z.array(z.string().trim().min(1).max(249)).max(50)

const scheduleFields = {
  name: z.string().trim().min(1).max(100),
  /** Off unless somebody says so. */
  enabled: z.boolean().default(false),
  /** `once`: an issue at a time. `rule`: what died since it was switched on, by itself. */
  kind: z.enum(['once', 'rule']),
  /** `once`: the issue, and when. */
  fingerprint: z.string().min(1).max(100).optional(),
  at: givenInstant.optional(),
  /** `rule`: dead-letter topics, `*` for any characters; none: all. */
  topics: patterns.default([]),
  /** `rule`: exception classes, `*` for any characters. */
  exceptionClass: z.string().trim().min(1).max(500).optional(),
  /** `rule`: records a minute at most. */
  perMinute: wholeNumber(1, 10_000).default(10),
  /** `rule`: a record that was replayed so often stays. */
  attempts: wholeNumber(1, 100).default(1),
  /** `rule`: letters are left alone for so long first. */
  delayMinutes: wholeNumber(0, 10_080).default(5),
}

const replaySchedule = z.object({
  id: z.string(),
  ...scheduleFields,
  /** Whose rights it has. */
  by: z.string(),
  changedAt: instant,
  lastRunAt: instant.nullable(),
  lastReplay: z.string().nullable(),
  /** Why it switched itself off: a code of lib/errors or of a replay's stop. */
  problem: z.string().nullable(),
})
export type ReplaySchedule = z.output<typeof replaySchedule>

const path = '/clusters/{cluster}/replay-schedules' as const
const schedule = z.string().max(64)

export const replaySchedules = {
  list: endpoint({
    method: 'GET',
    path,
    tag: 'replays',
    summary: 'Replays at a time, and replays by rule',
    input: z.object({ cluster: clusterId }),
    output: z.object({ items: z.array(replaySchedule) }),
  }),
  create: endpoint({
    method: 'POST',
    path,
    tag: 'replays',
    summary: 'Add a schedule; it runs with the rights of whoever saved it last, and is off unless enabled',
    input: z.object({ cluster: clusterId, ...scheduleFields }),
    output: replaySchedule,
    status: 201,
  }),
  update: endpoint({
    method: 'PUT',
    path: `${path}/{schedule}`,
    tag: 'replays',
    summary: 'Change a schedule as a whole, switch it on or off',
    input: z.object({ cluster: clusterId, schedule, ...scheduleFields }),
    output: replaySchedule,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: `${path}/{schedule}`,
    tag: 'replays',
    summary: 'Remove a schedule; what it replays now goes on',
    input: z.object({ cluster: clusterId, schedule }),
    output: z.object({ id: z.string() }),
  }),
}
