import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { cutOff, noteSockets } from './sockets'

it('a client that never reads is cut off, by its own request and no other', async () => {
  noteSockets()
  const asked: Headers[] = []
  const closed: string[] = []
  const server = createServer((request, response) => {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
    asked.push(headers)
    response.on('close', () => closed.push(request.url ?? ''))
    response.write('x'.repeat(32 * 1024 * 1024))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients = ['/first', '/second'].map(path => {
    const client = connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    // A made-up number of a socket is nobody's.
    client.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nx-milena-socket: 1\r\n\r\n`)
    return client.pause()
  })
  try {
    await expect.poll(() => asked.length).toBe(2)
    expect(new Set(asked.map(headers => headers.get('x-milena-socket'))).size).toBe(2)
    cutOff(new Headers({ 'x-milena-socket': 'nobody' }))
    cutOff(new Headers())
    expect(closed).toEqual([])
    const [first] = asked
    if (!first) throw new Error('nobody asked')
    cutOff(first)
    await expect.poll(() => closed).toHaveLength(1)
    cutOff(first)
    expect(closed).toHaveLength(1)
  } finally {
    for (const client of clients) client.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})
