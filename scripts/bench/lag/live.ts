import { setTimeout as sleep } from 'node:timers/promises'
import { createLagSamplers } from '@/server/groups/create-service'
import { getGroup } from '@/server/groups/get-group'
import { streamLag } from '@/server/groups/stream-lag'
import { handle } from '@/server/http/handle'
import { installTestRuntime, testConfig, testStore } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import { type Series, timed } from '../measure.ts'
import { askedBy, OverHttp } from './over-http.ts'
import { type Commits, WIDE } from './world.ts'

const PAGES = 30
const CHANGES = 12

export interface LiveFigures {
  page: Series
  change: Series
}

/**
 * What a person waits for who looks at the widest group: its page, and a commit's way to the stream, through
 * the real routes and a real socket.
 */
export async function measureLive(clusters: KafkaClusters, commits: Commits): Promise<LiveFigures> {
  const config = testConfig(askedBy(clusters.list()))
  const store = await testStore()
  const lag = createLagSamplers({ config, clusters, store, clock: { now: Date.now }, log: silentLogger })
  installTestRuntime({ config, clusters, store, services: { lag } })
  const sampler = lag.of('bench')
  sampler.start()
  await sampler.ready(AbortSignal.timeout(60_000))
  const [page, stream] = [handle(getGroup), handle(streamLag)]
  const http = await OverHttp.serve(path => (path.endsWith('/stream') ? stream : page))
  const group = `/clusters/bench/groups/${WIDE.group}`
  const readPage = async () => {
    const body = await (await http.ask(group)).json()
    if (body.partitions?.length !== WIDE.partitions) throw new Error('not the whole page')
  }
  try {
    const pages: number[] = []
    for (let turn = 0; turn < PAGES; turn += 1) pages.push(await timed(readPage))
    const gone = new AbortController()
    const events = readEvents(await http.ask(`${group}/lag/stream`, gone.signal))
    await events.next()
    const changes: number[] = []
    for (let turn = 0; turn < CHANGES; turn += 1) {
      // Not in step with the sampler's second.
      await sleep(137 * (turn % 7))
      const behind = 2 + turn
      changes.push(
        await timed(async () => {
          await commits.makeWideGroup(behind)
          for (;;) {
            const { value, done } = await events.next()
            if (done) throw new Error('the stream ended')
            if (value.lag === String(behind * WIDE.partitions)) return
          }
        }),
      )
    }
    gone.abort()
    return {
      page: { name: `page of a group of ${WIDE.partitions} partitions`, rounds: [pages] },
      change: { name: 'a commit until the stream tells it', rounds: [changes] },
    }
  } finally {
    http.stop()
    await sampler.stop()
    await store.close()
  }
}

/** The data of a stream's events. */
async function* readEvents(response: Response): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data) yield JSON.parse(data)
    }
  }
}
