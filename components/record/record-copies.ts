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

/** One word of a POSIX shell, quoted where it must be. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9._-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
