import { afterAll, describe, expect, it } from 'vitest'
import { HASH, makeConfigFolder, oneCluster, USERS } from './testing'

const folder = makeConfigFolder()
afterAll(() => folder.remove())
const { load, problemsOf } = folder

describe('a configuration that is wrong', () => {
  const jaas = (value: string) =>
    oneCluster(
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
    ['a list that holds itself', 'clusters: &all [*all]', {}, 'refers to itself too often'],
    ['a list at the top', '- a', { KAFKA_BROKERS: 'a:1' }, 'must be a object'],
    [
      'a slip in a key',
      oneCluster('bootstrapServer: a:1'),
      {},
      'clusters[0].bootstrapServer: unknown; did you mean bootstrapServers?',
    ],
    [
      'another slip',
      oneCluster('bootstrapServers: a:1\nreadonly: true'),
      {},
      'clusters[0].readonly: unknown; did you mean readOnly?',
    ],
    [
      'a slip one level down',
      oneCluster('bootstrapServers: a:1\nreplay: { maxcuont: 3 }'),
      {},
      'clusters[0].replay.maxcuont: unknown; did you mean maxCount?',
    ],
    [
      'a slip in a threshold',
      `${oneCluster('bootstrapServers: a:1')}lag: { strom: {} }`,
      {},
      'lag.strom: unknown; did you mean storm?',
    ],
    [
      'a storm longer than what is remembered',
      `${oneCluster('bootstrapServers: a:1')}lag: { storm: { changes: 21 } }`,
      {},
      'lag.storm.changes: Too big: expected number to be <=20',
    ],
    [
      'a share in percent',
      `${oneCluster('bootstrapServers: a:1')}lag: { skew: { share: 60 } }`,
      {},
      'lag.skew.share: Too big: expected number to be <=1',
    ],
    [
      'a key of another world',
      oneCluster('bootstrapServers: a:1\nzookeeper: z'),
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
    ['a cluster without brokers', oneCluster('name: x'), {}, 'clusters[0].bootstrapServers: is missing'],
    [
      'a port out of range',
      oneCluster('bootstrapServers: a:99999'),
      {},
      'clusters[0].bootstrapServers: must be host:port',
    ],
    [
      'a URL for a broker',
      oneCluster('bootstrapServers: http://u:hunter2@a:1/x'),
      {},
      'clusters[0].bootstrapServers: must be host:port',
    ],
    [
      'an unknown environment',
      oneCluster('bootstrapServers: a:1\nenvironment: live'),
      {},
      'clusters[0].environment: must be prod, stg or dev',
    ],
    [
      'a flag that is a word',
      oneCluster('bootstrapServers: a:1\nreadOnly: sometimes'),
      {},
      'clusters[0].readOnly: must be a boolean',
    ],
    [
      'a file: URL',
      oneCluster('bootstrapServers: a:1\nschemaRegistry: { url: "file:///etc/passwd" }'),
      {},
      'clusters[0].schemaRegistry.url: must be an http://',
    ],
    [
      'an unknown protocol',
      oneCluster('bootstrapServers: a:1\nproperties: { security.protocol: SSL3 }'),
      {},
      'security.protocol"]: must be PLAINTEXT',
    ],
    [
      'a slip in a security property',
      oneCluster('bootstrapServers: a:1\nproperties: { security.protocl: SSL }'),
      {},
      'did you mean security.protocol?',
    ],
    [
      'Kerberos',
      oneCluster('bootstrapServers: a:1\nproperties: { security.protocol: SASL_SSL }'),
      {},
      'sasl.mechanism"]: must be PLAIN',
    ],
    [
      'SASL without JAAS',
      oneCluster('bootstrapServers: a:1\nproperties: { security.protocol: SASL_SSL, sasl.mechanism: PLAIN }'),
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
      'a token of a user’s name',
      `${USERS}  tokens: [{ name: kim, sha256: ${'ab'.repeat(32)}, roles: [viewer] }]`,
      { KAFKA_BROKERS: 'a:1' },
      'auth.tokens[0].name: is the name of a user: choose another one',
    ],
    [
      'a token in the clear',
      `${USERS}  tokens: [{ name: ci, sha256: hunter2, roles: [admin] }]`,
      { KAFKA_BROKERS: 'a:1' },
      'auth.tokens[0].sha256: must be the 64 hex',
    ],
    [
      'a variable that is not set',
      oneCluster('bootstrapServers: $' + '{NO_SUCH_HOST}:1'),
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
      'a secret of one letter in production',
      null,
      { KAFKA_BROKERS: 'a:1', NODE_ENV: 'production', NEXTAUTH_SECRET: 'a'.repeat(40) },
      'NEXTAUTH_SECRET: repeats a few characters',
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
