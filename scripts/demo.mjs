import { ensurePackages, runNode24 } from './bootstrap.mjs'

// npm run demo: a Kafka, a small company that lives on it, and Milena. Runs on Node 20; the rest on the Node
// of the packages.

const HELP = `npm run demo [-- options]

  A Kafka on this machine, a small company that lives on it, and Milena to look at both.

  --fresh        start over: topics, Milena's data and passwords are made anew
  --port NUMBER  where Milena listens (3000, or a free one)
  --no-company   no services: Kafka and Milena only
  --help         this text

  KAFKA_BROKERS=host:port   a Kafka of your own instead (the demo's topics are made in it)
`

const args = process.argv.slice(2)
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(HELP)
  process.exit(0)
}

// npm keeps options without the two dashes for itself, and hands them over in the environment alone.
const kept = ['fresh', 'port', 'company'].find(name => process.env[`npm_config_${name}`] !== undefined)
if (kept) {
  const option = kept === 'company' ? 'no-company' : kept
  process.stderr.write(`npm took --${option} for itself: write npm run demo -- --${option}\n`)
  process.exit(2)
}

const known = /^--(fresh|no-company|port(=.*)?)$/
const unknown = args.find((arg, index) => !known.test(arg) && args[index - 1] !== '--port')
if (unknown) {
  process.stderr.write(`"${unknown}" is no option of the demo.\n\n${HELP}`)
  process.exit(2)
}

await ensurePackages()
// The channel tells the other process when this one is gone, even by kill -9.
process.exit(
  await runNode24('scripts/demo/main.ts', args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }),
)
