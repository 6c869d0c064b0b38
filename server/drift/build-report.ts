import { eq } from 'drizzle-orm'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import type { Services } from '@/server/services'
import { driftWaiver } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { groupsByTopic } from '@/server/topics/topic-row'
import { judgeTopics, type WaiverRow } from './judge-topics'
import type { Report } from './report-rows'
import type { DriftWatch } from './service'
import type { ExistingTopic } from './topic-facts'

const UNUSED_DAYS = 30

/** Judges the topics of a cluster with what samplers and waivers know of them. Throws what the store throws. */
export async function buildReport(asked: {
  store: Store
  cluster: string
  policy: NamingPolicy
  facts: Iterable<ExistingTopic>
  samplers: Pick<Services, 'lag' | 'topics'>
  watch: Pick<DriftWatch, 'lastRecordMs' | 'emptySinceMs'>
  nowMs: number
  unusedDays?: number
}): Promise<Report> {
  const waivers = await readWaivers(asked.store, asked.cluster)
  const sampler = asked.samplers.topics.of(asked.cluster)
  const groups = groupsByTopic(asked.samplers.lag.of(asked.cluster))
  return judgeTopics({
    policy: asked.policy,
    topics: asked.facts,
    waivers,
    nowMs: asked.nowMs,
    unusedDays: asked.unusedDays ?? UNUSED_DAYS,
    knownOf: topic => {
      const sample = sampler.sample(topic)
      return {
        bytes: sample?.bytes ?? null,
        messages: sample?.messages ?? null,
        groups: groups === null ? null : (groups.get(topic) ?? 0),
        lastRecordMs: asked.watch.lastRecordMs(topic),
        seenSinceMs: asked.watch.emptySinceMs(topic),
      }
    },
  })
}

async function readWaivers(store: Store, cluster: string): Promise<Map<string, WaiverRow[]>> {
  const rows = await store.db.select().from(driftWaiver).where(eq(driftWaiver.cluster, cluster))
  const byTopic = new Map<string, WaiverRow[]>()
  for (const row of rows) {
    const list = byTopic.get(row.topic)
    if (list) list.push(row)
    else byTopic.set(row.topic, [row])
  }
  return byTopic
}
