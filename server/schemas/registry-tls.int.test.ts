import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTempDir } from '@/scripts/lib/temp'
import { makePki, type Pki } from '@/scripts/services/pki'
import type { TlsConfig } from '@/server/config/types'
import { SchemaRegistry } from './schema-registry'
import { registryConfig } from './testing'

const SCHEMA = JSON.stringify({ schema: '"long"' })
const clock = { now: () => Date.now() }
const dir = makeTempDir('milena-registry-tls')
const text = (file: string) => readFileSync(file, 'utf8')

let pki: Pki
let server: Server
let url: string
/** Who asked, by the common name of the certificate. */
const asked: string[] = []

beforeAll(async () => {
  pki = await makePki(dir)
  const { keyFile, certFile } = pki.server
  server = createServer(
    {
      key: text(keyFile),
      cert: text(certFile),
      ca: text(pki.caFile),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      if ('getPeerCertificate' in request.socket && typeof request.socket.getPeerCertificate === 'function')
        asked.push(String(request.socket.getPeerCertificate().subject.CN))
      response.end(SCHEMA)
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(() => {
  server?.close()
  server?.closeAllConnections()
  rmSync(dir, { recursive: true, force: true })
})

const withTls = (over: Partial<NonNullable<TlsConfig>>, at = url) =>
  new SchemaRegistry(
    registryConfig(at, {
      tls: { ca: null, cert: null, key: null, keyPassphrase: null, verifyHostname: true, ...over },
    }),
    clock,
  ).answer({ by: 'id', id: 1 }, 't')

const clientOf = ({ keyFile, certFile }: Pki['client']) => ({ key: text(keyFile), cert: text(certFile) })

test('a registry that wants a certificate gets ours, and its own is checked', async () => {
  const answer = await withTls({ ca: text(pki.caFile), ...clientOf(pki.client) })
  expect(answer).toMatchObject({ ok: true, schema: { kind: 'avro', text: '"long"' } })
  expect(new Set(asked)).toEqual(new Set(['alice']))
})

test('without a certificate, with one of a stranger, or of a registry nobody vouches for: a sentence, never a schema', async () => {
  const before = asked.length
  const ca = text(pki.caFile)
  expect(await withTls({ ca })).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no answer from the registry/),
  })
  expect(await withTls({ ca, ...clientOf(pki.stranger) })).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no answer from the registry/),
  })
  expect(await withTls({ ...clientOf(pki.client) })).toMatchObject({
    ok: false,
    error: expect.stringMatching(/its certificate is not trusted/),
    failure: { code: 'REGISTRY_UNTRUSTED' },
  })
  expect(asked).toHaveLength(before)
})

test('a name that its certificate does not carry is refused, unless the configuration says so', async () => {
  const other = url.replace('127.0.0.1', '127.0.0.2')
  const mine = { ca: text(pki.caFile), ...clientOf(pki.client) }
  const everywhere = createServer(
    { key: text(pki.server.keyFile), cert: text(pki.server.certFile) },
    (_, response) => response.end(SCHEMA),
  )
  await new Promise<void>(resolve => everywhere.listen(Number(new URL(other).port), '127.0.0.2', resolve))
  try {
    expect(await withTls(mine, other)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/not trusted/),
    })
    expect(await withTls({ ...mine, verifyHostname: false }, other)).toMatchObject({ ok: true })
  } finally {
    everywhere.close()
    everywhere.closeAllConnections()
  }
})
