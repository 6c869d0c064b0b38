import type { Environment } from '@/lib/contracts/clusters'
import type { RoleGrant } from '@/lib/permissions'

export type SaslConfig = {
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  username: string
  password: string
} | null

/** PEM text, already read. `null`: no TLS. */
export type TlsConfig = {
  ca: string | null
  cert: string | null
  key: string | null
  keyPassphrase: string | null
  /** ssl.endpoint.identification.algorithm= (empty) turns this off. */
  verifyHostname: boolean
} | null

export type ClusterConfig = {
  id: string
  name: string
  bootstrapServers: { host: string; port: number }[]
  tls: TlsConfig
  sasl: SaslConfig
  environment: Environment
  readOnly: boolean
  schemaRegistry: { url: string } | null
  connect: { name: string; url: string }[]
  deadLetters: {
    /** Extra topics that are dead-letter topics whatever their name; `{topic, origin}` names the target where headers don't. */
    topics: { topic: string; origin: string | null }[]
    exclude: string[]
  }
  replay: { maxCount: number; recordReplayedBy: boolean }
}

export type UserConfig = { username: string; passwordHash: string; grants: RoleGrant[]; name: string }
export type TokenConfig = { name: string; sha256: string; grants: RoleGrant[] }

/** Frozen and validated; made once a process by `loadConfig`. */
export type Config = {
  port: number
  /** Origin that people open, from NEXTAUTH_URL. */
  publicUrl: string
  /** false: nobody said, it is `http://localhost:<port>`; the loopback addresses count as the same origin then. */
  publicUrlGiven: boolean
  dataDir: string
  databaseUrl: string | null
  authSecret: string
  users: readonly UserConfig[]
  tokens: readonly TokenConfig[]
  clusters: readonly ClusterConfig[]
  metricsToken: string | null
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** Hold every answer against its contract: outside production. */
  checkAnswers: boolean
  /** `package.json` version. */
  version: string
}
