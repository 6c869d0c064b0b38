import {
  CUSTOMER_COUNT,
  customer,
  DISCONTINUED_PRODUCT,
  EVERYDAY_PRODUCTS,
  MEMOS,
  type Product,
} from './catalogue.ts'
import type { Random } from './random.ts'

/** Card payments go through one of these; each has its own bad days. */
export const PROVIDERS = ['hanbit-pay', 'nova-pay', 'bank-link'] as const
export type Provider = (typeof PROVIDERS)[number]

export interface OrderLine {
  productId: string
  name: string
  nameEn: string
  quantity: number
  unitPrice: number
}

export interface OrderCreated {
  saga: 'OrderSaga'
  step: 'CreateOrder'
  type: 'OrderCreated'
  orderId: string
  timestamp: string
  channel: string
  customer: { id: string; name: string; email: string; phone: string; language: 'ko' | 'en' }
  items: OrderLine[]
  /** A partner mall sends "12,900원" instead of a number now and then. */
  amount: number | string
  currency: 'KRW'
  payment: { method: 'card' | 'transfer'; provider: Provider; card: string }
  /** Guests at a kiosk leave none. */
  billingAddress: { city: string; line: string; postcode: string } | null
  memo: string
}

/** What is wrong with an order from its birth; null for a sound one. */
export type Flaw =
  | 'amount-text'
  | 'no-billing-address'
  | 'empty-account'
  | 'discontinued'
  | 'bad-phone'
  | null

/** The number of this card belongs to an account that is empty for a while. */
export const EMPTY_CARD = '****-****-****-0002'

export interface OrderWish {
  orderId: string
  atMs: number
  flaw?: Flaw
  product?: Product | undefined
  quantity?: number | undefined
  provider?: Provider | undefined
}

const lineOf = ({ id, name, nameEn, price }: Product, quantity: number): OrderLine => ({
  productId: id,
  name,
  nameEn,
  quantity,
  unitPrice: price,
})

const DISCONTINUED: Product = {
  id: DISCONTINUED_PRODUCT,
  name: '추억의 카세트 플레이어',
  nameEn: 'Cassette player',
  price: 59_000,
}

/** An order as order-service publishes it. */
export function makeOrder(random: Random, wish: OrderWish): OrderCreated {
  const { flaw = null } = wish
  const { address, ...person } = customer(random.below(CUSTOMER_COUNT))
  const first = flaw === 'discontinued' ? DISCONTINUED : (wish.product ?? random.pick(EVERYDAY_PRODUCTS))
  const items = [lineOf(first, wish.quantity ?? 1 + random.below(2))]
  if (!wish.product && random.next() < 0.3) items.push(lineOf(random.pick(EVERYDAY_PRODUCTS), 1))
  const amount = items.reduce((sum, item) => sum + item.quantity * item.unitPrice, 0)
  const last4 = String(random.below(9000) + 1000)
  return {
    saga: 'OrderSaga',
    step: 'CreateOrder',
    type: 'OrderCreated',
    orderId: wish.orderId,
    timestamp: new Date(wish.atMs).toISOString(),
    channel:
      flaw === 'amount-text'
        ? 'partner-mall'
        : flaw === 'no-billing-address'
          ? 'kiosk'
          : random.pick(CHANNELS),
    customer: flaw === 'bad-phone' ? { ...person, phone: 'n/a' } : person,
    items,
    amount: flaw === 'amount-text' ? `${amount.toLocaleString('en')}원` : amount,
    currency: 'KRW',
    payment: {
      method: random.next() < 0.85 ? 'card' : 'transfer',
      provider: wish.provider ?? random.pick(PROVIDERS),
      card: flaw === 'empty-account' ? EMPTY_CARD : `****-****-****-${last4}`,
    },
    billingAddress: flaw === 'no-billing-address' ? null : address,
    memo: random.pick(MEMOS),
  }
}

const CHANNELS = ['web', 'app', 'app', 'store'] as const

