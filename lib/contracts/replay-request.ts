import * as z from 'zod'
import { clusterId, offsetParam, partitionId, topicName } from './common'
import { schemaChoice } from './produce'

export const recordRef = z.object({ partition: z.number().int().min(0), offset: offsetParam })

/** Everything of an edit is strict: a mistyped name would otherwise publish what nobody asked for. */
const editData = z
  .strictObject({
    encoding: z.enum(['text', 'base64', 'json']),
    data: z.string().max(1_048_576),
    /**
     * With `json`: written by this schema behind Confluent's frame, whatever stood there; else by the
     * record's own, if it has one.
     */
    schema: schemaChoice.optional(),
  })
  .nullable()
const fieldPath = z.string().min(1).max(300)

/** One change of a JSON value: a path as a JSON Pointer (`/items/0/id`, RFC 6901) or with dots (`items.0.id`). */
export const fieldRule = z.discriminatedUnion('op', [
  /** `json` is the value as JSON text, in which every number keeps its digits; else `value`. */
  z.strictObject({
    op: z.literal('set'),
    path: fieldPath,
    value: z.json().optional(),
    json: z.string().max(65_536).optional(),
  }),
  z.strictObject({ op: z.literal('remove'), path: fieldPath }),
  z.strictObject({ op: z.literal('rename'), path: fieldPath, to: z.string().min(1).max(200) }),
])
export type FieldRule = z.output<typeof fieldRule>

/**
 * `set` replaces the first of that name and drops its others, or appends; `add` appends; `remove` drops all
 * of that name.
 */
export const headerRule = z.strictObject({
  op: z.enum(['set', 'add', 'remove']),
  name: z.string().min(1).max(300),
  value: z.string().max(65_536).nullable().optional(),
})
export type HeaderRule = z.output<typeof headerRule>

/** `key` and `value` stand for one record alone; `fields` and `headers` may be a rule for many. */
export const replayEdit = z.strictObject({
  key: editData.optional(),
  value: editData.optional(),
  fields: z.array(fieldRule).max(50).optional(),
  headers: z.array(headerRule).max(50).optional(),
})
export type ReplayEdit = z.output<typeof replayEdit>

/** A canary: so many records first; then the group must pass them. `after` says what follows a good one. */
export const canary = z.strictObject({
  records: z.number().int().min(1).max(10_000),
  waitSeconds: z.number().int().min(5).max(86_400).default(600),
  after: z.enum(['continue', 'pause']).default('continue'),
})

/** The replay stops by itself when one of these is reached; a person may let it go on. */
export const stopWhen = z.strictObject({
  /** Records that failed. */
  failures: z.number().int().min(1).optional(),
  /** Per cent of what was tried, once twenty were. */
  failurePercent: z.number().min(0).max(100).optional(),
  /** Records that the group is behind on the targets. */
  targetLag: z.number().int().min(1).optional(),
  /** New dead letters of the same group since the replay began. */
  newLetters: z.number().int().min(1).optional(),
})

/** Strict, all of it: a mistyped `records` that is dropped would leave the whole topic selected. */
const replaySelection = z.strictObject({
  topic: topicName,
  records: z.array(recordRef.strict()).max(10_000).optional(),
  fingerprint: z.string().max(100).optional(),
  partitions: z.array(partitionId).min(1).max(1000).optional(),
  /** Inclusive. `time:ISO`, ISO, epoch milliseconds, `offset:N`, `oldest`. */
  from: z.string().max(80).optional(),
  /** Exclusive. As `from`, or `newest`. */
  until: z.string().max(80).optional(),
  /** What the index knows of a letter must hold this text: key, value's beginning, exception class or message. */
  contains: z.string().min(1).max(300).optional(),
})

const replayTarget = z.strictObject({
  /** `retry`: the origin's first retry topic, or the named one. */
  kind: z.enum(['origin', 'topic', 'retry']),
  topic: topicName.optional(),
  /** Another cluster: at least once, since no transaction spans two. */
  cluster: clusterId.optional(),
})

export const replayOptions = {
  /** `copy`: any topic to another one, headers as they are, no dead-letter rules. */
  kind: z.enum(['replay', 'copy']).default('replay'),
  selection: replaySelection.optional(),
  target: replayTarget.default({ kind: 'origin' }),
  partitioning: z.enum(['origin', 'key']).default('origin'),
  timestamp: z.enum(['now', 'keep']).default('now'),
  /** `origin`: key and value of the source record, where a framework serialised them anew. */
  value: z.enum(['dead-letter', 'origin']).default('dead-letter'),
  edit: replayEdit.optional(),
  guarantee: z.enum(['exactly-once', 'at-least-once']).default('exactly-once'),
  /** `recordsPerSecond` is another name for it. */
  ratePerSecond: z.number().min(0.001).max(100_000).optional(),
  recordsPerSecond: z.number().min(0.001).max(100_000).optional(),
  bytesPerSecond: z.number().int().min(1024).max(10_000_000_000).optional(),
  canary: canary.optional(),
  stopWhen: stopWhen.optional(),
  /** Somebody else must approve it before it runs. */
  approval: z.boolean().default(false),
  /** Replay again what was replayed already; needs a reason. */
  again: z.boolean().default(false),
  reason: z.string().max(1000).optional(),
}
