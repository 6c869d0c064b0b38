import { bestRootCause } from './exception'
import * as read from './header-values'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader } from './types'

/**
 * Kafka Connect's DeadLetterQueueReporter: everything as text; two hops append all ten headers. The group is
 * `connect-<name>`.
 */
const PREFIX = '__connect.errors.'

const HOPS: HopHeaders = {
  topic: `${PREFIX}topic`,
  partition: { name: `${PREFIX}partition`, read: v => read.smallNumber(read.decimal(v)) },
  offset: { name: `${PREFIX}offset`, read: v => read.offset(read.decimal(v)) },
}

export const connect: FamilyReader = {
  family: 'connect',
  matches: headers => headers.hasPrefix(PREFIX),
  hops: headers => readHops(headers, HOPS, 'last-is-latest'),
  read: headers => {
    const text = (what: string) => read.text(headers.last(PREFIX + what))
    const thrown = read.name(headers.last(`${PREFIX}exception.class.name`))
    const stackTrace = text('exception.stacktrace')
    const connector = read.name(headers.last(`${PREFIX}connector.name`))
    const facts: Record<string, string> = {}
    if (connector !== null) facts.connector = connector
    for (const [fact, header] of [
      ['task', 'task.id'],
      ['stage', 'stage'],
      ['component', 'class.name'],
    ] as const) {
      const value = read.name(headers.last(PREFIX + header))
      if (value !== null) facts[fact] = value
    }
    return {
      exception: {
        class: thrown,
        rootCause: bestRootCause(stackTrace, null, thrown),
        message: text('exception.message'),
        stackTrace,
      },
      consumerGroup: connector === null ? null : `connect-${connector}`,
      attempts: null,
      facts,
      notes: [],
    }
  },
  owns: name => name.startsWith(PREFIX),
}
