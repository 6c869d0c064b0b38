import * as z from 'zod'
import {
  clusterId,
  flag,
  groupId,
  instant,
  int64,
  page,
  pageInput,
  partitionId,
  problem,
  topicName,
} from './common'
import { endpoint, streamEndpoint } from './endpoint'

/** Whether the group keeps up. `empty` is a state, not a status. */
export const groupStatus = z.enum(['ok', 'warn', 'stall', 'stop', 'rewind', 'unknown'])
export type GroupStatus = z.output<typeof groupStatus>
/** ListGroups v5's type; `other` for protocol types that are no consumers (connect). */
export const groupType = z.enum(['classic', 'consumer', 'share', 'streams', 'other'])

export const groupRow = z.object({
  group: groupId,
  type: groupType,
  protocolType: z.string(),
  /** Kafka's own word: Stable, Empty, PreparingRebalance, Assigning, Reconciling, Dead, ... */
  state: z.string(),
  status: groupStatus,
  /** null where the coordinator did not answer. */
  members: z.number().int().nullable(),
  topics: z.array(topicName),
  /** Effective lag in records (LSO, markers left out); null is 'no commit'. */
  lag: int64.nullable(),
  timeLagMs: z.number().nullable(),
  /** Lag's change, records a second over five minutes. */
  trendPerSecond: z.number().nullable(),
  consumePerSecond: z.number().nullable(),
  producePerSecond: z.number().nullable(),
  /** Estimate until lag is 0; null when it never is at this rate or is unknown. */
  catchUpMs: z.number().nullable(),
  /** Lag of the last 30 minutes, oldest first, null where nothing was sampled. */
  spark: z.array(z.number().nullable()),
  coordinator: z.number().int().nullable(),
  sampledAt: instant.nullable(),
  problem: problem.nullable(),
})
export type GroupRow = z.output<typeof groupRow>

/** What stands beside the sampler's numbers: whom the group belongs to, and whether the caller has put it on top. */
const beside = {
  /** The team of the registered service that the group's name names; null: none is named. */
  owner: z.string().nullable(),
  pinned: z.boolean(),
}

export const listedGroup = groupRow.extend(beside)
export type ListedGroup = z.output<typeof listedGroup>

export const groupMember = z.object({
  memberId: z.string(),
  instanceId: z.string().nullable(),
  clientId: z.string(),
  host: z.string(),
  epoch: z.number().int().nullable(),
  subscribed: z.array(z.string()),
  assigned: z.array(z.object({ topic: z.string(), partitions: z.array(z.number().int()) })),
  target: z.array(z.object({ topic: z.string(), partitions: z.array(z.number().int()) })).nullable(),
  /** Streams groups only: the process, and the tasks (a subtopology's number n reads partition n of its sources). */
  streams: z
    .object({
      process: z.string(),
      tasks: z.array(
        z.object({
          role: z.enum(['active', 'standby', 'warmup']),
          subtopology: z.string(),
          partitions: z.array(z.number().int()),
        }),
      ),
    })
    .nullable(),
})
export type GroupMember = z.output<typeof groupMember>

export const partitionLag = z.object({
  topic: topicName,
  partition: z.number().int(),
  /** null is 'no commit'. */
  committed: int64.nullable(),
  logStart: int64.nullable(),
  lastStable: int64.nullable(),
  highWatermark: int64.nullable(),
  /** Against the LSO. */
  lag: int64.nullable(),
  /** Against the high watermark. */
  lagHighWatermark: int64.nullable(),
  timeLagMs: z.number().nullable(),
  status: groupStatus,
  /** Closed list: noCommit, dataLost, topicRecreated, beyondEnd, topicDeleted, markersOnly, compacted, leaderless. */
  notes: z.array(z.string()),
  memberId: z.string().nullable(),
  host: z.string().nullable(),
  spark: z.array(z.number().nullable()),
  /** null: with the group; else its coordinator has told of the others since then, and not of this one. */
  sampledAt: instant.nullable(),
  problem: problem.nullable(),
})
export type PartitionLag = z.output<typeof partitionLag>

