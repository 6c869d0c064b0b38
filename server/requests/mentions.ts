import type { Config } from '@/server/config/types'

/** Users of the configuration whom a text calls by `@username`, each once, at most twenty. */
export function mentionsIn(config: Pick<Config, 'users'>, text: string): string[] {
  const called = new Set(
    [...text.matchAll(/(?:^|[^\p{L}\p{N}@._-])@([\p{L}\p{N}._-]{1,100})/gu)].map(match => match[1] ?? ''),
  )
  const known = config.users.map(user => user.username)
  const names = [...called].flatMap(name => {
    const bare = name.replace(/[.-]+$/, '')
    const found = known.find(username => username === name) ?? known.find(username => username === bare)
    return found === undefined ? [] : [found]
  })
  return [...new Set(names)].slice(0, 20)
}
