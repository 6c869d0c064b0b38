import type { Problem } from '@/lib/contracts/common'
import { toMark, withMark } from './export-marks'
import type { ExportTotals } from './export-store'
import type { ReachedEdge, ScanEnd } from './scan/scan-types'

/** What an export has taken away as it goes, parts before this one included. */
export class ExportTally {
  readonly #before: ExportTotals
  #records: number
  #bytes: number
  #evaluationErrors: number
  #problems: readonly Problem[]
  #marks: ExportTotals['marks']
  /** How far it has come since totals were asked for. */
  #mark: ReturnType<typeof toMark> | null = null

  constructor(before: ExportTotals) {
    this.#before = before
    this.#records = before.records
    this.#bytes = before.bytes
    this.#evaluationErrors = before.evaluationErrors
    this.#problems = before.problems
    this.#marks = before.marks
  }

  /** Nothing was left out. */
  get isWhole(): boolean {
    return this.#problems.length === 0
  }

  addHead(bytes: number): void {
    this.#bytes += bytes
  }

  addLine(bytes: number): void {
    this.#records++
    this.#bytes += bytes
  }

  reach(edge: ReachedEdge): void {
    this.#judge(edge.errors, edge.problems)
    this.#mark = toMark(edge, {
      records: this.#records,
      bytes: this.#bytes,
      evaluationErrors: this.#evaluationErrors,
      problems: this.#problems.length,
    })
  }

  end({ evaluationErrors, problems }: ScanEnd): void {
    this.#judge(evaluationErrors.count, problems)
  }

  totals(): ExportTotals {
    if (this.#mark !== null) this.#marks = withMark(this.#marks, this.#mark)
    this.#mark = null
    return {
      records: this.#records,
      bytes: this.#bytes,
      evaluationErrors: this.#evaluationErrors,
      problems: this.#problems,
      marks: this.#marks,
    }
  }

  #judge(errors: number, problems: readonly Problem[]): void {
    this.#evaluationErrors = this.#before.evaluationErrors + errors
    this.#problems = joinedProblems(this.#before.problems, problems)
  }
}

/** Each once, those that were known first. */
export function joinedProblems(known: readonly Problem[], found: readonly Problem[]): Problem[] {
  return [...new Map([...known, ...found].map(problem => [JSON.stringify(problem), problem])).values()]
}
