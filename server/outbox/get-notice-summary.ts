import { notices } from '@/lib/contracts/notices'
import { authorise } from '@/server/auth/authorise'
import type { ChannelConfig } from '@/server/config/types'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { countOutbox } from './outbox-store'

function hostOf(channel: ChannelConfig): string {
  if (channel.kind === 'email') return channel.host
  const url = channel.kind === 'slack' ? (channel.url ?? channel.apiUrl) : channel.url
  return URL.canParse(url) ? new URL(url).host : ''
}

/** Which channels there are, without anything secret, and how the outbox stands. */
export const getNoticeSummary = verb(notices.summary, async ctx => {
  authorise(ctx, 'outbox.read', {})
  try {
    const { pending, dead, oldestPendingAtMs } = await countOutbox(ctx.store)
    return {
      channels: ctx.config.notifications.channels.map(channel => ({
        name: channel.name,
        kind: channel.kind,
        events: [...channel.events],
        clusters: [...channel.clusters],
        language: channel.language,
        host: hostOf(channel),
      })),
      pending,
      dead,
      oldestPendingAt: oldestPendingAtMs === null ? null : new Date(oldestPendingAtMs).toISOString(),
    }
  } catch (error) {
    throw toStoreError(error)
  }
})
