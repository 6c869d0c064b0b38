import { expect, test } from 'vitest'
import { chooseSteps, namesOf, nextStep, summaryOf } from './test-run.ts'
import { countPlaywright, countVitest, namesInPlaywright, namesInVitest, type Step } from './test-steps.ts'

const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  what: name,
  run: async () => ({ passed: 1, failed: 0, skipped: 0 }),
  ...more,
})

test('--only names steps, in either spelling; an unknown one is refused with the known ones', () => {
  const all = [step('unit'), step('lint'), step('e2e')]
  const names = (args: string[]) => chooseSteps(args, all).map(({ name }) => name)
  expect(names([])).toEqual(['unit', 'lint', 'e2e'])
  expect(names(['--only', 'e2e,unit'])).toEqual(['unit', 'e2e'])
  expect(names(['--only=lint'])).toEqual(['lint'])
  expect(() => names(['--only', 'unt'])).toThrow('--only takes some of unit, lint, e2e; not "unt".')
  expect(() => names(['--only'])).toThrow('--only takes')
})

test('two run at a time, one that wants to be alone runs alone, and an order is kept', () => {
  const build = step('build')
  const lint = step('lint')
  const types = step('types', { after: ['build'] })
  const e2e = step('e2e', { after: ['build'], alone: true })
  expect(nextStep([build, lint, types, e2e], [], 2)).toBe(build)
  expect(nextStep([lint, types, e2e], [build], 2)).toBe(lint)
  expect(nextStep([types, e2e], [build, lint], 2)).toBeNull()
  expect(nextStep([types, e2e], [build], 2)).toBeNull()
  expect(nextStep([types, e2e], [lint], 2)).toBe(types)
  expect(nextStep([e2e], [types], 2)).toBeNull()
  expect(nextStep([e2e], [], 2)).toBe(e2e)
  expect(nextStep([lint], [e2e], 2)).toBeNull()
  expect(nextStep([e2e], [], 1)).toBe(e2e)
})

test("vitest's report is counted; a run that broke without a failed test is one failure", () => {
  const report = { numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }
  expect(countVitest(report, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 })
  expect(countVitest({ numPassedTests: 5, numFailedTests: 0 }, 1)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 0,
  })
  expect(countVitest(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test("Playwright's report is counted the same way", () => {
  const stats = { expected: 7, unexpected: 1, flaky: 1, skipped: 2 }
  expect(countPlaywright({ stats }, 1)).toEqual({ passed: 8, failed: 1, skipped: 2 })
  expect(countPlaywright(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('what failed, and what passed only when tried again, is named', () => {
  const vitest = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'good', status: 'passed', failureMessages: [] },
          { fullName: 'bad', status: 'failed', failureMessages: ['no'] },
          { fullName: 'shaky', status: 'passed', failureMessages: ['no'] },
        ],
      },
      { name: 'unloadable.test.ts', status: 'failed', assertionResults: [] },
    ],
  }
  expect(namesInVitest(vitest)).toEqual({
    failed: ['a.test.ts > bad', 'unloadable.test.ts'],
    unsteady: ['a.test.ts > shaky'],
  })
  const spec = (title: string, status: string) => ({ file: 'b.spec.ts', title, tests: [{ status }] })
  const inner = { specs: [spec('shaky', 'flaky'), spec('good', 'expected')] }
  const playwright = { suites: [{ specs: [spec('bad', 'unexpected')], suites: [inner] }] }
  const names = { failed: ['b.spec.ts > bad'], unsteady: ['b.spec.ts > shaky'] }
  expect(namesInPlaywright(playwright)).toEqual(names)
  expect(namesInPlaywright(null)).toEqual({ failed: [], unsteady: [] })
  expect(namesOf([{ step: step('e2e'), names }, { step: step('lint') }])).toEqual([
    '  failed: e2e: b.spec.ts > bad',
    '  passed when tried again: e2e: b.spec.ts > shaky',
  ])
})

test('the table has a line a step', () => {
  const outcomes = [
    { step: step('unit'), passed: 12, failed: 0, skipped: 0, durationMs: 1_500 },
    { step: step('lint'), passed: 0, failed: 1, skipped: 0, durationMs: 300 },
  ]
  const lines = summaryOf(outcomes).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/unit +ok +12 +0 +0 +1\.5 s/)
  expect(lines[2]).toMatch(/lint +FAILED +0 +1/)
})
