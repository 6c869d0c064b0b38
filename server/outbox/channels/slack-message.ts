import type { UserConfig } from '@/server/config/types'
import type { Notice, Words } from '../notice'
import { wordsIn } from './channel'

/** Slack's three: everything else is text (docs: "Escaping text"). */
const escapeSlack = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Block Kit's limits, a little under: 3000 a section, 2000 a field, 75 a button. */
const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

type Text = { type: 'mrkdwn' | 'plain_text'; text: string }
type Block = Record<string, unknown>
export type SlackMessage = { text: string; blocks: Block[] }

const MARK: Record<Notice['tone'], string> = {
  info: ':large_blue_circle:',
  ok: ':white_check_mark:',
  warn: ':warning:',
  error: ':red_circle:',
}

/**
 * A notice as Block Kit: title with its link, fields, who is meant, buttons. `text` is what a notification
 * shows. Names in the notice are escaped, so that a topic's description cannot call `<!channel>`.
 */
export function slackMessage(
  notice: Notice,
  options: {
    language: keyof Words
    publicUrl: string
    users: readonly UserConfig[]
    /** false: an incoming webhook of no app cannot answer a button. */
    buttons: boolean
  },
): SlackMessage {
  const { language, publicUrl, users, buttons } = options
  const title = cut(notice.title[language], 300)
  const mrkdwn = (text: string): Text => ({ type: 'mrkdwn', text })
  const link = `<${escapeSlack(publicUrl + notice.path)}|${escapeSlack(title).replaceAll('|', '¦')}>`
  const blocks: Block[] = [{ type: 'section', text: mrkdwn(`${MARK[notice.tone]} *${link}*`) }]
  const fields = notice.fields.map(({ label, value }) => {
    const text = cut(wordsIn(language, value), 900)
    return mrkdwn(`*${escapeSlack(label[language])}*\n${escapeSlack(text)}`)
  })
  for (let at = 0; at < fields.length; at += 10) {
    blocks.push({ type: 'section', fields: fields.slice(at, at + 10) })
  }
  const called = notice.mentions.flatMap(name => {
    const slack = users.find(user => user.username === name)?.contacts?.slack
    return slack && /^[UW][A-Z0-9]+$/.test(slack) ? [`<@${slack}>`] : []
  })
  if (called.length > 0) blocks.push({ type: 'context', elements: [mrkdwn(called.join(' '))] })
  if (buttons && notice.actions.length > 0) {
    blocks.push({
      type: 'actions',
      block_id: cut(notice.subject, 255),
      elements: notice.actions.map(action => ({
        type: 'button',
        action_id: action.id,
        style: action.style,
        text: { type: 'plain_text', text: cut(action.label[language], 75) },
        value: action.value,
      })),
    })
  }
  return { text: escapeSlack(title), blocks }
}
