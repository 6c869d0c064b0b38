import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { InFlight } from '@/server/http/in-flight'
import { testContext } from '@/server/http/testing'
import { RequestCounts } from '@/server/kafka'
import { createMetrics } from '@/server/metrics'

const rulesFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Milena[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
})
const { groups } = rulesFile.parse(
  parse(readFileSync(new URL('../../deploy/alerts.yml', import.meta.url), 'utf8')),
)
const rules = groups.flatMap(group => group.rules)

it('alerts ask for metrics that there are', async () => {
  const { clusters, clock, config, services } = testContext({
    services: { outbox: { counts: () => ({ pending: 1, dead: 1, oldestPendingAtMs: 0 }) } as never },
  })
  const metrics = createMetrics({
    clusters,
    services,
    inFlight: new InFlight(config.streams),
    kafkaRequests: new RequestCounts(),
    version: '0',
    now: clock.now,
  })
  const { body: text } = await metrics.text()
  const named = rules.flatMap(rule => rule.expr.match(/milena_\w+/g) ?? [])
  expect(named).toContain('milena_outbox_dead')
  for (const name of named) expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'))
})

it('each alert has a name of its own', () => {
  const names = rules.map(rule => rule.alert)
  expect(new Set(names).size).toBe(names.length)
})
