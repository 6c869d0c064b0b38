import { appendAudit } from '@/server/audit/chain'
import { silentLogger } from '@/server/log'
import { openStore } from './open-store'

// Started by folder.int.test.ts and killed in the middle: prints the number of every row after the store
// acknowledged it.
const [, , dataDir = '', from = '0'] = process.argv
const store = await openStore({ databaseUrl: null, dataDir, log: silentLogger })
process.stdout.write('open\n')
for (let n = Number(from); ; n++) {
  await appendAudit(store, {
    entry: `row-${n}`,
    kind: 'intent',
    atMs: n,
    actor: 'writer',
    actorKind: 'system',
    action: 'test.write',
    cluster: null,
    resource: `row:${n}`,
    outcome: null,
    code: null,
    reason: null,
    requestId: 'r',
    details: JSON.stringify({ pad: 'x'.repeat(500) }),
  })
  process.stdout.write(`${n}\n`)
}
