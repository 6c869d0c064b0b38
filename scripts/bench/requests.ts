import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { requests as contracts } from '@/lib/contracts/requests'
import { failWith, say } from '@/scripts/lib/say'
import { startKafka } from '@/scripts/services/kafka'
import { ensureKafkaJars } from '@/scripts/services/kafka-jars'
import { refreshStatistics } from '@/server/janitor/refresh-statistics'
import { startSlack } from '@/server/outbox/testing'
import { fileRequest } from '@/server/requests/file-request'
import { listAllRequests } from '@/server/requests/list-requests'
import { requestDesk } from '@/server/requests/testing'
import { topicRequest } from '@/server/store/schema/index'
import { describeMachine, figure, median, ratio, reportBars, timed } from './measure'

// npm run bench:requests: pages of 50,000 requests, beside pages of the few that are there at first, and the
// way from filing to Slack's receiver. A broker of its own. Ratios are asserted; absolute figures are told
// with the machine (--strict asserts them too).
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '30' },
    bootstrap: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const ROUNDS = Number(values.rounds)
const MANY = Number(values.requests)
const FEW = 500
const AT_ONCE = 1000
const HANGS_MS = 60_000
const TABS = ['all', 'waiting', 'mine'] as const

type Desk = Awaited<ReturnType<typeof requestDesk>>
type Slack = Awaited<ReturnType<typeof startSlack>>

const openDesk = (bootstrap: string, slack: Slack) =>
  requestDesk(bootstrap, {
    channels: [
      {
        kind: 'slack',
        name: 'bot',
        events: ['*'],
        clusters: ['*'],
        language: 'ko',
        url: null,
        token: 'xoxb-test',
        channel: '#kafka',
        apiUrl: `${slack.url}/api`,
      },
    ],
  })

/** Requests number `from` up to before `to`: a tenth waits, a third is of one person. */
async function fill(desk: Desk, from: number, to: number): Promise<void> {
  const nowMs = Date.now()
  for (let at = from; at < to; at += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, n) => ({
      cluster: 'c',
      topic: `order.order-service.bench-${at + n}`,
      kind: 'create' as const,
      state: (at + n) % 10 === 0 ? ('pending' as const) : ('applied' as const),
      version: 1,
      by: (at + n) % 3 === 0 ? 'dev' : 'member',
      change: JSON.stringify({ partitions: 6, replicationFactor: 3 }),
      links: '[]',
      approvals: '[]',
      approvalsNeeded: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }))
    await desk.store.db.insert(topicRequest).values(rows)
  }
}

/** Milliseconds of a page: the first one, which counts how many there are, or going on from page to page. */
async function pages(desk: Desk, tab: (typeof TABS)[number], way: 'first' | 'on'): Promise<number> {
  const took: number[] = []
  let cursor: string | undefined
  const ctx = desk.as(tab === 'mine' ? 'dev' : 'approver')
  for (let round = 0; round < ROUNDS; round++) {
    const input = contracts.listAll.input.parse({ tab, limit: 50, ...(cursor ? { cursor } : {}) })
    took.push(
      await timed(async () => {
        const { next } = await listAllRequests(ctx, input)
        if (way === 'on') cursor = next ?? undefined
      }),
    )
  }
  return median(took)
}

async function pagesOfTabs(desk: Desk, way: 'first' | 'on'): Promise<Record<(typeof TABS)[number], number>> {
  const took = { all: 0, waiting: 0, mine: 0 }
  for (const tab of TABS) took[tab] = await pages(desk, tab, way)
  return took
}

async function submitToSlack(desk: Desk, slack: Slack): Promise<number> {
  const took: number[] = []
  desk.outbox.start()
  for (let round = 0; round < ROUNDS; round++) {
    const before = slack.received.length
    const topic = `order.order-service.slack-${Date.now().toString(36)}-${round}`
    const wanted = { cluster: 'c', kind: 'create', topic, partitions: 1, replicationFactor: 1 }
    took.push(
      await timed(async () => {
        await fileRequest(desk.as('dev'), contracts.file.input.parse(wanted))
        const deadlineMs = performance.now() + HANGS_MS
        while (slack.received.length === before) {
          if (performance.now() > deadlineMs) throw new Error('Slack was told nothing')
          await sleep(1)
        }
      }),
    )
  }
  return median(took)
}

async function main(): Promise<void> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    const machine = describeMachine((await ensureKafkaJars()).version)
    let { bootstrap } = values
    if (bootstrap === undefined) {
      const kafka = await startKafka({ heapMiB: 512 })
      stops.push(() => kafka.stop())
      bootstrap = kafka.bootstrap
    }
    const slack = await startSlack()
    stops.push(() => slack.close())
    const desk = await openDesk(bootstrap, slack)
    stops.push(() => desk.close())
    await fill(desk, 0, FEW)
    const few = await pagesOfTabs(desk, 'on')
    const many = MANY.toLocaleString('en')
    say('bench', `filing ${many} requests`)
    await fill(desk, FEW, MANY)
    // As the janitor does every hour.
    await refreshStatistics(desk.store)
    const all = await pagesOfTabs(desk, 'on')
    const first = await pagesOfTabs(desk, 'first')
    say('bench', 'telling Slack')
    const toldMs = await submitToSlack(desk, slack)
    reportBars(
      machine,
      [
        ...TABS.map(tab =>
          ratio(`a page (${tab}) of ${many} against one of ${FEW} (time)`, all[tab] / few[tab], 4),
        ),
        ...TABS.map(tab => figure(`a page (${tab}) of ${many} requests, median`, all[tab], 100, 'ms')),
        ...TABS.map(tab =>
          figure(`the first page (${tab}) of ${many} requests, counted, median`, first[tab], 100, 'ms'),
        ),
        figure('from filing to Slack, median', toldMs, 1000, 'ms'),
      ],
      values.strict,
    )
  } finally {
    for (const stop of stops.reverse()) await stop().catch(() => undefined)
  }
}

main().catch(failWith)
