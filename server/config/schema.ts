import * as z from 'zod'
import { serdeFormat } from '@/lib/contracts/serdes'
import { linkTemplateProblem } from '@/lib/dead-letter/link-template'
import { MOST_CHANGES } from '@/lib/lag/signals'
import { ROLES } from '@/lib/permissions'
import { nearest, type Problems, pathText } from './problems'

const patterns = z.array(z.string().min(1).max(300)).min(1)
const url = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const roleSchema = z.union(
  [
    z.enum(ROLES),
    z.strictObject({ role: z.enum(ROLES), clusters: patterns.optional(), topics: patterns.optional() }),
  ],
  { error: `must be one of ${ROLES.join(', ')}, or {role, clusters, topics}` },
)
const roles = z.array(roleSchema).min(1, 'needs at least one role')

export const userSchema = z.strictObject({
  username: z.string().min(1).max(100),
  passwordHash: z.string(),
  name: z.string().max(200).optional(),
  roles,
  email: z.string().min(3).max(300).optional(),
  /** Member id (`U…`) in Slack; account id in Jira. */
  slack: z.string().min(1).max(100).optional(),
  jira: z.string().min(1).max(200).optional(),
  teams: z.array(z.string().min(1).max(100)).max(100).optional(),
})

export const tokenSchema = z.strictObject({
  name: z.string().min(1).max(100),
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits of the token’s SHA-256'),
  roles,
  user: z.string().min(1).max(100).optional(),
})

/** A schema registry that speaks Confluent's API. */
export const registrySchema = z.strictObject({
  url,
  username: z.string().min(1).max(500).optional(),
  password: z.string().max(2000).optional(),
  token: z.string().min(1).max(8000).optional(),
  /** PEM: the text itself, or a file beside the configuration. */
  tls: z
    .strictObject({
      ca: z.string().optional(),
      cert: z.string().optional(),
      key: z.string().optional(),
      keyPassphrase: z.string().optional(),
      verifyHostname: z.boolean().default(true),
    })
    .optional(),
})

const serdePart = z.union([
  serdeFormat,
  z.strictObject({
    format: serdeFormat,
    /** A registry's id, for bytes that carry none. */
    schemaId: z.number().int().min(1).optional(),
    /**
     * `.proto`, descriptor sets or `.avsc`, beside this file; the last one is the schema, those before are
     * what it imports.
     */
    files: z.array(z.string().min(1)).min(1).max(100).optional(),
    /** Of Protobuf: the full name of the message. */
    message: z.string().min(1).max(500).optional(),
  }),
])
export const topicSerdeSchema = z.strictObject({
  topics: patterns,
  key: serdePart.optional(),
  value: serdePart.optional(),
})

/** Templates of links to other tools; `lib/dead-letter/link-template.ts` says what they may name. */
const outLinks = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(60),
      url: z
        .string()
        .max(2000)
        .refine(text => linkTemplateProblem(text) === null, {
          error: issue => linkTemplateProblem(String(issue.input)) ?? 'is not valid',
        }),
    }),
  )
  .max(20)
  .default([])

/** Client properties as people have them; nested YAML is flattened to dotted names before. */
const propertiesSchema = z.record(z.string(), scalar)

export const clusterSchema = z.strictObject({
  id: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/, 'must be 1-64 letters, digits, dots, dashes or underscores'),
  name: z.string().min(1).max(100).optional(),
  bootstrapServers: z.union([z.string(), z.array(z.string())]).optional(),
  properties: propertiesSchema.default({}),
  schemaRegistry: registrySchema.nullable().default(null),
  serdes: z.array(topicSerdeSchema).max(1000).default([]),
  connect: z.array(z.strictObject({ name: z.string().min(1).max(100), url })).default([]),
  environment: z.enum(['prod', 'stg', 'dev'], 'must be prod, stg or dev').default('dev'),
  readOnly: z.boolean().default(false),
  deadLetters: z
    .strictObject({
      topics: z
        .array(
          z.union([
            z.string().min(1),
            z.strictObject({ topic: z.string().min(1), origin: z.string().min(1).nullable().default(null) }),
          ]),
        )
        .default([]),
      exclude: z.array(z.string().min(1)).default([]),
      patterns: z.array(z.string().min(1).max(249)).max(100).default([]),
      frameworkPrefixes: z.array(z.string().min(2).max(200)).max(200).default([]),
      maxLetters: z.number().int().min(1000).max(10_000_000).default(1_200_000),
      links: outLinks,
    })
    .prefault({}),
  records: z.strictObject({ links: outLinks }).prefault({}),
  replay: z
    .strictObject({
      maxCount: z.number().int().min(1).max(100).default(3),
      recordReplayedBy: z.boolean().default(false),
      approveEdits: z.boolean().default(false),
    })
    .prefault({}),
})

const count = (least: number, most: number, usual: number) =>
  z.number().int().min(least).max(most).default(usual)

const share = (usual: number) => z.number().min(0.01).max(1).default(usual)

/** From when on a consumer group's page says that something is wrong (docs: guide, "Consumer groups"). */
export const lagSchema = z.strictObject({
  // The sampler remembers the last twenty changes of a group.
  storm: z.strictObject({ changes: count(2, MOST_CHANGES, 5), minutes: count(1, 24 * 60, 10) }).prefault({}),
  skew: z
    .strictObject({
      share: share(0.5),
      partitions: count(2, 100_000, 3),
      records: count(1, Number.MAX_SAFE_INTEGER, 100),
    })
    .prefault({}),
  uneven: z
    .strictObject({ ratio: z.number().min(1).max(1000).default(2), partitions: count(1, 100_000, 2) })
    .prefault({}),
  // A day of a week.
  expiry: z.strictObject({ share: share(1 / 7) }).prefault({}),
})

