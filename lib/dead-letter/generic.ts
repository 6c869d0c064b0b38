import { bestRootCause, unwrapMessage } from './exception'
import * as read from './header-values'
import type { HeaderShape, HeaderTable } from './headers'
import { readHops } from './hops'
import { type FamilyReader, NO_FAILURES } from './types'

/**
 * Hand-written conventions: `original-topic`, `error-message`, `retry-count` and their relatives, with `-`,
 * `_`, `.` or camelCase, an `x-` in front or not; also eventferry's `dlq-*`. All text. Duplicates are written
 * together by kafkajs: the last counts.
 */
const FIELDS = {
  topic: ['originaltopic', 'sourcetopic', 'dlqoriginaltopic'],
  partition: ['originalpartition', 'sourcepartition', 'dlqoriginalpartition'],
  offset: ['originaloffset', 'sourceoffset', 'dlqoriginaloffset'],
  timestamp: ['originaltimestamp', 'dlqoriginaltimestamp'],
  message: [
    'errormessage',
    'exceptionmessage',
    'errorreason',
    'failurereason',
    'dlqreason',
    'dlqerrormessage',
  ],
  class: ['errorclass', 'errortype', 'errorname', 'exceptionclass', 'exceptiontype', 'dlqerrorclass'],
  stack: ['errorstack', 'errorstacktrace', 'exceptionstacktrace', 'stacktrace', 'dlqstack'],
  attempts: [
    'retrycount',
    'retryattempt',
    'retryattempts',
    'attempts',
    'attemptcount',
    'deliverycount',
    'dlqattempts',
  ],
  group: ['consumergroup', 'originalconsumergroup', 'consumergroupid', 'dlqconsumergroup'],
  failedAt: ['failedat', 'dlqfailedat', 'errortimestamp'],
} as const
type Field = keyof typeof FIELDS

const FIELD_OF = new Map<string, Field>(
  (Object.keys(FIELDS) as Field[]).flatMap(field =>
    FIELDS[field].map((name): [string, Field] => [name, field]),
  ),
)
/** One of these makes a record a dead letter of this family; a group or a count alone is anybody's. */
const TELLING: readonly Field[] = ['topic', 'message', 'class', 'stack']

export const generic: FamilyReader = {
  family: 'generic',
  matches: headers => {
    const named = fieldNames(headers)
    return TELLING.some(field => named.has(field)) || named.has('attempts')
  },
  hops: headers => {
    const named = fieldNames(headers)
    return readHops(
      headers,
      {
        topic: named.get('topic') ?? '',
        partition: { name: named.get('partition') ?? '', read: v => read.smallNumber(read.decimal(v)) },
        offset: { name: named.get('offset') ?? '', read: v => read.offset(read.decimal(v)) },
        timestamp: { name: named.get('timestamp') ?? '', read: instant },
      },
      'last-is-latest',
    )
  },
  read: headers => {
    const named = fieldNames(headers)
    const last = (field: Field) => headers.last(named.get(field) ?? '')
    const stackTrace = read.text(last('stack'))
    const thrown = read.name(last('class')) ?? classInTrace(stackTrace)
    const facts: Record<string, string> = {}
    const failedAt = read.text(last('failedAt'), 100)
    if (failedAt !== null) facts.failedAt = failedAt
    return {
      exception: {
        class: thrown,
        rootCause: bestRootCause(stackTrace, null, thrown),
        message: unwrapMessage(read.text(last('message'))),
        stackTrace,
      },
      consumerGroup: read.name(last('group')),
      attempts: read.smallNumber(read.decimal(last('attempts'))),
      facts,
      notes: [],
    }
  },
  failures: headers => {
    const name = fieldNames(headers).get('failedAt')
    return name === undefined ? NO_FAILURES : { firstMs: null, lastMs: instant(headers.last(name) ?? null) }
  },
  owns: name => FIELD_OF.has(canonical(name)),
}

/** Enough to call a topic a dead-letter topic by its records alone: an origin and a failure. */
export function isTellingGeneric(headers: HeaderTable): boolean {
  const named = fieldNames(headers)
  return (
    named.has('topic') && (['message', 'class', 'stack', 'attempts'] as const).some(field => named.has(field))
  )
}

/** `original-topic`, `Original_Topic`, `x.original.topic`, `originalTopic` → `originaltopic`. */
function canonical(name: string): string {
  if (name.length > 40) return ''
  return name
    .replace(/^[xX][-_.]/, '')
    .replace(/[-_.]/g, '')
    .toLowerCase()
}

const fieldNamesOf = new WeakMap<HeaderShape, ReadonlyMap<Field, string>>()

/** Which header stands for which field; the first name of a field wins. */
function fieldNames(headers: HeaderTable): ReadonlyMap<Field, string> {
  const known = fieldNamesOf.get(headers.shape)
  if (known) return known
  const named = new Map<Field, string>()
  fieldNamesOf.set(headers.shape, named)
  for (const name of headers.names()) {
    const field = FIELD_OF.get(canonical(name))
    if (field !== undefined && !named.has(field)) named.set(field, name)
  }
  return named
}

/** Node and Python put the class in front of the trace's first line: `PaymentDeclinedError: no funds`. */
function classInTrace(stackTrace: string | null): string | null {
  const match = /^([A-Za-z_$][\w$.]{0,200}(?:Error|Exception|Failure))(?=[:\s]|$)/.exec(
    (stackTrace ?? '').slice(0, 300),
  )
  return match?.[1] ?? null
}

/** Epoch milliseconds as digits, or an ISO time. */
function instant(value: Uint8Array | null): number | null {
  const number = read.decimal(value)
  if (number !== null) return read.timestamp(number)
  const text = read.text(value, 64)
  if (text === null || !/^\d{4}-\d\d-\d\dT/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) || ms < 0 ? null : ms
}
