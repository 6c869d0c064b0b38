import { mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { ensureKafkaReady } from '../services/kafka-node.ts'
import { ensureBrowser } from './browser.ts'
import { failWith, SetupError, say, whileTelling } from './say.ts'
import { type Counts, reportFile, type Step, steps } from './test-steps.ts'

interface Outcome extends Counts {
  step: Step
  durationMs: number
}

const LOG_LINES_SHOWN = 200
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** The steps that `--only unit,lint` names, all without it. */
export function chooseSteps(args: string[], all: Step[] = steps): Step[] {
  const at = args.findIndex(arg => arg === '--only' || arg.startsWith('--only='))
  if (at === -1) return all
  const names = (args[at]?.split('=')[1] ?? args[at + 1] ?? '').split(',').filter(Boolean)
  const known = all.map(step => step.name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0 || names.length === 0) {
    throw new SetupError(`--only takes some of ${known.join(', ')}; not "${unknown.join(',')}".`)
  }
  return all.filter(step => names.includes(step.name))
}

/** Which waiting step may start now: nothing beside one that wants to be alone, nothing before what it comes after. */
export function nextStep(waiting: Step[], running: Step[], lanes: number): Step | null {
  if (running.length >= lanes || running.some(step => step.alone)) return null
  const open = new Set([...waiting, ...running].map(step => step.name))
  const ready = waiting.filter(step => !step.after?.some(name => open.has(name)))
  return ready.find(step => !step.alone) ?? (running.length === 0 ? (ready[0] ?? null) : null)
}

function show(logFile: string): void {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n')
  const cut = lines.length - LOG_LINES_SHOWN
  if (cut > 0) console.log(`    (${cut} lines before these are in ${logFile})`)
  console.log(
    `${lines
      .slice(-LOG_LINES_SHOWN)
      .map(line => `    ${line}`)
      .join('\n')}`,
  )
}

/** What steps need is fetched in the background from the start; a failure is told by the step that needed it. */
function prepare(chosen: Step[]) {
  const wants = (need: Step['needs']) => chosen.some(step => step.needs === need)
  const kafka = wants('kafka') || wants('browser') ? ensureKafkaReady() : Promise.resolve()
  const browser = wants('browser') ? kafka.catch(() => undefined).then(ensureBrowser) : Promise.resolve()
  for (const preparation of [kafka, browser]) preparation.catch(() => undefined)
  return { kafka, browser }
}

async function runStep(step: Step, ready: ReturnType<typeof prepare>): Promise<Outcome> {
  const startedAtMs = Date.now()
  const logFile = reportFile(`${step.name}.log`)
  say(step.name, `starts (${step.what})`)
  try {
    const counts = await whileTelling(step.name, 'still running', async () => {
      if (step.needs) await ready[step.needs]
      return step.run(logFile)
    })
    const durationMs = Date.now() - startedAtMs
    const words = `${counts.passed} passed, ${counts.failed} failed, ${seconds(durationMs)}`
    say(step.name, counts.failed === 0 ? `ok: ${words}` : `FAILED: ${words}`)
    if (counts.failed > 0) show(logFile)
    return { step, ...counts, durationMs }
  } catch (error) {
    say(step.name, `FAILED: ${error instanceof Error ? error.message : String(error)}`)
    return { step, passed: 0, failed: 1, skipped: 0, durationMs: Date.now() - startedAtMs }
  }
}

async function runAll(chosen: Step[], lanes: number): Promise<Outcome[]> {
  const ready = prepare(chosen)
  const outcomes: Outcome[] = []
  const running = new Map<Step, Promise<void>>()
  let waiting = [...chosen]
  while (waiting.length > 0 || running.size > 0) {
    const step = nextStep(waiting, [...running.keys()], lanes)
    if (!step) {
      await Promise.race(running.values())
      continue
    }
    waiting = waiting.filter(one => one !== step)
    const ended = runStep(step, ready).then(outcome => {
      outcomes.push(outcome)
      running.delete(step)
    })
    running.set(step, ended)
  }
  return chosen.flatMap(step => outcomes.filter(outcome => outcome.step === step))
}

/** The table at the end of a run. */
export function summaryOf(outcomes: Outcome[]): string {
  const row = (cells: string[]) =>
    `  ${cells.map((cell, index) => (index < 2 ? cell.padEnd(12) : cell.padStart(9))).join('')}`
  const rows = outcomes.map(({ step, passed, failed, skipped, durationMs }) =>
    row([
      step.name,
      failed === 0 ? 'ok' : 'FAILED',
      `${passed}`,
      `${failed}`,
      `${skipped}`,
      seconds(durationMs),
    ]),
  )
  return [row(['step', '', 'passed', 'failed', 'skipped', 'time']), ...rows].join('\n')
}

/** By name what failed, and what had to be tried again: the last lines are what a reader of a long log sees first. */
export function namesOf(outcomes: Pick<Outcome, 'step' | 'names'>[]): string[] {
  return outcomes.flatMap(({ step, names }) => [
    ...(names?.failed ?? []).map(name => `  failed: ${step.name}: ${name}`),
    ...(names?.unsteady ?? []).map(name => `  passed when tried again: ${step.name}: ${name}`),
  ])
}

async function main(): Promise<void> {
  const startedAtMs = Date.now()
  const chosen = chooseSteps(process.argv.slice(2))
  mkdirSync(reportFile('.'), { recursive: true })
  const outcomes = await runAll(chosen, Math.min(2, availableParallelism()))
  const sum = (key: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  console.log(`\n${summaryOf(outcomes)}\n\n  in ${seconds(Date.now() - startedAtMs)}\n`)
  for (const line of namesOf(outcomes)) console.log(line)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

if (import.meta.main) main().catch(failWith)