/** What searches may take (docs: guide, "Messages"). */
const searchSchema = z.strictObject({
  searches: count(1, 64, 4),
  tails: count(1, 64, 4),
  perUser: count(1, 64, 3),
  perCluster: count(1, 128, 8),
  queue: count(0, 1000, 50),
  budget: z
    .strictObject({
      bytes: count(1024 * 1024, Number.MAX_SAFE_INTEGER, 50 * 1024 ** 3),
      records: count(1000, Number.MAX_SAFE_INTEGER, 1_000_000_000),
      seconds: count(1, 86_400, 600),
      recordSeconds: count(1, 600, 20),
      userBytesPerHour: count(1024 * 1024, Number.MAX_SAFE_INTEGER, 200 * 1024 ** 3),
      clusterBytesPerHour: count(1024 * 1024, Number.MAX_SAFE_INTEGER, 500 * 1024 ** 3),
    })
    .prefault({}),
})

/** Event streams (docs: guide, "Configuration"). */
export const streamsSchema = z.strictObject({
  perActor: count(1, 10_000, 100),
  all: count(1, 100_000, 1000),
  unreadSeconds: count(1, 3600, 60),
})

/** The file's top; sections that hold lists are parsed item by item, so that one wrong item hides no other. */
export const fileSchema = z.strictObject({
  auth: z
    .strictObject({
      secret: z.string().optional(),
      users: z.array(z.unknown()).default([]),
      tokens: z.array(z.unknown()).default([]),
    })
    .prefault({}),
  clusters: z.array(z.unknown()).default([]),
  notifications: z.unknown().optional(),
  requests: z
    .strictObject({
      expireAfterDays: z.number().int().min(1).max(365).default(30),
      ownersApprove: z.boolean().default(false),
      approvers: z
        .array(
          z
            .strictObject({
              clusters: patterns.default(['*']),
              domains: patterns.default(['*']),
              owners: patterns.default(['*']),
              kinds: z.array(z.enum(['create', 'partitions', 'configs', 'delete', 'access'])).default([]),
              users: z.array(z.string().min(1).max(100)).default([]),
              teams: z.array(z.string().min(1).max(100)).default([]),
            })
            .refine(rule => rule.users.length + rule.teams.length > 0, 'names neither users nor teams'),
        )
        .max(200)
        .default([]),
    })
    .prefault({}),
  /** Read by policies.ts. */
  policies: z.unknown().optional(),
  publicUrl: z.string().optional(),
  databaseUrl: z.string().optional(),
  dataDir: z.string().min(1).optional(),
  logLevel: z.string().optional(),
  metricsToken: z.string().optional(),
  search: searchSchema.prefault({}),
  lag: lagSchema.prefault({}),
  streams: streamsSchema.prefault({}),
  /** Longest request that writes records. */
  produce: z
    .strictObject({ requestBytes: count(1024 * 1024, 256 * 1024 * 1024, 32 * 1024 * 1024) })
    .prefault({}),
  /** Reverse proxies whose X-Forwarded-For is believed: addresses or CIDR blocks. */
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be an IP address or a CIDR block'))
    .default([]),
  /** Days that rows of Milena's own are kept; null: for ever. */
  retention: z
    .strictObject({
      auditDays: z.number().int().min(1).max(36_500).nullable().default(400),
      replayDays: z.number().int().min(1).max(36_500).nullable().default(180),
    })
    .prefault({}),
  /** Read by peers.ts; sections of theirs that we have no use for are named in a warning. */
  akhq: z.unknown().optional(),
  kafka: z.unknown().optional(),
})

type Shape = Record<string, z.ZodType>

function shapeOf(schema: z.ZodType): Shape | null {
  if (schema instanceof z.ZodObject) return schema.shape
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return shapeOf(schema.unwrap() as z.ZodType)
  }
  return null
}

function itemOf(schema: z.ZodType): z.ZodType | null {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return itemOf(schema.unwrap() as z.ZodType)
  }
  return null
}

function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: z.ZodType | null | undefined = schema
  for (const part of path) {
    if (!current) return []
    current = typeof part === 'number' ? itemOf(current) : shapeOf(current)?.[String(part)]
  }
  return current ? Object.keys(shapeOf(current) ?? {}) : []
}

/**
 * Parses one part of the file; what is wrong goes into `problems` under `at`, with the nearest known key.
 * Answers null then.
 */
export function parsePart<T extends z.ZodType>(
  schema: T,
  value: unknown,
  at: readonly PropertyKey[],
  problems: Problems,
): z.output<T> | null {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const path = [...at, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const meant = nearest(key, knownKeysAt(schema, issue.path))
        problems.add(pathText([...path, key]), meant ? `unknown; did you mean ${meant}?` : 'unknown')
      }
    } else if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
      problems.add(pathText(path), 'is missing')
    } else if (issue.code === 'invalid_type') {
      problems.add(pathText(path), `must be ${issue.expected === 'array' ? 'a list' : `a ${issue.expected}`}`)
    } else {
      problems.add(pathText(path), issue.message)
    }
  }
  return null
}
