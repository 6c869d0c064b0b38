/** Helpers for integration tests of the port and of whoever stands on it. */
import type { ClusterConfig } from '@/server/config/types'
import { ClusterLink, type LinkOptions } from './protocol/link'

/** `a:1,b:2` as the configuration has it. */
export function bootstrapServers(bootstrap: string): ClusterConfig['bootstrapServers'] {
  return bootstrap.split(',').map(address => {
    const colon = address.lastIndexOf(':')
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
  })
}

/** A cluster's configuration with nothing in it but its address. */
export function testConfig(bootstrap: string, over: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    id: 'test',
    name: 'Test',
    bootstrapServers: bootstrapServers(bootstrap),
    tls: null,
    sasl: null,
    environment: 'dev',
    readOnly: false,
    schemaRegistry: null,
    connect: [],
    deadLetters: { topics: [], exclude: [] },
    replay: { maxCount: 3, recordReplayedBy: false },
    ...over,
  }
}

const clock = { now: () => Date.now() }

/** Connections of a cluster, for tests of the port's parts. Close it. */
export function testLink(
  bootstrap: string,
  over: Partial<ClusterConfig> = {},
  options: Partial<LinkOptions> = {},
): ClusterLink {
  return new ClusterLink(testConfig(bootstrap, over), { clock, ...options })
}
