import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SecureKafka, startSecureKafka } from './kafka-secure.ts'

/** What a test needs to know about the secured broker. */
export type SecureKafkaInfo = Pick<SecureKafka, 'bootstrap' | 'listeners' | 'pki' | 'users'>

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
  const server = createServer(async (_request, response) => {
    try {
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
      await (await secure?.catch(() => undefined))?.stop()
    },
  }
}
