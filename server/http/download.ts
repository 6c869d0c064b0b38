/** Longest piece handed on at once: whether one was taken tells a slow reader from one who does not read. */
const PIECE_BYTES = 64 * 1024

type Ends = {
  /** Once, however it ended. */
  onEnd: () => void
  /** How long a reader may take nothing. */
  unreadMs: number
  /** Nothing was taken for that long: whoever hands the bytes on waits for a socket that will never take any. */
  onUnread: () => void
}

/**
 * The bytes of a download as a response's body: pulled, so a slow client slows its maker; a client that goes
 * ends it, and so does one that reads nothing for `unreadMs`, since what makes a file holds a place of the
 * searches.
 */
export function downloadStream(
  body: AsyncIterable<Uint8Array>,
  { onEnd, unreadMs, onUnread }: Ends,
): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  let unread: NodeJS.Timeout | undefined
  const hand = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    controller.enqueue(rest.subarray(0, PIECE_BYTES))
    rest = rest.subarray(PIECE_BYTES)
    unread = setTimeout(() => {
      onEnd()
      controller.error(new Error('nobody reads'))
      iterator.return?.().catch(() => undefined)
      onUnread()
    }, unreadMs)
    unread.unref()
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      clearTimeout(unread)
      try {
        if (rest.length > 0) return hand(controller)
        const next = await iterator.next()
        if (!next.done) {
          rest = next.value
          return hand(controller)
        }
        onEnd()
        controller.close()
      } catch (error) {
        // A file that broke off must not look whole: the connection is cut, and the manifest says so.
        onEnd()
        controller.error(error)
      }
    },
    async cancel() {
      clearTimeout(unread)
      onEnd()
      await iterator.return?.()
    },
  })
}
