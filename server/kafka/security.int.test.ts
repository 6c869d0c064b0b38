import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { Kafka } from 'kafkajs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { type SecureKafkaInfo, secureKafka, uniqueName } from '@/scripts/services/in-test'
import type { SaslConfig, TlsConfig } from '@/server/config/types'
import type { Cluster } from './cluster'
import { testCluster } from './testing'

let secure: SecureKafkaInfo
beforeAll(async () => {
  secure = await secureKafka()
})

const open: Cluster[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(cluster => cluster.close()))
})

type Mechanism = NonNullable<SaslConfig>['mechanism']
const sasl = (mechanism: Mechanism, password = 'admin-pw', username = 'admin'): SaslConfig => ({
  mechanism,
  username,
  password,
})

const pem = (file: string) => readFileSync(file, 'utf8')
function tls(over: Partial<NonNullable<TlsConfig>> = {}): NonNullable<TlsConfig> {
  const ca = pem(secure.pki.caFile)
  return { ca, cert: null, key: null, keyPassphrase: null, verifyHostname: true, ...over }
}
const identity = (who: 'client' | 'stranger') => ({
  cert: pem(secure.pki[who].certFile),
  key: pem(secure.pki[who].keyFile),
})

function at(bootstrap: string, over: { tls?: TlsConfig; sasl?: SaslConfig } = {}): Cluster {
  const cluster = testCluster(bootstrap, over)
  open.push(cluster)
  return cluster
}

async function codeOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`no AppError: ${error}`)
  return { code: error.code, params: error.params ?? {} }
}

const works = async (cluster: Cluster) => {
  const metadata = await cluster.metadata({ maxAgeMs: 0 })
  expect(metadata.brokers).toHaveLength(1)
  const [probe] = await cluster.probeBrokers()
  expect(probe?.answer.ok).toBe(true)
  // The same trust and password for the other client.
  const admin = new Kafka(cluster.link.kafkaJsOptions()).admin()
  await admin.connect()
  expect((await admin.describeCluster()).brokers).toHaveLength(1)
  await admin.disconnect()
}

describe('SASL', () => {
  it.each<Mechanism>(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('%s with the right password', async one => {
    await works(at(secure.listeners.saslPlaintext, { sasl: sasl(one) }))
  })

  it.each<Mechanism>(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('%s with a wrong one', async one => {
    const cluster = at(secure.listeners.saslPlaintext, { sasl: sasl(one, 'wrong') })
    expect(await codeOf(cluster.metadata())).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      params: { reason: 'sasl' },
    })
  })

  it('a user who does not exist, and a mechanism that is not offered', async () => {
    const nobody = at(secure.listeners.saslPlaintext, { sasl: sasl('SCRAM-SHA-512', 'x', 'nobody') })
    expect((await codeOf(nobody.metadata())).code).toBe('AUTHENTICATION_FAILED')
    const plain = at(secure.listeners.saslSsl, { sasl: sasl('PLAIN'), tls: tls() })
    expect((await codeOf(plain.metadata())).code).toBe('AUTHENTICATION_FAILED')
  })

  it('no credentials where they are wanted', async () => {
    expect(await codeOf(at(secure.listeners.saslPlaintext).metadata())).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      params: { reason: 'credentials-required' },
    })
  })

  it('no secret in an error, whatever it says', async () => {
    const cluster = at(secure.listeners.saslPlaintext, { sasl: sasl('PLAIN', 'hunter2-secret') })
    const error: unknown = await cluster.metadata().catch(thrown => thrown)
    const { cause: _cause, ...rest } = Object(error)
    expect(JSON.stringify({ ...rest, message: String(error) })).not.toContain('hunter2')
  })
})

