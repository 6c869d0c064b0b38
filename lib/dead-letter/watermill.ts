import * as read from './header-values'
import { readHops } from './hops'
import type { FamilyReader } from './types'

/** Watermill (Go): the poison queue's metadata as text; no partition, no offset. */
const NAMES = new Set([
  'reason_poisoned',
  'topic_poisoned',
  'handler_poisoned',
  'subscriber_poisoned',
  '_watermill_requeuer_retries',
  '_watermill_delayed_until',
  '_watermill_delayed_for',
])

export const watermill: FamilyReader = {
  family: 'watermill',
  matches: headers => headers.has('reason_poisoned') || headers.has('topic_poisoned'),
  hops: headers => readHops(headers, { topic: 'topic_poisoned' }, 'last-is-latest'),
  read: headers => {
    const facts: Record<string, string> = {}
    for (const what of ['handler', 'subscriber'] as const) {
      const value = read.name(headers.last(`${what}_poisoned`))
      if (value !== null) facts[what] = value
    }
    return {
      exception: {
        class: null,
        rootCause: null,
        message: read.text(headers.last('reason_poisoned')),
        stackTrace: null,
      },
      consumerGroup: null,
      attempts: read.smallNumber(read.decimal(headers.last('_watermill_requeuer_retries'))),
      facts,
      notes: [],
    }
  },
  owns: name => NAMES.has(name),
}
