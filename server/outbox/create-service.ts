import { randomUUID } from 'node:crypto'
import type { ChannelConfig } from '@/server/config/types'
import type { ServiceDeps } from '@/server/services'
import type { Channel, ChannelDeps } from './channels/channel'
import { emailChannel } from './channels/email'
import { jiraChannel } from './channels/jira'
import { answerSlack, slackChannel } from './channels/slack'
import { webhookChannel } from './channels/webhook'
import { Dispatcher } from './dispatcher'
import { SLACK_ANSWER } from './enqueue'
import { createSafeRequest } from './safe-request'

function make(config: ChannelConfig, deps: ChannelDeps): Channel {
  switch (config.kind) {
    case 'webhook':
      return webhookChannel(config, deps)
    case 'slack':
      return slackChannel(config, deps)
    case 'jira':
      return jiraChannel(config, deps)
    case 'email':
      return emailChannel(config, deps)
  }
}

function hostsOf(config: ChannelConfig): string[] {
  const urls =
    config.kind === 'email' ? [] : config.kind === 'slack' ? [config.url ?? config.apiUrl] : [config.url]
  return urls.flatMap(url => (URL.canParse(url) ? [new URL(url).hostname.replace(/^\[|\]$/g, '')] : []))
}

/** The outbox's dispatcher over the channels of the configuration. */
export function createOutbox({ config, store, clock, log }: Omit<ServiceDeps, 'clusters'>): Dispatcher {
  const { allow, channels, slack } = config.notifications
  const request = createSafeRequest({
    allow,
    channels: [...channels.flatMap(hostsOf), ...(slack ? ['hooks.slack.com'] : [])],
  })
  const deps: ChannelDeps = {
    request,
    publicUrl: config.publicUrl,
    users: config.users,
    now: () => clock.now(),
  }
  const made = new Map(channels.map(channel => [channel.name, make(channel, deps)]))
  return new Dispatcher({
    store,
    clock,
    log,
    instance: randomUUID(),
    channelOf({ channel, url }) {
      const [name, language] = channel.split(':')
      if (name !== SLACK_ANSWER) return made.get(channel) ?? null
      if (url === null) return null
      return { deliver: delivery => answerSlack(deps, url, delivery, language === 'en' ? 'en' : 'ko') }
    },
  })
}
