// node --import ./scripts/lib/alias-hooks.mjs server/replays/run-until-killed.ts <bootstrap> <database url>
// <records a transaction> A process that runs replays until it is killed: the tests' victim. Says `ready`
// before it begins.
import { testCluster } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka/index'
import { silentLogger } from '@/server/log'
import { noSchemas } from '@/server/schemas/create-service'
import { openStore } from '@/server/store/open-store'
import { createReplayRunners } from './create-service'

const [bootstrap = '', databaseUrl = '', batchRecords = '20'] = process.argv.slice(2)
const clock = { now: () => Date.now() }
const store = await openStore({ databaseUrl, dataDir: null, log: silentLogger })
const clusters = createKafkaClusters([testCluster(bootstrap)], { clock })
const runners = createReplayRunners({ clusters, store, clock, schemas: noSchemas, log: silentLogger }, null, {
  leaseMs: 600,
  batchRecords: Number(batchRecords),
})
process.stdout.write('ready\n')
runners.of('test').start()
