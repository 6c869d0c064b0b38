import { sentAt } from './failures'
import * as read from './header-values'
import type { HeaderTable } from './headers'
import { readHops } from './hops'
import type { FamilyReader } from './types'

/**
 * Watermill (Go): the poison queue's metadata as text (middleware/poison.go), the requeuer's and the delay's. It is
 * a map: in no order, each name once, so of several failures only the last is there. No partition, no offset.
 */
const RETRIES = ['_watermill_requeuer_retries', 'requeuer_retries'] as const
const NAMES = new Set<string>([
  'reason_poisoned',
  'topic_poisoned',
  'handler_poisoned',
  'subscriber_poisoned',
  '_watermill_delayed_until',
  '_watermill_delayed_for',
  ...RETRIES,
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
    const { message, stackTrace } = withoutStack(read.text(headers.last('reason_poisoned')))
    return {
      exception: { class: null, rootCause: null, message, stackTrace },
      consumerGroup: null,
      attempts: deliveries(headers),
      facts,
      notes: [],
    }
  },
  // Published without a time of its own when it is poisoned.
  failures: (_headers, { timestampMs }) => ({ firstMs: null, lastMs: sentAt(timestampMs) }),
  owns: name => NAMES.has(name),
}

/** The requeuer counts how often it brought the message back: the first delivery is none of them. */
function deliveries(headers: HeaderTable): number | null {
  const name = RETRIES.find(one => headers.has(one))
  const retries = name === undefined ? null : read.smallNumber(read.decimal(headers.last(name)))
  return retries === null ? null : retries + 1
}

const STACK = ', stacktrace: \n'

/** `panic occurred: "no stock", stacktrace: \ngoroutine 42 [running]: …` (middleware/recoverer.go) in its two parts. */
function withoutStack(reason: string | null): { message: string | null; stackTrace: string | null } {
  const at = reason?.indexOf(STACK) ?? -1
  if (reason === null || at < 0) return { message: reason, stackTrace: null }
  return { message: reason.slice(0, at), stackTrace: reason.slice(at + STACK.length) }
}
