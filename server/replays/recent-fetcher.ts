import type { FetchedPartition, Fetcher, FetchRequest } from '@/server/kafka/port'

/** Answers that are kept: the one that is read, and the one that comes after it. */
const KEPT = 2

type Kept = {
  offset: bigint
  /** null: not known yet. */
  until: bigint | null
  answers: Promise<FetchedPartition[]>
}

/**
 * Keeps the last answers of one partition of a topic: a transaction ends in the middle of what a fetch brought, and
 * the next one begins there. Whoever asks for what is on its way gets that. Other topics are asked for as ever.
 */
export function recentFetcher(inner: Fetcher, topic: string, partition: number): Fetcher {
  let kept: Kept[] = []

  function ask(request: FetchRequest, offset: bigint): Promise<FetchedPartition[]> {
    const one: Kept = { offset, until: null, answers: inner.fetch(request) }
    const forget = () => {
      kept = kept.filter(other => other !== one)
    }
    kept = [...kept, one].slice(-KEPT)
    one.answers.then(([answered]) => {
      // What brought nothing may bring something in a moment.
      if (answered?.answer.ok && answered.answer.value.nextOffset > offset)
        one.until = answered.answer.value.nextOffset
      else forget()
    }, forget)
    return one.answers
  }

  return {
    async fetch(request) {
      const [position] = request.positions
      if (request.topic !== topic || request.positions.length !== 1 || position?.partition !== partition)
        return inner.fetch(request)
      const { offset } = position
      const known = kept.find(one =>
        one.until === null ? one.offset === offset : one.offset <= offset && offset < one.until,
      )
      return known ? from(offset, await known.answers) : ask(request, offset)
    },
    close: () => inner.close(),
  }
}

/** What an answer holds from an offset on. */
function from(offset: bigint, answers: FetchedPartition[]): FetchedPartition[] {
  return answers.map(({ partition, answer }) => {
    if (!answer.ok) return { partition, answer }
    const { records } = answer.value
    const first = records.findIndex(record => record.offset >= offset)
    const rest = first < 0 ? [] : first === 0 ? records : records.slice(first)
    return { partition, answer: { ok: true, value: { ...answer.value, records: rest } } }
  })
}
