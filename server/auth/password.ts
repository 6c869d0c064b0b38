import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

// No imports of ours: scripts/hash-password.mjs runs this file as it is.

type Parsed = { N: number; r: number; p: number; salt: Buffer; hash: Buffer }

/** 32 MiB and about 100 ms a guess on a server core (OWASP's second recommended setting). */
const DEFAULTS = { N: 32_768, r: 8, p: 3 }
const HASH_BYTES = 32
/** More would let a configuration file take the process down: 128 MiB a check. */
const MOST_MEMORY = 128 * 1024 * 1024
const MOST_WORK = 2 ** 22
const LONGEST_PASSWORD = 1024
const FORMAT =
  /^\$scrypt\$N=(\d{1,7}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/_-]{16,128}={0,2})\$([A-Za-z0-9+/_-]{22,172}={0,2})$/

/**
 * `$scrypt$N=..,r=..,p=..$salt$hash` (base64 or base64url), with parameters neither weak nor dangerous; null
 * for anything else.
 */
export function parsePasswordHash(text: string): Parsed | null {
  const [, n, r, p, salt, hash] = FORMAT.exec(text) ?? []
  if (!n || !r || !p || !salt || !hash) return null
  const parsed = {
    N: Number(n),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  const isPowerOfTwo = parsed.N >= 1024 && (parsed.N & (parsed.N - 1)) === 0
  const bounded = 128 * parsed.N * parsed.r <= MOST_MEMORY && parsed.N * parsed.r * parsed.p <= MOST_WORK
  return isPowerOfTwo && parsed.r >= 1 && parsed.p >= 1 && bounded ? parsed : null
}

function derive(
  password: string,
  salt: Buffer,
  bytes: number,
  cost: Omit<Parsed, 'salt' | 'hash'>,
): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 2 * MOST_MEMORY }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, bytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, HASH_BYTES, DEFAULTS)
  const { N, r, p } = DEFAULTS
  return `$scrypt$N=${N},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`
}

/** A hash that no password has: checking an unknown user against it takes as long as a known one. */
const nobody: Parsed = { ...DEFAULTS, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(HASH_BYTES) }

/** Is it this password? null: there is no such user; the same work is done and the answer is no. */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const parsed = passwordHash === null ? null : parsePasswordHash(passwordHash)
  const against = parsed ?? nobody
  const tooLong = password.length > LONGEST_PASSWORD
  const derived = await derive(tooLong ? '' : password, against.salt, against.hash.length, against)
  return timingSafeEqual(derived, against.hash) && parsed !== null && !tooLong
}
