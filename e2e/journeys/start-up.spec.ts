import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node24, repoDir } from '../../scripts/bootstrap.mjs'
import { run } from '../../scripts/lib/process.ts'
import { expect, test } from '../fixtures.ts'
import type { StageFacts } from '../stage.ts'

// What cannot be used at start ends the process with its code and one sentence: there is no screen yet that
// could say it.

const CLUSTERS = 'clusters: [{ id: a, bootstrapServers: 127.0.0.1:1 }]\n'

interface Start {
  what: string
  code: string
  sentence: RegExp
  config?: string | null
  env?: (facts: StageFacts, folder: string) => Record<string, string>
}

const STARTS: Start[] = [
  {
    what: 'no configuration at all',
    code: 'CONFIG_FILE_INVALID',
    sentence: /No cluster is configured/,
    config: null,
  },
  {
    what: 'a configuration that is not there',
    code: 'CONFIG_FILE_INVALID',
    sentence: /names a file that is not there/,
    config: null,
    env: (_, folder) => ({ MILENA_CONFIG: join(folder, 'gone.yml') }),
  },
  {
    what: 'a slip in the configuration',
    code: 'CONFIG_FILE_INVALID',
    sentence: /clusters\[0\]\.bootstrapServer: unknown; did you mean bootstrapServers\?/,
    config: 'clusters: [{ id: a, bootstrapServer: 127.0.0.1:1 }]\n',
  },
  {
    what: 'a port in use',
    code: 'PORT_IN_USE',
    sentence: /port \d+ of 127\.0\.0\.1 is taken by another program/,
    env: ({ url }) => ({ PORT: new URL(url).port }),
  },
  {
    what: 'a port that is none',
    code: 'PORT_INVALID',
    sentence: /which is no port/,
    env: () => ({ PORT: '99999' }),
  },
  {
    what: 'a data folder that cannot be written',
    code: 'STORE_READ_ONLY',
    sentence: /cannot be written/,
    env: () => ({ MILENA_DATA: '/proc/milena' }),
  },
  {
    what: 'a data folder that another Milena has',
    code: 'STORE_LOCKED',
    sentence: /Another Milena \(process \d+\) has this data folder open/,
    env: ({ home }) => ({ MILENA_DATA: join(home, 'data') }),
  },
  {
    what: 'a database that does not answer',
    code: 'STORE_UNAVAILABLE',
    sentence: /database did not answer/,
    env: () => ({ DATABASE_URL: 'postgresql://milena:hunter2@127.0.0.1:1/milena' }),
  },
]

for (const { what, code, sentence, config = CLUSTERS, env } of STARTS) {
  test(`${what}: ${code}`, async ({ facts, request }, testInfo) => {
    const folder = testInfo.outputPath('start')
    mkdirSync(folder, { recursive: true })
    if (config !== null) writeFileSync(join(folder, 'milena.yml'), config)
    const {
      code: exit,
      stdout,
      stderr,
    } = await run(node24(), [join(repoDir, 'scripts/start.mjs')], {
      cwd: folder,
      timeoutMs: 60_000,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        PORT: '0',
        NEXTAUTH_SECRET: 'a secret of this test, of 32 letters and more',
        ...env?.(facts, folder),
      },
    })
    expect(exit).toBe(1)
    expect(stderr).toContain(`${code}: `)
    expect(stderr).toMatch(sentence)
    // One sentence for people, no stack and no secret; and the Milena that runs goes on.
    expect(stderr + stdout).not.toMatch(/hunter2|\n\s+at /)
    expect((await request.get('/readyz')).ok()).toBe(true)
  })
}
