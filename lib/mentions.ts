/** How a text calls somebody: `@name`, not in the middle of a word, so that an address of mail calls nobody. */
const NAME = String.raw`[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}`
const CALLED = new RegExp(String.raw`(?:^|[^\p{L}\p{N}@._+-])@(${NAME})`, 'gu')
const BEING_TYPED = new RegExp(String.raw`(?:^|[^\p{L}\p{N}@._+-])@((?:${NAME})?)$`, 'u')
const WHOLE = new RegExp(`^${NAME}$`, 'u')
const LONGEST = 102

/** Can a text call a user of this name? Not one with a blank in it. */
export const isCallable = (username: string): boolean => WHOLE.test(username)

/**
 * The names that a text may mean, in its order: for each the spellings to look for, longest first (`kim.`, at
 * the end of a sentence, is `kim`).
 */
export function calledIn(text: string): string[][] {
  return [...text.matchAll(CALLED)].map(([, name = '']) => {
    const bare = name.replace(/[.@+-]+$/, '')
    const [first = ''] = bare.split('@')
    return [...new Set([name, bare, first])]
  })
}

/**
 * The name that is being typed before the caret: where its `@` stands, and what is there of it so far; null:
 * none is.
 */
export function mentionAt(text: string, caret: number): { at: number; query: string } | null {
  const before = text.slice(Math.max(0, caret - LONGEST), caret)
  const query = BEING_TYPED.exec(before)?.[1]
  return query === undefined ? null : { at: caret - query.length - 1, query }
}
