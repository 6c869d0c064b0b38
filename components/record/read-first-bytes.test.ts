import { expect, it } from 'vitest'
import { readFirstBytes } from './read-first-bytes'

function source(chunks: number[][]) {
  const state = { pulled: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[state.pulled++]
        if (chunk) controller.enqueue(Uint8Array.from(chunk))
        else controller.close()
      },
      cancel() {
        state.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, state }
}

it('reads a short stream whole', async () => {
  const { stream, state } = source([[1, 2], [], [3]])
  expect(await readFirstBytes(stream, 3)).toEqual({ bytes: Uint8Array.from([1, 2, 3]), more: false })
  expect(state.cancelled).toBe(false)
})

it('stops after the limit and says that there is more', async () => {
  const { stream, state } = source([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ])
  expect(await readFirstBytes(stream, 3)).toEqual({ bytes: Uint8Array.from([1, 2, 3]), more: true })
  expect(state).toEqual({ pulled: 2, cancelled: true })
})

it('reads nothing from an empty stream', async () => {
  expect(await readFirstBytes(source([]).stream, 3)).toEqual({ bytes: new Uint8Array(), more: false })
})
