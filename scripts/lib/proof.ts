import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** A figure by its name, unit last: `kills: 50`, `recordsReplayed: 12000`, `pauseMsMax: 812`. */
export type Figures = Record<string, number | string>

/** How much a proof does: the short form belongs to `npm test`, the long one to `npm run proof`. */
export const proofSize = (short: number, long: number): number => (process.env.MILENA_PROOF ? long : short)

/** Puts what a proof saw into the report of `npm run proof`; nothing happens in the short form. */
export function noteProof(proof: string, figures: Figures): void {
  const file = process.env.MILENA_PROOF
  if (!file) return
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify({ proof, figures })}\n`)
}

/** What a proof's short form begins with: a test that everybody waits for is the same every time. */
const SHORT_SEED = 1000

/** Where a proof over random things begins: MILENA_SEED; else in its long form another each time. */
export function proofSeed(): number {
  const given = Number(process.env.MILENA_SEED)
  if (Number.isSafeInteger(given) && given > 0) return given
  return proofSize(SHORT_SEED, 1 + Math.floor(Math.random() * 2 ** 31))
}
