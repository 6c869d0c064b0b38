/**
 * The topics of the demo company: `<domain>.<service>.<event>`, dead letters beside what they could not be
 * read from.
 */
export const TOPICS = {
  created: 'order.order-service.created',
  createdDlq: 'order.order-service.created-dlq',
  cancelled: 'order.order-service.cancelled',
  reserved: 'inventory.inventory-service.reserved',
  reservedDlt: 'inventory.inventory-service.reserved-dlt',
  stock: 'inventory.inventory-service.stock',
  authorized: 'payment.payment-service.authorized',
  authorizedDlt: 'payment.payment-service.authorized-dlt',
  sent: 'notification.notification-service.sent',
  profile: 'user.user-service.profile',
} as const

export const GROUPS = {
  inventory: 'inventory-service',
  payment: 'payment-service',
  notification: 'notification-service',
  analytics: 'order-analytics',
  settlement: 'settlement-batch',
} as const

const DAY_MS = 86_400_000
const month = { 'retention.ms': String(30 * DAY_MS) }
const compacted = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.1' }

export interface TopicPlan {
  topic: string
  partitions: number
  configs: Record<string, string>
}

/** A dead-letter topic has as many partitions as its source: Spring Kafka writes to the same one. */
export const TOPIC_PLANS: readonly TopicPlan[] = [
  { topic: TOPICS.created, partitions: 12, configs: month },
  { topic: TOPICS.createdDlq, partitions: 12, configs: month },
  { topic: TOPICS.cancelled, partitions: 6, configs: { 'retention.ms': String(7 * DAY_MS) } },
  { topic: TOPICS.reserved, partitions: 6, configs: month },
  { topic: TOPICS.reservedDlt, partitions: 6, configs: month },
  { topic: TOPICS.stock, partitions: 6, configs: compacted },
  { topic: TOPICS.authorized, partitions: 6, configs: month },
  { topic: TOPICS.authorizedDlt, partitions: 6, configs: month },
  { topic: TOPICS.sent, partitions: 6, configs: { 'retention.ms': String(14 * DAY_MS) } },
  { topic: TOPICS.profile, partitions: 6, configs: compacted },
]

/** How many partitions a topic of the company has. */
export function partitionsOf(topic: string): number {
  const plan = TOPIC_PLANS.find(one => one.topic === topic)
  if (!plan) throw new Error(`not a topic of the company: ${topic}`)
  return plan.partitions
}
