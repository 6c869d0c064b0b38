import { expect, test } from 'vitest'
import { type Claim, Places } from './places'

const limits = { searches: 2, tails: 1, perUser: 1, perCluster: 2, queue: 3 }

function enter(places: Places, actor: string, over: Partial<Claim> = {}) {
  const seen: (number | 'in')[] = []
  const place = places.enter(
    { actor, cluster: 'a', isTail: false, ...over },
    { granted: () => seen.push('in'), moved: at => seen.push(at) },
  )
  return { seen, leave: () => place?.leave(), refused: place === null }
}

test('whoever finds no place stands in line, is told how far, and gets the next one', () => {
  const places = new Places(limits)
  const [kim, lee, park, choi] = ['kim', 'lee', 'park', 'choi'].map(name => enter(places, name))
  expect([kim, lee, park, choi].map(one => one?.seen)).toEqual([['in'], ['in'], [1], [2]])
  expect([places.running, places.waiting]).toEqual([2, 2])
  kim?.leave()
  kim?.leave()
  expect(park?.seen).toEqual([1, 'in'])
  expect(choi?.seen).toEqual([2, 1])
  choi?.leave()
  lee?.leave()
  park?.leave()
  expect([places.running, places.waiting]).toEqual([0, 0])
})

test('one who waits for a place of his own holds up nobody else; a tail takes no place of a search', () => {
  const places = new Places(limits)
  const kim = enter(places, 'kim')
  const again = enter(places, 'kim')
  expect(again.seen).toEqual([1])
  const elsewhere = enter(places, 'lee', { cluster: 'b' })
  expect(elsewhere.seen).toEqual(['in'])
  const tail = enter(places, 'park', { isTail: true })
  expect(tail.seen).toEqual(['in'])
  const full = enter(places, 'choi', { isTail: true })
  expect(full.seen).toEqual([2])
  kim.leave()
  expect(again.seen).toEqual([1, 'in'])
})

test('a line that is full takes nobody', () => {
  const places = new Places({ ...limits, queue: 1 })
  enter(places, 'kim')
  enter(places, 'lee')
  expect(enter(places, 'park').seen).toEqual([1])
  expect(enter(places, 'choi').refused).toBe(true)
})
