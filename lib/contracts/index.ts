import { audit } from './audit'
import { catalogue } from './catalogue'
import { clusters } from './clusters'
import { deadLetterDrops } from './dead-letter-drops'
import { deadLetterRules } from './dead-letter-rules'
import { deadLetterTriage } from './dead-letter-triage'
import { deadLetters } from './dead-letters'
import { drift } from './drift'
import type { Endpoint, StreamEndpoint } from './endpoint'
import { events } from './events'
import { groups } from './groups'
import { me } from './me'
import { messages } from './messages'
import { notices } from './notices'
import { offsetPlans } from './offset-plans'
import { policies } from './policies'
import { produce } from './produce'
import { replaySchedules } from './replay-schedules'
import { replays } from './replays'
import { requests } from './requests'
import { schemas } from './schemas'
import { serdes } from './serdes'
import { topicChanges } from './topic-changes'
import { names, topics } from './topics'

/** Every endpoint of /api/v1: what the OpenAPI document and the route tests walk. */
export const api: readonly (Endpoint | StreamEndpoint)[] = [
  clusters,
  topics,
  topicChanges,
  names,
  policies,
  drift,
  catalogue,
  messages,
  serdes,
  produce,
  schemas,
  groups,
  offsetPlans,
  deadLetters,
  deadLetterTriage,
  deadLetterDrops,
  deadLetterRules,
  replays,
  replaySchedules,
  events,
  requests,
  audit,
  notices,
  me,
].flatMap(feature => Object.values(feature) as unknown as (Endpoint | StreamEndpoint)[])
