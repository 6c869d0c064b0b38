import { inject } from 'vitest'
import type { RegistryInfo, SecureKafkaInfo } from './desk.ts'
import { createDatabase } from './postgres.ts'
import type {} from './vitest-setup.ts'

export type { SecureKafkaInfo } from './desk.ts'

/** Address of the run's broker (one node, no security). It is shared: make your own topics and groups. */
export const kafkaBootstrap = (): string => inject('kafkaBootstrap')

/** A new, empty PostgreSQL database for one test or one file. */
export const freshDatabaseUrl = (): Promise<string> => createDatabase(inject('databaseUrl'))

/** A name that no other test of any run uses: `order-k3f9x2ab`. */
export const uniqueName = (prefix: string): string =>
  `${prefix}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`

/** The broker with SASL, TLS and ACLs; started by the first test that asks (3-6 s), then the same for all. */
export async function secureKafka(): Promise<SecureKafkaInfo> {
  const response = await fetch(inject('deskUrl'))
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as SecureKafkaInfo
}

/** A real schema registry; started by the first test that asks (7 s), then the same for all. Make your own subjects. */
export async function schemaRegistry(): Promise<RegistryInfo> {
  const { MILENA_TEST_REGISTRY: root } = process.env
  if (root) return { root, url: `${root}/apis/ccompat/v7` }
  const response = await fetch(`${inject('deskUrl')}/registry`)
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as RegistryInfo
}
