import { createPrivateKey, X509Certificate } from 'node:crypto'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

export type PemBlocks = { certificates: string; key: string }

/**
 * The certificates and the private key in a PEM text. Properties files carry PEM on one line or with literal
 * `\n`; OpenSSL wants lines, so the blocks are put together again.
 */
export function readPem(text: string): PemBlocks {
  const certificates: string[] = []
  let key = ''
  for (const [, label = '', body = ''] of text.replaceAll('\\n', '\n').matchAll(BLOCK)) {
    // Traditional encrypted keys carry header lines (Proc-Type, DEK-Info) that must stay.
    const lines = body.includes(':')
      ? body.trim()
      : (body.replace(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n')
    const block = `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
    if (label === 'CERTIFICATE' || label === 'TRUSTED CERTIFICATE') certificates.push(block)
    else if (label.endsWith('PRIVATE KEY')) key = block
  }
  return { certificates: certificates.join(''), key }
}

/** null, or why these certificates cannot be used. */
export function checkCertificates(pem: string): string | null {
  const blocks = pem.split(/(?<=-----END [A-Z ]+-----\n)/).filter(Boolean)
  if (blocks.length === 0) return 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)'
  try {
    for (const block of blocks) new X509Certificate(block)
    return null
  } catch {
    return 'holds a certificate that cannot be read'
  }
}

/** null, or why this key cannot be used with this certificate. */
export function checkKey(key: string, passphrase: string | null, certificates: string): string | null {
  if (!key) return 'holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)'
  try {
    const privateKey = createPrivateKey({ key, ...(passphrase === null ? {} : { passphrase }) })
    return new X509Certificate(certificates).checkPrivateKey(privateKey)
      ? null
      : 'is not the key of the certificate beside it'
  } catch {
    return passphrase === null
      ? 'holds a key that cannot be read (encrypted? then ssl.key.password is needed)'
      : 'holds a key that cannot be read with ssl.key.password'
  }
}
