import { createHash } from 'node:crypto'
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['app', 'components', 'lib', 'server', 'public']
const FILES = [
  'instrumentation.ts',
  'instrumentation-client.ts',
  'next.config.js',
  'package-lock.json',
  'package.json',
  'postcss.config.js',
  'proxy.ts',
  'tsconfig.json',
]

const isSource = (name: string) => !/\.test\.tsx?$/.test(name) && !name.startsWith('.')

function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return []
  const entries: Dirent[] = readdirSync(dir, { withFileTypes: true })
  return entries.flatMap(entry => {
    if (!isSource(entry.name)) return []
    const path = join(dir, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** One hash over everything that a build is made of: names and contents, tests left out. Works without git. */
export function hashSources(repo: string): string {
  const files = [
    ...FOLDERS.flatMap(folder => filesBelow(join(repo, folder))),
    ...FILES.map(file => join(repo, file)),
  ]
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`)
  for (const file of files.filter(path => existsSync(path)).sort()) {
    const content = readFileSync(file)
    hash.update(`${file.slice(repo.length)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
