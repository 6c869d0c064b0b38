/** What this browser keeps of how a person sees tables of messages: it is there before any answer comes. */
const listeners = new Set<() => void>()
/** For a browser that keeps nothing: it holds as long as the page does. */
const unkept = new Map<string, string>()

/**
 * Where what holds for all tables of a person is kept: whoever signs in next in this browser has settings of
 * their own.
 */
export const tableKey = (person: string) => `milena-message-table ${person}`
/** Where a person's columns of a topic are kept. */
export const columnsKey = (person: string, cluster: string, topic: string) =>
  `milena-columns ${person} ${cluster} ${topic}`

export function subscribeKept(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? unkept.get(key) ?? null
  } catch {
    return unkept.get(key) ?? null
  }
}

export function keep(key: string, text: string): void {
  if (readKept(key) === text) return
  try {
    localStorage.setItem(key, text)
    unkept.delete(key)
  } catch {
    unkept.set(key, text)
  }
  for (const listener of listeners) listener()
}

const unsentKey = (key: string) => `${key} unsent`
let changes = 0

/** Has the server not heard yet of what is kept under `key`? Then what it has is older. */
export const isUnsent = (key: string) => Boolean(readKept(unsentKey(key)))

/** Notes that the server has to hear of what is kept under `key`; the mark takes it back. */
export function markUnsent(key: string): string {
  const mark = `${Date.now()} ${++changes}`
  keep(unsentKey(key), mark)
  return mark
}

/** The server has heard of it, unless it changed again since the mark was set. */
export function markSent(key: string, mark: string): void {
  if (readKept(unsentKey(key)) === mark) keep(unsentKey(key), '')
}
