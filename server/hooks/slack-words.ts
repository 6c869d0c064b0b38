import enErrors from '@/lib/i18n/en/errors.json'
import en from '@/lib/i18n/en/requests.json'
import koErrors from '@/lib/i18n/ko/errors.json'
import ko from '@/lib/i18n/ko/requests.json'
import { routes } from '@/lib/routes'
import { enqueueSlackAnswer } from '@/server/outbox/enqueue'
import type { Words } from '@/server/outbox/notice'
import { sayIn } from '@/server/outbox/words'
import type { StoredRequest } from '@/server/requests/request-store'
import type { Hook } from './serve-hook'

/** What somebody in Slack is told, and the page that it is about. */
export type Said = { words: Words; path: string }

/** What somebody in Slack asked for. */
export type Errand = {
  /** Where they are told what came of it. */
  url: string | undefined
  /** Does it; null where there is nothing to tell. `refusal`: the same by field of the form that stays open. */
  run: () => Promise<{ said: Said | null; refusal: Record<string, string> | null }>
}

export const say = (key: string, params: Record<string, string | number> = {}): Words =>
  sayIn({ ko, en }, key, params)

/** What a refusal says to people. */
export const sayError = (code: string, params: Record<string, string | number>): Words =>
  sayIn({ ko: koErrors, en: enErrors }, `${code}.title`, params)

/** Where the request stands now. */
export function outcomeOf(row: StoredRequest): Said {
  const state = say(`states.${row.state}`)
  const words = (language: 'ko' | 'en') =>
    say('slack.done', { request: row.id, topic: row.topic, state: state[language] })[language]
  return {
    path: routes.request(row.cluster, String(row.id)),
    words: { ko: words('ko'), en: words('en') },
  }
}

/** The language of the console's Slack channels. */
export const slackLanguage = ({ runtime }: Pick<Hook, 'runtime'>): 'ko' | 'en' =>
  runtime.config.notifications.channels.find(channel => channel.kind === 'slack')?.language ?? 'ko'

/**
 * Through the outbox: Slack may be slow, and three seconds are short. Only to Slack, or to a host that the
 * configuration allows by name.
 */
export async function answerInSlack(
  hook: Pick<Hook, 'runtime'>,
  url: string | undefined,
  { words, path }: Said,
): Promise<void> {
  if (url === undefined || !URL.canParse(url)) return
  const { runtime } = hook
  const { hostname, protocol } = new URL(url)
  const isSlack = protocol === 'https:' && hostname === 'hooks.slack.com'
  if (!isSlack && !runtime.config.notifications.allow.includes(hostname)) return
  await enqueueSlackAnswer(runtime.store.db, runtime.clock.now(), {
    url,
    language: slackLanguage(hook),
    notice: {
      event: 'slack.answer',
      subject: 'slack',
      cluster: null,
      path,
      title: words,
      fields: [],
      tone: 'info',
      data: {},
    },
  })
  runtime.services.outbox.wake()
}
