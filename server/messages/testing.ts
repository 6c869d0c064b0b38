/**
 * What the integration tests of reading share: one cluster, topics that go away, pages followed to their end.
 * Never imported by the product.
 */
import { type ResourceLimits, Worker } from 'node:worker_threads'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { uniqueName } from '@/scripts/services/in-test'
import type { SearchConfig } from '@/server/config/types'
import { testConfig, testContext } from '@/server/http/testing'
import type { KafkaClusters, NewTopic } from '@/server/kafka/port'
import { makeTopic, type TestMessage, testCluster, withProducer } from '@/server/kafka/testing'
import { createSearchService } from './create-service'
import { getMessage } from './get-message'
import { getRawMessage } from './get-raw-message'
import { listMessages } from './list-messages'

export type Page = OutputOf<typeof messages.list>
type Query = Record<string, unknown>

export const idOf = (item: { partition: number; offset: string }) => `${item.partition}/${item.offset}`
export const texts = (page: Page) => page.items.map(item => item.value?.text ?? null)

/** The worker's entry as Node runs it without a build. */
function spawnForTests(resourceLimits: ResourceLimits): Worker {
  const hooks = new URL('../../scripts/lib/alias-hooks.mjs', import.meta.url).href
  const entry = new URL('./scan/scan-worker.ts', import.meta.url)
  return new Worker(entry, { execArgv: ['--import', hooks], resourceLimits })
}

/** Verbs over a real broker, `limits` instead of those that tests usually have. Close it: its topics are deleted. */
export function openReading(
  bootstrap: string,
  limits: Partial<SearchConfig> = {},
  thread: ResourceLimits = {},
) {
  const cluster = testCluster(bootstrap)
  const clusters: KafkaClusters = {
    get: () => cluster,
    list: () => [cluster.config],
    close: () => cluster.close(),
  }
  const usual = testConfig()
  const config = { ...usual, search: { ...usual.search, ...limits } }
  let threads = 0
  const search = createSearchService({ config }, () => {
    threads++
    return spawnForTests(thread)
  })
  const ctx = testContext({ clusters, config: { search: config.search }, services: { search } })
  const made: string[] = []
  const list = (topic: string, over: Query = {}): Promise<Page> =>
    listMessages(ctx, messages.list.input.parse({ cluster: 'test', topic, ...over }))
  return {
    cluster,
    clusters,
    list,
    async topicOf(over: Partial<NewTopic> = {}): Promise<string> {
      const name = uniqueName('messages')
      made.push(name)
      await makeTopic(cluster, { ...over, name })
      return name
    },
    send: (topic: string, records: TestMessage[]) =>
      withProducer(cluster, produce => produce(topic, records)),
    one: (topic: string, partition: number, offset: number | string) =>
      getMessage(
        ctx,
        messages.get.input.parse({ cluster: 'test', topic, partition, offset: String(offset) }),
      ),
    raw: (topic: string, offset: string, part: 'key' | 'value') =>
      getRawMessage(ctx, { cluster: 'test', topic, partition: 0, offset, part }),
    /** All pages from the first on, by `next` or `previous`. */
    async follow(first: Page, side: 'next' | 'previous', topic: string, over: Query): Promise<Page[]> {
      const pages = [first]
      for (let page = first; page[side] !== null; ) {
        page = await list(topic, { ...over, cursor: page[side] })
        pages.push(page)
        if (pages.length > 500) throw new Error('does not end')
      }
      return pages
    },
    ctx,
    search,
    /** Threads that were begun so far. */
    threadsMade: () => threads,
    async close(): Promise<void> {
      await search.stop()
      await Promise.all(made.map(topic => cluster.deleteTopic(topic).catch(() => undefined)))
      await cluster.close()
    },
  }
}
