import { type PolicySpec, policySpec } from '../contracts/policy-spec'
import type { TopicFacts } from './check-topic'
import { DEFAULT_SPEC } from './default-spec'

/** The default policy with a change; what the change made of it must still be a policy. */
export const spec = (change: (draft: PolicySpec) => unknown = () => undefined): PolicySpec => {
  const draft = structuredClone(DEFAULT_SPEC)
  change(draft)
  return policySpec.parse(draft)
}

/** A topic that keeps the default policy, but for what a test gives. */
export const topic = (over: Partial<TopicFacts> = {}): TopicFacts => ({
  name: 'order.order-service.created',
  partitions: 12,
  replicationFactor: 3,
  configs: {},
  brokers: 3,
  owner: null,
  description: null,
  classification: null,
  schema: null,
  ...over,
})

/** A free segment of any length. */
export function segment(name: string): PolicySpec['naming']['segments'][number] {
  return {
    name,
    kind: 'free',
    values: [],
    catalogue: null,
    pattern: null,
    minLength: 1,
    maxLength: 249,
    optional: false,
    repeated: false,
    examples: [],
  }
}
