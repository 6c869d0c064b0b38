/**
 * Makes steps of steps, and answers what they answer at their end. However it is left, by its end, an error
 * or a reader who goes, the steps beneath are closed too: a loop over `next()` would leave them waiting for
 * ever, and with them whatever they hold.
 */
export async function* mapSteps<A, B, R>(
  steps: AsyncGenerator<A, R, void>,
  map: (step: A) => AsyncIterable<B> | Iterable<B>,
): AsyncGenerator<B, R, void> {
  const closing: AsyncIterator<A, unknown> = steps
  let over = false
  try {
    for (;;) {
      const next = await steps.next()
      if (next.done) {
        over = true
        return next.value
      }
      yield* map(next.value)
    }
  } finally {
    if (!over) await closing.return?.()
  }
}
