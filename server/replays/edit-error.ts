import type { EditProblem } from '@/lib/contracts/replays'

/**
 * `at` is the place in the value (`items[0].id`, empty: the whole), `detail` a sentence about it, empty where
 * there is none.
 */
export type EditTrouble = { problem: EditProblem; part: 'key' | 'value'; at: string; detail: string }

/** A record that the edit does not fit. */
export class EditError extends Error {
  readonly trouble: EditTrouble

  constructor(problem: EditProblem, about: Partial<Omit<EditTrouble, 'problem'>> = {}) {
    super(problem)
    this.trouble = { problem, part: 'value', at: '', detail: '', ...about }
  }
}
