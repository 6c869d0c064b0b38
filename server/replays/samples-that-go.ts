import type { PlanTally } from './plan-tally'
import { type EditSample, type LetterReader, readLetters } from './read-letters'
import { placesOfRefs } from './read-records'
import type { ReplayItem } from './replay-item'

/** As many as a plan shows are surely among them. */
const LOOKED_AT = 20

const keyOf = ({ partition, offset }: { partition: number; offset: bigint }) => `${partition}/${offset}`

/**
 * What a plan shows is of records that go. Samples are taken while letters are read, before anybody knows
 * which those are: of one that is refused nothing is shown, and where its place would stay empty, the first
 * that go are read once more. Answers the edits, and adds headers to a tally that has none.
 */
export async function samplesThatGo(
  reader: LetterReader,
  items: readonly ReplayItem[],
  tally: PlanTally,
  edits: readonly EditSample[],
): Promise<readonly EditSample[]> {
  if (tally.replayable === tally.selected || tally.replayable === 0)
    return tally.replayable === 0 ? [] : edits
  const open = new Set(edits.map(keyOf))
  const going: ReplayItem[] = []
  for (const item of items)
    if (item.target === null) open.delete(keyOf(item))
    else if (going.length < LOOKED_AT) going.push(item)
  const left = edits.filter(edit => open.has(keyOf(edit)))
  if (left.length === edits.length && tally.shown.length > 0) return left
  const again = await readLetters(reader, placesOfRefs(going))
  if (tally.shown.length === 0) {
    const samples = new Map(again.samples.map(sample => [keyOf(sample), sample]))
    const byKey = new Map(going.map(item => [keyOf(item), item]))
    for (const letter of again.letters) {
      const [sample, item] = [samples.get(keyOf(letter)), byKey.get(keyOf(letter))]
      if (!sample || !item?.target) continue
      const verdict = { refusal: null, target: item.target, count: item.count }
      tally.shown.push({ sample, accepted: { letter, verdict } })
    }
  }
  return left.length > again.edits.length ? left : again.edits
}
