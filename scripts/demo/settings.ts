import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { hashPassword } from '../../server/auth/password.ts'

/** Who can sign in to a demo. Passwords are made for one folder and stay there. */
const PEOPLE = [
  { username: 'admin', name: '관리자 Admin', role: 'admin' },
  { username: 'operator', name: '운영 담당 Operator', role: 'operator' },
  { username: 'viewer', name: '조회 전용 Viewer', role: 'viewer' },
  // Requests go through three hands: one asks, another approves, a third reads the audit log.
  { username: 'requester', name: '요청 담당 Requester', role: 'developer' },
  { username: 'approver', name: '승인 담당 Approver', role: 'approver' },
  { username: 'auditor', name: '감사 담당 Auditor', role: 'auditor' },
] as const
export type Username = (typeof PEOPLE)[number]['username']

export interface Credentials {
  passwords: Record<Username, string>
  hashes: Record<Username, string>
  /** For `Authorization: Bearer`, with the admin's rights. */
  token: string
  /** For reading only. */
  viewerToken: string
  /** Signs sessions; kept, so that a second run knows who is signed in. */
  authSecret: string
}

/** Writes a file that only we may read; it is whole or as it was before. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.part`, text, { mode: 0o600 })
  chmodSync(`${file}.part`, 0o600)
  renameSync(`${file}.part`, file)
}

const secret = (bytes: number) => randomBytes(bytes).toString('base64url')

async function makeCredentials(): Promise<Credentials> {
  const passwords = {
    admin: secret(9),
    operator: secret(9),
    viewer: secret(9),
    requester: secret(9),
    approver: secret(9),
    auditor: secret(9),
  }
  const hashes = { ...passwords }
  await Promise.all(
    PEOPLE.map(async ({ username }) => {
      hashes[username] = await hashPassword(passwords[username])
    }),
  )
  return { passwords, hashes, token: secret(24), viewerToken: secret(24), authSecret: secret(32) }
}

/** The demo's credentials: made once for a folder, never ones that ship. */
export async function loadCredentials(home: string): Promise<Credentials> {
  const file = join(home, 'credentials.json')
  if (existsSync(file)) {
    try {
      const kept = JSON.parse(readFileSync(file, 'utf8')) as Credentials
      // An older demo knew fewer people.
      if (PEOPLE.every(({ username }) => kept.hashes[username])) return kept
    } catch {
      // not ours any more: new ones
    }
  }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const made = await makeCredentials()
  writePrivate(file, `${JSON.stringify(made, null, 2)}\n`)
  return made
}

export interface ClusterEntry {
  id: string
  name: string
  bootstrapServers: string
  environment: 'prod' | 'stg' | 'dev'
  readOnly?: boolean
  /** Client properties in Kafka's own names. */
  properties?: Record<string, string>
  schemaRegistry?: { url: string }
  records?: { links: { name: string; url: string }[] }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Milena's configuration file for these people and clusters. Answers where it is. */
export function writeConfig(home: string, credentials: Credentials, clusters: ClusterEntry[]): string {
  const file = join(home, 'milena.yml')
  const users = PEOPLE.map(({ username, name, role }) => ({
    username,
    name,
    passwordHash: credentials.hashes[username],
    roles: [role],
  }))
  const tokens = [
    { name: 'demo', sha256: sha256(credentials.token), roles: ['admin'] },
    { name: 'demo-viewer', sha256: sha256(credentials.viewerToken), roles: ['viewer'] },
  ]
  writePrivate(
    file,
    `# Made by npm run demo at each start.\n${stringify({ auth: { users, tokens }, clusters })}`,
  )
  return file
}