/** `ORD-` + date + number: readable, sortable, and a good key. */
export const orderIdOf = (atMs: number, number: number): string =>
  `ORD-${new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '')}-${String(number).padStart(7, '0')}`

export interface StockReserved {
  saga: 'OrderSaga'
  step: 'ReserveStock'
  type: 'StockReserved'
  orderId: string
  timestamp: string
  reservationId: string
  warehouse: string
  items: OrderLine[]
  amount: number | string
  currency: 'KRW'
  payment: OrderCreated['payment']
  customer: OrderCreated['customer']
  billingAddress: OrderCreated['billingAddress']
  orderedAt: string
}

const idFrom = (prefix: string, orderId: string) => prefix + orderId.slice(3)

/** What inventory-service says once the stock of an order is set aside. */
export const stockReserved = (order: OrderCreated, atMs: number): StockReserved => ({
  saga: 'OrderSaga',
  step: 'ReserveStock',
  type: 'StockReserved',
  orderId: order.orderId,
  timestamp: new Date(atMs).toISOString(),
  reservationId: idFrom('RSV', order.orderId),
  warehouse: order.billingAddress?.city === '부산' ? 'PUS-2' : 'ICN-1',
  items: order.items,
  amount: order.amount,
  currency: order.currency,
  payment: order.payment,
  customer: order.customer,
  billingAddress: order.billingAddress,
  orderedAt: order.timestamp,
})

export interface PaymentAuthorized {
  saga: 'OrderSaga'
  step: 'ProcessPayment'
  type: 'PaymentAuthorized'
  orderId: string
  timestamp: string
  paymentId: string
  amount: number
  provider: Provider
  customer: OrderCreated['customer']
}

/** What payment-service says once the money is promised. */
export const paymentAuthorized = (
  reserved: StockReserved,
  amount: number,
  atMs: number,
): PaymentAuthorized => ({
  saga: 'OrderSaga',
  step: 'ProcessPayment',
  type: 'PaymentAuthorized',
  orderId: reserved.orderId,
  timestamp: new Date(atMs).toISOString(),
  paymentId: idFrom('PAY', reserved.orderId),
  amount,
  provider: reserved.payment.provider,
  customer: reserved.customer,
})

/** What notification-service says once the customer was told. */
export const notificationSent = (paid: PaymentAuthorized, atMs: number) => ({
  saga: 'OrderSaga',
  step: 'NotifyCustomer',
  type: 'NotificationSent',
  orderId: paid.orderId,
  timestamp: new Date(atMs).toISOString(),
  channel: 'sms',
  to: paid.customer.phone,
  text:
    paid.customer.language === 'ko'
      ? `${paid.customer.name}님, 주문 ${paid.orderId}의 결제 ${paid.amount.toLocaleString('en')}원이 완료되었습니다.`
      : `Dear ${paid.customer.name}, your payment of KRW ${paid.amount.toLocaleString('en')} for ${paid.orderId} is complete.`,
})

/** Reads an event that anybody may have published; null when it is not one of its kind. */
function parseEvent(value: Uint8Array | null, type: string, needed: readonly string[]): object | null {
  try {
    const event: unknown = JSON.parse(Buffer.from(value ?? []).toString())
    if (typeof event !== 'object' || event === null) return null
    const has = (name: string) => Reflect.get(event, name) !== undefined
    return Reflect.get(event, 'type') === type && ['orderId', ...needed].every(has) ? event : null
  } catch {
    return null
  }
}

export const parseOrder = (value: Uint8Array | null) =>
  parseEvent(value, 'OrderCreated', ['customer', 'items', 'amount', 'payment']) as OrderCreated | null

export const parseReserved = (value: Uint8Array | null) =>
  parseEvent(value, 'StockReserved', ['customer', 'payment', 'amount', 'orderedAt']) as StockReserved | null

export const parsePaid = (value: Uint8Array | null) =>
  parseEvent(value, 'PaymentAuthorized', ['customer', 'amount']) as PaymentAuthorized | null
