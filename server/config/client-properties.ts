import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { parseJaas } from './jaas'
import { checkCertificates, checkKey, type PemBlocks, readPem } from './pem'
import { nearest, type Problems, pathText } from './problems'
import type { SaslConfig, TlsConfig } from './types'

/** Java client properties that decide how we connect. What is not here has no effect and is named in a warning. */
const KNOWN = [
  'bootstrap.servers',
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.certificates',
  'ssl.truststore.password',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.keystore.password',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
] as const
type Known = (typeof KNOWN)[number]

export type Security = {
  tls: TlsConfig
  sasl: SaslConfig
  bootstrapServers: string | null
  warnings: string[]
}
type Where = { path: readonly PropertyKey[]; dir: string; problems: Problems }
type Properties = Record<string, string | number | boolean | null>

/**
 * What `properties` say about TLS and SASL; wrong ones go into `problems`. Files are read relative to the
 * configuration file.
 */
export function readClientProperties(properties: Properties, where: Where): Security {
  const warnings = checkNames(properties, where)
  const get = (name: Known): string | null => {
    const value = properties[name]
    return value === undefined || value === null ? null : String(value)
  }
  const problem = (name: Known, message: string) =>
    where.problems.add(pathText([...where.path, name]), message)
  const protocol = get('security.protocol')?.toUpperCase() ?? 'PLAINTEXT'
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    problem('security.protocol', 'must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL')
  }
  const wantsSasl = protocol.startsWith('SASL_')
  const wantsTls = protocol.endsWith('SSL')
  for (const name of KNOWN) {
    const unused = (name.startsWith('sasl.') && !wantsSasl) || (name.startsWith('ssl.') && !wantsTls)
    if (unused && get(name) !== null) {
      warnings.push(`${pathText([...where.path, name])} has no effect with security.protocol=${protocol}`)
    }
  }
  return {
    sasl: wantsSasl ? readSasl(get, problem) : null,
    tls: wantsTls ? readTls(properties, get, problem, where) : null,
    bootstrapServers: get('bootstrap.servers'),
    warnings,
  }
}

/**
 * A slip in the name of a security setting would connect in the clear: that is an error. Others only have no
 * effect.
 */
function checkNames(properties: Properties, where: Where): string[] {
  const warnings: string[] = []
  for (const name of Object.keys(properties)) {
    if (KNOWN.some(known => known === name)) continue
    const meant = nearest(name, KNOWN)
    const path = pathText([...where.path, name])
    if (meant && /^(s[a-z]{1,3}l|sec)/i.test(name))
      where.problems.add(path, `unknown; did you mean ${meant}?`)
    else warnings.push(`${path} has no effect here`)
  }
  return warnings
}

type Get = (name: Known) => string | null
type Report = (name: Known, message: string) => void

function readSasl(get: Get, problem: Report): SaslConfig {
  const mechanism = get('sasl.mechanism')?.toUpperCase() ?? 'GSSAPI' // Kafka's default
  if (mechanism !== 'PLAIN' && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512') {
    problem('sasl.mechanism', 'must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512')
    return null
  }
  const text = get('sasl.jaas.config')
  if (text === null) {
    problem('sasl.jaas.config', 'is missing')
    return null
  }
  const jaas = parseJaas(text)
  if ('error' in jaas) {
    problem('sasl.jaas.config', jaas.error)
    return null
  }
  const wanted = mechanism === 'PLAIN' ? 'PlainLoginModule' : 'ScramLoginModule'
  if (jaas.module.split('.').at(-1) !== wanted) {
    problem('sasl.jaas.config', `must name ${wanted} for sasl.mechanism=${mechanism}`)
    return null
  }
  const username = jaas.options.get('username')
  const password = jaas.options.get('password')
  if (username === undefined || password === undefined) {
    problem('sasl.jaas.config', 'must hold username and password')
    return null
  }
  return { mechanism, username, password }
}

function readTls(properties: Properties, get: Get, problem: Report, where: Where): TlsConfig {
  const load = (location: Known, type: Known): PemBlocks | null => {
    const path = get(location)
    if (path === null) return null
    const file = isAbsolute(path) ? path : resolve(where.dir, path)
    let text: string
    try {
      text = readFileSync(/* turbopackIgnore: true */ file, 'latin1')
    } catch {
      problem(location, `cannot be read (${file})`)
      return null
    }
    if (!text.includes('-----BEGIN ')) {
      const kind = (get(type) ?? 'JKS').toUpperCase()
      problem(
        location,
        `must be PEM, not ${kind}; convert it: keytool -importkeystore ... then openssl pkcs12 -in store.p12 -out store.pem`,
      )
      return null
    }
    return readPem(text)
  }
  const key = get('ssl.keystore.key')
  const inlineTrust = get('ssl.truststore.certificates')
  const inlineChain = get('ssl.keystore.certificate.chain')
  const trust =
    inlineTrust === null ? load('ssl.truststore.location', 'ssl.truststore.type') : readPem(inlineTrust)
  const own =
    inlineChain === null && key === null
      ? load('ssl.keystore.location', 'ssl.keystore.type')
      : { certificates: readPem(inlineChain ?? '').certificates, key: readPem(key ?? '').key }
  const passphrase = get('ssl.key.password')

  const trustPath: Known = inlineTrust === null ? 'ssl.truststore.location' : 'ssl.truststore.certificates'
  if (trust) report(problem, trustPath, checkCertificates(trust.certificates))
  if (own) {
    const inline = inlineChain !== null || key !== null
    const chainPath: Known = inline ? 'ssl.keystore.certificate.chain' : 'ssl.keystore.location'
    const broken = checkCertificates(own.certificates)
    report(problem, chainPath, broken)
    const keyPath: Known = inline ? 'ssl.keystore.key' : 'ssl.keystore.location'
    if (broken === null) report(problem, keyPath, checkKey(own.key, passphrase, own.certificates))
  }
  // Named without a value (or null in YAML) is how Java turns the check off; absent means https.
  const algorithm = 'ssl.endpoint.identification.algorithm'
  const identification = Object.hasOwn(properties, algorithm) ? (get(algorithm) ?? '') : 'https'
  if (identification !== '' && identification.toLowerCase() !== 'https')
    problem(algorithm, 'must be https, or empty')
  return {
    ca: trust?.certificates ?? null,
    cert: own?.certificates ?? null,
    key: own?.key ?? null,
    keyPassphrase: own ? passphrase : null,
    verifyHostname: identification !== '',
  }
}

function report(problem: Report, name: Known, message: string | null): void {
  if (message !== null) problem(name, message)
}

/** `a:9092,b:9092` or a list, `SSL://` prefixes and IPv6 brackets as Java takes them; the port is 9092 unless said. */
export function parseBootstrap(
  given: string | readonly string[],
  path: string,
  problems: Problems,
): { host: string; port: number }[] {
  const parts = (typeof given === 'string' ? given.split(',') : given)
    .map(part => part.trim())
    .filter(Boolean)
  if (parts.length === 0) problems.add(path, 'is missing: host:port of one broker or more')
  return parts.flatMap(part => {
    const match = /^(?:[A-Za-z_]+:\/\/)?(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(part)
    const host = match?.[1] ?? match?.[2]
    const port = match?.[3] === undefined ? 9092 : Number(match[3])
    if (host === undefined || port < 1 || port > 65_535) {
      problems.add(path, 'must be host:port, several separated by commas')
      return []
    }
    return [{ host, port }]
  })
}
