import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '../fixtures.ts'

/**
 * What the guide prints is what people paste: each of its curl lines is run as it stands, against the demo's
 * own names.
 */

const guide = join(import.meta.dirname, '../../docs/guide')
const run = promisify(execFile)

const blocksOf = (language: string) =>
  readdirSync(join(guide, language)).flatMap(file =>
    [...readFileSync(join(guide, language, file), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(
      ([, block = '']) => ({
        file,
        block,
      }),
    ),
  )

for (const language of ['en', 'ko'] as const) {
  test(`the curl lines of the guide answer what they promise (${language})`, async ({ facts }) => {
    const blocks = blocksOf(language)
    const token = blocks.flatMap(({ block }) => /^export TOKEN=.*$/m.exec(block)?.[0] ?? [])
    expect(token).toHaveLength(1)
    const curls = blocks.filter(({ block }) => block.startsWith('curl '))
    expect(curls.length).toBeGreaterThanOrEqual(4)
    for (const { file, block } of curls) {
      // A stream never ends by itself: its first lines are what counts. Progress meters are no answer.
      const script = `export MILENA=${facts.url}\n${token[0]?.replaceAll('.demo/', `${facts.home}/`)}\ncurl() { command curl -sS --fail-with-body "$@"; }\n`
      const lines = block.includes('curl -N') ? `{\n${block}} 2>&1 | head -n 2` : block
      const { stdout } = await run('bash', ['-c', `set -eu\n${script}${lines}`], { timeout: 30_000 })
      expect(stdout.trim(), `${file}: ${block}`).not.toBe('')
      expect(stdout, `${file}: ${block}`).not.toContain('urn:milena:problem')
    }
  })
}
