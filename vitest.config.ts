import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// What is wrong fails twice. A property that holds not for all, a broker that is killed amid an answer: what passed
// only when tried again is named at the end of the run.
const retry = process.env.CI ? 1 : 0

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)) }

// Unit: pure, no services. Integration: a real broker and database that scripts/services start once for the run.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          // Nothing here waits long; it's for a machine that has other things to do, on which a process may
          // take seconds to begin.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry,
          expect: { poll: { timeout: 30_000 } },
          include: ['{lib,server,components,scripts}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
          // Files share what they import: half of the time went into reading the same modules for each file anew. A
          // file that puts other modules in their place (vi.mock) begins and ends with none of them.
          isolate: false,
          // Vitest leaves one core alone; that is half of CI's.
          maxWorkers: availableParallelism(),
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['{lib,server,scripts}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['scripts/services/vitest-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // What is waited for comes when the machine has time for it.
          expect: { poll: { timeout: 30_000 } },
          maxWorkers: 3,
          retry,
        },
      },
    ],
  },
})
