import * as z from 'zod'
import type { TopicUsage } from '@/lib/contracts/topic-changes'
import { compileLinear } from '@/lib/naming-policy/linear-regex'
import type { ClusterConfig } from '@/server/config/types'

const ASK_MS = 3000
const MOST_BYTES = 8 * 1024 * 1024
const MOST_CONNECTORS = 2000

const listing = z.record(
  z.string(),
  z.object({
    info: z
      .object({ type: z.string().optional(), config: z.record(z.string(), z.unknown()).optional() })
      .optional(),
    status: z.object({ connector: z.object({ state: z.string() }).optional() }).optional(),
  }),
)
const activeTopics = z.record(z.string(), z.object({ topics: z.array(z.string()) }))

type Connector = TopicUsage['connectors'][number]

/**
 * Connectors that read or write a topic, of every Connect cluster that the configuration names: sinks by
 * their `topics` and `topics.regex`, sources by the topics that Connect has seen them use (KIP-558). null:
 * one of the Connect clusters did not say.
 */
export async function connectorsOn(
  config: Pick<ClusterConfig, 'connect'>,
  topic: string,
  signal: AbortSignal,
): Promise<Connector[] | null> {
  const found = await Promise.all(
    config.connect.map(worker => connectorsOf(worker, topic, signal).catch(() => null)),
  )
  return found.some(one => one === null) ? null : found.flatMap(one => one ?? [])
}

async function connectorsOf(
  { name: worker, url }: ClusterConfig['connect'][number],
  topic: string,
  signal: AbortSignal,
): Promise<Connector[]> {
  const all = listing.parse(await ask(url, 'connectors?expand=info&expand=status', signal))
  const found: Connector[] = []
  for (const [name, { info, status }] of Object.entries(all).slice(0, MOST_CONNECTORS)) {
    const config = info?.config ?? {}
    const state = status?.connector?.state ?? 'UNKNOWN'
    const type = info?.type === 'sink' || readsTopics(config) ? 'sink' : 'source'
    const is = type === 'sink' ? subscribes(config, topic) : await writes(url, name, config, topic, signal)
    // A connector that is paused or stopped goes on where it left off: it uses the topic all the same.
    if (is) found.push({ worker, name, type, state })
  }
  return found
}

const textOf = (config: Record<string, unknown>, name: string): string | null => {
  const value = Object.hasOwn(config, name) ? config[name] : null
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

const readsTopics = (config: Record<string, unknown>) =>
  textOf(config, 'topics') !== null || textOf(config, 'topics.regex') !== null

function subscribes(config: Record<string, unknown>, topic: string): boolean {
  const named =
    textOf(config, 'topics')
      ?.split(',')
      .map(one => one.trim()) ?? []
  if (named.includes(topic)) return true
  const pattern = textOf(config, 'topics.regex')
  if (pattern === null) return false
  const regex = compileLinear(pattern)
  // Java knows patterns that a linear-time engine does not: who may be reading is told as reading.
  return regex === null || regex.matchesWhole(topic)
}

async function writes(
  url: string,
  name: string,
  config: Record<string, unknown>,
  topic: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (textOf(config, 'topic') === topic || textOf(config, 'kafka.topic') === topic) return true
  const path = `connectors/${encodeURIComponent(name)}/topics`
  const seen = activeTopics.safeParse(await ask(url, path, signal).catch(() => null))
  return seen.success && Object.values(seen.data).some(one => one.topics.includes(topic))
}

/** One question to a Connect worker of the configuration: no redirects, bounded in time and size. */
async function ask(base: string, path: string, signal: AbortSignal): Promise<unknown> {
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  )
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...(username ? { authorization: `Basic ${basic}` } : {}) },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
  })
  if (!response.ok || response.body === null) throw new Error(`Connect answered ${response.status}`)
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body) {
    bytes += part.byteLength
    if (bytes > MOST_BYTES) throw new Error('Connect answered too much')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}
