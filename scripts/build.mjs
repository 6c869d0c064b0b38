import { ensurePackages, runNode24 } from './bootstrap.mjs'

// npm run build: the production build, made only when sources changed. --force makes it anyway.
await ensurePackages()
process.exit(await runNode24('scripts/lib/build-app.ts', process.argv.slice(2)))
