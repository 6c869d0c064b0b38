import { createHash } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import * as z from 'zod'

const MAGIC = Buffer.from('milena01')
const DIGEST = 'sha256'
const DIGEST_BYTES = 32
const LENGTH_BYTES = 4
const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Named bytes; a list of them is written as it is, since it is compressed already. */
export type WrittenSections = Record<string, Uint8Array | readonly Uint8Array[]>
export type Sections = Record<string, Uint8Array>

const manifestSchema = z.object({
  key: z.string(),
  /** In the order of the file; `packed` null: not compressed. */
  sections: z.array(
    z.object({ name: z.string(), bytes: z.number().int(), packed: z.number().int().nullable() }),
  ),
})

/**
 * Writes named bytes into a file, with a checksum over all of it, whole or not at all: beside it first, then
 * in its place. A section at a time is compressed, so that it takes little memory. `key` says what they
 * belong to. Throws as the file system does.
 */
export async function writeSections(path: string, key: string, sections: WrittenSections): Promise<void> {
  const beside = `${path}.${process.pid}.new`
  try {
    const file = await open(beside, 'w', 0o600)
    try {
      const digest = createHash(DIGEST)
      const put = async (data: Uint8Array) => {
        digest.update(data)
        await file.writeFile(data)
      }
      await put(MAGIC)
      const listed: z.input<typeof manifestSchema>['sections'] = []
      for (const [name, data] of Object.entries(sections)) {
        if (data instanceof Uint8Array) {
          // Fast rather than small.
          const params = { [constants.ZSTD_c_compressionLevel]: 1 }
          const packed = await compress(data, { params })
          await put(packed)
          listed.push({ name, bytes: data.length, packed: packed.length })
        } else {
          for (const one of data) await put(one)
          listed.push({ name, bytes: data.reduce((sum, one) => sum + one.length, 0), packed: null })
        }
      }
      const manifest = Buffer.from(JSON.stringify({ key, sections: listed }))
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt32LE(manifest.length)
      await put(manifest)
      await put(length)
      await file.writeFile(digest.digest())
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Removes what a process left beside the file that was killed while it wrote. Never throws. */
export async function removeLeftovers(path: string): Promise<void> {
  const name = basename(path)
  const isLeftover = (file: string) =>
    file.startsWith(`${name}.`) && /^\d+\.new$/.test(file.slice(name.length + 1))
  try {
    const files = (await readdir(dirname(path))).filter(isLeftover)
    await Promise.all(files.map(file => rm(join(dirname(path), file), { force: true })))
  } catch {
    // No folder yet, or not ours to clean: nothing depends on it.
  }
}

/**
 * The sections that were written under this key. null: there is no such file, it is of another key, or any
 * byte of it is not as it was written.
 */
export async function readSections(path: string, key: string): Promise<Sections | null> {
  try {
    const file = await readFile(path)
    if (file.length < MAGIC.length + LENGTH_BYTES + DIGEST_BYTES) return null
    const body = file.subarray(0, file.length - DIGEST_BYTES)
    if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return null
    if (!createHash(DIGEST).update(body).digest().equals(file.subarray(body.length))) return null
    const end = body.length - LENGTH_BYTES
    const begin = end - body.readUInt32LE(end)
    const manifest = manifestSchema.parse(JSON.parse(body.toString('utf8', begin, end)))
    if (manifest.key !== key) return null
    const sections: Sections = {}
    let at = MAGIC.length
    for (const { name, bytes, packed } of manifest.sections) {
      const data = body.subarray(at, at + (packed ?? bytes))
      at += data.length
      sections[name] = packed === null ? data : await decompress(data, { maxOutputLength: bytes + 1 })
      if (sections[name].length !== bytes) return null
    }
    return sections
  } catch {
    return null
  }
}
