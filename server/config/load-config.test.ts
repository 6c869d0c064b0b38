import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { verifyPassword } from '@/server/auth/password'
import { loadConfig } from './load-config'
import { HASH, makeConfigFolder, oneCluster, USERS } from './testing'

// Hashes and RSA keys are slow to make, and other tests have the cores.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const folder = makeConfigFolder()
afterAll(() => folder.remove())
const { load, problemsOf } = folder

describe('a configuration that is right', () => {
  it('needs no more than KAFKA_BROKERS: one cluster, an admin and a secret that are kept', async () => {
    const cwd = join(folder.dir, 'first')
    mkdirSync(cwd)
    const env = { KAFKA_BROKERS: 'a:1, [::1]:2', MILENA_DATA: 'deep/er' }
    const { config, firstAdmin } = await loadConfig(env, cwd)
    expect(config.clusters).toMatchObject([
      {
        id: 'default',
        bootstrapServers: [
          { host: 'a', port: 1 },
          { host: '::1', port: 2 },
        ],
        tls: null,
        sasl: null,
        readOnly: false,
        environment: 'dev',
      },
    ])
    expect(config).toMatchObject({ port: 3000, publicUrl: 'http://localhost:3000', publicUrlGiven: false })
    // However much one person searches, somebody else finds a place.
    expect(config.search.perUser).toBeLessThan(config.search.searches)
    expect(firstAdmin?.username).toBe('admin')
    const hash = config.users[0]?.passwordHash ?? ''
    expect(await verifyPassword(firstAdmin?.password ?? '', hash)).toBe(true)
    for (const name of ['admin-password', 'auth-secret']) {
      expect(statSync(join(cwd, 'deep/er', name)).mode & 0o777).toBe(0o600)
    }
    const again = await loadConfig(env, cwd)
    expect(again.firstAdmin).toBeNull()
    expect(again.config.authSecret).toBe(config.authSecret)
    const password = readFileSync(join(cwd, 'deep/er/admin-password'), 'utf8').trim()
    expect(await verifyPassword(password, again.config.users[0]?.passwordHash ?? '')).toBe(true)
  })

  it('is frozen all the way down', async () => {
    const { config } = await load(oneCluster('bootstrapServers: a:1'))
    expect(Object.isFrozen(config.clusters[0]?.bootstrapServers[0])).toBe(true)
  })

  it('writes nothing where users and a secret are given', async () => {
    const { config, firstAdmin } = await load(oneCluster('bootstrapServers: a:1'), {
      MILENA_DATA: '/proc/nowhere',
    })
    expect(firstAdmin).toBeNull()
    expect(config.users).toEqual([
      {
        username: 'kim',
        name: 'kim',
        passwordHash: HASH,
        grants: [{ role: 'admin' }],
        teams: [],
        contacts: { email: null, jira: null, slack: null },
      },
    ])
  })

  it('reads Java client properties, dotted or nested, with quotes as JAAS has them', async () => {
    const { config } = await load(
      oneCluster(String.raw`bootstrapServers: [SASL_SSL://b1:9093, b2]
properties:
  security: { protocol: SASL_SSL }
  sasl.mechanism: SCRAM-SHA-512
  sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username='a b' password="p\"w;=\\x";
  ssl.endpoint.identification.algorithm:
  max.poll.records: 5`),
    )
    expect(config.clusters[0]).toMatchObject({
      bootstrapServers: [
        { host: 'b1', port: 9093 },
        { host: 'b2', port: 9092 },
      ],
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'a b', password: 'p"w;=\\x' },
      tls: { ca: null, verifyHostname: false },
    })
  })

  it('fills variables in, from the environment, from files, from defaults', async () => {
    const secret = join(folder.dir, 'pw')
    writeFileSync(secret, 's3cret with spaces\n')
    const { config } = await load(
      oneCluster(`bootstrapServers: \${HOST:-fallback}:\${PORT_OF_KAFKA:1234}
name: cost $\${HOST}
properties: { security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.jaas.config: 'x.PlainLoginModule required username=u password="\${PW}";' }`),
      { PW_FILE: secret, NEXTAUTH_URL: 'https://milena.example/', DATABASE_URL: 'postgresql://u:p@h/d' },
    )
    expect(config.clusters[0]).toMatchObject({
      name: 'cost $'.concat('{HOST}'),
      sasl: { password: 's3cret with spaces' },
    })
    expect(config.clusters[0]?.bootstrapServers).toEqual([{ host: 'fallback', port: 1234 }])
    expect(config).toMatchObject({ publicUrl: 'https://milena.example', databaseUrl: 'postgresql://u:p@h/d' })
  })

  it('reads the clusters of AKHQ and of kafbat, from file and environment', async () => {
    const { config, warnings } = await load(
      `${USERS}akhq:
  security: { default-group: admin }
  connections:
    docker kafka server:
      properties: { bootstrap.servers: "kafka:9092", security.protocol: SSL }
      schema-registry: { url: "http://sr:8081" }
      connect: [{ name: main, url: "http://connect:8083" }]
kafka:
  clusters:
    - name: local
      bootstrapServers: localhost:9092
      schemaRegistry: http://sr:8081
      kafkaConnect: [{ name: first, address: "http://c:8083" }]
      readOnly: true
      metrics: { port: 9997, type: JMX }
`,
      {
        KAFKA_CLUSTERS_0_NAME: 'env',
        KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: 'e:1',
        KAFKA_CLUSTERS_0_PROPERTIES_SECURITY_PROTOCOL: 'SSL',
      },
    )
    expect(config.clusters).toMatchObject([
      {
        id: 'docker-kafka-server',
        name: 'docker kafka server',
        bootstrapServers: [{ host: 'kafka', port: 9092 }],
        tls: { verifyHostname: true },
        schemaRegistry: { url: 'http://sr:8081' },
        connect: [{ name: 'main', url: 'http://connect:8083' }],
      },
      { id: 'local', readOnly: true, connect: [{ name: 'first', url: 'http://c:8083' }] },
      { id: 'env', bootstrapServers: [{ host: 'e', port: 1 }], tls: { verifyHostname: true } },
    ])
    expect(warnings.join()).toContain('akhq.security')
  })
})

