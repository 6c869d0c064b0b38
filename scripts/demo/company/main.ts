import { renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startAnalyticsService } from './analytics-service.ts'
import { startControl } from './control.ts'
import { startInventoryService } from './inventory-service.ts'
import { Journal } from './journal.ts'
import type { Company } from './kafka.ts'
import { startNotificationService } from './notification-service.ts'
import { startOrderService } from './order-service.ts'
import { startPaymentService } from './payment-service.ts'
import { Random } from './random.ts'
import { startSettlementJob } from './settlement-job.ts'
import { startWeather } from './weather.ts'
import { World } from './world.ts'

// The demo's company: five services in one process. It is told where Kafka is and where to say that it is there:
//   COMPANY_TOKEN=... node scripts/demo/company/main.ts --brokers 127.0.0.1:9092 --ready ready.json
const { values } = parseArgs({
  options: {
    brokers: { type: 'string' },
    /** What a second run must know is kept here. */
    state: { type: 'string' },
    /** Written when all services run: `{"pid": 1, "control": "http://127.0.0.1:1"}`. */
    ready: { type: 'string' },
    /** Orders a second. */
    trickle: { type: 'string', default: '12' },
    /** Nothing breaks by itself: tests decide. */
    calm: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  const { brokers = '127.0.0.1:9092', state = null, ready, calm } = values
  const token = process.env.COMPANY_TOKEN
  const world = new World(state, Number(values.trickle))
  const random = new Random(Date.now())
  const company: Company = { brokers: brokers.split(','), world, journal: new Journal(), random }

  const services = await Promise.all([
    startInventoryService(company),
    startPaymentService(company),
    startNotificationService(company),
    startAnalyticsService(company),
  ])
  const orders = await startOrderService(company)
  const control = token ? await startControl(company, orders, token) : null
  const weather = calm ? null : startWeather(world)
  const settlement = calm ? null : startSettlementJob(company.brokers)
  const saving = setInterval(() => world.save(), 2_000)

  if (ready) {
    const about = { pid: process.pid, control: control ? `http://127.0.0.1:${control.port}` : null }
    writeFileSync(`${ready}.part`, JSON.stringify(about))
    renameSync(`${ready}.part`, ready)
  }

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    // A broker that is gone already must not keep us: what is not committed is done again.
    setTimeout(() => process.exit(0), 5_000).unref()
    weather?.stop()
    clearInterval(saving)
    await control?.stop()
    await settlement?.stop()
    await orders.stop()
    await Promise.all(services.map(service => service.stop()))
    world.save()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
