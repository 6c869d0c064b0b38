import type { LogRecord } from '@/server/kafka/port'
import { decodeHeader } from '@/server/serde/decode-header'
import { RecordSerde } from '@/server/serde/record-serde'
import type { SerdePlan } from '@/server/serde/serde-plan'
import type { PartReader } from './part-reader'
import { readPlainJson } from './plain-json'

/** Kafka's own topics hold what no bytes give away: they are read by their name. */
const INTERNAL = /^__/

/** A topic's serde as a search uses it: JSON takes a faster way, since of nothing else there is as much. */
export function serdeReader(plan: SerdePlan): PartReader {
  const serde = new RecordSerde(plan)
  const isOpen = !INTERNAL.test(plan.topic)
  const transparency = {
    key: isOpen && plan.key.format === 'auto',
    value: isOpen && plan.value.format === 'auto',
    schemaHeaders: plan.registry,
  }
  const hasPlainJson = (part: 'key' | 'value', record: LogRecord) =>
    transparency[part] && !(plan.registry && record.headers.length > 0)
  return {
    transparency,
    wanted: (part, record) => serde.wanted(part, record),
    learn: answers => serde.learn(answers),
    value(part, record, fields) {
      const bytes = record[part]
      if (bytes === null) return null
      if (hasPlainJson(part, record)) {
        const json = readPlainJson(bytes, fields)
        if (json !== undefined) return json
      }
      return serde.value(part, record, fields)
    },
    text(part, record) {
      const bytes = record[part]
      if (bytes === null) return null
      const { decoder, inside, text } = serde.reading(part, record)
      const isRaw = (decoder === 'json' || decoder === 'text') && inside === null && text === null
      return isRaw ? null : (serde.payload(part, record)?.text ?? null)
    },
    header(name, value) {
      const shown = decodeHeader({ name: Buffer.from(name), value }).value
      return { text: shown?.text ?? '', raw: shown?.format === 'text' || shown?.format === 'json' }
    },
  }
}
