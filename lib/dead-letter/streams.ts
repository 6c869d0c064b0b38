import { bestRootCause } from './exception'
import * as read from './header-values'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader } from './types'

/** Kafka Streams (KIP-1034): text; no group. Behind a repartition, `topic` is internal and the key is the new key. */
const PREFIX = '__streams.errors.'

const HOPS: HopHeaders = {
  topic: `${PREFIX}topic`,
  partition: { name: `${PREFIX}partition`, read: v => read.smallNumber(read.decimal(v)) },
  offset: { name: `${PREFIX}offset`, read: v => read.offset(read.decimal(v)) },
}

export const streams: FamilyReader = {
  family: 'streams',
  matches: headers => headers.hasPrefix(PREFIX),
  hops: headers => readHops(headers, HOPS, 'last-is-latest'),
  read: headers => {
    const thrown = read.name(headers.last(`${PREFIX}exception`))
    const stackTrace = read.text(headers.last(`${PREFIX}stacktrace`))
    const [origin] = readHops(headers, HOPS, 'last-is-latest')
    return {
      exception: {
        class: thrown,
        rootCause: bestRootCause(stackTrace, null, thrown),
        message: read.text(headers.last(`${PREFIX}message`)),
        stackTrace,
      },
      consumerGroup: null,
      attempts: null,
      facts: {},
      notes: origin?.topic?.endsWith('-repartition') ? ['internal-origin'] : [],
    }
  },
  owns: name => name.startsWith(PREFIX),
}
