import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// Metadata v2 for no topics: length, key 3, version 2, correlation 7, client id "p", an empty array.
// It is enough to see the brokers, and needs no client library.
const REQUEST = Buffer.from('0000000f000300020000000700017000000000', 'hex')

export interface Seen {
  nodeIds: number[]
  clusterId: string
}

const NOTHING: Seen = { nodeIds: [], clusterId: '' }

/** What an answer to REQUEST (its length prefix included) says, or null while it is incomplete. */
export function parseMetadata(bytes: Buffer): Seen | null {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) return null
  const nodeIds: number[] = []
  let at = 12
  const readText = () => {
    const length = Math.max(0, bytes.readInt16BE(at)) // -1 is null
    at += 2 + length
    return bytes.toString('utf8', at - length, at)
  }
  for (let left = bytes.readInt32BE(8); left > 0; left -= 1) {
    nodeIds.push(bytes.readInt32BE(at))
    at += 4
    readText() // host
    at += 4 // port
    readText() // rack
  }
  return { nodeIds, clusterId: readText() }
}

/** Which brokers the one at this port knows; none when it doesn't answer (yet). */
export function seeBrokers(port: number, host = '127.0.0.1', timeoutMs = 1_000): Promise<Seen> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    let bytes = Buffer.alloc(0)
    const finish = (seen: Seen) => {
      socket.destroy()
      resolve(seen)
    }
    socket.setTimeout(timeoutMs, () => finish(NOTHING))
    socket.once('error', () => finish(NOTHING))
    socket.once('close', () => finish(NOTHING))
    socket.once('connect', () => socket.write(REQUEST))
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk])
      const seen = parseMetadata(bytes)
      if (seen) finish(seen)
    })
  })
}

export interface WaitFor {
  port: number
  nodeId: number
  /** Another cluster's broker on the same port is not the one that was started. */
  clusterId: string
  brokers: number
  timeoutMs: number
  gaveUp: () => boolean
}

/** Waits until the broker at the port lists itself and as many as wanted. False after the time, or once `gaveUp()`. */
export async function waitForBrokers(want: WaitFor): Promise<boolean> {
  const deadlineMs = performance.now() + want.timeoutMs
  while (performance.now() < deadlineMs && !want.gaveUp()) {
    const { nodeIds, clusterId } = await seeBrokers(want.port)
    if (clusterId === want.clusterId && nodeIds.includes(want.nodeId) && nodeIds.length >= want.brokers)
      return true
    await sleep(50)
  }
  return false
}
