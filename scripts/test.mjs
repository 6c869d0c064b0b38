import { ensurePackages, runNode24 } from './bootstrap.mjs'

// npm test: installs what it needs, then every check and every test. npm test -- --only unit,lint runs some of them.
await ensurePackages()
process.exit(await runNode24('scripts/lib/test-run.ts', process.argv.slice(2)))
