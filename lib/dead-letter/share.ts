import * as read from './header-values'
import { type HopHeaders, readHops } from './hops'
import type { FamilyReader, Note } from './types'

/**
 * Share groups (KIP-1191): the broker writes it, text only. By default the record is a pointer without key and value;
 * with `errors.deadletterqueue.copy.record.enable` both are copied, but never the source's headers.
 */
const PREFIX = '__dlq.errors.'

const HOPS: HopHeaders = {
  topic: `${PREFIX}topic`,
  partition: { name: `${PREFIX}partition`, read: v => read.smallNumber(read.decimal(v)) },
  offset: { name: `${PREFIX}offset`, read: v => read.offset(read.decimal(v)) },
}

export const share: FamilyReader = {
  family: 'share',
  matches: headers => headers.hasPrefix(PREFIX),
  hops: headers => readHops(headers, HOPS, 'last-is-latest'),
  read: (headers, record) => {
    const notes: Note[] = ['source-headers-lost']
    // A copied tombstone without a key looks the same.
    if (record.key === null && record.value === null) notes.unshift('pointer')
    return {
      exception: {
        class: null,
        rootCause: null,
        message: read.text(headers.last(`${PREFIX}message`)),
        stackTrace: null,
      },
      consumerGroup: read.name(headers.last(`${PREFIX}group`)),
      attempts: read.smallNumber(read.decimal(headers.last(`${PREFIX}delivery.count`))),
      facts: {},
      notes,
    }
  },
  owns: name => name.startsWith(PREFIX),
}
