/** Feature level of `metadata.version` → release, from Kafka's MetadataVersion: the first level of each release. */
const RELEASES: readonly (readonly [level: number, release: string])[] = [
  [7, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
  [28, '4.2'],
  [30, '4.3'],
  [31, '4.4'],
]

/**
 * The release whose metadata version is finalized (KIP-584): what the cluster has agreed on, which after a
 * rolling upgrade may be older than its brokers' jars. null with ZooKeeper; a level newer than this table
 * says "the last one or later".
 */
export function releaseOf(features: ReadonlyMap<string, number>): string | null {
  const level = features.get('metadata.version')
  if (level === undefined) return null
  const last = RELEASES.at(-1)
  if (last && level > last[0]) return `${last[1]}+`
  return RELEASES.findLast(([first]) => first <= level)?.[1] ?? null
}
