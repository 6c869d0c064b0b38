import { NextRequest } from 'next/server'
import { encode } from 'next-auth/jwt'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { installTestRuntime, sessionOf, testConfig } from '@/server/http/testing'
import type { Runtime } from '@/server/runtime'
import { authRoute, optionsOf } from './auth-route'
import { deviceOf, knowDevice } from './known-device'
import { hashPassword } from './password'
import { readSession, resolveActor } from './resolve-actor'
import { passwordMark } from './session-cookie'

// A hash is made to be slow, and other tests have the cores.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let runtime: Runtime
beforeAll(async () => {
  const passwordHash = await hashPassword('a good password')
  const kim = { username: 'kim', name: 'Kim', passwordHash, grants: [{ role: 'viewer' as const }] }
  runtime = installTestRuntime({ config: testConfig({ users: [kim] }) }).runtime
})

const from = (peer: string, device: string | null = null) => ({ peer, device, signedIn: null })

/** What next-auth calls with the form's fields. */
async function authorize(
  username: string,
  password: string,
  peer: string,
  device: string | null = null,
): Promise<unknown> {
  const [provider] = optionsOf(runtime, from(peer, device)).providers
  const options = provider?.options as {
    authorize(credentials: Record<string, string>, request: object): Promise<unknown>
  }
  return options.authorize({ username, password }, {})
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const post = (action: string, headers: Record<string, string>, form = '') =>
  authRoute(
    new NextRequest(`http://127.0.0.1:3000/api/auth/${action}`, {
      method: 'POST',
      headers: { ...FORM, ...headers },
      body: form,
    }),
    { params: Promise.resolve({ nextauth: action.split('/') }) },
  )

it('knows a user by the password, and tells nothing about which of the two was wrong', async () => {
  const [user] = runtime.config.users
  if (!user) throw new Error('no user')
  expect(await authorize('kim', 'a good password', 'p1')).toEqual({
    id: 'kim',
    name: 'Kim',
    mark: passwordMark(user),
  })
  expect(await authorize('kim', 'another password', 'p1')).toBeNull()
  expect(await authorize('nobody', 'a good password', 'p1')).toBeNull()
  expect(await authorize('__proto__', 'a good password', 'p1')).toBeNull()
})

it.each([['signout'], ['callback/credentials'], ['signin/credentials']])(
  '%s from another site is refused',
  async action => {
    for (const headers of [{}, { origin: 'https://evil.example' }]) {
      const response = await post(action, headers as Record<string, string>)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'ORIGIN_MISMATCH' })
    }
  },
)

it('answers 429 after five failures of a name from one address, in a form that next-auth’s client can read', async () => {
  for (let i = 0; i < 5; i++) await authorize('lee', 'guess', '10.0.0.1')
  const headers = { origin: runtime.config.publicUrl, 'x-milena-peer': '10.0.0.1' }
  const response = await post('callback/credentials', headers, 'username=lee&password=guess&json=true')
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('60')
  const body = (await response.json()) as { code: string; url: string }
  expect(body.code).toBe('RATE_LIMITED')
  expect(new URL(body.url).searchParams.get('error')).toBe('RATE_LIMITED')
})

it('a body of unknown length is not read to its end for nobody', async () => {
  let pulled = 0
  const endless = new ReadableStream({
    pull(controller) {
      if (++pulled > 100) controller.error(new Error('it was read on'))
      else controller.enqueue(new Uint8Array(64 * 1024))
    },
  })
  const { origin } = new URL(runtime.config.publicUrl)
  const init = { method: 'POST', headers: { origin, ...FORM }, body: endless, duplex: 'half' as const }
  const request = new NextRequest('http://127.0.0.1:3000/api/auth/callback/credentials', init)
  const response = await authRoute(request, {
    params: Promise.resolve({ nextauth: ['callback', 'credentials'] }),
  })
  expect(response.status).toBe(413)
  expect(pulled).toBeLessThan(10)
})

