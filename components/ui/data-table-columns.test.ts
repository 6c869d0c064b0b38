import { expect, it } from 'vitest'
import { countShown } from './data-table-columns'

it('counts what the container queries leave', () => {
  const columns = [
    {},
    { hideBelow: 'sm' },
    { hideBelow: 'md' },
    { hideBelow: 'lg' },
    { hideBelow: 'xl' },
  ] as const
  expect([479, 480, 719, 720, 900, 1099, 1100].map(width => countShown(columns, width))).toEqual([
    1, 2, 2, 3, 4, 4, 5,
  ])
})
