import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type * as z from 'zod'
import { checkCertificates, checkKey, type PemBlocks, readPem } from './pem'
import { type Problems, pathText } from './problems'
import type { registrySchema } from './schema'
import type { RegistryConfig, TlsConfig } from './types'

type Where = { path: readonly PropertyKey[]; dir: string; problems: Problems }

/**
 * A registry as the file names it: credentials may stand in the URL, certificates inline or in PEM files
 * beside the configuration.
 */
export function readRegistry(given: z.output<typeof registrySchema>, where: Where): RegistryConfig {
  const url = new URL(given.url)
  const username = given.username ?? (decodeURIComponent(url.username) || null)
  const password = given.password ?? (decodeURIComponent(url.password) || null)
  url.username = ''
  url.password = ''
  if (given.token !== undefined && username !== null)
    where.problems.add(
      pathText([...where.path, 'token']),
      'stands beside a username: only one of them can be sent',
    )
  return {
    url: url.href.replace(/\/+$/, ''),
    username,
    password,
    token: given.token ?? null,
    tls: given.tls ? readTls(given.tls, { ...where, path: [...where.path, 'tls'] }) : null,
  }
}

type GivenTls = NonNullable<z.output<typeof registrySchema>['tls']>

function readTls(given: GivenTls, where: Where): TlsConfig {
  const blocks = (name: 'ca' | 'cert' | 'key'): PemBlocks | null => {
    const value = given[name]
    if (value === undefined) return null
    const text = value.includes('-----BEGIN ') ? value : readNear(value, name, where)
    return text === null ? null : readPem(text)
  }
  const ca = blocks('ca')
  const cert = blocks('cert')
  const key = blocks('key') ?? cert
  const passphrase = given.keyPassphrase ?? null
  const report = (name: string, problem: string | null) => {
    if (problem !== null) where.problems.add(pathText([...where.path, name]), problem)
  }
  if (ca) report('ca', checkCertificates(ca.certificates))
  if (cert) {
    report('cert', checkCertificates(cert.certificates))
    report('key', key?.key ? checkKey(key.key, passphrase, cert.certificates) : 'is missing')
  }
  return {
    ca: ca?.certificates ?? null,
    cert: cert?.certificates ?? null,
    key: cert ? (key?.key ?? null) : null,
    keyPassphrase: passphrase,
    verifyHostname: given.verifyHostname,
  }
}

function readNear(path: string, name: string, where: Where): string | null {
  const file = isAbsolute(path) ? path : resolve(where.dir, path)
  try {
    return readFileSync(/* turbopackIgnore: true */ file, 'latin1')
  } catch {
    where.problems.add(pathText([...where.path, name]), `cannot be read (${file})`)
    return null
  }
}
