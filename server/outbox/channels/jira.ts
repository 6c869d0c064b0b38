import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { JiraChannel } from '@/server/config/types'
import { DeliveryError } from '../delivery-error'
import type { Notice } from '../notice'
import {
  type Channel,
  type ChannelDeps,
  type Delivery,
  readAnswer,
  readRef,
  refuseFailure,
  wordsIn,
} from './channel'

const refSchema = z.object({ key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/) })
const createdSchema = z.object({ id: z.string(), key: z.string() })
const searchSchema = z.object({ issues: z.array(z.object({ key: z.string() })) })
const transitionsSchema = z.object({
  transitions: z.array(
    z.object({ id: z.string(), name: z.string(), to: z.object({ name: z.string() }).optional() }),
  ),
})

type Paragraph = { type: 'paragraph'; content: Record<string, unknown>[] }

/**
 * Jira Cloud (REST v3): an issue at the first notice of a subject, then a comment each and the transition of
 * its state.
 */
export function jiraChannel(config: JiraChannel, deps: ChannelDeps): Channel {
  const { language } = config
  const base = `${config.url.replace(/\/+$/, '')}/rest/api/3`
  const authorization = `Basic ${Buffer.from(`${config.email}:${config.token}`, 'utf8').toString('base64')}`
  const call = async (method: 'GET' | 'POST', path: string, body: object | null, { signal }: Delivery) => {
    const answered = await deps.request({
      method,
      url: base + path,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : null,
      signal,
    })
    refuseFailure(answered, deps.now())
    return answered
  }

  const paragraph = (text: string): Paragraph => ({
    type: 'paragraph',
    // ADF refuses an empty text node.
    content: text === '' ? [] : [{ type: 'text', text }],
  })
  const documentOf = (notice: Notice) => ({
    type: 'doc',
    version: 1,
    content: [
      paragraph(notice.title[language]),
      ...notice.fields.map(({ label, value }) =>
        paragraph(`${label[language]}: ${wordsIn(language, value)}`),
      ),
      {
        type: 'paragraph',
        content: [
          {
            type: 'text',
            text: 'Milena',
            marks: [{ type: 'link', attrs: { href: deps.publicUrl + notice.path } }],
          },
        ],
      },
    ],
  })

  /**
   * Creation is not idempotent: after an attempt whose end nobody knows, the issue is looked for by a label
   * of its own.
   */
  async function createIssue(delivery: Delivery): Promise<string> {
    const label = `milena-${createHash('sha256').update(delivery.notice.subject).digest('hex').slice(0, 20)}`
    if (delivery.attempt > 1) {
      const jql = `project = "${config.project.replace(/["\\]/g, '\\$&')}" AND labels = "${label}"`
      const path = `/search/jql?jql=${encodeURIComponent(jql)}&fields=key&maxResults=1`
      const found = readAnswer(await call('GET', path, null, delivery), searchSchema)
      const [issue] = found.issues
      if (issue) return issue.key
    }
    const fields = {
      project: { key: config.project },
      issuetype: { name: config.issueType },
      summary: delivery.notice.title[language].replace(/\s+/g, ' ').slice(0, 250),
      labels: [...config.labels, label],
      description: documentOf(delivery.notice),
    }
    return readAnswer(await call('POST', '/issue', { fields }, delivery), createdSchema).key
  }

  async function transition(key: string, delivery: Delivery): Promise<void> {
    const status = delivery.notice.status
    const wanted = status !== null && Object.hasOwn(config.transitions, status) && config.transitions[status]
    if (!wanted) return
    const path = `/issue/${encodeURIComponent(key)}/transitions`
    const { transitions } = readAnswer(await call('GET', path, null, delivery), transitionsSchema)
    const found = transitions.find(one => one.name === wanted || one.to?.name === wanted)
    // Not offered: the issue stands there already, or a person moved it elsewhere. The comment says what happened.
    if (found) await call('POST', path, { transition: { id: found.id } }, delivery)
  }

  return {
    async deliver(delivery) {
      const known = readRef(delivery.ref, refSchema)
      if (!known) {
        const key = await createIssue(delivery)
        if (!refSchema.safeParse({ key }).success) throw new DeliveryError('ANSWER_INVALID')
        return { ref: JSON.stringify({ key }), key }
      }
      // The transition first: it can be repeated without a trace, a comment cannot.
      await transition(known.key, delivery)
      const path = `/issue/${encodeURIComponent(known.key)}/comment`
      await call('POST', path, { body: documentOf(delivery.notice) }, delivery)
      return null
    },
  }
}
