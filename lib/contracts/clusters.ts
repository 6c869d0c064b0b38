import * as z from 'zod'
import { clusterId, instant, int64, none, problem, topicName } from './common'
import { endpoint } from './endpoint'
import { groupStatus } from './groups'

export const environment = z.enum(['prod', 'stg', 'dev'])
export type Environment = z.output<typeof environment>

export const clusterSummary = z.object({
  id: clusterId,
  name: z.string(),
  environment,
  readOnly: z.boolean(),
  /**
   * `unknown` until the first answer; `error` when unreachable or partitions are offline; `warn` when
   * under-replicated.
   */
  status: z.enum(['ok', 'warn', 'error', 'unknown']),
  brokers: z.object({ up: z.number().int(), total: z.number().int() }).nullable(),
  /** Why it cannot be reached. */
  problem: problem.nullable(),
  sampledAt: instant.nullable(),
})
export type ClusterSummary = z.output<typeof clusterSummary>

export const broker = z.object({
  id: z.number().int(),
  host: z.string(),
  port: z.number().int(),
  rack: z.string().nullable(),
  up: z.boolean(),
  isController: z.boolean(),
  leaders: z.number().int(),
  replicas: z.number().int(),
  underReplicated: z.number().int(),
  /** Bytes on disk; null when the broker did not answer. */
  bytes: int64.nullable(),
  totalBytes: int64.nullable(),
  usableBytes: int64.nullable(),
  problem: problem.nullable(),
})
export type Broker = z.output<typeof broker>

export const overview = z.object({
  cluster: clusterSummary,
  kafkaVersion: z.string().nullable(),
  clusterUuid: z.string().nullable(),
  /** KRaft quorum leader (DescribeQuorum), not Metadata's random controller. */
  controller: z.number().int().nullable(),
  quorum: z.object({ voters: z.number().int(), up: z.number().int(), maxLag: int64 }).nullable(),
  brokers: z.array(broker),
  topics: z.number().int(),
  internalTopics: z.number().int(),
  partitions: z.object({
    total: z.number().int(),
    underReplicated: z.number().int(),
    underMinIsr: z.number().int().nullable(),
    offline: z.number().int(),
  }),
  groups: z.object({
    total: z.number().int(),
    byStatus: z.record(groupStatus, z.number().int()),
    empty: z.number().int(),
    /** Worst first, six at most. */
    worst: z.array(
      z.object({
        group: z.string(),
        status: groupStatus,
        lag: int64.nullable(),
        timeLagMs: z.number().nullable(),
        trendPerSecond: z.number().nullable(),
        spark: z.array(z.number().nullable()),
      }),
    ),
    totalLag: int64.nullable(),
    sampledAt: instant.nullable(),
  }),
  deadLetters: z.object({
    topics: z.number().int(),
    /** Records that arrived within 24 hours; null before the first scan. */
    last24h: z.number().int().nullable(),
    total: z.number().int().nullable(),
    /** Newest issues first, six at most. */
    latest: z.array(
      z.object({
        fingerprint: z.string(),
        exceptionClass: z.string().nullable(),
        message: z.string().nullable(),
        originTopic: topicName.nullable(),
        topic: topicName,
        consumerGroup: z.string().nullable(),
        count: z.number().int(),
        lastSeen: instant,
        spark: z.array(z.number()),
      }),
    ),
    expiringWithin24h: z.number().int().nullable(),
    sampledAt: instant.nullable(),
  }),
  sampledAt: instant,
  problems: z.array(problem),
})
export type Overview = z.output<typeof overview>

/**
 * An hour in steps: each list has one value a step, oldest first, the largest that was measured in it; null:
 * nothing was.
 */
export const overviewHistory = z.object({
  from: instant,
  stepMs: z.number().int(),
  /** Records a second that came into the cluster. */
  produced: z.array(z.number().nullable()),
  /** Lag of all groups together; null for whoever may not see all of them. */
  totalLag: z.array(z.number().nullable()).nullable(),
  /** The groups that are furthest behind now, two at most. */
  groups: z.array(z.object({ group: z.string(), lag: z.array(z.number().nullable()) })),
  problems: z.array(problem),
})
export type OverviewHistory = z.output<typeof overviewHistory>

export const clusters = {
  list: endpoint({
    method: 'GET',
    path: '/clusters',
    tag: 'clusters',
    summary: 'Clusters this actor may see, with their last known state',
    input: none,
    output: z.object({ items: z.array(clusterSummary) }),
  }),
  overview: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/overview',
    tag: 'clusters',
    summary: 'Brokers, partitions, worst lag, latest dead letters',
    input: z.object({ cluster: clusterId }),
    output: overview,
  }),
  overviewHistory: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/overview/history',
    tag: 'clusters',
    summary: 'Records a second and lag over the last hour',
    input: z.object({ cluster: clusterId }),
    output: overviewHistory,
  }),
  brokers: endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/brokers',
    tag: 'clusters',
    summary: 'Brokers with leadership and disk',
    input: z.object({ cluster: clusterId }),
    output: z.object({ items: z.array(broker), sampledAt: instant, problems: z.array(problem) }),
  }),
}
