import type { EditProblem } from '@/lib/contracts/replays'
import type { ToldFailure } from '@/server/serde/detect'

/**
 * `at` is the place in the value (`items[0].id`, empty: the whole), `detail` a sentence about it, empty where
 * there is none; `failure` says that sentence as a code.
 */
export type EditTrouble = {
  problem: EditProblem
  part: 'key' | 'value'
  at: string
  detail: string
  failure?: Pick<ToldFailure, 'errorCode' | 'errorParams'>
}

/** A record that the edit does not fit. */
export class EditError extends Error {
  readonly trouble: EditTrouble

  constructor(problem: EditProblem, about: Partial<Omit<EditTrouble, 'problem'>> = {}) {
    super(problem)
    this.trouble = { problem, part: 'value', at: '', detail: '', ...about }
  }
}

/** A part that its schema does not read. */
export function unreadable(part: EditTrouble['part'], failure: ToldFailure | null): EditError {
  if (failure === null) return new EditError('unreadable', { part })
  const { error, errorCode, errorParams } = failure
  return new EditError('unreadable', { part, detail: error, failure: { errorCode, errorParams } })
}

/** As parameters of a refusal: what a failure says stands behind `failure.`, since it may name a place, too. */
export function troubleParams({ failure, ...trouble }: EditTrouble): Record<string, string | number> {
  if (failure === undefined) return trouble
  const said = Object.entries(failure.errorParams).map(([name, value]) => [`failure.${name}`, value])
  return { ...trouble, failure: failure.errorCode, ...Object.fromEntries(said) }
}
