import { expect, test } from 'vitest'
import { parseJavaMajor } from './java.ts'

test('the major version, in the spelling of every age', () => {
  expect(parseJavaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17)
  expect(parseJavaMajor('openjdk version "25" 2025-09-16')).toBe(25)
  expect(parseJavaMajor('java version "1.8.0_402"')).toBe(8)
  expect(parseJavaMajor('The operation could not be completed.')).toBeNull()
})
