import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repo = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const BINARY = /\.(png|jpe?g|ico|webp|woff2?|gz|avro|bin)$/

/** Paths of all files that are committed or would be: what git ignores is no part of the tree. */
function listTree(): string[] {
  // In a container the folder often belongs to somebody else, and git would refuse to look at it.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '-co', '--exclude-standard']
  const printed = execFileSync('git', args, { cwd: repo, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return printed.split('\0').filter(path => path !== '' && existsSync(join(repo, path)))
}

/** Text files of the tree with their contents. */
export function readTree(): { path: string; text: string }[] {
  return listTree()
    .filter(path => !BINARY.test(path))
    .map(path => ({ path, text: readFileSync(join(repo, path), 'utf8') }))
}
