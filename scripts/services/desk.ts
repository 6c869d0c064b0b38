import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SecureKafka, startSecureKafka } from './kafka-secure.ts'
import { type Registry, startRegistry } from './registry.ts'

/** What a test needs to know about the secured broker. */
export type SecureKafkaInfo = Pick<SecureKafka, 'bootstrap' | 'listeners' | 'pki' | 'users'>

/** Where the schema registry answers. */
export type RegistryInfo = Pick<Registry, 'url' | 'root'>

export interface Desk {
  url: string
  close(): Promise<void>
}

/**
 * Services that only some tests need are started when the first one asks, once for all test processes of a run:
 * they ask here, over loopback, and the process that lives as long as the run owns them.
 */
export async function openDesk(): Promise<Desk> {
  let secure: Promise<SecureKafka> | undefined
  let registry: Promise<Registry> | undefined
  const server = createServer(async (request, response) => {
    try {
      if (request.url === '/registry') {
        registry ??= startRegistry()
        const { url, root } = await registry
        response.end(JSON.stringify({ url, root } satisfies RegistryInfo))
        return
      }
      secure ??= startSecureKafka({ heapMiB: 160 })
      const { bootstrap, listeners, pki, users } = await secure
      const info: SecureKafkaInfo = { bootstrap, listeners, pki, users }
      response.end(JSON.stringify(info))
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close()
      const open = await Promise.all([secure?.catch(() => undefined), registry?.catch(() => undefined)])
      await Promise.all(open.map(service => service?.stop()))
    },
  }
}
