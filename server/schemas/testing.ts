/**
 * Tests of schemas: a registry that does what a test says, and registering at a real one. Never imported by
 * the product.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RegistryConfig } from '@/server/config/types'

export const registryConfig = (url: string, over: Partial<RegistryConfig> = {}): RegistryConfig => ({
  url,
  username: null,
  password: null,
  token: null,
  tls: null,
  ...over,
})

export type Double = { url: string; asked: string[]; close(): void }

/** A server on loopback that answers by `answer`; `asked` holds `METHOD path` of every request. */
export async function registryDouble(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Double> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

type NewSchema = {
  schema: string
  schemaType?: string
  references?: { name: string; subject: string; version: number }[]
}

/** Registers at a real registry; answers the id. */
export async function register(url: string, subject: string, schema: NewSchema): Promise<number> {
  const response = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(schema),
  })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { id: number }).id
}

/** A value with Confluent's frame before it. */
export function framed(id: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32BE(id, 1)
  return Buffer.concat([head, body])
}
