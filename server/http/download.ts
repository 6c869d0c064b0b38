/**
 * The bytes of a download as a response's body: pulled, so a slow client slows its maker; a client that goes
 * ends it.
 */
export function downloadStream(
  body: AsyncIterable<Uint8Array>,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await iterator.next()
        if (!next.done) return controller.enqueue(next.value)
        onEnd()
        controller.close()
      } catch (error) {
        // A file that broke off must not look whole: the connection is cut, and the manifest says so.
        onEnd()
        controller.error(error)
      }
    },
    async cancel() {
      onEnd()
      await iterator.return?.()
    },
  })
}
