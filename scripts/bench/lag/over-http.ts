import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClusterConfig, Config } from '@/server/config/types'
import type { RouteHandler } from '@/server/http/serve'

const TOKEN = 'bench'

/** What a server's configuration needs so that `OverHttp` may ask it. */
export function askedBy(clusters: readonly ClusterConfig[]): Partial<Config> {
  const sha256 = createHash('sha256').update(TOKEN).digest('hex')
  return {
    clusters: [...clusters],
    tokens: [{ name: TOKEN, sha256, grants: [{ role: 'viewer' }] }],
    checkAnswers: false,
  }
}

/** Route handlers behind a real socket: headers, bytes and streams go their whole way, but for Next's routing. */
export class OverHttp {
  readonly #url: string
  readonly #stop: () => void

  private constructor(url: string, stop: () => void) {
    this.#url = url
    this.#stop = stop
  }

  static async serve(routeOf: (path: string) => RouteHandler): Promise<OverHttp> {
    const server = createServer(async (request, response) => {
      const gone = new AbortController()
      response.on('close', () => gone.abort())
      const url = new URL(request.url ?? '/', 'http://127.0.0.1:3000')
      const { authorization = '' } = request.headers
      const answer = await routeOf(url.pathname)(
        new Request(url, { headers: { authorization }, signal: gone.signal }),
      )
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      try {
        for await (const chunk of answer.body ?? []) response.write(chunk)
      } catch (error) {
        if (!gone.signal.aborted) throw error
      }
      response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return new OverHttp(`http://127.0.0.1:${port}/api/v1`, () => {
      server.close()
      server.closeAllConnections()
    })
  }

  /** Throws for any answer that is not good. */
  async ask(path: string, signal?: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await fetch(this.#url + path, { headers, ...(signal && { signal }) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  stop(): void {
    this.#stop()
  }
}
