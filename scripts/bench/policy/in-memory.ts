import { checkName } from '@/lib/naming-policy/check-name'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { NameIndex } from '@/lib/naming-policy/name-index'
import { compilePolicy } from '@/lib/naming-policy/policy'
import { judgeTopics } from '@/server/drift/judge-topics'
import { summaryOf } from '@/server/drift/report-rows'
import type { ExistingTopic } from '@/server/drift/topic-facts'
import { type Bar, figure, median, quantile, ratio } from '../measure.ts'
import { domains, ENTRIES, names, services, TOPICS } from './world.ts'

const CHECKS = 5_000
const ROUNDS = 3
const REPORTS = 10
const DAY_MS = 86_400_000

const policy = compilePolicy(DEFAULT_SPEC, { catalogue: { domains, services, owners: [] } })
const typed = [
  'Order.created',
  'domain-77.service-77.created',
  'domian-77.service-77.created',
  'domain-3.service-3.event-3',
  'domain_10_service_10_event_10',
  'DOMAIN-9.SERVICE-9.X',
  'a.b.c.d.e',
  'domain-120.servcie-120.event-120-dlt',
]

function elapsed(work: () => void): number {
  const startedMs = performance.now()
  work()
  return performance.now() - startedMs
}

/** The best of three: on a busy machine the clock on the wall tells about the others. */
const quickest = (work: () => void): number => Math.min(elapsed(work), elapsed(work), elapsed(work))

/** Every name of the list looked at for each check: what an index saves. */
function plainCollision(name: string): string | undefined {
  const folded = name.replaceAll('.', '_').toLowerCase()
  return names.find(other => other !== name && other.replaceAll('.', '_').toLowerCase() === folded)
}

/** A name check with its look-up, and the judging of a drift report, without broker, store and server. */
export function measureInMemory(): Bar[] {
  const index = new NameIndex(names)
  /** As a broker's answer is read: other texts that say the same. */
  const refreshed = names.map(name => Buffer.from(name).toString())
  const check = (i: number) => checkName(policy, typed[i % typed.length] ?? '', { index, nowMs: 0 })
  for (let i = 0; i < 500; i++) check(i)
  const rounds = Array.from({ length: ROUNDS }, () =>
    Array.from({ length: CHECKS }, (_, i) =>
      elapsed(() => {
        // Metadata is looked at again every two seconds: a refresh falls into about one check of fifty.
        if (i % 50 === 0) index.update(refreshed)
        check(i)
      }),
    ),
  )
  const ofRounds = (figureOf: (checks: number[]) => number) => median(rounds.map(figureOf))
  const checkMs = ofRounds(median)
  const plain = Array.from({ length: 50 }, (_, i) =>
    quickest(() => plainCollision(`${typed[i % typed.length]}.x`)),
  )

  const topics = names.map(
    (name, i): ExistingTopic => ({
      name,
      topicId: String(i),
      internal: false,
      partitions: 1 + (i % 60),
      replicationFactor: 1 + (i % 3),
      brokers: 3,
      configs: Object.fromEntries(i % 5 === 0 ? [['retention.ms', '-1']] : []),
      defaults: { 'min.insync.replicas': '2', 'cleanup.policy': 'delete', 'retention.ms': '604800000' },
      owner: i % 2 === 0 ? 'team' : null,
      description: null,
      classification: null,
      schema: null,
    }),
  )
  const known = { bytes: 1n, messages: 1n, groups: 0, lastRecordMs: 0, seenSinceMs: null }
  const reports = Array.from({ length: REPORTS }, () =>
    elapsed(() => {
      const judged = judgeTopics({
        policy,
        topics,
        knownOf: () => known,
        waivers: new Map(),
        nowMs: 90 * DAY_MS,
        unusedDays: 30,
      })
      if (summaryOf(judged).topics !== TOPICS) throw new Error('not every topic was judged')
    }),
  )

  if (plainCollision('nothing.collides') !== undefined)
    throw new Error('the plain walk found what is not there')

  return [
    ratio('a whole check against one plain walk over the names', checkMs / median(plain), 1),
    figure(`name check, ${ENTRIES} entries, ${TOPICS} topics, median`, checkMs, 1, 'ms'),
    figure(
      `name check, ${ENTRIES} entries, ${TOPICS} topics, p99 (median of ${ROUNDS} rounds)`,
      ofRounds(checks => quantile(checks, 0.99)),
      1,
      'ms',
    ),
    figure(
      `drift of ${TOPICS} topics judged in memory, without broker and store, the slowest`,
      Math.max(...reports),
      2000,
      'ms',
    ),
  ]
}
