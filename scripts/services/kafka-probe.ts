import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// Metadata v1 for no topics: length, key 3, version 1, correlation 7, client id "p", an empty array.
// It is enough to see the brokers, and needs no client library.
const REQUEST = Buffer.from('0000000f000300010000000700017000000000', 'hex')

/** The node ids in an answer to REQUEST (its length prefix included), or null while it is incomplete. */
export function parseBrokerIds(bytes: Buffer): number[] | null {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) return null
  const ids: number[] = []
  let at = 12
  for (let left = bytes.readInt32BE(8); left > 0; left -= 1) {
    ids.push(bytes.readInt32BE(at))
    at += 4 // id
    at += 2 + bytes.readInt16BE(at) // host
    at += 4 // port
    at += 2 + Math.max(0, bytes.readInt16BE(at)) // rack, -1 is null
  }
  return ids
}

/** Which brokers the one at this port knows; none when it doesn't answer (yet). */
export function seeBrokers(port: number, host = '127.0.0.1', timeoutMs = 1_000): Promise<number[]> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    let bytes = Buffer.alloc(0)
    const finish = (ids: number[]) => {
      socket.destroy()
      resolve(ids)
    }
    socket.setTimeout(timeoutMs, () => finish([]))
    socket.once('error', () => finish([]))
    socket.once('close', () => finish([]))
    socket.once('connect', () => socket.write(REQUEST))
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk])
      const ids = parseBrokerIds(bytes)
      if (ids) finish(ids)
    })
  })
}

export interface WaitFor {
  port: number
  nodeId: number
  brokers: number
  timeoutMs: number
  gaveUp: () => boolean
}

/** Waits until the broker at the port lists itself and as many as wanted. False after the time, or once `gaveUp()`. */
export async function waitForBrokers({
  port,
  nodeId,
  brokers,
  timeoutMs,
  gaveUp,
}: WaitFor): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs
  while (performance.now() < deadlineMs && !gaveUp()) {
    const ids = await seeBrokers(port)
    if (ids.includes(nodeId) && ids.length >= brokers) return true
    await sleep(50)
  }
  return false
}
