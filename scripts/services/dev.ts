import { failWith, say } from '../lib/say.ts'
import { startKafka } from './kafka.ts'
import { KEEP_ALL } from './kafka-spec.ts'
import { startPostgres } from './postgres.ts'
import { startRegistry } from './registry.ts'

// A broker and a database that stay, so that tests start at once:
//   node scripts/services/dev.ts        then, elsewhere, the two lines that it prints
//   REGISTRY_PORT=8081 node scripts/services/dev.ts     a schema registry besides, for looking at schemas
const numberOf = (value: string | undefined) => (value ? Number(value) : undefined)

async function main(): Promise<void> {
  const { KAFKA_PORT, POSTGRES_PORT, POSTGRES_PASSWORD, REGISTRY_PORT } = process.env
  const registryPort = numberOf(REGISTRY_PORT)
  const [kafka, postgres, registry] = await Promise.all([
    startKafka({ port: numberOf(KAFKA_PORT) ?? 29_092, heapMiB: 384, properties: KEEP_ALL }),
    startPostgres({ port: numberOf(POSTGRES_PORT) ?? 25_432, password: POSTGRES_PASSWORD }),
    registryPort === undefined ? null : startRegistry(registryPort),
  ])
  say('dev', `ready; broker log ${kafka.logFile}; stop with Ctrl-C`)
  console.log(`export MILENA_TEST_KAFKA=${kafka.bootstrap}`)
  console.log(`export MILENA_TEST_POSTGRES=${postgres.url}`)
  if (registry) console.log(`export MILENA_TEST_REGISTRY=${registry.root}`)
  if (registry) say('dev', `in the configuration: schemaRegistry: { url: ${registry.url} }`)
  const stay = setInterval(() => undefined, 60_000)
  const stop = async () => {
    clearInterval(stay)
    await Promise.all([kafka.stop(), postgres.stop(), registry?.stop()])
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch(failWith)
