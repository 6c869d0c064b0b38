import { createHmac } from 'node:crypto'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '@/lib/errors'
import en from '@/lib/i18n/en/errors.json'
import ko from '@/lib/i18n/ko/errors.json'
import { approve, turnDown } from '@/server/requests/decide'
import { takeOnce } from './seen'
import type { Hook } from './serve-hook'
import { takeSlackClick } from './slack-hook'
import { answerInSlack } from './slack-words'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())
vi.mock('./seen', async original => ({ ...(await original<object>()), takeOnce: vi.fn() }))
vi.mock('./slack-words', async original => ({ ...(await original<object>()), answerInSlack: vi.fn() }))
vi.mock('@/server/requests/decide', () => ({ approve: vi.fn(), turnDown: vi.fn(), mayTurnDown: vi.fn() }))

const SECRET = 'a signing secret'
const row = { id: 7, cluster: 'c', topic: 'orders', state: 'approved' }
const url = 'https://hooks.slack.com/actions/1'
const held = <T>() => Promise.withResolvers<T>()
const told = () => vi.mocked(answerInSlack).mock.calls.map(([, , { words }]) => words.en)

beforeEach(() => {
  vi.resetAllMocks()
  vi.mocked(takeOnce).mockResolvedValue(true)
  vi.mocked(answerInSlack).mockResolvedValue()
  vi.mocked(approve).mockResolvedValue(row as Awaited<ReturnType<typeof approve>>)
  vi.mocked(turnDown).mockResolvedValue({ ...row, state: 'declined' } as Awaited<ReturnType<typeof turnDown>>)
})

const take = (payload: object) => {
  const body = Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString())
  const at = '1790000000'
  const signature = createHmac('sha256', SECRET).update(`v0:${at}:`).update(body).digest('hex')
  const runtime = {
    config: { notifications: { slack: { signingSecret: SECRET }, channels: [] } },
    clock: { now: () => Number(at) * 1000 },
    log: { info: () => undefined, warn: () => undefined },
  }
  return takeSlackClick({
    runtime,
    headers: new Headers({ 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${signature}` }),
    body,
    requestId: 'r',
    contextOf: () => ({}),
  } as unknown as Hook)
}
const click = () =>
  take({
    type: 'block_actions',
    user: { id: 'U' },
    actions: [{ action_id: 'approve', value: '7:1' }],
    response_url: url,
  })
const form = () =>
  take({
    type: 'view_submission',
    user: { id: 'U' },
    view: {
      callback_id: 'decline',
      private_metadata: JSON.stringify({ request: '7', version: 1, url }),
      state: { values: { reason: { reason: { value: 'too many' } } } },
    },
  })

it.each([
  ['a click', click, approve, 'Request 7 (orders): Approved'],
  ['a form', form, turnDown, 'Request 7 (orders): Declined'],
])('%s is answered while the store is held; it is done after, and told', async (_, send, done, words) => {
  const gate = held<boolean>()
  vi.mocked(takeOnce).mockReturnValue(gate.promise)
  expect((await send()).status).toBe(200)
  expect(done).not.toHaveBeenCalled()
  gate.resolve(true)
  await expect.poll(told).toEqual([words])
  expect(done).toHaveBeenCalledTimes(1)
})

it('a replay is found after the answer too: nothing is done, and nobody is told', async () => {
  const gate = held<boolean>()
  vi.mocked(takeOnce).mockReturnValue(gate.promise)
  expect((await click()).status).toBe(200)
  gate.resolve(false)
  // The next one goes the whole way behind it.
  vi.mocked(takeOnce).mockResolvedValue(true)
  await form()
  expect(approve).not.toHaveBeenCalled()
  expect(told()).toEqual(['Request 7 (orders): Declined'])
})

it.each([
  ['a click', click],
  ['a form', form],
])('%s is answered while Slack’s own answer is held', async (_, send) => {
  const gate = held<void>()
  vi.mocked(answerInSlack).mockReturnValue(gate.promise)
  const response = await send()
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(answerInSlack).toHaveBeenCalledTimes(1)
  gate.resolve()
})

it('a form that is refused in time says so at its field, and later where the click came from', async () => {
  const refusal = new AppError('SELF_APPROVAL')
  vi.mocked(turnDown).mockRejectedValueOnce(refusal)
  expect(await (await form()).json()).toEqual({
    response_action: 'errors',
    errors: { reason: ko.SELF_APPROVAL.title },
  })
  expect(told()).toEqual([])
  const work = held<never>()
  vi.mocked(turnDown).mockReturnValueOnce(work.promise)
  expect((await form()).status).toBe(200)
  work.reject(refusal)
  await expect.poll(told).toEqual([en.SELF_APPROVAL.title])
})
