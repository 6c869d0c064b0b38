import { DRIFT_RULES, type DriftFinding, type DriftRow, type DriftRule } from '@/lib/contracts/drift'
import { checkTopic } from '@/lib/naming-policy/check-topic'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { isExcepted } from '@/lib/naming-policy/exceptions'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import { ruleOf } from '@/lib/naming-policy/violation'
import type { ExistingTopic } from './topic-facts'

/** What is known of a topic beside its settings. */
export type TopicUse = {
  bytes: bigint | null
  messages: bigint | null
  groups: number | null
  /** When its newest record was written; null: none. undefined: not looked up yet. */
  lastRecordMs: number | null | undefined
  /** Since when it was seen to hold nothing, or that nobody wrote: only what is that old is called unused. */
  seenSinceMs: number | null
}

export type WaiverRow = {
  id: string
  topic: string
  rule: string
  reason: string
  by: string
  atMs: number
  untilMs: number
}

export type JudgeInput = {
  policy: NamingPolicy
  topics: Iterable<ExistingTopic>
  knownOf(topic: string): TopicUse
  /** By topic. */
  waivers: ReadonlyMap<string, readonly WaiverRow[]>
  nowMs: number
  unusedDays: number
}

const DAY_MS = 86_400_000

/**
 * The drift of existing topics, a row for each that has a finding. Internal topics are none of it. Pure, and
 * quick enough to be asked for at every look: no suggestions are made here.
 */
export function judgeTopics(input: JudgeInput): { rows: DriftRow[]; judged: number } {
  const rows: DriftRow[] = []
  let judged = 0
  for (const topic of input.topics) {
    const { kind } = classifyTopic(topic.name)
    if (topic.internal || kind === 'internal') continue
    judged++
    const use = input.knownOf(topic.name)
    const findings = findingsOf(input, topic, use)
    if (findings.length === 0) continue
    rows.push({
      topic: topic.name,
      owner: topic.owner ?? null,
      kind,
      partitions: topic.partitions,
      replicationFactor: topic.replicationFactor,
      bytes: use.bytes === null ? null : String(use.bytes),
      messages: use.messages === null ? null : String(use.messages),
      groups: use.groups,
      lastRecordAt: use.lastRecordMs == null ? null : isoOf(use.lastRecordMs),
      retentionMs: setting(topic, 'retention.ms'),
      findings,
      open: new Set(findings.filter(one => one.waiver === null).map(one => one.rule)).size,
      suggestion: null,
    })
  }
  return { rows, judged }
}

/** A producer may write any time into a record, and most of them are no date. */
function isoOf(ms: number): string | null {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : null
}

function setting(topic: ExistingTopic, name: string): string | null {
  const value = own(topic.configs, name) ?? own(topic.defaults ?? {}, name)
  return value !== undefined && /^-?\d{1,19}$/.test(value) ? value : null
}

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

function findingsOf(input: JudgeInput, topic: ExistingTopic, use: TopicUse): DriftFinding[] {
  const { policy, nowMs } = input
  const found: DriftFinding[] = []
  const waivers = input.waivers.get(topic.name)
  const add = (rule: DriftRule, finding: Omit<DriftFinding, 'rule' | 'waiver'>) => {
    const waiver = waivers?.find(one => one.rule === rule && one.untilMs > nowMs)
    found.push({ ...finding, rule, waiver: waiver ? toWaiver(waiver) : null })
  }
  const fact = (rule: DriftRule, params: Record<string, string | number> = {}) =>
    add(rule, { code: rule, field: 'name', params, message: WORDS[rule] ?? rule, suggestion: null })

  const check = checkTopic(policy, topic, { nowMs, suggest: false })
  // What the policy only warns of is drift as well; what an exception lets pass is not.
  for (const one of [...check.violations, ...check.warnings]) {
    if (one.code === 'looks-internal') continue
    const rule = ruleOf(one.code) ?? 'naming'
    if (isExcepted(policy, topic.name, rule, nowMs)) continue
    add(rule, one)
  }
  if (topic.owner === null && !found.some(one => one.rule === 'owner')) fact('unowned')
  const isDeleting = (textSetting(topic, 'cleanup.policy') ?? 'delete').includes('delete')
  const retention = setting(topic, 'retention.ms')
  if (isDeleting && retention === '0') fact('retention-zero')
  if (isDeleting && retention === '-1' && textSetting(topic, 'retention.bytes') === '-1')
    fact('retention-unlimited')
  if (topic.replicationFactor === 1 && (topic.brokers ?? 1) > 1) fact('replication-low', { value: 1 })
  const idleMs = idleSince(use)
  if (idleMs !== null && use.groups === 0 && nowMs - idleMs >= input.unusedDays * DAY_MS)
    fact('unused', { days: Math.floor((nowMs - idleMs) / DAY_MS) })
  return found
}

const textSetting = (topic: ExistingTopic, name: string) =>
  own(topic.configs, name) ?? own(topic.defaults ?? {}, name)

/** Since when nobody has written; null: somebody does, or nobody knows. */
function idleSince({ lastRecordMs, seenSinceMs }: TopicUse): number | null {
  if (lastRecordMs === undefined) return null
  // Records of any time may stand in a log: one from the future is no reason to call the topic used for ever,
  // nor an old one to call a topic unused that was just made.
  return lastRecordMs === null ? seenSinceMs : lastRecordMs
}

function toWaiver({ id, reason, by, atMs, untilMs }: WaiverRow): NonNullable<DriftFinding['waiver']> {
  return { id, reason, by, at: new Date(atMs).toISOString(), until: new Date(untilMs).toISOString() }
}

/** English for API clients; screens have their own words by code. */
const WORDS: Partial<Record<DriftRule, string>> = {
  unowned: 'Nobody owns this topic.',
  unused: 'Nobody wrote for a long time, and no group reads it.',
  'retention-zero': 'retention.ms is 0: records go at once.',
  'retention-unlimited': 'Neither time nor size limits what is kept.',
  'replication-low': 'There is one replica: the loss of one broker is a loss of data.',
}

/** How often each rule is broken, waived findings left out. */
export function countByRule(rows: readonly DriftRow[]): Partial<Record<DriftRule, number>> {
  const counts: Partial<Record<DriftRule, number>> = {}
  for (const row of rows)
    for (const rule of DRIFT_RULES)
      if (row.findings.some(one => one.rule === rule && one.waiver === null))
        counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}
