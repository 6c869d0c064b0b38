/** Told when an answer said that the session is over, so that the shell can ask to sign in without losing the page. */
const listeners = new Set<() => void>()

export function reportSignedOut(): void {
  for (const listener of listeners) listener()
}

export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
