import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createLagSamplers } from '@/server/groups/create-service'
import { LagHistory, seriesKey } from '@/server/groups/history/lag-history'
import { testConfig, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { testConfig as clusterConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'

// What the sampler of one cluster costs a process that does nothing else: told as JSON to the bench that started it.
const { values } = parseArgs({
  options: { bootstrap: { type: 'string' }, seconds: { type: 'string', default: '60' } },
})
const MIB = 2 ** 20
const WARM_MS = 20_000
const IDLE_TURNS = 10
const clock = { now: () => Date.now() }
const config = testConfig({ clusters: [clusterConfig(values.bootstrap ?? '', { id: 'bench' })] })
const clusters = createKafkaClusters(config.clusters, { clock })
const store = await testStore()
const sampler = createLagSamplers({ config, clusters, store, clock, log: silentLogger }).of('bench')
await clusters.get('bench').metadata()
// The database is awake and has written, as in every console that has something to keep: what it takes is none
// of the sampler's. What a start leaves behind is let go of, lest it hide what comes.
const first = new LagHistory({ store, cluster: 'idle', log: silentLogger })
first.record(seriesKey('idle'), clock.now(), 1, 1)
await first.flush()
await first.prune(clock.now())
let idle = Number.POSITIVE_INFINITY
for (let turn = 0; turn < IDLE_TURNS; turn += 1) {
  globalThis.gc?.()
  await sleep(500)
  idle = Math.min(idle, process.memoryUsage().rss)
}
sampler.start()
await sleep(WARM_MS)
const startedMs = performance.now()
const before = process.cpuUsage()
let most = process.memoryUsage().rss
while (performance.now() - startedMs < Number(values.seconds) * 1000) {
  await sleep(250)
  most = Math.max(most, process.memoryUsage().rss)
}
const used = process.cpuUsage(before)
const percent = ((used.user + used.system) / 1000 / (performance.now() - startedMs)) * 100
const groups = sampler.snapshot()?.rows.length ?? 0
process.stdout.write(
  `${JSON.stringify({ groups, percent, idleMiB: idle / MIB, moreMiB: (most - idle) / MIB })}\n`,
)
await sampler.stop()
await clusters.close()
await store.close()
