import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall } from '../lib/apt.ts'
import { run, runOrFail } from '../lib/process.ts'
import { SetupError } from '../lib/say.ts'

/** A key and its certificate, both PEM; `chainFile` holds key and certificate together, as Kafka wants them. */
export interface Identity {
  keyFile: string
  certFile: string
  chainFile: string
}

/** A small authority for one run: a server, a client (`CN=alice`), and a client that nobody here trusts. */
export interface Pki {
  caFile: string
  server: Identity
  client: Identity
  stranger: Identity
}

const openssl = (args: string[]) => runOrFail('A certificate could not be made.', 'openssl', args)

async function ensureOpenssl(): Promise<void> {
  const works = async () => (await run('openssl', ['version'])).code === 0
  if (await works()) return
  if ((await aptInstall(['openssl'], 'test certificates are made with openssl')) && (await works())) return
  throw new SetupError('openssl is needed to make test certificates, and it was not found: install it.')
}

async function makeAuthority(dir: string, name: string) {
  const files = { keyFile: join(dir, `${name}.key`), certFile: join(dir, `${name}.crt`) }
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', files.keyFile]
  await openssl(['req', '-x509', ...key, '-days', '3650', '-subj', `/CN=${name}`, '-out', files.certFile])
  return files
}

/** The subject's most general part comes first: `/O=Test/CN=alice` reaches Kafka as `CN=alice,O=Test`. */
async function makeIdentity(
  dir: string,
  name: string,
  subject: string,
  authority: { keyFile: string; certFile: string },
) {
  const at = (ending: string) => join(dir, `${name}.${ending}`)
  const extensions = 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n'
  writeFileSync(at('ext'), extensions)
  await openssl([
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    subject,
    '-keyout',
    at('key'),
    '-out',
    at('csr'),
  ])
  const signer = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-set_serial', String(Date.now())]
  const times = ['-days', '3650', '-extfile', at('ext')]
  await openssl(['x509', '-req', '-in', at('csr'), ...signer, ...times, '-out', at('crt')])
  await openssl(['pkcs8', '-topk8', '-nocrypt', '-in', at('key'), '-out', at('p8')])
  writeFileSync(at('pem'), readFileSync(at('p8'), 'utf8') + readFileSync(at('crt'), 'utf8'), { mode: 0o600 })
  return { keyFile: at('p8'), certFile: at('crt'), chainFile: at('pem') }
}

/** Makes the authority and its certificates in a folder; a folder that has them already is used again. */
export async function makePki(dir: string): Promise<Pki> {
  const done = join(dir, 'pki.json')
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as Pki
  await ensureOpenssl()
  mkdirSync(dir, { recursive: true })
  const [authority, otherAuthority] = await Promise.all([
    makeAuthority(dir, 'ca'),
    makeAuthority(dir, 'other-ca'),
  ])
  const [server, client, stranger] = await Promise.all([
    makeIdentity(dir, 'broker', '/O=Test/CN=localhost', authority),
    makeIdentity(dir, 'alice', '/O=Test/CN=alice', authority),
    makeIdentity(dir, 'stranger', '/O=Test/CN=stranger', otherAuthority),
  ])
  const pki: Pki = { caFile: authority.certFile, server, client, stranger }
  writeFileSync(done, JSON.stringify(pki))
  return pki
}
