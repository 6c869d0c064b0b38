import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { noteProof, proofSize } from './proof.ts'
import { reportLines } from './proof-run.ts'

const dir = mkdtempSync(join(tmpdir(), 'milena-proof-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

test('short without a report, long with one, and the report has a line a proof', () => {
  vi.stubEnv('MILENA_PROOF', '')
  expect(proofSize(5, 50)).toBe(5)
  noteProof('nobody asked', { kills: 1 })
  const file = join(dir, 'deep', 'report.jsonl')
  vi.stubEnv('MILENA_PROOF', file)
  expect(proofSize(5, 50)).toBe(50)
  noteProof('replay', { kills: 50, lost: 0 })
  noteProof('decoder', { batches: 1_000_000 })
  expect(reportLines(readFileSync(file, 'utf8'))).toEqual([
    '  replay   kills 50, lost 0',
    '  decoder  batches 1000000',
  ])
})
