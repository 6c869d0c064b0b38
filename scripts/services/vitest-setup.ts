import type { TestProject } from 'vitest/node'
import { say } from '../lib/say.ts'
import { openDesk } from './desk.ts'
import { startKafka } from './kafka.ts'
import { KEEP_ALL } from './kafka-spec.ts'
import { startPostgres } from './postgres.ts'
import { makeStoreTemplate } from './store-template.ts'

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBootstrap: string
    /** A server's maintenance database: tests make their own beside it. */
    databaseUrl: string
    deskUrl: string
  }
}

/** One broker and one database for the whole run; those that the environment names are used instead of own ones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { MILENA_TEST_KAFKA, MILENA_TEST_POSTGRES } = process.env
  const startedAtMs = performance.now()
  const [kafka, postgres, desk, storeTemplate] = await Promise.all([
    MILENA_TEST_KAFKA ? null : startKafka({ properties: KEEP_ALL }),
    MILENA_TEST_POSTGRES ? null : startPostgres(),
    openDesk(),
    makeStoreTemplate(),
  ])
  // Workers inherit it; testStore() begins with it.
  process.env.MILENA_TEST_STORE = storeTemplate.file
  say(
    'services',
    `broker and database are up after ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`,
  )
  project.provide('kafkaBootstrap', kafka?.bootstrap ?? MILENA_TEST_KAFKA ?? '')
  project.provide('databaseUrl', postgres?.url ?? MILENA_TEST_POSTGRES ?? '')
  project.provide('deskUrl', desk.url)
  return async () => {
    storeTemplate.remove()
    await Promise.all([kafka?.stop(), postgres?.stop(), desk.close()])
  }
}
