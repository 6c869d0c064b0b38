import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { repoDir } from '../bootstrap.mjs'
import { type Env, runJob } from './process.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Names of tests that failed, and of those that failed once and passed when tried again. */
  names?: { failed: string[]; unsteady: string[] }
}

export interface Step {
  name: string
  what: string
  /** Steps that end first, whatever came of them. */
  after?: string[]
  /** Has the machine to itself: it measures time, or fills both cores by itself. */
  alone?: boolean
  /** What has to be there: got ready while other steps run. */
  needs?: 'kafka' | 'browser'
  run(logFile: string): Promise<Counts>
}

const inModules = (path: string) => join(repoDir, 'node_modules', path)
const reportDir = join(repoDir, '.services', 'test')
export const reportFile = (name: string) => join(reportDir, name)

// Output goes to a log first, and is read as text.
const PLAIN: Env = { NO_COLOR: '1', FORCE_COLOR: undefined, NEXT_TELEMETRY_DISABLED: '1' }

// A step that hangs ends as a failure, so that the others are still told.
const STEP_MS_MAX = 1_500_000

const runTool = (script: string, args: string[], logFile: string, env: Env = {}) =>
  runJob(process.execPath, [script, ...args], {
    cwd: repoDir,
    logFile,
    timeoutMs: STEP_MS_MAX,
    env: { ...process.env, ...PLAIN, ...env },
  })

const asOne = (code: number): Counts => ({
  passed: code === 0 ? 1 : 0,
  failed: code === 0 ? 0 : 1,
  skipped: 0,
})

const readReport = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const valueIn = (of: unknown, key: string): unknown =>
  typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined
const numberIn = (of: unknown, key: string): number => {
  const value = valueIn(of, key)
  return typeof value === 'number' ? value : 0
}
const textIn = (of: unknown, key: string): string => {
  const value = valueIn(of, key)
  return typeof value === 'string' ? value : ''
}
const listIn = (of: unknown, key: string): unknown[] => {
  const value = valueIn(of, key)
  return Array.isArray(value) ? value : []
}

/** A run that ended badly without a failed test (a file that can't be loaded, a setup that broke) is one failure. */
const atLeastOneFailure = (counts: Counts, code: number): Counts =>
  code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts

/** Counts of vitest's json report. A file that could not be loaded holds no test and counts as one failure. */
export function countVitest(report: unknown, code: number): Counts {
  const skipped = numberIn(report, 'numPendingTests') + numberIn(report, 'numTodoTests')
  const counts = {
    passed: numberIn(report, 'numPassedTests'),
    failed: numberIn(report, 'numFailedTests'),
    skipped,
  }
  return atLeastOneFailure(counts, code)
}

/** Counts of Playwright's json report; a flaky test counts as passed: it failed once and passed when tried again. */
export function countPlaywright(report: unknown, code: number): Counts {
  const stats = valueIn(report, 'stats')
  const passed = numberIn(stats, 'expected') + numberIn(stats, 'flaky')
  return atLeastOneFailure(
    { passed, failed: numberIn(stats, 'unexpected'), skipped: numberIn(stats, 'skipped') },
    code,
  )
}

/** Which tests of vitest's json report failed, or left failures behind although they passed in the end. */
export function namesInVitest(report: unknown): { failed: string[]; unsteady: string[] } {
  const failed: string[] = []
  const unsteady: string[] = []
  for (const file of listIn(report, 'testResults')) {
    const path = textIn(file, 'name').replace(`${repoDir}/`, '')
    const tests = listIn(file, 'assertionResults')
    for (const test of tests) {
      const name = `${path} > ${textIn(test, 'fullName')}`
      if (textIn(test, 'status') === 'failed') failed.push(name)
      else if (listIn(test, 'failureMessages').length > 0) unsteady.push(name)
    }
    if (tests.length === 0 && textIn(file, 'status') === 'failed') failed.push(path)
  }
  return { failed, unsteady }
}

/** The same of Playwright's json report: suites hold suites and specs, however deep. */
export function namesInPlaywright(report: unknown): { failed: string[]; unsteady: string[] } {
  const failed: string[] = []
  const unsteady: string[] = []
  const walk = (suite: unknown) => {
    for (const spec of listIn(suite, 'specs')) {
      const name = `${textIn(spec, 'file')} > ${textIn(spec, 'title')}`
      const states = listIn(spec, 'tests').map(test => textIn(test, 'status'))
      if (states.includes('unexpected')) failed.push(name)
      else if (states.includes('flaky')) unsteady.push(name)
    }
    for (const inner of listIn(suite, 'suites')) walk(inner)
  }
  walk(report)
  return { failed, unsteady }
}

async function runVitest(project: string, logFile: string): Promise<Counts> {
  const file = reportFile(`${project}.json`)
  rmSync(file, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runTool(
    inModules('vitest/vitest.mjs'),
    ['run', '--project', project, ...reporters],
    logFile,
  )
  const report = readReport(file)
  return { ...countVitest(report, code), names: namesInVitest(report) }
}

async function runPlaywright(logFile: string): Promise<Counts> {
  const file = reportFile('e2e.json')
  rmSync(file, { force: true })
  const code = await runTool(inModules('@playwright/test/cli.js'), ['test'], logFile, {
    MILENA_E2E_REPORT: file,
  })
  const report = readReport(file)
  return { ...countPlaywright(report, code), names: namesInPlaywright(report) }
}

async function checkTypes(logFile: string): Promise<Counts> {
  // Next's own declarations (routes, css imports) are made, not committed.
  const code = await runTool(inModules('next/dist/bin/next'), ['typegen'], logFile)
  return asOne(code || (await runTool(inModules('typescript/bin/tsc'), ['--noEmit'], logFile)))
}

const folders = () =>
  ['app', 'components', 'lib', 'server'].filter(folder => existsSync(join(repoDir, folder)))

/** Everything that npm test holds, in the order in which it is started. */
export const steps: Step[] = [
  {
    name: 'build',
    what: 'production build',
    run: async log => asOne(await runTool(join(repoDir, 'scripts/build.mjs'), [], log)),
  },
  {
    name: 'lint',
    what: 'biome',
    run: async log =>
      asOne(await runTool(inModules('@biomejs/biome/bin/biome'), ['check', '--error-on-warnings', '.'], log)),
  },
  {
    name: 'imports',
    what: 'dependency-cruiser',
    run: async log => {
      const args = ['--config', '.dependency-cruiser.cjs', ...folders()]
      return asOne(await runTool(inModules('dependency-cruiser/bin/dependency-cruiser.mjs'), args, log))
    },
  },
  {
    name: 'dead',
    what: 'knip',
    run: async log => asOne(await runTool(inModules('knip/bin/knip.js'), [], log)),
  },
  { name: 'unit', what: 'vitest', run: log => runVitest('unit', log) },
  { name: 'types', what: 'tsc', after: ['build'], run: checkTypes },
  {
    name: 'integration',
    what: 'vitest, real broker and database',
    needs: 'kafka',
    alone: true,
    run: log => runVitest('integration', log),
  },
  {
    name: 'e2e',
    what: 'Playwright, the built app',
    needs: 'browser',
    after: ['build'],
    alone: true,
    run: runPlaywright,
  },
]
