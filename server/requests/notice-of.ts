import { configText } from '@/lib/config-meaning'
import type { RequestChange, RequestEvent } from '@/lib/contracts/requests'
import en from '@/lib/i18n/en/requests.json'
import ko from '@/lib/i18n/ko/requests.json'
import { routes } from '@/lib/routes'
import { userParams } from '@/lib/topic-users'
import type { Config } from '@/server/config/types'
import type { NewNotice, Words } from '@/server/outbox/notice'
import { sayIn } from '@/server/outbox/words'
import { mentionsIn } from './mentions'
import { approvalsOf, changeOf, failureOf, type StoredRequest, toRow, usersOfRow } from './request-store'

const say = (key: string, params: Record<string, string | number> = {}) => sayIn({ ko, en }, key, params)

const TONE: Partial<Record<StoredRequest['state'], NewNotice['tone']>> = {
  approved: 'ok',
  applied: 'ok',
  failed: 'error',
  declined: 'error',
  expired: 'warn',
  'changes-requested': 'warn',
}

/** Says what became of a request; the same subject each time, so that channels update one message or issue. */
export function noticeOf(
  config: Pick<Config, 'users' | 'clusters'>,
  row: StoredRequest,
  event: { kind: RequestEvent['kind']; actor: string; text?: string | null; code?: string | null },
): NewNotice {
  const cluster = config.clusters.find(one => one.id === row.cluster)?.name ?? row.cluster
  const { topic, kind, state } = row
  const kindWords = say(`kinds.${kind}`)
  const stateWords = say(`states.${state}`)
  const change = changeOf(row)
  const value = (label: string, text: string | number | Words | null | undefined) =>
    text === null || text === undefined || text === ''
      ? []
      : [{ label: say(`notice.${label}`), value: typeof text === 'object' ? text : String(text) }]
  const title = (language: 'ko' | 'en') => {
    const words = { kind: kindWords[language], topic, cluster, state: stateWords[language] }
    return say(event.kind === 'commented' ? 'notice.commentTitle' : 'notice.title', words)[language]
  }
  const isOver = !['pending', 'changes-requested', 'approved', 'applying', 'draft'].includes(state)
  const approvals = approvalsOf(row).map(one => one.by)
  const token = `${row.id}:${row.version}`
  return {
    event: `request.${event.kind}`,
    subject: `request:${row.id}`,
    cluster: row.cluster,
    path: routes.request(row.cluster, String(row.id)),
    title: { ko: title('ko'), en: title('en') },
    tone: TONE[state] ?? 'info',
    status: state,
    fields: [
      ...value('by', row.by),
      ...value('owner', row.owner),
      ...value('partitions', change.partitions),
      ...value('replicationFactor', change.replicationFactor),
      ...value('configs', configsIn(change)),
      ...value('principal', change.principal && `${change.principal} ${change.operations?.join(', ') ?? ''}`),
      ...value('inUse', usersIn(row)),
      ...value('override', change.override ? say('notice.overrides') : null),
      ...value('purpose', row.purpose),
      ...value('approvals', `${approvals.length}/${row.approvalsNeeded} ${approvals.join(', ')}`.trim()),
      ...value('actor', event.actor),
      ...value('text', event.text),
      ...value('code', event.code),
    ],
    data: { request: toRow(row), event: event.kind, actor: event.actor, text: event.text ?? null },
    mentions: [
      ...mentionsIn(config, row, event.text ?? ''),
      ...(isOver || state === 'changes-requested' ? [row.by] : []),
    ],
    actions:
      state === 'pending'
        ? [
            { id: 'approve', label: say('action.approve'), value: token, style: 'primary' },
            { id: 'decline', label: say('action.decline'), value: token, style: 'danger' },
          ]
        : [],
  }
}

/** Who uses the topic that is to go, as it was last seen: applied, refused, filed; null: nobody. */
function usersIn(row: StoredRequest): Words | null {
  const { filed, applied } = usersOfRow(row)
  const failure = failureOf(row)
  if (!applied && failure?.code === 'TOPIC_IN_USE') return say('notice.usedBy', failure.params)
  const last = applied ?? filed
  return last?.inUse ? say('notice.usedBy', userParams(last)) : null
}

/** What is set, with what it means, and what goes back to the broker's default; null: no config changes. */
function configsIn({ configs = {}, reset = [] }: RequestChange): Words | null {
  const lines = (language: keyof Words) =>
    [
      ...Object.entries(configs).map(([name, value]) => configText(name, value, language)),
      ...reset.map(name => `-${name}`),
    ].join(', ')
  return lines('en') === '' ? null : { ko: lines('ko'), en: lines('en') }
}
