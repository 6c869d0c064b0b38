import { afterEach, expect, test } from 'vitest'
import { Planted } from './planted.ts'

let planted: Planted | undefined
afterEach(() => planted?.remove())

test('knip refuses a dead export and a dead file, and not what is used', { timeout: 60_000 }, async () => {
  planted = new Planted(['knip.json', 'tsconfig.json', 'package.json'], {
    'app/page.tsx':
      "import { used } from '@/lib/half-used'\nexport default function Page() {\n  return used\n}\n",
    'lib/half-used.ts': "export const used = 'a'\nexport const plantedDeadExport = 'b'\n",
    'lib/planted-dead-file.ts': "export const nobody = 'c'\n",
  })
  const { code, output } = await planted.run('knip/bin/knip.js', ['--include', 'files,exports'])
  expect(code).not.toBe(0)
  expect(output).toContain('plantedDeadExport')
  expect(output).toContain('lib/planted-dead-file.ts')
  expect(output).not.toMatch(/^used\b/m)
})
