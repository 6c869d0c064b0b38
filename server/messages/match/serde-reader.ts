import type { LogRecord } from '@/server/kafka/port'
import { behindMark, markBytesAt } from '@/server/serde/byte-order-mark'
import { decodeHeader } from '@/server/serde/decode-header'
import { RecordSerde } from '@/server/serde/record-serde'
import type { SerdePlan } from '@/server/serde/serde-plan'
import type { Part, PartReader } from './part-reader'
import { JsonPicker } from './pick-json'
import { readPlainJson } from './plain-json'

/** Kafka's own topics hold what no bytes give away: they are read by their name. */
const INTERNAL = /^__/

const OPEN_BRACE = 0x7b

/** So begins no frame with a schema's id. */
function beginsAsJson(part: Part, { body }: LogRecord): boolean {
  return body?.bytes[part === 'key' ? body.keyAt : body.valueAt] === OPEN_BRACE
}

/** A topic's serde as a search uses it: JSON takes a faster way, since of nothing else there is as much. */
export function serdeReader(plan: SerdePlan): PartReader {
  const serde = new RecordSerde(plan)
  const isOpen = !INTERNAL.test(plan.topic)
  const transparency = {
    key: isOpen && plan.key.format === 'auto',
    value: isOpen && plan.value.format === 'auto',
    schemaHeaders: plan.registry,
  }
  const hasPlainJson = (part: Part, record: LogRecord) =>
    transparency[part] && !(plan.registry && record.headers.length > 0)
  const pickers = new Map<ReadonlySet<string>, JsonPicker>()
  // Out of the batch as it is: a Buffer of each record's own costs more than looking through it.
  const pick = (part: Part, { body }: LogRecord, fields: ReadonlySet<string>) => {
    if (body === undefined) return undefined
    const from = part === 'key' ? body.keyAt : body.valueAt
    const mark = markBytesAt(body.bytes, from)
    const picker = pickers.get(fields) ?? new JsonPicker(fields)
    pickers.set(fields, picker)
    return picker.pick(body.bytes, from + mark, from + (part === 'key' ? body.keyBytes : body.valueBytes))
  }
  return {
    transparency,
    wanted(part, record) {
      const isOwn = plan[part].schema === undefined && hasPlainJson(part, record)
      return isOwn && beginsAsJson(part, record) ? null : serde.wanted(part, record)
    },
    learn: answers => serde.learn(answers),
    value(part, record, fields) {
      const isPlain = hasPlainJson(part, record)
      const picked = isPlain && fields !== null ? pick(part, record, fields) : undefined
      if (picked !== undefined) return picked
      const bytes = record[part]
      if (bytes === null) return null
      return (
        (isPlain ? readPlainJson(behindMark(bytes) ?? bytes, fields) : undefined) ??
        serde.value(part, record, fields)
      )
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
