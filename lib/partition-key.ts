type Place = { topic: string; partition: number }

/** The key of one partition in a map. No topic's name has a slash, so no two partitions share one. */
export function partitionKey({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}

/** What a problem of one partition names as its `scope`. */
export function partitionScope({ topic, partition }: Place): string {
  return `partition:${topic}/${partition}`
}
