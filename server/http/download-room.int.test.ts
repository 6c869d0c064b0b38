import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { download, flag } from '@/lib/contracts/common'
import { endpoint } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Store } from '@/server/store/types'
import { handle } from './handle'
import { installTestRuntime, testConfig, testStore } from './testing'
import { verb } from './verb'

const ROOM = 3
const TOKEN = 'mil_0123456789abcdef'
const bearer = { authorization: `Bearer ${TOKEN}` }
const sha256 = createHash('sha256').update(TOKEN).digest('hex')

let store: Store
let stop: () => void
beforeAll(async () => {
  store = await testStore()
  const config = testConfig({
    tokens: [{ name: 'ci', sha256, grants: [{ role: 'admin' }] }],
    streams: { perActor: ROOM, all: 100, unreadSeconds: 60 },
  })
  stop = installTestRuntime({ config, store }).stop
})
afterAll(async () => {
  stop()
  await store.close()
})

it('a file for which there is no room is never begun: nobody would read it, and nobody end it', async () => {
  let begun = 0
  const file = handle(
    verb(
      endpoint({
        kind: 'download',
        method: 'GET',
        path: '/file',
        tag: 'x',
        summary: 'x',
        input: z.object({ wrong: flag.default(false) }),
        output: download,
      }),
      async (ctx, { wrong }) => {
        authorise(ctx, 'record.read', {})
        if (wrong) throw new AppError('EXPORT_UNKNOWN')
        begun++
        return {
          filename: 'x',
          contentType: 'text/plain',
          headers: {},
          body: Readable.from([Buffer.from('x')]),
        }
      },
    ),
  )
  const get = (query = '') => file(new Request(`http://localhost/api/v1/file${query}`, { headers: bearer }))
  // What fails takes no room.
  for (let i = 0; i <= ROOM; i++) expect((await get('?wrong=true')).status).toBe(404)
  const open = await Promise.all(Array.from({ length: ROOM }, () => get()))
  expect(open.every(({ status }) => status === 200)).toBe(true)
  expect([(await get()).status, begun]).toEqual([429, ROOM])
  for (const { body } of open) await body?.cancel()
  expect((await get()).status).toBe(200)
})
