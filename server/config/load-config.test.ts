import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { verifyPassword } from '@/server/auth/password'
import { loadConfig } from './load-config'

const HASH = '$scrypt$N=16384,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
const USERS = `auth:\n  secret: a-secret-that-is-long-enough-for-tests\n  users: [{ username: kim, passwordHash: '${HASH}', roles: [admin] }]\n`

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'milena-config-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let count = 0
async function load(yaml: string | null, env: Record<string, string> = {}) {
  const cwd = join(dir, String(count++))
  mkdirSync(cwd)
  if (yaml !== null) writeFileSync(join(cwd, 'milena.yml'), yaml)
  return loadConfig(env, cwd)
}
async function problemsOf(yaml: string | null, env: Record<string, string> = {}): Promise<string> {
  try {
    await load(yaml, env)
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_FILE_INVALID') return error.detail ?? ''
    throw error
  }
  throw new Error('the configuration was accepted')
}
const cluster = (rest: string) => `${USERS}clusters:\n  - id: a\n    ${rest.replaceAll('\n', '\n    ')}\n`

describe('a configuration that is right', () => {
  it('needs no more than KAFKA_BROKERS: one cluster, an admin and a secret that are kept', async () => {
    const cwd = join(dir, 'first')
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
    const { config } = await load(cluster('bootstrapServers: a:1'))
    expect(Object.isFrozen(config.clusters[0]?.bootstrapServers[0])).toBe(true)
  })

  it('writes nothing where users and a secret are given', async () => {
    const { config, firstAdmin } = await load(cluster('bootstrapServers: a:1'), {
      MILENA_DATA: '/proc/nowhere',
    })
    expect(firstAdmin).toBeNull()
    expect(config.users).toEqual([
      { username: 'kim', name: 'kim', passwordHash: HASH, grants: [{ role: 'admin' }] },
    ])
  })

  it('reads Java client properties, dotted or nested, with quotes as JAAS has them', async () => {
    const { config } = await load(
      cluster(String.raw`bootstrapServers: [SASL_SSL://b1:9093, b2]
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
    const secret = join(dir, 'pw')
    writeFileSync(secret, 's3cret with spaces\n')
    const { config } = await load(
      cluster(`bootstrapServers: \${HOST:-fallback}:\${PORT_OF_KAFKA:1234}
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
    pki = join(dir, 'pki')
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
    cluster(`bootstrapServers: a:1\nproperties: ${JSON.stringify({ 'security.protocol': 'SSL', ...rest })}`)

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

describe('a configuration that is wrong', () => {
  const jaas = (value: string) =>
    cluster(
      `bootstrapServers: a:1\nproperties: { security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: ${JSON.stringify(value)} }`,
    )
  it.each<[string, string | null, Record<string, string>, string]>([
    ['nothing at all', null, {}, 'No cluster is configured'],
    [
      'a file that is not there',
      null,
      { MILENA_CONFIG: 'gone.yml' },
      'MILENA_CONFIG: names a file that is not there',
    ],
    ['no YAML', 'clusters: [a', {}, 'is not YAML at line 1'],
    ['a list at the top', '- a', { KAFKA_BROKERS: 'a:1' }, 'must be a object'],
    [
      'a slip in a key',
      cluster('bootstrapServer: a:1'),
      {},
      'clusters[0].bootstrapServer: unknown; did you mean bootstrapServers?',
    ],
    [
      'another slip',
      cluster('bootstrapServers: a:1\nreadonly: true'),
      {},
      'clusters[0].readonly: unknown; did you mean readOnly?',
    ],
    [
      'a slip one level down',
      cluster('bootstrapServers: a:1\nreplay: { maxcuont: 3 }'),
      {},
      'clusters[0].replay.maxcuont: unknown; did you mean maxCount?',
    ],
    [
      'a key of another world',
      cluster('bootstrapServers: a:1\nzookeeper: z'),
      {},
      'clusters[0].zookeeper: unknown',
    ],
    [
      'a cluster without an id',
      `${USERS}clusters: [{ bootstrapServers: a:1 }]`,
      {},
      'clusters[0].id: is missing',
    ],
    [
      'an id that is a path',
      `${USERS}clusters: [{ id: .., bootstrapServers: a:1 }]`,
      {},
      'clusters[0].id: must be 1-64',
    ],
    [
      'two clusters of one id',
      `${USERS}clusters: [{ id: a, bootstrapServers: a:1 }, { id: a, bootstrapServers: b:1 }]`,
      {},
      'clusters[1].id: is there twice',
    ],
    ['a cluster without brokers', cluster('name: x'), {}, 'clusters[0].bootstrapServers: is missing'],
    [
      'a port out of range',
      cluster('bootstrapServers: a:99999'),
      {},
      'clusters[0].bootstrapServers: must be host:port',
    ],
    [
      'a URL for a broker',
      cluster('bootstrapServers: http://u:hunter2@a:1/x'),
      {},
      'clusters[0].bootstrapServers: must be host:port',
    ],
    [
      'an unknown environment',
      cluster('bootstrapServers: a:1\nenvironment: live'),
      {},
      'clusters[0].environment: must be prod, stg or dev',
    ],
    [
      'a flag that is a word',
      cluster('bootstrapServers: a:1\nreadOnly: sometimes'),
      {},
      'clusters[0].readOnly: must be a boolean',
    ],
    [
      'a file: URL',
      cluster('bootstrapServers: a:1\nschemaRegistry: { url: "file:///etc/passwd" }'),
      {},
      'clusters[0].schemaRegistry.url: must be an http://',
    ],
    [
      'an unknown protocol',
      cluster('bootstrapServers: a:1\nproperties: { security.protocol: SSL3 }'),
      {},
      'security.protocol"]: must be PLAINTEXT',
    ],
    [
      'a slip in a security property',
      cluster('bootstrapServers: a:1\nproperties: { security.protocl: SSL }'),
      {},
      'did you mean security.protocol?',
    ],
    [
      'Kerberos',
      cluster('bootstrapServers: a:1\nproperties: { security.protocol: SASL_SSL }'),
      {},
      'sasl.mechanism"]: must be PLAIN',
    ],
    [
      'SASL without JAAS',
      cluster('bootstrapServers: a:1\nproperties: { security.protocol: SASL_SSL, sasl.mechanism: PLAIN }'),
      {},
      'sasl.jaas.config"]: is missing',
    ],
    [
      'JAAS without a semicolon',
      jaas('a.PlainLoginModule required username="u" password="hunter2"'),
      {},
      'must end with a semicolon',
    ],
    [
      'JAAS with an open quote',
      jaas('a.PlainLoginModule required username="u" password="hunter2;'),
      {},
      'a quote that is never closed',
    ],
    [
      'JAAS without a password',
      jaas('a.PlainLoginModule required username="u";'),
      {},
      'must hold username and password',
    ],
    [
      'JAAS with another module',
      jaas('com.sun.security.auth.module.JndiLoginModule required username="u" password="hunter2";'),
      {},
      'must name PlainLoginModule',
    ],
    [
      'JAAS without a value',
      jaas('a.PlainLoginModule required username= password="hunter2";'),
      {},
      'must hold options as name="value"',
    ],
    [
      'JAAS with two modules',
      jaas('a.PlainLoginModule required username="u" password="hunter2"; b.X required;'),
      {},
      'one login module only',
    ],
    [
      'a role that is none',
      USERS.replace('[admin]', '[root]'),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[0].roles[0]: must be one of viewer',
    ],
    [
      'a user without a role',
      USERS.replace('[admin]', '[]'),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[0].roles: needs at least one role',
    ],
    [
      'a password in the clear',
      USERS.replace(HASH, 'hunter2'),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[0].passwordHash: must be $scrypt$',
    ],
    [
      'a hash that would take 4 GiB',
      USERS.replace('N=16384,r=8', 'N=4194304,r=32'),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[0].passwordHash',
    ],
    [
      'a hash that is too cheap',
      USERS.replace('N=16384', 'N=16'),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[0].passwordHash',
    ],
    [
      'two users of one name',
      USERS.replace('users: [', `users: [{ username: kim, passwordHash: '${HASH}', roles: [viewer] }, `),
      { KAFKA_BROKERS: 'a:1' },
      'auth.users[1].username: is there twice',
    ],
    [
      'a token in the clear',
      `${USERS}  tokens: [{ name: ci, sha256: hunter2, roles: [admin] }]`,
      { KAFKA_BROKERS: 'a:1' },
      'auth.tokens[0].sha256: must be the 64 hex',
    ],
    [
      'a variable that is not set',
      cluster('bootstrapServers: $' + '{NO_SUCH_HOST}:1'),
      {},
      'clusters[0].bootstrapServers: needs the environment variable NO_SUCH_HOST',
    ],
    [
      'a secret file that is not there',
      null,
      { KAFKA_BROKERS: 'a:1', NEXTAUTH_SECRET_FILE: '/nowhere' },
      'NEXTAUTH_SECRET_FILE: names a file that cannot be read',
    ],
    ['a port that is a word', null, { KAFKA_BROKERS: 'a:1', PORT: 'http' }, 'PORT: must be a number'],
    [
      'an address that is none',
      null,
      { KAFKA_BROKERS: 'a:1', NEXTAUTH_URL: 'milena' },
      'NEXTAUTH_URL: must be the http://',
    ],
    [
      'an address with a path',
      null,
      { KAFKA_BROKERS: 'a:1', NEXTAUTH_URL: 'https://a/milena' },
      'NEXTAUTH_URL: must have no path',
    ],
    [
      'another database',
      null,
      { KAFKA_BROKERS: 'a:1', DATABASE_URL: 'mysql://u:hunter2@h/d' },
      'DATABASE_URL: must be postgresql://',
    ],
    ['an unknown level', null, { KAFKA_BROKERS: 'a:1', LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of'],
    [
      'a sample secret in production',
      null,
      { KAFKA_BROKERS: 'a:1', NODE_ENV: 'production', NEXTAUTH_SECRET: 'change-me-in-production-please' },
      'NEXTAUTH_SECRET: is a well-known sample',
    ],
    [
      'a short secret in production',
      null,
      { KAFKA_BROKERS: 'a:1', NODE_ENV: 'production', NEXTAUTH_SECRET: 'kq3hunter2' },
      'NEXTAUTH_SECRET: is shorter than 16',
    ],
    [
      'YAML bombs',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]`,
      {},
      'refers to itself too often',
    ],
  ])('%s', async (_, yaml, env, message) => {
    const problems = await problemsOf(yaml, env)
    expect(problems).toContain(message)
    expect(problems).not.toContain('hunter2')
  })

  it('says everything at once', async () => {
    const problems = await problemsOf(
      `${USERS.replace('[admin]', '[root]')}clusters: [{ id: a, bootstrapServer: x }, { id: b, bootstrapServers: b:0 }]`,
      { PORT: 'x' },
    )
    for (const path of [
      'PORT',
      'auth.users[0].roles[0]',
      'clusters[0].bootstrapServer',
      'clusters[1].bootstrapServers',
    ]) {
      expect(problems).toContain(`  ${path}: `)
    }
  })

  it('says which folder cannot be written at a first start', async () => {
    await expect(load(null, { KAFKA_BROKERS: 'a:1', MILENA_DATA: '/proc/nowhere' })).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
    })
  })

  it('only warns of a weak secret in development', async () => {
    const { warnings } = await load(null, { KAFKA_BROKERS: 'a:1', NEXTAUTH_SECRET: 'secret' })
    expect(warnings.join()).toContain('NEXTAUTH_SECRET is a well-known sample')
  })
})
