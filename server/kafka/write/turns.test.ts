import { expect, it } from 'vitest'
import { Turns } from './turns'

const SOON = { timeoutMs: 60_000 }

it('gives turns of one key in their order, and of another key at once', async () => {
  const turns = new Turns()
  const had: string[] = []
  const first = await turns.take('a', SOON)
  const others = ['second', 'third'].map(async name => {
    const end = await turns.take('a', SOON)
    had.push(name)
    end()
  })
  await turns.take('b', SOON)
  had.push('another')
  first()
  await Promise.all(others)
  expect(had).toEqual(['another', 'second', 'third'])
})

it('lets nobody past because somebody between gave up', async () => {
  const turns = new Turns()
  const first = await turns.take('a', SOON)
  await expect(turns.take('a', { timeoutMs: 1 })).rejects.toMatchObject({ code: 'TIMED_OUT' })
  let came = false
  const third = turns.take('a', SOON).then(end => {
    came = true
    end()
  })
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(came).toBe(false)
  first()
  await third
  await expect(turns.take('a', SOON)).resolves.toBeTypeOf('function')
})
