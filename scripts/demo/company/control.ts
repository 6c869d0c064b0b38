import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { PRODUCTS } from './catalogue.ts'
import { PROVIDERS } from './events.ts'
import type { Company, Running } from './kafka.ts'
import type { OrderService } from './order-service.ts'
import { SERVICES } from './world.ts'

const LARGEST_BODY = 10_000

const orderWish = z.object({
  count: z.number().int().min(1).max(5000).default(1),
  productId: z.string().optional(),
  quantity: z.number().int().min(1).optional(),
  provider: z.enum(PROVIDERS).optional(),
  flaw: z
    .enum(['amount-text', 'no-billing-address', 'empty-account', 'discontinued', 'bad-phone'])
    .optional(),
})

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > LARGEST_BODY) throw new Error('the body is too large')
  }
  return text ? JSON.parse(text) : {}
}

function routes({ world, journal }: Company, orders: OrderService) {
  const state = () => ({
    trickle: world.trickle,
    providersDown: world.providersDown(),
    paces: Object.fromEntries(SERVICES.map(service => [service, world.paceOf(service)])),
    stock: Object.fromEntries(world.stock()),
    counts: journal.counts(),
  })
  return {
    'GET /state': () => state(),
    'POST /orders': async (body: unknown) => {
      const { count, productId, ...wish } = orderWish.parse(body)
      const product = PRODUCTS.find(({ id }) => id === productId)
      if (productId && !product) throw new Error(`no such product: ${productId}`)
      const placed = await Promise.all(
        Array.from({ length: count }, () => orders.order({ ...wish, product })),
      )
      return { orders: placed }
    },
    'POST /providers': (body: unknown) => {
      const { provider, up } = z.object({ provider: z.enum(PROVIDERS), up: z.boolean() }).parse(body)
      world.setProvider(provider, up)
      return state()
    },
    'POST /stock': (body: unknown) => {
      const { productId, quantity } = z
        .object({ productId: z.string(), quantity: z.number().int() })
        .parse(body)
      world.setStock(productId, quantity)
      return state()
    },
    'POST /pace': (body: unknown) => {
      const shape = z.object({ service: z.enum(SERVICES), perSecond: z.number().min(0).nullable() })
      const { service, perSecond } = shape.parse(body)
      world.setPace(service, perSecond)
      return state()
    },
    'POST /trickle': (body: unknown) => {
      world.trickle = z.object({ perSecond: z.number().min(0).max(500) }).parse(body).perSecond
      return state()
    },
    'POST /heal': () => {
      world.heal()
      return state()
    },
  }
}

export interface Control extends Running {
  port: number
}

/**
 * The company's remote control, on loopback and only with the token: tests make causes of failure come and go with it,
 * and ask what became of an order (`GET /orders/<id>`).
 */
export async function startControl(company: Company, orders: OrderService, token: string): Promise<Control> {
  const table: Record<string, (body: unknown) => unknown> = routes(company, orders)
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: 'no token' })
    const path = request.url ?? '/'
    const order = /^\/orders\/([\w-]+)$/.exec(path)?.[1]
    if (request.method === 'GET' && order)
      return answer(200, { orderId: order, steps: company.journal.stepsOf(order) })
    const key = `${request.method} ${path}`
    const route = Object.hasOwn(table, key) ? table[key] : undefined
    if (!route) return answer(404, { error: `no ${key}` })
    try {
      return answer(200, await route(await readBody(request)))
    } catch (error) {
      return answer(400, { error: error instanceof Error ? error.message : String(error) })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
