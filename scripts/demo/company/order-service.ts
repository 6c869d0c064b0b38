import { setTimeout as sleep } from 'node:timers/promises'
import { CUSTOMER_COUNT, customer, LIMITED_PRODUCT, PRODUCTS } from './catalogue.ts'
import { type Flaw, makeOrder, type OrderWish, orderIdOf } from './events.ts'
import { eventHeaders } from './headers.ts'
import { type Company, companyProducer, kafkaClient, publish, type Running } from './kafka.ts'
import type { Random } from './random.ts'
import { TOPICS } from './topics.ts'

export type WishFor = Omit<OrderWish, 'orderId' | 'atMs'>

export interface OrderService extends Running {
  order(wish?: WishFor): Promise<{ orderId: string; topic: string; partition: number; offset: string }>
}

const TURN_MS = 250

/** One of many orders: now and then something is wrong with it, now and then it is for the product that runs out. */
function everydayWish(random: Random): WishFor {
  const luck = random.next()
  const flaw: Flaw =
    luck < 0.007
      ? 'empty-account'
      : luck < 0.01
        ? 'no-billing-address'
        : luck < 0.012
          ? 'amount-text'
          : luck < 0.0135
            ? 'discontinued'
            : luck < 0.0145
              ? 'bad-phone'
              : null
  const limited = flaw === null && random.next() < 0.03
  return limited ? { product: PRODUCTS.find(({ id }) => id === LIMITED_PRODUCT), quantity: 1 } : { flaw }
}

/** order-service: takes orders and says so. Flaws are not its business. */
export async function startOrderService(company: Company): Promise<OrderService> {
  const { world, journal, random } = company
  const producer = companyProducer(kafkaClient('order-service', company.brokers))
  await producer.connect()

  const order = async (wish: WishFor = {}) => {
    const atMs = Date.now()
    const orderId = orderIdOf(atMs, world.nextNumber++)
    const value = JSON.stringify(makeOrder(random, { ...wish, orderId, atMs }))
    const headers = eventHeaders(random, 'order.created', orderId)
    const sent = await publish(producer, { topic: TOPICS.created, key: orderId, value, headers })
    journal.note(orderId, { step: 'created', ...sent })
    return { orderId, ...sent }
  }

  const changeMind = (orderId: string) => {
    const value = JSON.stringify({
      type: 'OrderCancelled',
      orderId,
      reason: '단순 변심',
      timestamp: new Date(),
    })
    return publish(producer, {
      topic: TOPICS.cancelled,
      key: orderId,
      value,
      headers: eventHeaders(random, 'order.cancelled', orderId),
    })
  }

  // user-service has no process of its own: profiles change now and then, and somebody leaves (a tombstone).
  const changeProfile = () => {
    const { id, ...profile } = customer(random.below(CUSTOMER_COUNT))
    const value =
      random.next() < 0.05 ? null : JSON.stringify({ customerId: id, ...profile, updatedAt: new Date() })
    return publish(producer, {
      topic: TOPICS.profile,
      key: id,
      value,
      headers: eventHeaders(random, 'user.profile', id),
    })
  }

  let stopping = false
  let failed = 0
  const trickle = async () => {
    let due = 0
    while (!stopping) {
      await sleep(TURN_MS)
      due += (world.trickle * TURN_MS) / 1000
      const now = Math.floor(due)
      due -= now
      try {
        const orders = await Promise.all(Array.from({ length: now }, () => order(everydayWish(random))))
        for (const { orderId } of orders) if (random.next() < 0.01) await changeMind(orderId)
        if (now > 0 && random.next() < 0.2) await changeProfile()
        failed = 0
      } catch (error) {
        // The broker is away: customers come back later, and so do we.
        if (failed++ === 0) process.stderr.write(`order-service: ${String(error)}\n`)
      }
    }
  }
  const running = trickle()
  return {
    order,
    stop: async () => {
      stopping = true
      await running
      await producer.disconnect()
    },
  }
}
