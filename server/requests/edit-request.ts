import { type RequestChange, requests } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { type ChangedLine, changedLines, linesOfChange } from '@/lib/request-lines'
import { audited } from '@/server/audit/audited'
import { authorise, denied } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { filedUsers, requestFacts, reviewLines, usedByIn, viaOf } from './file-request'
import { findVisible } from './find-visible'
import { moveRequest } from './move-request'
import {
  changeOf,
  expiryOf,
  linksOf,
  OWN_STATES,
  type StoredRequest,
  toRow,
  unknownRequest,
} from './request-store'
import { type Asked, reviewChange } from './review-request'
import { authoriseFiling, filingResource, isOwn } from './rights'
import { checkRoomForWords } from './room'
import { wantedOf } from './wanted'

/**
 * Replaces what an own request asks for; its approvals begin anew, since nobody has seen this. One that could
 * not be applied is edited too, and waits for its approvals again. Throws what filing throws, REQUEST_CHANGED
 * when it was decided meanwhile. A new topic may get another name.
 */
export const editRequest = verb(requests.edit, async (ctx, input) => {
  const row = await findVisible(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster: input.cluster })
  if (!row) throw unknownRequest(input.id)
  if (!isOwn(ctx, row)) throw denied('request.file', { cluster: row.cluster, topic: row.topic })
  const topic = input.topic ?? row.topic
  if (topic !== row.topic) {
    // Once it was seen, any other request is about a topic that is there: about another one it would be
    // another request.
    if (row.kind !== 'create' && row.state !== 'draft')
      throw new AppError('INPUT_INVALID', {
        fields: [{ path: 'topic', code: 'OTHER_KIND', message: 'can only be changed for a new topic' }],
      })
    authoriseFiling(ctx, { cluster: row.cluster, topic, kind: row.kind })
  }
  const toDraft = input.draft && row.state === 'draft'
  const change = wantedOf({ topic, kind: row.kind, draft: toDraft }, input)
  const asked: Asked = { cluster: row.cluster, topic, kind: row.kind, change, id: String(row.id) }
  const reviewed = toDraft ? null : await reviewChange(ctx, asked)
  if (reviewed?.refusal) throw reviewed.refusal
  await checkRoomForWords(ctx, row, 'topic')
  const facts = await requestFacts(ctx, asked)
  const nowMs = ctx.clock.now()
  const details = {
    ...{ topic, kind: row.kind, before: row.change, topicBefore: row.topic, ...change },
    ...(reviewed ? usedByIn(reviewed.review) : {}),
  }
  const moved = await audited(
    ctx,
    { action: 'request.edit', cluster: row.cluster, resource: `request:${row.id}`, details },
    () =>
      moveRequest(ctx, row, {
        from: OWN_STATES,
        to: toDraft ? 'draft' : 'pending',
        version: input.version ?? row.version,
        silent: toDraft,
        set: {
          ...facts,
          topic,
          change: JSON.stringify(change),
          approvals: '[]',
          failure: null,
          ...(input.purpose === undefined ? {} : { purpose: input.purpose }),
          ...(input.links === undefined ? {} : { links: JSON.stringify(input.links) }),
          ...(reviewed?.topicId ? { topicId: reviewed.topicId } : {}),
          ...(toDraft
            ? {}
            : {
                submittedAtMs: row.submittedAtMs ?? nowMs,
                expiresAtMs: expiryOf(ctx),
                users: reviewed && filedUsers(reviewed.review),
              }),
        },
        event: {
          ...(row.submittedAtMs === null && !toDraft
            ? { kind: 'submitted' as const, changes: reviewed ? reviewLines(reviewed.review) : [] }
            : { kind: 'edited' as const, changes: editedLines(row, { topic, change, ...input }) }),
          via: viaOf(ctx),
          text: input.purpose ?? null,
        },
      }),
  )
  return toRow(moved)
})

type Wanted = {
  topic: string
  change: RequestChange
  purpose?: string | undefined
  links?: string[] | undefined
}

/** What an edit changes of what was asked for; what it does not name stays. */
function editedLines(row: StoredRequest, wanted: Wanted): ChangedLine[] {
  const lines = (topic: string, change: RequestChange, purpose: string | null, links: string[]) =>
    new Map([
      ['topic', topic],
      ...linesOfChange(change),
      ...(purpose ? [['purpose', purpose] as const] : []),
      ...(links.length > 0 ? [['links', links.join(' ')] as const] : []),
    ])
  const { topic, change, purpose = row.purpose, links = linksOf(row) } = wanted
  return changedLines(
    lines(row.topic, changeOf(row), row.purpose, linksOf(row)),
    lines(topic, change, purpose, links),
  )
}