describe('a limit on attempts that nobody walks around', () => {
  const peer = '10.0.0.2'
  const headers = () => ({ origin: runtime.config.publicUrl, 'x-milena-peer': peer })
  beforeAll(async () => {
    for (let i = 0; i < 5; i++) await authorize('kim', 'guess', peer)
  })

  it('holds for the right password too, whichever way the attempt came', async () => {
    await expect(authorize('kim', 'a good password', peer)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect(await authorize('kim', 'a good password', '10.0.0.3')).not.toBeNull()
  })

  it('does not hold for a browser that the name signed in with before, and for no other’s', async () => {
    const nowMs = runtime.clock.now()
    const cookieOf = (name: string) => knowDevice(runtime.config, name, nowMs).split(';')[0] ?? ''
    const ask = (cookie: string) =>
      post('callback/credentials', { ...headers(), cookie }, 'username=kim&password=guess')
    expect((await ask(cookieOf('lee'))).status).toBe(429)
    expect((await ask(cookieOf('kim').replace(/.$/, '!'))).status).toBe(429)
    const mine = new Headers({ cookie: cookieOf('kim') })
    const device = deviceOf(mine, runtime.config, 'kim', nowMs)
    expect(device).not.toBeNull()
    expect(deviceOf(mine, runtime.config, 'kim', nowMs + 91 * 86_400_000)).toBeNull()
    expect(await authorize('kim', 'a good password', peer, device)).not.toBeNull()
    // It is no key: its own guesses count as anybody's.
    for (let i = 0; i < 5; i++) await authorize('kim', 'guess', peer, device)
    await expect(authorize('kim', 'a good password', peer, device)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
  })

  it('counts the last of several names, which is the one that is checked', async () => {
    const form = 'username=somebody&password=guess&username=kim'
    expect((await post('callback/credentials', headers(), form)).status).toBe(429)
  })

  it('takes nothing but a form', async () => {
    const json = { ...headers(), 'content-type': 'application/json' }
    const response = await post('callback/credentials', json, '{"username":"kim","password":"guess"}')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'INPUT_INVALID' })
  })

  it.each([['callback/credentials/x'], ['callback/credentials/'], ['callback'], ['session'], ['__proto__']])(
    'POST %s is nothing',
    async action => {
      expect((await post(action, headers(), 'username=kim&password=guess')).status).toBe(404)
    },
  )
})

it.each([['callback/credentials'], ['signout'], ['signin/credentials']])(
  '%s reads no more than a form can hold',
  async action => {
    const form = `username=${'x'.repeat(40_000)}`
    const response = await post(action, { origin: runtime.config.publicUrl }, form)
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE', params: { limit: '32 KiB' } })
  },
)

it('writes nothing of what strangers report into the log', async () => {
  const warn = vi.spyOn(runtime.log, 'warn')
  const response = await post('_log', { origin: runtime.config.publicUrl }, 'code=x&level=error')
  expect(response.status).toBe(204)
  expect(warn).not.toHaveBeenCalled()
})

// That POST /api/auth/signout comes here is seen in the browser (e2e/journeys/sign-in.spec.ts): next-auth
// needs Next's own scope.
describe('a session that somebody signed out of', () => {
  async function callJwt(sid: unknown): Promise<unknown> {
    const token = { sub: 'kim', ...(sid === undefined ? {} : { sid }) }
    return optionsOf(runtime, from('p')).callbacks?.jwt?.({ token, user: undefined as never, account: null })
  }

  it('is nobody: a copy of its cookie is worth nothing and is not made anew; another session goes on', async () => {
    const [mine, other] = [await sessionOf(runtime.config, 'kim'), await sessionOf(runtime.config, 'kim')]
    const session = await readSession(new Headers(mine), runtime.config)
    expect(await resolveActor(new Headers(mine), runtime)).not.toBeNull()
    expect(await callJwt(session?.sid)).toMatchObject({ sub: 'kim' })
    await runtime.services.sessions.add(session?.sid ?? '')
    expect(await resolveActor(new Headers(mine), runtime)).toBeNull()
    expect(await resolveActor(new Headers(other), runtime)).not.toBeNull()
    await expect(callJwt(session?.sid)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('has an id of its own; a token without one, as older versions made them, is nobody', async () => {
    const [user] = runtime.config.users
    if (!user) throw new Error('no user')
    const token = await encode({
      token: { sub: 'kim', mark: passwordMark(user) },
      secret: runtime.config.authSecret,
    })
    const headers = new Headers({ cookie: `next-auth.session-token=${token}` })
    expect(await resolveActor(headers, runtime)).toBeNull()
    await expect(callJwt(undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const signedIn = { id: 'kim', name: 'Kim', mark: 'm' }
    const made = () =>
      optionsOf(runtime, from('p')).callbacks?.jwt?.({ token: {}, user: signedIn as never, account: null })
    const [first, second] = [await made(), await made()]
    expect(first?.sid).toMatch(/^[0-9a-f-]{36}$/)
    expect(first?.sid).not.toBe(second?.sid)
  })
})
