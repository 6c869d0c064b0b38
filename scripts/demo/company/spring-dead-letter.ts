import type { Headers } from './headers.ts'
import { CONTAINER_FRAMES, printStackTrace, type Throwable } from './java-trace.ts'

// Header names and encodings of Spring Kafka's DeadLetterPublishingRecoverer (4.1): numbers are big-endian
// binary, texts UTF-8; the original headers come first and are appended on each hop, the exception's are replaced.
const ORIGINAL = 'kafka_dlt-original-'
const EXCEPTION = 'kafka_dlt-exception-'

const WRAPPER = 'org.springframework.kafka.listener.ListenerExecutionFailedException'
export const DESERIALIZATION = 'org.springframework.kafka.support.serializer.DeserializationException'

export interface Consumed {
  topic: string
  partition: number
  offset: string | bigint
  timestampMs: number
  headers: Headers
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

function append(headers: Headers, name: string, value: Buffer): void {
  const before = headers[name]
  headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
}

/** What the recoverer sees: a failure of the listener arrives wrapped, a failure to deserialise as itself. */
function asThrown(
  failure: Throwable,
  listener: string,
): { thrown: Throwable; cause: Throwable; message: string } {
  if (failure.className === DESERIALIZATION)
    return { thrown: failure, cause: failure, message: failure.message ?? '' }
  const said = `Listener method '${listener}' threw exception`
  const thrown = { className: WRAPPER, message: said, frames: CONTAINER_FRAMES, cause: failure }
  return { thrown, cause: failure, message: `${said}; ${failure.message ?? ''}` }
}

/** The headers of a dead letter that Spring Kafka would publish for this record, its own headers first. */
export function springDeadLetterHeaders(
  consumed: Consumed,
  group: string,
  listener: string,
  failure: Throwable,
): Headers {
  const headers: Headers = { ...consumed.headers }
  append(headers, `${ORIGINAL}topic`, Buffer.from(consumed.topic))
  append(headers, `${ORIGINAL}partition`, int32(consumed.partition))
  append(headers, `${ORIGINAL}offset`, int64(BigInt(consumed.offset)))
  append(headers, `${ORIGINAL}timestamp`, int64(BigInt(consumed.timestampMs)))
  append(headers, `${ORIGINAL}timestamp-type`, Buffer.from('CreateTime'))
  append(headers, `${ORIGINAL}consumer-group`, Buffer.from(group))
  const { thrown, cause, message } = asThrown(failure, listener)
  const exception = {
    fqcn: thrown.className,
    'cause-fqcn': cause.className,
    message,
    stacktrace: printStackTrace(thrown),
  }
  for (const [name, text] of Object.entries(exception)) {
    delete headers[EXCEPTION + name]
    headers[EXCEPTION + name] = Buffer.from(text)
  }
  return headers
}
