import type { Environment } from '@/lib/contracts/clusters'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import type { SerdeFormat } from '@/lib/contracts/serdes'
import type { Locale } from '@/lib/i18n/config'
import type { SignalThresholds } from '@/lib/lag/signals'
import type { RoleGrant } from '@/lib/permissions'
import type { SchemaText } from '@/server/serde/schema/schema-ref'

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

export type RegistryConfig = {
  /** Without credentials and without a slash at its end. */
  url: string
  username: string | null
  password: string | null
  /** Sent as a bearer token. */
  token: string | null
  tls: TlsConfig
}

/** How one part of a topic's records is read: a schema of files, or one of the registry by its id. */
export type ConfiguredPart = { format: SerdeFormat; schemaId: number | null; schema: SchemaText | null }
/** The first whose patterns match a topic holds. */
export type ConfiguredSerde = { topics: string[]; key: ConfiguredPart | null; value: ConfiguredPart | null }

export type ClusterConfig = {
  id: string
  name: string
  bootstrapServers: { host: string; port: number }[]
  tls: TlsConfig
  sasl: SaslConfig
  environment: Environment
  readOnly: boolean
  schemaRegistry: RegistryConfig | null
  serdes: ConfiguredSerde[]
  connect: { name: string; url: string }[]
  deadLetters: {
    /**
     * Extra topics that are dead-letter topics whatever their name; `{topic, origin}` names the target where
     * headers don't.
     */
    topics: { topic: string; origin: string | null }[]
    exclude: string[]
    /** More names that tell a dead-letter topic, `*` for any characters. */
    patterns?: string[]
    /** Prefixes of frames that are no application's, besides those that are known. */
    frameworkPrefixes?: string[]
    /** Letters that the index keeps of the cluster, the newest. */
    maxLetters?: number
    /** Links to other tools: `url` with `{placeholders}` behind its host. */
    links?: { name: string; url: string }[]
  }
  /** Links of every record to other tools: `url` with `{placeholders}` behind its host. */
  records?: { links: { name: string; url: string }[] }
  /** `approveEdits`: a second person must approve what changes keys, values or headers. */
  replay: { maxCount: number; recordReplayedBy: boolean; approveEdits: boolean }
}

/** Where else a person is known; what comes from there is authorised as this user, never more. */
export type UserContacts = { email: string | null; slack: string | null; jira: string | null }
export type UserConfig = {
  username: string
  passwordHash: string
  grants: RoleGrant[]
  name: string
  contacts?: UserContacts
  /** Owners of topics that this person belongs to. */
  teams?: readonly string[]
}
export type TokenConfig = {
  name: string
  sha256: string
  grants: RoleGrant[]
  /** Whose it is: what its bearer files, that user may not approve, and the other way round. */
  user?: string | null
}

type ChannelBase = {
  name: string
  events: readonly string[]
  clusters: readonly string[]
  language: Locale
}
export type WebhookChannel = ChannelBase & { kind: 'webhook'; url: string; secret: string }
export type SlackChannel = ChannelBase & {
  kind: 'slack'
  /** An incoming webhook, else `token` and `channel` are there. */
  url: string | null
  token: string | null
  channel: string | null
  apiUrl: string
}
export type JiraChannel = ChannelBase & {
  kind: 'jira'
  url: string
  email: string
  token: string
  project: string
  issueType: string
  labels: readonly string[]
  transitions: Readonly<Record<string, string>>
  webhook: { secret: string; approve: string | null; decline: string | null } | null
}
export type EmailChannel = ChannelBase & {
  kind: 'email'
  host: string
  port: number
  tls: 'starttls' | 'implicit' | 'none'
  username: string | null
  password: string | null
  from: string
  to: readonly string[]
}
export type ChannelConfig = WebhookChannel | SlackChannel | JiraChannel | EmailChannel
/** Narrows who may approve: of the requests that it names only these people or teams, who need the right besides. */
export type ApproverRule = {
  clusters: readonly string[]
  domains: readonly string[]
  owners: readonly string[]
  kinds: readonly string[]
  users: readonly string[]
  teams: readonly string[]
}
export type RequestsConfig = {
  /** Pending ones end by themselves after so many days. */
  expireAfterDays: number
  /** Members of the topic's own team may approve without the role (never their own). */
  ownersApprove: boolean
  approvers: readonly ApproverRule[]
}
export type NotificationsConfig = {
  allow: readonly string[]
  slack: { signingSecret: string } | null
  channels: readonly ChannelConfig[]
}

/** What searches may take; each of them besides has its own share of a thread. */
export type SearchConfig = {
  /** Searches at once, and live tails at once: each has a thread. */
  searches: number
  tails: number
  /** Of both, of one person and on one cluster. */
  perUser: number
  perCluster: number
  /** How many may wait. */
  queue: number
  /**
   * What one search may read before it asks whether to go on; and all of one person's, and all on one
   * cluster, in an hour.
   */
  budget: {
    bytes: number
    records: number
    seconds: number
    /** How long one record may keep a filter busy. */
    recordSeconds: number
    userBytesPerHour: number
    clusterBytesPerHour: number
  }
}

/** Event streams that are open at once, and how long one lives whose client does not read. */
export type StreamsConfig = {
  /** Of one person or token: a browser tab holds one, a program has groups to watch. */
  perActor: number
  all: number
  /** A client that read nothing for so long, with its queue full, is cut off. */
  unreadSeconds: number
}

/** Topic policies that stand in the file: they are not edited on the page. */
export type PoliciesConfig = { default: PolicySpec | null; clusters: Record<string, PolicySpec> }

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
  notifications: NotificationsConfig
  requests: RequestsConfig
  policies: PoliciesConfig
  metricsToken: string | null
  search: SearchConfig
  /** From when on a group's page says that something is wrong. */
  lag: SignalThresholds
  streams: StreamsConfig
  /** `requestBytes`: longest body of a request that writes records; all others end at 1 MiB. */
  produce: { requestBytes: number }
  /** Reverse proxies, as addresses or CIDR blocks, whose X-Forwarded-For says who asks. */
  trustedProxies: readonly string[]
  /** Days that audit rows and ended replays are kept; null: for ever. */
  retention: { auditDays: number | null; replayDays: number | null }
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** Hold every answer against its contract: outside production. */
  checkAnswers: boolean
  /** `package.json` version. */
  version: string
}
