import type { Message } from '@/lib/contracts/messages'

export type RecordAddress = { cluster: string; topic: string; partition: number; offset: string }

/** The record as the API answers it, with its address: for a ticket, a test, jq. */
export function recordJson({ cluster, topic }: RecordAddress, message: Message): string {
  return JSON.stringify({ cluster, topic, ...message }, null, 2)
}

/** A kcat command that prints exactly this record. The brokers stay in a variable: the browser does not know them. */
export function kcatLine({ topic, partition, offset }: RecordAddress): string {
  return `kcat -C -b "$KAFKA_BROKERS" -t ${shellWord(topic)} -p ${partition} -o ${offset} -c 1 -e -J`
}

/** A curl command that reads exactly this record from this console's API. The token stays in a variable. */
export function curlLine(origin: string, { cluster, topic, partition, offset }: RecordAddress): string {
  const path = ['clusters', cluster, 'topics', topic, 'messages', String(partition), offset]
    .map(encodeURIComponent)
    .join('/')
  return `curl -sS -H "Authorization: Bearer $MILENA_TOKEN" ${shellWord(`${origin}/api/v1/${path}`)}`
}

/** One word of a POSIX shell, quoted where it must be. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9._-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
