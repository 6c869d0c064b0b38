/**
 * What a topic is by its name alone. Dead-letter topics with other names are found by headers and
 * configuration (server/dead-letters).
 */
export type TopicClass = {
  kind: 'normal' | 'dead-letter' | 'retry' | 'internal'
  /**
   * The topic it derives from, where the name tells; null for normal and internal ones. A guess: headers know
   * better.
   */
  base: string | null
  /** The suffix or prefix that told. */
  marker: string | null
}

const DEAD_LETTER_SUFFIXES = [
  '.DLT',
  '-dlt',
  '.DLQ',
  '.dlq',
  '-dlq',
  '_dlq',
  '_dlt',
  '-dead-letter',
  '.dead-letter',
  '-error',
  '.error',
]
const RETRY_SUFFIXES = ['-retry', '.retry', '_retry', '.RETRY']
/** Kafka's, Connect's, the schema registry's, MirrorMaker's and the platform vendors' own. */
const INTERNAL_NAMES = new Set(['_schemas', 'connect-configs', 'connect-offsets', 'connect-status'])
const INTERNAL_PREFIXES = [
  '__',
  '_confluent',
  '_redpanda',
  'mm2-configs.',
  'mm2-offsets.',
  'mm2-status.',
  'mm2-offset-syncs.',
]
/** Kafka Streams: `<application>-<store>-changelog`, `<application>-<name>-repartition`. */
const INTERNAL_SUFFIXES = ['-changelog', '-repartition', '.checkpoints.internal']

const NORMAL: TopicClass = { kind: 'normal', base: null, marker: null }

/** Class of a topic by its name: linear in its length, never throws, whatever the name holds. */
export function classifyTopic(name: string): TopicClass {
  const internal = internalMarker(name)
  if (internal !== null) return { kind: 'internal', base: null, marker: internal }

  // A delay or an index behind the suffix: `-retry-1000` (Spring), `_retry_5000` (SmallRye).
  const retry = RETRY_SUFFIXES.find(suffix => isSuffix(name, suffix)) ?? numberedRetry(name)
  if (retry) return { kind: 'retry', base: name.slice(0, -retry.length), marker: retry }

  const suffix = DEAD_LETTER_SUFFIXES.find(s => isSuffix(name, s))
  if (suffix) return { kind: 'dead-letter', base: name.slice(0, -suffix.length), marker: suffix }

  // Share groups: `dlq.<topic>` where people follow the example; the prefix is a broker setting.
  if (isPrefix(name, 'dlq.')) return { kind: 'dead-letter', base: name.slice('dlq.'.length), marker: 'dlq.' }
  // SmallRye names the channel there, not the topic.
  if (isPrefix(name, 'dead-letter-topic-'))
    return { kind: 'dead-letter', base: null, marker: 'dead-letter-topic-' }
  // Spring Cloud Stream: `error.<destination>.<group>`; a destination may have dots, a group seldom has.
  if (isPrefix(name, 'error.')) {
    const end = name.lastIndexOf('.')
    return {
      kind: 'dead-letter',
      base: end > 'error.'.length ? name.slice('error.'.length, end) : null,
      marker: 'error.',
    }
  }
  return NORMAL
}

/** The mark of a topic that Kafka or a framework keeps for itself, or null. */
export function internalMarker(name: string): string | null {
  if (INTERNAL_NAMES.has(name)) return name
  return (
    INTERNAL_PREFIXES.find(prefix => name.startsWith(prefix)) ??
    INTERNAL_SUFFIXES.find(suffix => isSuffix(name, suffix)) ??
    null
  )
}

function isSuffix(name: string, suffix: string): boolean {
  return name.length > suffix.length && name.endsWith(suffix)
}

function isPrefix(name: string, prefix: string): boolean {
  return name.length > prefix.length && name.startsWith(prefix)
}

/**
 * `-retry-1000`, `-retry-5m`, `_retry_5000`: the end of the name, or null. A word behind it
 * (`-retry-requested`) is an event's name.
 */
function numberedRetry(name: string): string | null {
  const tail = name.slice(-24)
  const match = /([-_.])retry\1\d{1,12}(?:ms|s|m|h|d)?$/.exec(tail)
  return match && match[0].length < name.length ? match[0] : null
}
