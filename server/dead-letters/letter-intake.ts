import type { Decisions } from './decisions'
import type { IndexedLetter } from './index-row'
import type { LetterBook } from './letter-book'
import type { PlainMirrors } from './plain-mirrors'
import type { ReplayMark, ReplayMarks } from './replay-marks'
import type { WatchedTopic } from './watched-topic'

type IntakeParts = {
  book: LetterBook
  marks: ReplayMarks
  decisions: Decisions
  mirrors: PlainMirrors
  topics: ReadonlyMap<string, WatchedTopic>
  /** Something changed. */
  touch(): void
  rebuild(topic: string): void
}

/** What goes into the book of one cluster: letters, what the ledger says of them, and what people decided. */
export class LetterIntake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /**
   * Takes over what people decided and what replays without a ledger sent: what is dropped, and what is split
   * off, whose topics are read anew.
   */
  async decide(now = false): Promise<void> {
    const { dropped, aliases } = this.#parts.decisions
    if (!(await this.#parts.decisions.refresh(now))) return
    await this.#parts.mirrors.refresh(mark => this.mark(mark))
    const decisions = this.#parts.decisions
    if (decisions.dropped !== dropped)
      for (const { name, topicId } of this.#parts.topics.values()) {
        const places = decisions.dropped.get(topicId)
        const isDropped = (partition: number, offset: number) => places?.has(partition, offset) === true
        if (this.#parts.book.setDropped(name, isDropped)) this.#parts.touch()
      }
    const topics = decisions.aliases
      .splitDifference(aliases)
      .flatMap(fingerprint => [...(this.#parts.book.issue(fingerprint)?.cells.keys() ?? [])])
    for (const topic of new Set(topics)) this.#parts.rebuild(topic)
  }

  /** Letters as they were read. */
  take(topic: WatchedTopic, letters: readonly IndexedLetter[]): void {
    const { aliases } = this.#parts.decisions
    const places = this.#parts.decisions.dropped.get(topic.topicId)
    for (const letter of letters) {
      const { origin, partition, offset } = letter
      if (origin.topic !== null && origin.partition !== null && origin.offset !== null)
        letter.refailed ||= this.#parts.marks.isTarget(origin.topic, origin.partition, origin.offset)
      const replayed = this.#parts.marks.isReplayed(topic.topicId, partition, offset)
      const dropped = places?.has(partition, offset) === true
      const { issue } = letter
      letter.issue = { ...issue, fingerprint: aliases.splitOf(issue.fingerprint, letter.message) }
      if (this.#parts.book.add(letter, { replayed, dropped }) !== null) this.#parts.touch()
    }
  }

  /** What the ledger, or a mirror, says of a letter, indexed already or not. */
  mark(mark: ReplayMark): void {
    this.#parts.marks.add(mark)
    for (const topic of this.#parts.topics.values()) {
      if (topic.topicId !== mark.topicId) continue
      const row = this.#parts.book.find(topic.name, mark.partition, Number(mark.offset))
      if (row !== null && this.#parts.book.markReplayed(row)) this.#parts.touch()
    }
  }
}
