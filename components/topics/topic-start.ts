import type { RequestDetail } from '@/lib/contracts/requests'
import type { ConfigEntry } from '@/lib/contracts/topics'
import { draftWith, EMPTY_DRAFT, type TopicDraft } from './create-topic-form'

/** What the form for a new topic begins with. */
export type TopicStart = {
  name: string
  draft: TopicDraft
  /** The request that is edited here. */
  edits: RequestDetail | null
  /** Where it comes from, in words. */
  words: string | null
}

export const EMPTY_START: TopicStart = { name: '', draft: EMPTY_DRAFT, edits: null, words: null }

/** A request for a new topic as the form holds it. */
export function startOfRequest(request: RequestDetail, words: string): TopicStart {
  const { change } = request
  const { partitions = -1, replicationFactor = -1, configs = {} } = change
  const draft: TopicDraft = {
    ...EMPTY_DRAFT,
    ...draftWith(partitions, replicationFactor, configs),
    owner: change.owner ?? '',
    description: change.description ?? '',
    classification: change.classification ?? '',
    schema: change.schema ?? '',
    tags: change.tags?.join(', ') ?? '',
    propose: change.propose ?? [],
  }
  return { name: request.topic, draft, edits: request, words }
}

/** The settings of a topic that is there: its size and every config that it sets itself. */
export function startLike(
  topic: { partitions: number; replicationFactor: number },
  configs: readonly Pick<ConfigEntry, 'name' | 'value' | 'source' | 'sensitive'>[],
  words: string,
): TopicStart {
  const own = Object.fromEntries(
    configs.flatMap(({ name, value, source, sensitive }) =>
      source === 'topic' && value !== null && !sensitive ? [[name, value]] : [],
    ),
  )
  const size = draftWith(topic.partitions, topic.replicationFactor, own)
  return { name: '', draft: { ...EMPTY_DRAFT, ...size }, edits: null, words }
}
