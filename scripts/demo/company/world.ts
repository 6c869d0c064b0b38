import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { LIMITED_PRODUCT, PRODUCTS } from './catalogue.ts'
import { PROVIDERS, type Provider } from './events.ts'
import type { Conditions } from './payment-failures.ts'

export const SERVICES = ['inventory', 'payment', 'notification', 'analytics'] as const
export type ServiceName = (typeof SERVICES)[number]

/** More than anybody orders. */
const PLENTY = 1_000_000

interface Remembered {
  nextNumber: number
  stock: Record<string, number>
  addressBugFixed: boolean
}

function readState(file: string | null): Partial<Remembered> {
  if (!file) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Remembered>
  } catch {
    return {} // the first run, or one that was killed before it wrote anything
  }
}

/** What the services can't decide: who is down, what is in stock, who is slow today. Causes come and go here. */
export class World {
  nextNumber: number
  addressBugFixed: boolean
  /** Orders a second. */
  trickle: number
  readonly #stock: Map<string, number>
  readonly #down = new Set<Provider>()
  readonly #paces = new Map<ServiceName, number>()
  readonly #nextSlotMs = new Map<ServiceName, number>()
  readonly #file: string | null
  #written = ''

  constructor(file: string | null, trickle: number) {
    const { nextNumber = 1, stock = {}, addressBugFixed = false } = readState(file)
    this.#file = file
    this.trickle = trickle
    this.nextNumber = nextNumber
    this.addressBugFixed = addressBugFixed
    this.#stock = new Map(PRODUCTS.map(({ id }) => [id, PLENTY]))
    this.#stock.set(LIMITED_PRODUCT, 60)
    for (const [id, quantity] of Object.entries(stock)) this.#stock.set(id, quantity)
  }

  /** How many are left; null for something that we don't sell. */
  stockOf(productId: string): number | null {
    return this.#stock.get(productId) ?? null
  }

  setStock(productId: string, quantity: number): void {
    this.#stock.set(productId, quantity)
  }

  stock(): ReadonlyMap<string, number> {
    return this.#stock
  }

  setProvider(provider: Provider, up: boolean): void {
    if (up) this.#down.delete(provider)
    else this.#down.add(provider)
  }

  providersDown(): Provider[] {
    return PROVIDERS.filter(provider => this.#down.has(provider))
  }

  /** Records a second that a service can take; null: as many as come. 0 stops it. */
  setPace(service: ServiceName, perSecond: number | null): void {
    this.#nextSlotMs.delete(service)
    if (perSecond === null) this.#paces.delete(service)
    else this.#paces.set(service, perSecond)
  }

  paceOf(service: ServiceName): number | null {
    return this.#paces.get(service) ?? null
  }

  /** When a service may take its next record; all who ask share its pace. Infinity while it is stopped. */
  takeSlot(service: ServiceName, nowMs: number): number {
    const perSecond = this.paceOf(service)
    if (perSecond === null) return nowMs
    if (perSecond === 0) return Number.POSITIVE_INFINITY
    const slotMs = Math.max(nowMs, this.#nextSlotMs.get(service) ?? 0)
    this.#nextSlotMs.set(service, slotMs + 1000 / perSecond)
    return slotMs
  }

  /** Every cause of failure is gone. */
  heal(): void {
    this.#down.clear()
    this.#paces.clear()
    this.addressBugFixed = true
    for (const { id } of PRODUCTS) this.#stock.set(id, PLENTY)
  }

  conditions(nowMs: number): Conditions {
    return {
      nowMs,
      isDown: provider => this.providersDown().some(down => down === provider),
      addressBugFixed: this.addressBugFixed,
    }
  }

  /** Writes what the next run must know. Renamed into place: a kill leaves the state before or the state after. */
  save(): void {
    if (!this.#file) return
    const { nextNumber, addressBugFixed } = this
    const state: Remembered = { nextNumber, addressBugFixed, stock: Object.fromEntries(this.#stock) }
    const text = JSON.stringify(state)
    if (text === this.#written) return
    writeFileSync(`${this.#file}.part`, text)
    renameSync(`${this.#file}.part`, this.#file)
    this.#written = text
  }
}
