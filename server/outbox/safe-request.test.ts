import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPrivateAddress } from './private-address'
import { createSafeRequest, type Outgoing } from './safe-request'
import { type Receiver, startReceiver } from './testing'

const get = (url: string): Outgoing => ({ method: 'GET', url, headers: {}, body: null })

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::',
    '2001:db8::1',
    'ff02::1',
    'localhost',
    '',
  ])('%s is', address => expect(isPrivateAddress(address)).toBe(true))
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])('%s is not', address =>
    expect(isPrivateAddress(address)).toBe(false),
  )
})

describe('safe request', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
  })
  afterAll(() => receiver.close())
  const codeOf = (allow: string[], channels: string[], url: string) =>
    createSafeRequest({ allow, channels })(get(url)).then(
      answered => answered.status,
      error => error.code,
    )

  it('calls a private address only where its host is named in full', async () => {
    const { url } = receiver
    expect(await codeOf(['127.0.0.1'], [], url)).toBe(200)
    expect(await codeOf(['*'], [], url)).toBe('ADDRESS_PRIVATE')
    expect(await codeOf([], ['127.0.0.1'], url)).toBe('ADDRESS_PRIVATE')
    expect(await codeOf([], [], url)).toBe('HOST_NOT_ALLOWED')
    expect(await codeOf(['hooks.slack.com'], [], url)).toBe('HOST_NOT_ALLOWED')
  })

  it('judges what a name resolves to, however the address is spelt', async () => {
    const port = new URL(receiver.url).port
    for (const host of ['localhost', '2130706433', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '[::1]']) {
      expect(await codeOf(['*'], [], `http://${host}:${port}/`), host).toBe('ADDRESS_PRIVATE')
    }
    expect(await codeOf(['localhost'], [], `http://localhost:${port}/`)).toBe(200)
  })

  it('follows no redirect', async () => {
    const before = receiver.received.length
    receiver.reply = ({ path }) =>
      path === '/inner' ? { status: 200 } : { status: 302, headers: { location: `${receiver.url}/inner` } }
    expect(await codeOf(['127.0.0.1'], [], receiver.url)).toBe(302)
    expect(receiver.received.slice(before).map(one => one.path)).toEqual(['/'])
    receiver.reply = () => ({ status: 200 })
  })

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'http://user:pw@127.0.0.1/', 'nonsense'])(
    'refuses %s',
    async url => expect(await codeOf(['*', '127.0.0.1'], [], url)).toBe('URL_INVALID'),
  )

  it('reads no endless answer and waits for none', async () => {
    receiver.reply = () => ({ status: 200, body: 'x'.repeat(70_000) })
    expect(await codeOf(['127.0.0.1'], [], receiver.url)).toBe('ANSWER_TOO_LARGE')
    receiver.reply = () => new Promise(() => undefined)
    const hang = createSafeRequest({ allow: ['127.0.0.1'], channels: [] })
    await expect(hang({ ...get(receiver.url), limitMs: 50 })).rejects.toMatchObject({ code: 'TIMED_OUT' })
    receiver.reply = () => ({ status: 200 })
    expect(await codeOf(['127.0.0.1'], [], 'http://127.0.0.1:1/')).toBe('UNREACHABLE')
  })
})
