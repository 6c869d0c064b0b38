import { ensurePackages, runNode24 } from './bootstrap.mjs'

// npm run proof: the long form of the proofs that npm test holds in short, with a report. A word picks files by name.
await ensurePackages()
process.exit(await runNode24('scripts/lib/proof-run.ts', process.argv.slice(2)))
