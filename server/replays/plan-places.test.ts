import { expect, it } from 'vitest'
import { PlanPlaces } from './plan-places'

const { signal } = new AbortController()
const turn = () => new Promise(resolve => setImmediate(resolve))

/** Plans that go on until somebody ends them. */
function plans(places: PlanPlaces) {
  const running: { actor: string; end: () => void }[] = []
  const begin = (actor: string, until = signal) =>
    places
      .run(actor, until, () => new Promise<void>(end => void running.push({ actor, end })))
      .then(
        () => 'made',
        error => String(error.code),
      )
  const endFirst = async () => {
    running.shift()?.end()
    await turn()
  }
  return { running, begin, endFirst, actors: () => running.map(one => one.actor) }
}

it('two of one person and three altogether are made at once; who waits for his own place holds up nobody', async () => {
  const { begin, endFirst, actors } = plans(new PlanPlaces())
  const all = ['ann', 'ann', 'ann', 'ben', 'cem'].map(actor => begin(actor))
  await turn()
  expect(actors()).toEqual(['ann', 'ann', 'ben'])
  await endFirst()
  expect(actors()).toEqual(['ann', 'ben', 'ann'])
  await endFirst()
  expect(actors()).toEqual(['ben', 'ann', 'cem'])
  for (let i = 0; i < 3; i++) await endFirst()
  expect(await Promise.all(all)).toEqual(Array(5).fill('made'))
})

it('the thirteenth of one person is refused at once, and so is who waited too long; others are not', async () => {
  const { begin, endFirst, actors } = plans(new PlanPlaces(50))
  const mine = Array.from({ length: 12 }, () => begin('ann'))
  expect(await begin('ann')).toBe('RATE_LIMITED')
  void begin('ben')
  await turn()
  expect(actors()).toEqual(['ann', 'ann', 'ben'])
  expect(await mine[11]).toBe('RATE_LIMITED')
  await endFirst()
  void begin('cem')
  await turn()
  expect(actors()).toEqual(['ann', 'ben', 'cem'])
})

it('who goes away gives up the place in line; a plan that fails gives back its own', async () => {
  const places = new PlanPlaces()
  const { begin, endFirst, actors } = plans(places)
  const gone = new AbortController()
  void begin('ann')
  void begin('ann')
  const waiting = begin('ann', gone.signal)
  gone.abort()
  expect(await waiting).toBe('CANCELLED')
  await endFirst()
  await expect(places.run('ann', signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  void begin('ann')
  await turn()
  expect(actors()).toEqual(['ann', 'ann'])
})