/** What stands out of a group; `params` fill the sentence that screens have for each kind. */
const lagSignal = z.object({
  kind: z.enum([
    'stop',
    'stall',
    'rewind',
    'warn',
    'never',
    'dataLost',
    'beyondEnd',
    'stuckPartition',
    'skew',
    'idleMember',
    'unevenMembers',
    'rebalanceStorm',
    'nearExpiry',
  ]),
  severity: z.enum(['error', 'warn', 'info']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})

export const groupDetail = groupRow.extend({
  /** The worst first. */
  signals: z.array(lagSignal),
  assignor: z.string().nullable(),
  /** Grows with every change of members or subscriptions; null of classic groups. */
  epoch: z.number().int().nullable(),
  /** The epoch for which partitions were given out last; behind `epoch` while the next assignment is worked out. */
  assignmentEpoch: z.number().int().nullable(),
  memberList: z.array(groupMember),
  partitions: z.array(partitionLag),
  /** streams groups only. */
  subtopologies: z
    .array(
      z.object({
        id: z.string(),
        sources: z.array(z.string()),
        /** Topics that it writes for other subtopologies to read. */
        sinks: z.array(z.string()),
        /** Topics that its state stores are kept in. */
        changelogs: z.array(z.string()),
      }),
    )
    .nullable(),
  problems: z.array(problem),
})
export type GroupDetail = z.output<typeof groupDetail>

export const groupPage = groupDetail.extend(beside)
export type GroupPage = z.output<typeof groupPage>

const lagPoint = z.object({
  at: instant,
  lag: z.number().nullable(),
  timeLagMs: z.number().nullable(),
})

export const lagWindow = z.enum(['15m', '1h', '6h', '24h', '7d', '30d', '90d'])
export type LagWindow = z.output<typeof lagWindow>

const one = { cluster: clusterId, group: groupId }

export const groupSort = z.enum([
  'status',
  'name',
  '-name',
  'lag',
  '-lag',
  'timeLag',
  '-timeLag',
  'members',
  '-members',
  'trend',
  '-trend',
])

export type GroupSort = z.output<typeof groupSort>

export const groups = {
  list: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/groups',
    tag: 'groups',
    summary:
      'Consumer groups of every type with live lag: the pinned first, then in order; default: worst status, then time lag',
    input: z.object({
      cluster: clusterId,
      query: groupId.optional(),
      status: groupStatus.optional(),
      type: groupType.optional(),
      state: z.string().max(40).optional(),
      topic: topicName.optional(),
      /** A team; `-`: groups that belong to none. */
      owner: z.string().max(100).optional(),
      pinned: flag.default(false),
      sort: groupSort.default('status'),
      ...pageInput,
    }),
    output: page(listedGroup).extend({
      /** The teams of all groups that the caller sees, for filters. */
      owners: z.array(z.string()),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/groups/{group}',
    tag: 'groups',
    summary: 'One group: members, assignments, lag by partition',
    input: z.object(one),
    output: groupPage,
  }),
  pin: endpoint({
    method: 'PUT',
    path: '/clusters/{cluster}/groups/{group}/pin',
    tag: 'groups',
    summary: 'Puts a group on top of the caller’s own list',
    input: z.object(one),
    output: z.object({ pinned: z.literal(true) }),
  }),
  unpin: endpoint({
    method: 'DELETE',
    path: '/clusters/{cluster}/groups/{group}/pin',
    tag: 'groups',
    summary: 'Takes a group off the top of the caller’s own list; also one that is gone',
    input: z.object(one),
    output: z.object({ pinned: z.literal(false) }),
  }),
  lagHistory: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/groups/{group}/lag/history',
    tag: 'groups',
    summary: 'Stored lag series; gaps are gaps',
    input: z.object({
      ...one,
      window: lagWindow.default('1h'),
      /** Of one topic only, or of one partition of it (kept while it is behind or watched). */
      topic: topicName.optional(),
      partition: partitionId.optional(),
      /** Partitions of the topic, five at most (`0,3,7`), each as a line of its own. */
      partitions: z
        .string()
        .regex(/^\d{1,9}(,\d{1,9}){0,4}$/)
        .optional(),
      /** The same window a week earlier, beside it. */
      compare: z.enum(['week']).optional(),
    }),
    output: z.object({
      points: z.array(lagPoint),
      /** A week earlier, moved to the times of `points`; null when not asked for. */
      earlier: z.array(lagPoint).nullable(),
      /**
       * `partitions` at the times of `points`, then (null) all others of the topic together; null when not
       * asked for.
       */
      lines: z
        .array(
          z.object({
            partition: z.number().int().nullable(),
            lag: z.array(z.number().nullable()),
            /** Of the others nothing: times do not add up. */
            timeLagMs: z.array(z.number().nullable()),
          }),
        )
        .nullable(),
      /** Rebalances, members that came or went, offsets that were set, replays into a topic of the group. */
      markers: z.array(
        z.object({
          at: instant,
          kind: z.enum(['rebalance', 'members', 'reset', 'replay']),
          detail: z.record(z.string(), z.union([z.string(), z.number()])),
        }),
      ),
      stepMs: z.number().int(),
      /** How points were made of samples. */
      aggregate: z.enum(['none', 'max']),
      from: instant,
      to: instant,
    }),
  }),
  lagStream: streamEndpoint({
    path: '/clusters/{cluster}/groups/{group}/lag/stream',
    tag: 'groups',
    summary:
      'Live lag of one group, sampled every second while watched: the first event holds every partition, the others those that changed',
    input: z.object(one),
    events: {
      lag: groupDetail
        .pick({
          group: true,
          state: true,
          status: true,
          lag: true,
          timeLagMs: true,
          trendPerSecond: true,
          consumePerSecond: true,
          producePerSecond: true,
          catchUpMs: true,
          members: true,
          partitions: true,
          sampledAt: true,
          problems: true,
          signals: true,
        })
        .extend({
          /**
           * `partitions` are all there are (the first event); else only those that changed since the event
           * before, whole rows.
           */
          whole: z.boolean(),
          /** Partitions that are no more. */
          gone: z.array(z.object({ topic: topicName, partition: z.number().int() })),
        }),
    },
  }),
}
