import type { ClusterConfig } from './types'

/** `a:1,b:2` as the configuration has it. */
export function bootstrapServers(bootstrap: string): ClusterConfig['bootstrapServers'] {
  return bootstrap.split(',').map(address => {
    const colon = address.lastIndexOf(':')
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
  })
}

/** A cluster's configuration with nothing in it but its address. */
export function clusterConfig(bootstrap: string, over: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    id: 'test',
    name: 'Test',
    bootstrapServers: bootstrapServers(bootstrap),
    tls: null,
    sasl: null,
    environment: 'dev',
    readOnly: false,
    schemaRegistry: null,
    serdes: [],
    connect: [],
    deadLetters: { topics: [], exclude: [] },
    replay: { maxCount: 3, recordReplayedBy: false, approveEdits: false },
    ...over,
  }
}
