import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@/lib/errors'
import { folderError, makeFolder } from './make-folder'

/** What was made at a first start, or found from an earlier one. */
export type Kept = { value: string; made: boolean; file: string }

/**
 * A secret in the data folder (mode 0600), made once. Two processes that start together agree: only one
 * creates the file. Throws STORE_READ_ONLY or STORE_FULL when it cannot be kept: a secret that changes at
 * every start would sign everybody out.
 */
export function keepSecret(dataDir: string, name: string, make: () => string): Kept {
  const file = join(dataDir, name)
  try {
    makeFolder(dataDir)
    const found = read(file)
    if (found) return { value: found, made: false, file }
    const value = make()
    const handle = openSync(file, 'wx', 0o600)
    try {
      writeSync(handle, `${value}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    return { value, made: true, file }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const existing = code === 'EEXIST' ? read(file) : null
    if (existing) return { value: existing, made: false, file }
    throw error instanceof AppError ? error : folderError(dataDir, error)
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

export const makeSecret = () => randomBytes(32).toString('base64url')

/** 20 letters and digits that nobody mistakes for one another: 5 bits each. */
export function makePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
  const picked: string[] = []
  while (picked.length < 20) {
    for (const byte of randomBytes(32)) {
      // Only full rounds of the alphabet, so that every letter is equally likely.
      if (byte < 248 && picked.length < 20) picked.push(alphabet.charAt(byte % 31))
    }
  }
  return picked.join('').replace(/(.{5})(?=.)/g, '$1-')
}
