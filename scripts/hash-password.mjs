import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

// node scripts/hash-password.mjs: asks for a password (or reads it from a pipe) and prints the line for
// auth.users[].passwordHash.

const MIN_LENGTH = 10

const fail = message => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** The hashing is TypeScript that Node 24 runs as it is; an older Node hands over to the one in node_modules. */
const handOver = () => {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  if (!existsSync(node)) fail('NODE_TOO_OLD: this needs Node 24; run npm ci first, then again.')
  const { status } = spawnSync(node, [fileURLToPath(import.meta.url)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

const readPiped = async () => {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

const ask = async question => {
  process.stderr.write(question)
  // Nothing that is typed is shown.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  const answer = await lines.question('')
  lines.close()
  process.stderr.write('\n')
  return answer
}

const main = async () => {
  if (Number.parseInt(process.versions.node, 10) < 24) handOver()
  const password = process.stdin.isTTY ? await ask('Password: ') : await readPiped()
  if (password.length < MIN_LENGTH) fail(`TOO_SHORT: a password needs ${MIN_LENGTH} characters or more.`)
  if (process.stdin.isTTY && (await ask('Once more: ')) !== password) fail('NOT_THE_SAME: the two differ.')
  const { hashPassword } = await import('../server/auth/password.ts')
  process.stdout.write(`${await hashPassword(password)}\n`)
}

await main()
