import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'
import { repo } from '@/scripts/checks/tree'
import { channelSchema, notificationsSchema } from './notifications'
import { clusterSchema, fileSchema, tokenSchema, userSchema } from './schema'
import { HASH, makeConfigFolder } from './testing'

const example = readFileSync(`${repo}/milena.example.yml`, 'utf8')
const folder = makeConfigFolder()
afterAll(() => folder.remove())

/** The names of all settings in a part of the file, however deep. */
function settingsOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, value]) => [key, ...settingsOf(value)])
  if (schema instanceof z.ZodArray) return settingsOf(schema.element)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(settingsOf)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return settingsOf(schema.unwrap())
  return []
}

it('the example shows every setting', () => {
  const parts = [fileSchema, clusterSchema, userSchema, tokenSchema, notificationsSchema, channelSchema]
  const settings = new Set(parts.flatMap(settingsOf))
  expect(settings.size).toBeGreaterThan(80)
  const shown = new Set(example.match(/\w+(?=:)/g))
  // Those two begin files of other consoles.
  expect([...settings].filter(name => !shown.has(name))).toEqual(['akhq', 'kafka'])
})

it('the example is accepted as it stands', async () => {
  const { config } = await folder.load(example, {
    KIM_PASSWORD_HASH: HASH,
    LEE_PASSWORD_HASH: HASH,
    NEXTAUTH_SECRET: 'a-secret-that-is-long-enough-for-tests',
  })
  expect(config.users.map(user => user.username)).toEqual(['kim', 'lee'])
  expect(config.clusters.map(cluster => cluster.id)).toEqual(['local'])
})
