import type { RunningSelection } from './running-selections'

type IssueAt = (topic: string, partition: number, offset: number) => string | null

/** Which issues a running replay takes, made anew when the selections change. */
export class Replaying {
  /** The issue of the letter at a place. */
  readonly #issueAt: IssueAt
  #by: ReadonlyMap<string, RunningSelection> | null = null
  readonly #topics = new Set<string>()
  readonly #fingerprints = new Set<string>()

  constructor(issueAt: IssueAt) {
    this.#issueAt = issueAt
  }

  has(
    running: ReadonlyMap<string, RunningSelection>,
    fingerprint: string,
    topics: readonly string[],
  ): boolean {
    if (running.size === 0) return false
    if (this.#by !== running) this.#adopt(running)
    return this.#fingerprints.has(fingerprint) || topics.some(topic => this.#topics.has(topic))
  }

  #adopt(running: ReadonlyMap<string, RunningSelection>): void {
    this.#by = running
    this.#topics.clear()
    this.#fingerprints.clear()
    for (const { topic, fingerprint, records } of running.values()) {
      if (fingerprint !== null) this.#fingerprints.add(fingerprint)
      else if (records === null) this.#topics.add(topic)
      for (const { partition, offset } of records ?? []) {
        const issue = this.#issueAt(topic, partition, Number(offset))
        if (issue !== null) this.#fingerprints.add(issue)
      }
    }
  }
}
