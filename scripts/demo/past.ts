import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError, say } from '../lib/say.ts'
import { kafkaClient } from './company/kafka.ts'
import { TOPIC_PLANS } from './company/topics.ts'
import { companyStateFile } from './company-process.ts'
import { companyTopicsIn, fillHistory, type HistorySize } from './history.ts'

const DAY_MS = 86_400_000
/** The topics keep thirty days. A demo that slept longer than this begins again. */
const OLDEST_PAST_MS = 24 * DAY_MS

interface Marker {
  clusterId: string
  state: 'filling' | 'filled'
  at: string
}

const markerFile = (home: string) => join(home, 'history.json')

function readMarker(home: string): Marker | null {
  try {
    return JSON.parse(readFileSync(markerFile(home), 'utf8')) as Marker
  } catch {
    return null
  }
}

function writeWhole(file: string, value: unknown): void {
  writeFileSync(`${file}.part`, JSON.stringify(value))
  renameSync(`${file}.part`, file)
}

async function lookAt(brokers: string[]): Promise<{ clusterId: string; topics: string[] }> {
  const admin = kafkaClient('milena-demo', brokers).admin()
  await admin.connect()
  try {
    const { clusterId } = await admin.describeCluster()
    return { clusterId, topics: await companyTopicsIn(admin) }
  } finally {
    await admin.disconnect()
  }
}

export interface PastOptions {
  home: string
  brokers: string[]
  size: HistorySize
  /** Whatever is there is replaced. */
  fresh: boolean
  /** The broker is ours alone; in somebody's own Kafka nothing is replaced that we did not make. */
  ours: boolean
}

/**
 * Sees to it that the topics hold the company's past: kept from an earlier run, or told anew; a fill that was
 * cut short is begun again.
 */
export async function ensurePast({ home, brokers, size, fresh, ours }: PastOptions): Promise<void> {
  const { clusterId, topics } = await lookAt(brokers)
  const marker = readMarker(home)
  const known = marker?.clusterId === clusterId ? marker : null
  const ageMs = known ? Date.now() - Date.parse(known.at) : 0
  const complete = known?.state === 'filled' && topics.length === TOPIC_PLANS.length
  if (complete && !fresh && ageMs < OLDEST_PAST_MS) return say('history', 'kept from the last run')
  if (!ours && !fresh && !known && topics.length > 0) {
    throw new SetupError(
      `This Kafka has topics of the demo's names already (${topics[0]}, ...): run npm run demo -- --fresh to replace them with their records, or --no-company to leave them alone.`,
    )
  }
  if (known?.state === 'filling') say('history', 'the last run was cut short; beginning again')
  else if (complete && !fresh)
    say('history', 'the last run was weeks ago and its records expire; beginning again')
  say('history', `telling ${size.orders.toLocaleString('en')} orders of the last five days`)
  const startedAtMs = Date.now()
  const mark = (state: Marker['state']) =>
    writeWhole(markerFile(home), { clusterId, state, at: new Date().toISOString() })
  mark('filling')
  const nextNumber = await fillHistory(brokers, size)
  writeWhole(companyStateFile(home), { nextNumber })
  mark('filled')
  say('history', `filled in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`)
}
