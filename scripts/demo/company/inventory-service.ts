import { type OrderCreated, parseOrder, stockReserved } from './events.ts'
import { handWrittenDeadLetterHeaders } from './hand-written-dead-letter.ts'
import { followingHeaders } from './headers.ts'
import {
  type Company,
  companyProducer,
  consume,
  headersOf,
  kafkaClient,
  publish,
  type Running,
} from './kafka.ts'
import { GROUPS, TOPICS } from './topics.ts'
import type { World } from './world.ts'

const ATTEMPTS = 3

/** Why this order's goods can't be set aside; null when they can. */
export function whyNotReserved(
  order: OrderCreated,
  stockOf: (productId: string) => number | null,
): string | null {
  for (const { productId, name, quantity } of order.items) {
    const left = stockOf(productId)
    if (left === null) return `알 수 없는 상품입니다: ${productId} (${name})`
    if (left < quantity)
      return `재고가 부족합니다: ${name} (${productId}), 요청 ${quantity}개, 남은 수량 ${left}개`
  }
  return null
}

function takeFromStock(world: World, order: OrderCreated): void {
  for (const { productId, quantity } of order.items)
    world.setStock(productId, (world.stockOf(productId) ?? 0) - quantity)
}

/** inventory-service: sets goods aside. Its dead letters are hand-written, as in the team's guide. */
export async function startInventoryService(company: Company): Promise<Running> {
  const { world, journal, random } = company
  const producer = companyProducer(kafkaClient('inventory-service', company.brokers))
  await producer.connect()

  const consumer = await consume(company, {
    name: 'inventory',
    group: GROUPS.inventory,
    topic: TOPICS.created,
    handle: async ({ topic, message }) => {
      const headers = headersOf(message)
      const { key, value } = message
      const toDeadLetters = async (orderId: string, error: string) => {
        const dead = handWrittenDeadLetterHeaders(headers, topic, error, ATTEMPTS)
        const sent = await publish(producer, { topic: TOPICS.createdDlq, key, value, headers: dead })
        journal.note(orderId, { step: 'failed', error, ...sent })
      }
      const order = parseOrder(value)
      if (!order) return toDeadLetters(String(key), '주문을 읽을 수 없습니다: not an OrderCreated event')
      if (journal.has(order.orderId, 'reserved')) return
      const error = whyNotReserved(order, id => world.stockOf(id))
      if (error) return toDeadLetters(order.orderId, error)
      takeFromStock(world, order)
      const sent = await publish(producer, {
        topic: TOPICS.reserved,
        key,
        value: JSON.stringify(stockReserved(order, Date.now())),
        headers: followingHeaders(random, headers, 'inventory.reserved'),
      })
      journal.note(order.orderId, { step: 'reserved', ...sent })
    },
  })
  return {
    stop: async () => {
      await consumer.stop()
      await producer.disconnect()
    },
  }
}
