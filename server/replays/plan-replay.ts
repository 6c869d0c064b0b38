import { randomBytes } from 'node:crypto'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { AppError, isErrorCode, toAppError } from '@/lib/errors'
import { isAllowed } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { Fetcher, KafkaCluster, TopicMetadata } from '@/server/kafka/port'
import { type EditPlan, openEditSerde, planEdit } from './edit-serde'
import { refuseWholePart, writtenBySchema } from './edit-whole'
import { judgeLetter, type Rules, targetOf } from './judge-letter'
import { LEDGER_RETENTION_MS, LEDGER_TOPIC, type LedgerState, ledgerState } from './ledger'
import type { LedgerMap } from './ledger-map'
import type { LetterTable } from './letter-table'
import { type AskedLetter, lookUpLedger, NO_MARKS } from './look-up-ledger'
import { NOTHING_PAST, pastOutcomes } from './past-outcomes'
import { toAnswer } from './plan-answer'
import { type CreateInput, invalid, requestOf, rulesOf } from './plan-rules'
import { PLAN_LIFE_MS, packPlan, type ReplayRequest, type StoredPlan, savePlan } from './plan-store'
import { PlanTally } from './plan-tally'
import { type LetterReader, readLetters } from './read-letters'
import type { ReplayItem } from './replay-item'
import { samplesThatGo } from './samples-that-go'
import { seenOrigins } from './seen-origins'
import { selectRecords } from './select-records'
import type { PlannedTarget } from './target-watch'
import { lookAtTopics, type TopicLook } from './topic-facts'

/** Letters judged before other work of the process gets its turn. */
const JUDGED_AT_ONCE = 1_000

/**
 * Freezes a selection as exact records, decides for each what a replay would do, keeps that for half an hour,
 * and writes nothing to Kafka. `maxCount`: replays of one record, where that is less than the configuration
 * allows. Throws DENIED, TOPIC_UNKNOWN, SELECTION_*, TARGET_INVALID, INPUT_INVALID, LEDGER_UNAVAILABLE, and
 * what the cluster answers.
 */
export async function planReplay(
  ctx: Context,
  input: CreateInput,
  limits: { maxCount?: number } = {},
): Promise<{ stored: StoredPlan; answer: ReplayPlan }> {
  const { selection } = input
  if (!selection) throw invalid('selection', 'required', 'a selection or a plan')
  authorise(ctx, 'replay.plan', { cluster: input.cluster, topic: selection.topic })
  const request = await writtenBySchema(ctx, input.cluster, requestOf(ctx, input))
  const cluster = ctx.clusters.get(input.cluster)
  const targetCluster = ctx.clusters.get(request.targetCluster ?? input.cluster)
  const source = await sourceTopic(cluster, selection.topic, ctx.signal)
  const index = ctx.services.deadLetters.of(input.cluster)
  const fetcher = cluster.openFetcher({ signal: ctx.signal })
  try {
    const fromLog = request.kind === 'copy' || !index.isDeadLetterTopic(source.name)
    const { again } = request
    const { signal } = ctx
    const places = await selectRecords({ selection, source, index, cluster, fetcher, again, fromLog, signal })
    const asked = await rulesOf(ctx, input, request, source)
    const rules = { ...asked, maxCount: Math.min(asked.maxCount, limits.maxCount ?? asked.maxCount) }
    const planning: Planning = { id: input.cluster, request, cluster, targetCluster, source, fetcher }
    const { reader, editPlan } = await openReader(ctx, planning)
    const { letters, samples, edits } = await readLetters(reader, places)
    refuseWholePart(request.edit, letters)
    const known = await lookAround(ctx, planning, letters, rules)
    const { here, topics, ledger, past } = known
    const tally = new PlanTally({ request, topics, nowMs: rules.nowMs, samples })
    const items = await judgeAll(letters, rules, known, tally)
    const frozen = {
      sourceTopicId: source.topicId,
      ledgerPartitions: ledger.state === 'unavailable' ? 1 : ledger.partitions,
      ledgerFrom: [...known.from].map(([partition, offset]): [number, string] => [partition, `${offset}`]),
      ledgerRetentionMs: retentionFor(here.get(source.name)),
      failingGroups: [...tally.groups],
      sourceEnds: await endsOf(cluster, source, signal),
      targets: plannedTargets(tally.targets.keys(), topics),
      editPlan,
    }
    const { stored, packed } = toStored(ctx, { cluster: input.cluster, request, frozen, items })
    const looks = new Map([...here, ...topics])
    const needsApproval = request.approval || (request.edit !== null && cluster.config.replay.approveEdits)
    const shownEdits = await samplesThatGo(reader, items, tally, edits)
    const facts = { tally, edits: shownEdits, ledger, by: reader.by, rules, needsApproval }
    const answer = await toAnswer({ ctx, targetCluster, stored, topics: looks, ...facts })
    const complete = selection.records !== undefined || fromLog || index.complete()
    if (!complete) answer.warnings.push({ code: 'index-incomplete', params: {} })
    if (!past.complete) answer.warnings.push({ code: 'earlier-replays-unread', params: {} })
    await savePlan(ctx.store, stored, packed, answer)
    return { stored, answer }
  } finally {
    fetcher.close()
  }
}

/** What a plan is made of: the cluster's id, what is asked, and where it is read and written. */
type Planning = {
  id: string
  request: ReplayRequest
  cluster: KafkaCluster
  targetCluster: KafkaCluster
  source: TopicMetadata
  fetcher: Fetcher
}

