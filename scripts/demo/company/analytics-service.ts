import { type Company, consume, type Running } from './kafka.ts'
import { GROUPS, TOPICS } from './topics.ts'

/** order-analytics: a second reader of the same orders. Whoever replays an order has it counted again here. */
export function startAnalyticsService(company: Company): Promise<Running> {
  return consume(company, {
    name: 'analytics',
    group: GROUPS.analytics,
    topic: TOPICS.created,
    handle: async () => undefined,
  })
}
