import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * What the first look at a page may cost, in KiB of gzipped JavaScript. 230 for the shell and 60 for each page
 * were meant; the shell is larger than that by what checks the server's answers (zod and the contracts, 50 KiB).
 * The bar stands a little above where the pages are: it only ever goes down.
 */
export const MOST_KIB = 360
/** Searching brings its filter's editor, and who names a topic checks it by the policy's engine while typing. */
const MORE_KIB: Readonly<Record<string, number>> = {
  '/clusters/[cluster]/topics/[topic]/messages': 395,
  '/clusters/[cluster]/new-topic': 395,
}

export interface PageWeight {
  route: string
  kib: number
  mostKib: number
}

interface RouteStats {
  route: string
  firstLoadChunkPaths: string[]
}

/**
 * JavaScript of each page's first load as `next build` left it in this folder, heaviest first. Throws where
 * the build told nothing.
 */
export function weighPages(dir: string): PageWeight[] {
  const stats = JSON.parse(
    readFileSync(join(dir, '.next', 'diagnostics', 'route-bundle-stats.json'), 'utf8'),
  ) as RouteStats[]
  const known = new Map<string, number>()
  const bytesOf = (file: string) => {
    const bytes = known.get(file) ?? gzipSync(readFileSync(join(dir, file)), { level: 9 }).length
    known.set(file, bytes)
    return bytes
  }
  return stats
    .map(({ route, firstLoadChunkPaths }) => ({
      route,
      kib:
        firstLoadChunkPaths
          .filter(file => file.endsWith('.js'))
          .reduce((sum, file) => sum + bytesOf(file), 0) / 1024,
      mostKib: MORE_KIB[route] ?? MOST_KIB,
    }))
    .sort((a, b) => b.kib - a.kib)
}

/** A sentence for each page that is too heavy. */
export function tooHeavy(pages: readonly PageWeight[]): string[] {
  return pages
    .filter(({ kib, mostKib }) => kib > mostKib)
    .map(
      ({ route, kib, mostKib }) =>
        `${route} loads ${kib.toFixed(1)} KiB of JavaScript, at most ${mostKib} are allowed`,
    )
}
