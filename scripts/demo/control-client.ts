import type { StepTaken } from './company/journal.ts'
import type { CompanyProcess } from './company-process.ts'

interface Wish {
  count?: number
  productId?: string
  quantity?: number
  provider?: string
  flaw?: string
}

interface Placed {
  orderId: string
  topic: string
  partition: number
  offset: string
}

/** Speaks to the company's remote control: causes come and go, and orders tell what became of them. */
export class CompanyControl {
  readonly #base: string
  readonly #token: string

  constructor({ control, token }: Pick<CompanyProcess, 'control' | 'token'>) {
    this.#base = control
    this.#token = token
  }

  async #ask(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return response.json()
  }

  /** Places orders; answers the first one. */
  async order(wish: Wish = {}): Promise<Placed> {
    const { orders } = (await this.#ask('/orders', wish)) as { orders: Placed[] }
    const [first] = orders
    if (!first) throw new Error('no order was placed')
    return first
  }

  async steps(orderId: string): Promise<StepTaken[]> {
    return ((await this.#ask(`/orders/${orderId}`)) as { steps: StepTaken[] }).steps
  }

  async provider(provider: string, up: boolean): Promise<void> {
    await this.#ask('/providers', { provider, up })
  }

  async stock(productId: string, quantity: number): Promise<void> {
    await this.#ask('/stock', { productId, quantity })
  }

  /** Records a second that a service takes; 0 stops it, null lets it go. */
  async pace(service: string, perSecond: number | null): Promise<void> {
    await this.#ask('/pace', { service, perSecond })
  }

  async trickle(perSecond: number): Promise<void> {
    await this.#ask('/trickle', { perSecond })
  }
}
