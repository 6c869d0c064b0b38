import type { Environment } from './substitute'

/**
 * Other consoles' files, read for their clusters. Answers entries in our own shape, unchecked, with the path
 * to name in errors.
 */
export type Foreign = { entry: Record<string, unknown>; path: PropertyKey[] }[]

type Dictionary = Record<string, unknown>

function dictionary(value: unknown): Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** `Local Cluster (eu)` → `Local-Cluster-eu`: an id that needs no escaping in a path. */
function idOf(name: string): string {
  const id = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 64)
  return id || 'cluster'
}

/** AKHQ: `akhq.connections.<name>: {properties, schema-registry: {url}, connect: [{name, url}]}`. */
export function readAkhq(value: unknown, warnings: string[]): Foreign {
  const akhq = dictionary(value)
  if (akhq.security !== undefined) {
    warnings.push('akhq.security is not read: users and tokens are named under auth')
  }
  return Object.entries(dictionary(akhq.connections)).map(([name, given]) => {
    const connection = dictionary(given)
    const registry = akhqRegistry(dictionary(connection['schema-registry']))
    const connect = Array.isArray(connection.connect) ? connection.connect : []
    return {
      path: ['akhq', 'connections', name],
      entry: {
        id: idOf(name),
        name,
        properties: connection.properties ?? {},
        ...(registry === null ? {} : { schemaRegistry: registry }),
        connect: connect.map(item => ({ name: dictionary(item).name, url: dictionary(item).url })),
      },
    }
  })
}

/** `schema-registry: {url, basic-auth-username, basic-auth-password, bearer-auth-token}`. */
function akhqRegistry(given: Dictionary): Dictionary | null {
  if (given.url === undefined) return null
  const token = given['bearer-auth-token']
  return {
    ...withCredentials(given.url, {
      username: given['basic-auth-username'],
      password: given['basic-auth-password'],
    }),
    ...(token === undefined ? {} : { token }),
  }
}

function withCredentials(url: unknown, { username, password }: Dictionary): Dictionary {
  return {
    url,
    ...(username === undefined || username === null ? {} : { username }),
    ...(password === undefined || password === null ? {} : { password }),
  }
}

/**
 * kafbat and its ancestors: `kafka.clusters[]: {name, bootstrapServers, properties, schemaRegistry,
 * kafkaConnect[], readOnly}`.
 */
export function readKafbat(value: unknown): Foreign {
  const clusters = dictionary(value).clusters
  if (!Array.isArray(clusters)) return []
  return clusters.map((given, index) => {
    const cluster = dictionary(given)
    const name = typeof cluster.name === 'string' ? cluster.name : `cluster-${index + 1}`
    const connect = Array.isArray(cluster.kafkaConnect) ? cluster.kafkaConnect : []
    return {
      path: ['kafka', 'clusters', index],
      entry: {
        id: idOf(name),
        name,
        ...(cluster.bootstrapServers === undefined ? {} : { bootstrapServers: cluster.bootstrapServers }),
        properties: cluster.properties ?? {},
        ...(cluster.schemaRegistry === undefined
          ? {}
          : {
              schemaRegistry: withCredentials(cluster.schemaRegistry, dictionary(cluster.schemaRegistryAuth)),
            }),
        connect: connect.map(item => ({ name: dictionary(item).name, url: dictionary(item).address })),
        readOnly: cluster.readOnly ?? false,
      },
    }
  })
}

const KAFBAT_VARIABLE =
  /^KAFKA_CLUSTERS_(\d{1,2})_(NAME|BOOTSTRAPSERVERS|READONLY|SCHEMAREGISTRY|SCHEMAREGISTRYAUTH_USERNAME|SCHEMAREGISTRYAUTH_PASSWORD|PROPERTIES_([A-Z0-9_]+))$/

/** kafbat's environment: `KAFKA_CLUSTERS_0_NAME`, `..._BOOTSTRAPSERVERS`, `..._PROPERTIES_SECURITY_PROTOCOL`, ... */
export function readKafbatEnvironment(env: Environment): Foreign {
  const byIndex = new Map<
    number,
    { name?: string; entry: Dictionary; properties: Dictionary; registry: Dictionary }
  >()
  for (const [variable, value] of Object.entries(env)) {
    const match = KAFBAT_VARIABLE.exec(variable)
    if (!match || value === undefined) continue
    const index = Number(match[1])
    const found = byIndex.get(index) ?? { entry: {}, properties: {}, registry: {} }
    byIndex.set(index, found)
    if (match[3]) found.properties[match[3].toLowerCase().replaceAll('_', '.')] = value
    else if (match[2] === 'NAME') found.name = value
    else if (match[2] === 'BOOTSTRAPSERVERS') found.entry.bootstrapServers = value
    else if (match[2] === 'READONLY') found.entry.readOnly = value.toLowerCase() === 'true'
    else if (match[2] === 'SCHEMAREGISTRY') found.registry.url = value
    else if (match[2] === 'SCHEMAREGISTRYAUTH_USERNAME') found.registry.username = value
    else found.registry.password = value
  }
  return [...byIndex]
    .sort(([a], [b]) => a - b)
    .map(([index, { name = `cluster-${index + 1}`, entry, properties, registry }]) => ({
      path: [`KAFKA_CLUSTERS_${index}`],
      entry: {
        id: idOf(name),
        name,
        ...entry,
        ...(registry.url === undefined ? {} : { schemaRegistry: withCredentials(registry.url, registry) }),
        properties,
      },
    }))
}
