import { createServer } from 'node:net'

// Below Linux's ephemeral range, so that an outgoing connection can't take a port between choosing and listening.
const LOWEST = 20_000
const HIGHEST = 32_000

const given = new Set<number>()

/** Is nobody listening on this port of the loopback address? */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** Free ports of the loopback address; this process never gets the same one twice. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (given.has(port) || !(await isPortFree(port))) continue
    given.add(port)
    ports.push(port)
  }
  return ports
}

/** One free port of the loopback address. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  if (port === undefined) throw new Error('no port')
  return port
}