async function openReader(
  ctx: Context,
  { id, request, cluster, source, fetcher }: Planning,
): Promise<{ reader: LetterReader; editPlan: EditPlan | undefined }> {
  const { signal } = ctx
  const { edit, kind } = request
  const editPlan = edit === null ? undefined : await planEdit(ctx, id, source.name)
  const registry = ctx.services.schemas.registry(id)
  const serde = edit && editPlan ? openEditSerde(registry, editPlan, edit, { strict: false, signal }) : null
  const reader = {
    fetcher,
    cluster,
    topic: source.name,
    by: cluster.config.replay.recordReplayedBy ? ctx.actor.name : null,
    mayRead: (topic: string) => isAllowed(ctx.actor.grants, 'record.read', { cluster: id, topic }),
    signal,
    making: { kind, edit, serde },
    fromOrigin: request.value === 'origin',
  }
  return { reader, editPlan }
}

/** What is known around the letters: their topics and targets, and what became of them before. */
async function lookAround(ctx: Context, planning: Planning, letters: LetterTable, rules: Rules) {
  const { id, request, cluster, targetCluster, source, fetcher } = planning
  const { signal } = ctx
  const wanted = new Set<string>()
  for (const letter of letters) {
    const target = targetOf(letter, rules)
    if (target !== null) wanted.add(target)
  }
  // Only targets the person may write to are asked about: a refusal tells nothing about a topic one may not see.
  const named = [...wanted].filter(name => rules.mayReplayTo(name))
  const [here, topics] = await Promise.all([
    lookAtTopics(cluster, [source.name, LEDGER_TOPIC], signal),
    lookAtTopics(targetCluster, named, signal),
  ])
  const map = ctx.services.deadLetters.of(id).ledgerMap()
  const { ledger, marks, from } = await lookAtLedger(ctx, cluster, fetcher, source.topicId, letters, map)
  // Without its ledger the mirrors are all that is known of the others, too.
  const guarantees =
    ledger.state === 'ready' ? (['at-least-once'] as const) : (['at-least-once', 'exactly-once'] as const)
  const past =
    request.kind === 'copy'
      ? NOTHING_PAST
      : await pastOutcomes(ctx.store, { cluster: id, sourceTopicId: source.topicId, guarantees }, letters)
  return { here, topics, ledger, marks, from, past }
}

async function judgeAll(
  letters: LetterTable,
  rules: Rules,
  { topics, marks, past }: Pick<Awaited<ReturnType<typeof lookAround>>, 'topics' | 'marks' | 'past'>,
  tally: PlanTally,
): Promise<ReplayItem[]> {
  const origins = seenOrigins(letters)
  const items: ReplayItem[] = []
  for (const letter of letters) {
    items.push(tally.add(letter, judgeLetter(letter, rules, topics, marks, origins, past)))
    if (items.length % JUDGED_AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
  }
  return items
}

function toStored(ctx: Context, parts: Pick<StoredPlan, 'cluster' | 'request' | 'frozen' | 'items'>) {
  const nowMs = ctx.clock.now()
  const packed = packPlan(parts)
  const stored: StoredPlan = {
    id: `p-${randomBytes(8).toString('hex')}`,
    by: ctx.actor.name,
    hash: packed.hash,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + PLAN_LIFE_MS,
    chunks: packed.chunks,
    ...parts,
  }
  return { stored, packed }
}

function plannedTargets(targets: Iterable<string>, looks: ReadonlyMap<string, TopicLook>): PlannedTarget[] {
  return [...targets].flatMap((topic): PlannedTarget[] => {
    const look = looks.get(topic)
    return typeof look === 'object' ? [[topic, look.topicId, look.partitions]] : []
  })
}

async function endsOf(
  cluster: KafkaCluster,
  source: TopicMetadata,
  signal: AbortSignal,
): Promise<[number, string][]> {
  const asked = source.partitions.map(({ partition }) => ({ topic: source.name, partition }))
  const answers = await cluster.listOffsets(asked, 'latest', { signal })
  return answers.flatMap(({ partition, answer }): [number, string][] =>
    answer.ok ? [[partition, answer.value.offset.toString()]] : [],
  )
}

async function sourceTopic(
  cluster: KafkaCluster,
  topic: string,
  signal: AbortSignal,
): Promise<TopicMetadata> {
  const { topics } = await cluster.metadata({ topics: [topic], maxAgeMs: 0, signal })
  const answer = topics.get(topic)
  if (answer?.ok) {
    if (topic.startsWith('__')) throw new AppError('TARGET_INVALID', { params: { topic } })
    return answer.value
  }
  const code = answer?.problem.code
  throw new AppError(isErrorCode(code) ? code : 'TOPIC_UNKNOWN', { params: { topic } })
}

async function lookAtLedger(
  ctx: Context,
  cluster: KafkaCluster,
  fetcher: Fetcher,
  topicId: string,
  letters: LetterTable,
  map: LedgerMap | null,
) {
  const { signal } = ctx
  const ledger = await ledgerState(cluster, signal)
  try {
    const source = { cluster, fetcher, ledger, map, signal }
    return { ledger, ...(await lookUpLedger(source, topicId, askedOf(letters))) }
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'CANCELLED') throw error
    const unavailable: LedgerState = { state: 'unavailable', reason: code }
    return { ledger: unavailable, marks: NO_MARKS, from: new Map<number, bigint>() }
  }
}

function* askedOf(letters: LetterTable): Generator<AskedLetter> {
  for (const { partition, offset, decoded } of letters)
    yield { partition, offset, origin: decoded?.origin ?? null }
}

function retentionFor(source: TopicLook | undefined): number {
  const retentionMs = typeof source === 'object' ? source.retentionMs : null
  if (retentionMs === null) return LEDGER_RETENTION_MS
  return retentionMs < 0 ? -1 : Math.max(LEDGER_RETENTION_MS, retentionMs)
}
