import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { requests as contracts } from '@/lib/contracts/requests'
import { startSlack } from '@/server/outbox/testing'
import { fileRequest } from '@/server/requests/file-request'
import { listAllRequests } from '@/server/requests/list-requests'
import { requestDesk } from '@/server/requests/testing'
import { topicRequest } from '@/server/store/schema/index'
import { type Bar, barLine, isMet, median, timed } from './measure.ts'

// npm run bench:requests -- --bootstrap host:port: pages of 50,000 requests, and the way from filing to Slack's receiver.
const { values } = parseArgs({
  options: {
    bootstrap: { type: 'string', default: '127.0.0.1:9092' },
    requests: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '30' },
  },
})
const ROUNDS = Number(values.rounds)
const MANY = Number(values.requests)
const AT_ONCE = 1000

const slack = await startSlack()
const desk = await requestDesk(values.bootstrap, {
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

async function fill(): Promise<void> {
  const nowMs = Date.now()
  for (let at = 0; at < MANY; at += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, MANY - at) }, (_, n) => ({
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

async function pages(tab: 'waiting' | 'mine' | 'all'): Promise<number> {
  const took: number[] = []
  let cursor: string | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const input = contracts.listAll.input.parse({ tab, limit: 100, ...(cursor ? { cursor } : {}) })
    took.push(
      await timed(async () => {
        cursor =
          (await listAllRequests(desk.as(tab === 'mine' ? 'dev' : 'approver'), input)).next ?? undefined
      }),
    )
  }
  return median(took)
}

async function submitToSlack(): Promise<number> {
  const took: number[] = []
  desk.outbox.start()
  for (let round = 0; round < ROUNDS; round++) {
    const before = slack.received.length
    const topic = `order.order-service.slack-${Date.now().toString(36)}-${round}`
    const wanted = { cluster: 'c', kind: 'create', topic, partitions: 1, replicationFactor: 1 }
    took.push(
      await timed(async () => {
        await fileRequest(desk.as('dev'), contracts.file.input.parse(wanted))
        while (slack.received.length === before) await sleep(1)
      }),
    )
  }
  return median(took)
}

await fill()
const bars: Bar[] = [
  {
    name: 'a page of 50,000 requests, all (median)',
    value: await pages('all'),
    limit: 100,
    unit: 'ms',
    isRatio: false,
  },
  {
    name: 'a page of what waits for me (median)',
    value: await pages('waiting'),
    limit: 100,
    unit: 'ms',
    isRatio: false,
  },
  { name: 'a page of mine (median)', value: await pages('mine'), limit: 100, unit: 'ms', isRatio: false },
  {
    name: 'from filing to Slack (median)',
    value: await submitToSlack(),
    limit: 1000,
    unit: 'ms',
    isRatio: false,
  },
]
for (const bar of bars) process.stdout.write(`${barLine(bar)}\n`)
await desk.close()
await slack.close()
process.exitCode = bars.every(isMet) ? 0 : 1
