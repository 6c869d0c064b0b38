/** A Connect worker with one paused sink, for tests of what uses a topic. Never imported by the product. */
import { createServer } from 'node:http'

/** Answers `GET /connectors?expand=info&expand=status` as a real one does. Close it. */
export async function startConnect(sink: {
  name: string
  topics: string
}): Promise<{ url: string; close(): Promise<void> }> {
  const { name, topics } = sink
  const answer = {
    [name]: {
      info: { name, type: 'sink', config: { topics, 'tasks.max': '1' }, tasks: [] },
      status: { name, connector: { state: 'PAUSED', worker_id: 'w' }, tasks: [], type: 'sink' },
    },
  }
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