describe('TLS material', () => {
  let pki: string
  beforeAll(() => {
    pki = join(folder.dir, 'pki')
    mkdirSync(pki)
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: pki, stdio: 'pipe' })
    const make = (name: string) =>
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
      )
    make('ca')
    make('other')
    openssl('pkcs8', '-topk8', '-in', 'ca.key', '-out', 'locked.key', '-passout', 'pass:open sesame')
    writeFileSync(join(pki, 'own.pem'), text('ca.key') + text('ca.crt'))
    writeFileSync(join(pki, 'store.jks'), Buffer.from('feedfeed00000002', 'hex'))
  })
  const text = (name: string) => readFileSync(join(pki, name), 'utf8')
  const tls = (rest: Record<string, string>) =>
    oneCluster(
      `bootstrapServers: a:1\nproperties: ${JSON.stringify({ 'security.protocol': 'SSL', ...rest })}`,
    )

  it('is read from PEM files and from PEM inside the properties, on one line too', async () => {
    const files = await load(
      tls({
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': join(pki, 'ca.crt'),
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': join(pki, 'own.pem'),
      }),
    )
    const inline = await load(
      tls({
        'ssl.truststore.certificates': text('ca.crt').replaceAll('\n', ' '),
        'ssl.keystore.certificate.chain': text('ca.crt'),
        'ssl.keystore.key': text('locked.key').replaceAll('\n', '\\n'),
        'ssl.key.password': 'open sesame',
      }),
    )
    expect(files.config.clusters[0]?.tls).toMatchObject({
      ca: text('ca.crt'),
      cert: text('ca.crt'),
      key: text('ca.key'),
      keyPassphrase: null,
    })
    expect(inline.config.clusters[0]?.tls).toMatchObject({
      ca: text('ca.crt'),
      key: text('locked.key'),
      keyPassphrase: 'open sesame',
    })
  })

  it.each([
    ['a file that is not there', () => ({ 'ssl.truststore.location': 'gone.pem' }), 'cannot be read'],
    ['a JKS store', () => ({ 'ssl.truststore.location': join(pki, 'store.jks') }), 'must be PEM, not JKS'],
    [
      'a broken certificate',
      () => ({
        'ssl.truststore.certificates': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      }),
      'cannot be read',
    ],
    [
      'a truststore without a certificate',
      () => ({ 'ssl.truststore.location': join(pki, 'ca.key') }),
      'holds no certificate',
    ],
    [
      'somebody else’s key',
      () => ({ 'ssl.keystore.certificate.chain': text('ca.crt'), 'ssl.keystore.key': text('other.key') }),
      'is not the key of the certificate',
    ],
    [
      'an encrypted key without its password',
      () => ({ 'ssl.keystore.certificate.chain': text('ca.crt'), 'ssl.keystore.key': text('locked.key') }),
      'ssl.key.password is needed',
    ],
    [
      'an encrypted key with another password',
      () => ({
        'ssl.keystore.certificate.chain': text('ca.crt'),
        'ssl.keystore.key': text('locked.key'),
        'ssl.key.password': 'wr0ng-pass',
      }),
      'with ssl.key.password',
    ],
  ])('refuses %s', async (_, properties, message) => {
    const problems = await problemsOf(tls(properties()))
    expect(problems).toContain(message)
    expect(problems).not.toContain('wr0ng-pass')
    expect(problems).not.toContain('PRIVATE KEY-----\nMII')
  })
})
