import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { MALLOC, V8_FLAGS } from '../lib/begin-tuned.mjs'
import { repo } from './tree.ts'

const read = (path: string) => readFileSync(join(repo, path), 'utf8')

interface Service {
  image?: string
  environment: Record<string, string>
  healthcheck?: { test: string[] }
  ports?: string[]
  volumes?: string[]
  read_only?: boolean
  depends_on?: Record<string, { condition: string }>
}

const services: Record<string, Service> = parse(read('docker-compose.yml')).services

const problemsOf = (dockerfile: string) =>
  validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)

/** The schema of Compose itself and the linter's errors; how keys are ordered is our own matter. */
const lintCompose = (file: string) => {
  const cli = join(repo, 'node_modules/dclint/bin/dclint.cjs')
  const { stdout, status } = spawnSync(process.execPath, [cli, '--quiet', '--formatter', 'json', file], {
    encoding: 'utf8',
  })
  return { stdout, status }
}

describe('docker-compose.yml', () => {
  test('is what Compose reads', () => {
    expect(lintCompose(join(repo, 'docker-compose.yml'))).toMatchObject({ status: 0 })
  })

  test('starts Milena after a healthy broker and a healthy database', () => {
    expect(Object.keys(services).sort()).toEqual(['kafka', 'milena', 'postgres'])
    for (const name of ['kafka', 'postgres']) {
      expect(services[name]?.healthcheck?.test[0]).toBe('CMD')
      expect(services.milena?.depends_on?.[name]?.condition).toBe('service_healthy')
    }
  })

  test('pins every image, and the broker to the version that the tests run', () => {
    const images = Object.values(services).flatMap(({ image }) => image ?? [])
    for (const image of images) expect(image).toMatch(/:\d+(\.\d+)*$/)
    const version = /<kafka\.version>(.+)</.exec(read('scripts/services/pom.xml'))?.[1]
    expect(services.kafka?.image).toBe(`apache/kafka:${version}`)
  })

  test('ships no password: each comes from the environment or the start is refused', () => {
    const secrets = Object.values(services).flatMap(({ environment }) =>
      Object.entries(environment).filter(([key]) => /PASSWORD|SECRET|DATABASE_URL/.test(key)),
    )
    expect(secrets).toHaveLength(3)
    for (const [, value] of secrets) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/)
  })

  test('opens ports on this machine only', () => {
    const ports = Object.values(services).flatMap(service => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(0)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test('gives Milena a read-only root and one place to write', () => {
    expect(services.milena).toMatchObject({
      read_only: true,
      volumes: ['milena-data:/data'],
      cap_drop: ['ALL'],
    })
  })
})

describe('deploy/Dockerfile', () => {
  const dockerfile = read('deploy/Dockerfile')

  test('is sound, and the validator can tell', () => {
    expect(problemsOf(dockerfile)).toEqual([])
    expect(problemsOf('FROM node:24\nCOPPY . .\n')).toEqual(['2: Unknown instruction: COPPY'])
  })

  test('builds on the Node that Milena runs on, and runs as a number that is not root', () => {
    const { devDependencies } = JSON.parse(read('package.json'))
    const bases = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major)
    expect(bases).toEqual([devDependencies.node.split('.')[0], devDependencies.node.split('.')[0]])
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m)
  })

  test('asks its own health with what is inside', () => {
    const command = /HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(dockerfile)?.[1] ?? '[]'
    const [program, flag, script] = JSON.parse(command) as string[]
    expect([program, flag]).toEqual(['node', '-e'])
    expect(script).toContain('/healthz')
    // Nobody listens on this port: the very command must say so by its code.
    const asked = spawnSync(process.execPath, ['-e', script ?? ''], { env: { ...process.env, PORT: '1' } })
    expect(asked.status).toBe(1)
  })

  test('begins the server with what keeps it small, as npm start does', () => {
    const environment = Object.entries(MALLOC).map(([name, value]) => `${name}=${value}`)
    for (const setting of environment) expect(dockerfile).toContain(setting)
    expect(dockerfile).toContain(
      `CMD ${JSON.stringify(['node', ...V8_FLAGS, 'server.js']).replaceAll(',', ', ')}`,
    )
  })

  test('does not take the outside in', () => {
    const ignored = read('.dockerignore').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env*', 'node_modules', '.next', 'milena.yml']))
  })
})

describe('deploy/make-env.sh', () => {
  const dir = mkdtempSync(join(tmpdir(), 'milena-env-'))
  afterAll(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'deploy'))
  copyFileSync(join(repo, 'deploy/make-env.sh'), join(dir, 'deploy/make-env.sh'))
  const make = () => spawnSync('sh', [join(dir, 'deploy/make-env.sh')], { encoding: 'utf8' })

  test('gives what the compose file asks for, to its owner only, and never overwrites', () => {
    expect(make().status).toBe(0)
    const file = join(dir, '.env')
    const text = readFileSync(file, 'utf8')
    for (const [, name] of read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)) {
      expect(text).toMatch(new RegExp(`^${name}=[0-9a-f]{48}$`, 'm'))
    }
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(make().status).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
