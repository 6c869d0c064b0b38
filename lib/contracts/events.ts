import * as z from 'zod'
import { clusterId, instant, problem } from './common'
import { streamEndpoint } from './endpoint'

/**
 * The browser's one stream a tab: a `changed` event names what to read again (react-query invalidates it), so
 * payloads stay in one place. Topics: `overview`, `groups`, `group:NAME`, `dead-letters`, `replay:ID`.
 */
export const events = {
  stream: streamEndpoint({
    path: '/clusters/{cluster}/events',
    tag: 'events',
    summary: 'Changes of what a tab subscribed to',
    input: z.object({ cluster: clusterId, subscribe: z.string().max(2000) }),
    events: {
      hello: z.object({ subscribed: z.array(z.string()), at: instant }),
      changed: z.object({ topic: z.string(), at: instant, data: z.unknown().optional() }),
      problem: problem,
    },
  }),
}
