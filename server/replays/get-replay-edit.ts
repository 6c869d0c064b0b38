import { replays } from '@/lib/contracts/replays'
import { isAllowed } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { openEditSerde } from './edit-serde'
import { diffHeaders } from './header-diff'
import { toEditDiff } from './plan-answer'
import { type LetterReader, readLetters } from './read-letters'
import { placesOfRefs } from './read-records'
import { loadItems, loadReplay, optionsOf, type ReplayRow } from './replay-store'

/** The first records of a replay: enough to judge a rule by. */
const SAMPLES = 5

/**
 * The rules of a replay's edit, and what they make of its first records as they stand now: what a second
 * person looks at before it runs. No samples of letters that are gone. Throws REPLAY_UNKNOWN, DENIED (also
 * without the right to read the records), and what the cluster answers.
 */
export const getReplayEdit = verb(replays.edit, async (ctx, input) => {
  const row = await loadReplay(ctx.store, input.cluster, input.replay)
  const where = { cluster: input.cluster, topic: row.sourceTopic }
  authorise(ctx, 'replay.read', where)
  authorise(ctx, 'record.read', where)
  const { request } = optionsOf(row)
  const { edit } = request
  if (edit === null) return { rules: null, samples: [], headerDiffs: [] }
  const rules = {
    fields: edit.fields ?? [],
    headers: edit.headers ?? [],
    key: edit.key !== undefined,
    value: edit.value !== undefined,
  }
  return { rules, ...(await samplesOf(ctx, row)) }
})

async function samplesOf(ctx: Context, row: ReplayRow) {
  const { request, frozen, recordedBy: by } = optionsOf(row)
  const { kind, edit } = request
  const nothing = { samples: [], headerDiffs: [] }
  const cluster = ctx.clusters.get(row.cluster)
  const { signal } = ctx
  const { topics } = await cluster.metadata({ topics: [row.sourceTopic], maxAgeMs: 0, signal })
  const source = topics.get(row.sourceTopic)
  // Gone, or a new topic under the old name, which has other records at these places.
  if (edit === null || !source?.ok || source.value.topicId !== frozen.sourceTopicId) return nothing
  const items = (await loadItems(ctx.store, row.id)).filter(one => one.outcome !== 'refused')
  const registry = ctx.services.schemas.registry(row.cluster)
  const serde = frozen.editPlan
    ? openEditSerde(registry, frozen.editPlan, edit, { strict: false, signal })
    : null
  const fetcher = cluster.openFetcher({ signal })
  try {
    const reader: LetterReader = {
      fetcher,
      cluster,
      topic: row.sourceTopic,
      by,
      mayRead: topic => isAllowed(ctx.actor.grants, 'record.read', { cluster: row.cluster, topic }),
      signal,
      making: { kind, edit, serde },
      fromOrigin: request.value === 'origin',
    }
    const { letters, samples, edits } = await readLetters(reader, placesOfRefs(items.slice(0, SAMPLES)))
    const at = new Map([...letters].map(one => [`${one.partition}/${one.offset}`, one]))
    const stamp = { replay: row.id, count: 1, atMs: ctx.clock.now(), by, timestamp: request.timestamp }
    return {
      samples: edits.map(toEditDiff),
      headerDiffs: samples.map(sample => {
        const family = at.get(`${sample.partition}/${sample.offset}`)?.decoded?.family ?? 'unknown'
        return diffHeaders(sample, family, row.sourceTopic, kind === 'copy' ? null : stamp, edit.headers)
      }),
    }
  } finally {
    fetcher.close()
  }
}
