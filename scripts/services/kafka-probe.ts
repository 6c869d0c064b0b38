import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// Metadata v1 for no topics: enough to count brokers, without a client library.
const REQUEST = Buffer.from('0000000f' + '0003' + '0001' + '00000007' + '0001' + '70' + '00000000', 'hex')

/** How many brokers the one at this port knows; 0 when it doesn't answer (yet). */
export function countBrokers(port: number, host = '127.0.0.1', timeoutMs = 1_000): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let bytes = Buffer.alloc(0)
    const finish = (count: number) => {
      socket.destroy()
      resolve(count)
    }
    socket.setTimeout(timeoutMs, () => finish(0))
    socket.once('error', () => finish(0))
    socket.once('close', () => resolve(0))
    socket.once('connect', () => socket.write(REQUEST))
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      // length, correlation id, then the array of brokers
      if (bytes.length >= 12) finish(bytes.readInt32BE(8))
    })
  })
}

/** Waits until the broker at this port lists `want` brokers. False after the time, or as soon as `gaveUp()`. */
export async function waitForBrokers(port: number, want: number, timeoutMs: number, gaveUp: () => boolean) {
  const deadlineMs = performance.now() + timeoutMs
  while (performance.now() < deadlineMs && !gaveUp()) {
    if ((await countBrokers(port)) >= want) return true
    await sleep(50)
  }
  return false
}
