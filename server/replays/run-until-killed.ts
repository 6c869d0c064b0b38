// node --import ./scripts/lib/alias-hooks.mjs server/replays/run-until-killed.ts <bootstrap> <database url> <records a transaction>
// A process that runs replays until it is killed: the tests' victim. Says `ready` before it begins.
import { testCluster, testContext } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka/index'
import { silentLogger } from '@/server/log'
import { openStore } from '@/server/store/open-store'
import { createReplayRunners } from './create-service'

const [bootstrap = '', databaseUrl = '', batchRecords = '20'] = process.argv.slice(2)
const clock = { now: () => Date.now() }
const store = await openStore({ databaseUrl, dataDir: null, log: silentLogger })
const clusters = createKafkaClusters([testCluster(bootstrap)], { clock })
const { config } = testContext({ clusters })
const runners = createReplayRunners({ config, clusters, store, clock, log: silentLogger }, null, {
  leaseMs: 600,
  batchRecords: Number(batchRecords),
})
process.stdout.write('ready\n')
runners.of('test').start()
