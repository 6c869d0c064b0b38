export type GroupListing = {
  group: string
  type: 'classic' | 'consumer' | 'share' | 'streams' | 'other'
  protocolType: string
  state: string
  /** The broker that listed it: its coordinator. */
  coordinator: number
}
export type GroupMemberInfo = {
  memberId: string
  instanceId: string | null
  clientId: string
  host: string
  epoch: number | null
  subscribed: string[]
  assigned: { topic: string; partitions: number[] }[]
  target: { topic: string; partitions: number[] }[] | null
  /** Of a streams group: what it runs, in which process. null of all others. */
  streams: { process: string; tasks: StreamsTask[] } | null
}
/** `partitions` are the numbers of the tasks: each reads that partition of its subtopology's sources. */
export type StreamsTask = {
  role: 'active' | 'standby' | 'warmup'
  subtopology: string
  partitions: number[]
}
export type GroupDescription = GroupListing & {
  assignor: string | null
  epoch: number | null
  /** The group's epoch for which partitions were last given out; behind `epoch` while that is being worked out. */
  assignmentEpoch: number | null
  members: GroupMemberInfo[]
  subtopologies: { id: string; sources: string[]; sinks: string[]; changelogs: string[] }[] | null
}
