import { afterEach, expect, test } from 'vitest'
import { Planted } from './planted.ts'

// With TypeScript 7 dependency-cruiser sees no module at all and is content. So: plant what is forbidden, see
// it refused.

const CONFIGURATION = ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']

const FORBIDDEN: Record<string, string> = {
  'server/kafka/port.ts': 'export const port = 1\n',
  'server/kafka/fetch/loop.ts': 'export const loop = 1\n',
  'server/topics/list-topics.ts': 'export interface Row { name: string }\nexport const listTopics = 1\n',
  'server/topics/list-topics.test.ts': 'export const helper = 1\n',
  'components/topics/view.tsx':
    "import type { Row } from '@/server/topics/list-topics'\nexport type Mine = Row\n",
  'components/groups/view.tsx': "import '@/components/topics/view'\nexport const view = 1\n",
  'components/ui/button.tsx': "import '@/components/shell/nav'\nexport const button = 1\n",
  'components/shell/nav.tsx': 'export const nav = 1\n',
  'lib/impure.ts': "import '@/server/topics/list-topics'\nexport const impure = 1\n",
  'lib/reads-files.ts': "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n",
  'lib/circle-a.ts': "import { b } from './circle-b'\nexport const a = () => b\n",
  'lib/circle-b.ts': "import { a } from './circle-a'\nexport const b = () => a\n",
  'server/groups/ui.ts': "import '@/components/shell/nav'\nexport const ui = 1\n",
  'server/groups/client.ts': "import { Kafka } from 'kafkajs'\nexport const client = Kafka\n",
  'server/groups/deep.ts': "import '@/server/kafka/fetch/loop'\nexport const deep = 1\n",
  'server/groups/database.ts': "import pg from 'pg'\nexport const pool = pg\n",
  'server/groups/borrows.ts': "import '@/server/topics/list-topics.test'\nexport const borrows = 1\n",
  'app/page.tsx': 'export const page = 1\n',
}

const REFUSED = [
  'lib-is-pure: lib/impure.ts',
  'lib-has-no-node: lib/reads-files.ts',
  'components-not-server: components/topics/view.tsx',
  'server-not-ui: server/groups/ui.ts',
  'features-apart: components/groups/view.tsx',
  'ui-is-domain-free: components/ui/button.tsx',
  'kafka-client-in-port-only: server/groups/client.ts',
  'kafka-port-surface: server/groups/deep.ts',
  'database-in-store-only: server/groups/database.ts',
  'no-circular: lib/circle-a.ts',
  'not-to-test: server/groups/borrows.ts',
]

const ALLOWED: Record<string, string> = {
  'server/kafka/port.ts': "import { Kafka } from 'kafkajs'\nexport const port = Kafka\n",
  'server/store/open.ts': "import pg from 'pg'\nexport const pool = pg\n",
  'server/topics/list-topics.ts':
    "import { port } from '@/server/kafka/port'\nexport const listTopics = port\n",
  'components/topics/view.tsx':
    "import '@/components/ui/button'\nimport '@/lib/format'\nexport const view = 1\n",
  'components/ui/button.tsx': 'export const button = 1\n',
  'lib/format.ts': 'export const format = 1\n',
  'app/page.tsx': "import '@/components/topics/view'\nimport '@/server/topics/list-topics'\n",
}

let planted: Planted | undefined
afterEach(() => planted?.remove())

const cruise = (files: Record<string, string>) => {
  planted = new Planted(CONFIGURATION, files)
  const args = ['--config', '.dependency-cruiser.cjs', 'app', 'components', 'lib', 'server']
  return planted.run('dependency-cruiser/bin/dependency-cruiser.mjs', args)
}

test('every rule refuses what it forbids', { timeout: 60_000 }, async () => {
  const { code, output } = await cruise(FORBIDDEN)
  expect(code).not.toBe(0)
  expect(REFUSED.filter(line => !output.includes(line))).toEqual([])
})

test('and lets the way through that the house has', { timeout: 60_000 }, async () => {
  const { code, output } = await cruise(ALLOWED)
  expect(output).toMatch(/no dependency violations found \(\d{1,3} modules/)
  expect(output).not.toContain('(0 modules')
  expect(code).toBe(0)
})
