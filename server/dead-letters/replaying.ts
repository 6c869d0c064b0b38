import type { RunningSelection } from './triage'

type IssueAt = (topic: string, partition: number, offset: number) => string | null

/** Which issues a running replay takes, made anew when the selections change. */
export class Replaying {
  /** The issue of the letter at a place. */
  readonly #issueAt: IssueAt
  #by: readonly RunningSelection[] | null = null
  readonly #topics = new Set<string>()
  readonly #fingerprints = new Set<string>()

  constructor(issueAt: IssueAt) {
    this.#issueAt = issueAt
  }

  has(running: readonly RunningSelection[], fingerprint: string, topics: readonly string[]): boolean {
    if (running.length === 0) return false
    if (this.#by !== running) this.#adopt(running)
    return this.#fingerprints.has(fingerprint) || topics.some(topic => this.#topics.has(topic))
  }

  #adopt(running: readonly RunningSelection[]): void {
    this.#by = running
    this.#topics.clear()
    this.#fingerprints.clear()
    for (const { topic, fingerprint, records } of running) {
      if (fingerprint !== null) this.#fingerprints.add(fingerprint)
      else if (records === null) this.#topics.add(topic)
      for (const { partition, offset } of records ?? []) {
        const issue = this.#issueAt(topic, partition, Number(offset))
        if (issue !== null) this.#fingerprints.add(issue)
      }
    }
  }
}