describe('TLS', () => {
  it('with SASL: the authority is trusted', async () => {
    await works(at(secure.listeners.saslSsl, { sasl: sasl('SCRAM-SHA-512'), tls: tls() }))
  })

  it('without the authority: TLS_UNTRUSTED', async () => {
    const cluster = at(secure.listeners.saslSsl, { sasl: sasl('SCRAM-SHA-512'), tls: tls({ ca: null }) })
    expect((await codeOf(cluster.metadata())).code).toBe('TLS_UNTRUSTED')
  })

  it('for another name: TLS_UNTRUSTED, unless the name is not checked', async () => {
    // The same listener behind an address that its certificate does not name.
    const [host, port] = secure.listeners.saslSsl.split(':')
    const server = createServer(socket => {
      const upstream = connect(Number(port), host)
      for (const one of [socket, upstream]) one.on('error', () => undefined)
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.2', resolve))
    const elsewhere = `127.0.0.2:${(server.address() as AddressInfo).port}`
    const options = { sasl: sasl('SCRAM-SHA-512') }
    expect(await codeOf(at(elsewhere, { ...options, tls: tls() }).metadata())).toMatchObject({
      code: 'TLS_UNTRUSTED',
      params: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID', host: '127.0.0.2' },
    })
    const lax = at(elsewhere, { ...options, tls: tls({ verifyHostname: false }) })
    expect((await lax.metadata()).brokers).toHaveLength(1)
    await lax.close()
    server.close()
  })

  it('with a client certificate', async () => {
    await works(at(secure.listeners.ssl, { tls: tls(identity('client')) }))
  })

  it('without one, and with a stranger’s: AUTHENTICATION_FAILED', async () => {
    for (const over of [{}, identity('stranger')]) {
      expect(await codeOf(at(secure.listeners.ssl, { tls: tls(over) }).metadata())).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        params: { reason: 'client-certificate' },
      })
    }
  })

  it('with a key that cannot be read', async () => {
    const { cert } = identity('client')
    const broken = at(secure.listeners.ssl, { tls: tls({ cert, key: 'not a key' }) })
    expect(await codeOf(broken.metadata())).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      params: { reason: 'client-key-unreadable' },
    })
    const noCa = at(secure.listeners.ssl, {
      tls: tls({ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
    })
    expect((await codeOf(noCa.metadata())).code).toBe('TLS_UNTRUSTED')
  })

  it('plain text to a TLS port: TLS_REQUIRED', async () => {
    expect((await codeOf(at(secure.listeners.ssl).metadata())).code).toBe('TLS_REQUIRED')
    const withSasl = at(secure.listeners.saslSsl, { sasl: sasl('SCRAM-SHA-512') })
    expect((await codeOf(withSasl.metadata())).code).toBe('TLS_REQUIRED')
  })

  it('TLS to a plain port says that there is none', async () => {
    expect(await codeOf(at(secure.bootstrap, { tls: tls() }).metadata())).toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      params: { reason: 'tls-handshake' },
    })
  })
})

describe('too few rights', () => {
  it('are CLUSTER_DENIED, part by part', async () => {
    const alice = at(secure.listeners.saslPlaintext, { sasl: sasl('PLAIN', 'alice-pw', 'alice') })
    const admin = at(secure.bootstrap)
    const name = uniqueName('private')
    await admin.createTopic({ name, partitions: 1, replicationFactor: 1, configs: {} })
    expect((await alice.metadata({ maxAgeMs: 0 })).topics.has(name)).toBe(false)
    expect((await codeOf(alice.deleteTopic(name))).code).toMatch(/CLUSTER_DENIED|TOPIC_UNKNOWN/)
    const create = alice.createTopic({
      name: uniqueName('x'),
      partitions: 1,
      replicationFactor: 1,
      configs: {},
    })
    expect((await codeOf(create)).code).toBe('CLUSTER_DENIED')
    expect(await alice.describeQuorum()).toBeNull()
    const [dirs] = await alice.describeLogDirs()
    expect(dirs?.answer).toMatchObject({ ok: false, problem: { code: 'CLUSTER_DENIED' } })
    const [configs] = await alice.describeConfigs([{ type: 'topic', name }])
    expect(configs?.answer.ok).toBe(false)
    await admin.deleteTopic(name)
  })
})
