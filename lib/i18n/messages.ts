import type { Locale } from './config'
import enAudit from './en/audit.json'
import enAuth from './en/auth.json'
import enBrokers from './en/brokers.json'
import enCatalogue from './en/catalogue.json'
import enClusters from './en/clusters.json'
import enCommon from './en/common.json'
import enDeadLetters from './en/dead-letters.json'
import enDrift from './en/drift.json'
import enErrors from './en/errors.json'
import enGroups from './en/groups.json'
import enMessages from './en/messages.json'
import enNaming from './en/naming.json'
import enNotices from './en/notices.json'
import enOffsets from './en/offsets.json'
import enOverview from './en/overview.json'
import enPolicies from './en/policies.json'
import enProduce from './en/produce.json'
import enReplayEdits from './en/replay-edits.json'
import enReplays from './en/replays.json'
import enRequests from './en/requests.json'
import enSchedules from './en/schedules.json'
import enSchemas from './en/schemas.json'
import enSearch from './en/search.json'
import enShell from './en/shell.json'
import enStatus from './en/status.json'
import enTopics from './en/topics.json'
import koAudit from './ko/audit.json'
import koAuth from './ko/auth.json'
import koBrokers from './ko/brokers.json'
import koCatalogue from './ko/catalogue.json'
import koClusters from './ko/clusters.json'
import koCommon from './ko/common.json'
import koDeadLetters from './ko/dead-letters.json'
import koDrift from './ko/drift.json'
import koErrors from './ko/errors.json'
import koGroups from './ko/groups.json'
import koMessages from './ko/messages.json'
import koNaming from './ko/naming.json'
import koNotices from './ko/notices.json'
import koOffsets from './ko/offsets.json'
import koOverview from './ko/overview.json'
import koPolicies from './ko/policies.json'
import koProduce from './ko/produce.json'
import koReplayEdits from './ko/replay-edits.json'
import koReplays from './ko/replays.json'
import koRequests from './ko/requests.json'
import koSchedules from './ko/schedules.json'
import koSchemas from './ko/schemas.json'
import koSearch from './ko/search.json'
import koShell from './ko/shell.json'
import koStatus from './ko/status.json'
import koTopics from './ko/topics.json'

/** One namespace a feature's file. Written out, so that the bundler and the types know every key. */
const ko = {
  audit: koAudit,
  auth: koAuth,
  brokers: koBrokers,
  catalogue: koCatalogue,
  clusters: koClusters,
  common: koCommon,
  'dead-letters': koDeadLetters,
  drift: koDrift,
  errors: koErrors,
  groups: koGroups,
  messages: koMessages,
  naming: koNaming,
  offsets: koOffsets,
  notices: koNotices,
  overview: koOverview,
  policies: koPolicies,
  produce: koProduce,
  'replay-edits': koReplayEdits,
  replays: koReplays,
  schedules: koSchedules,
  requests: koRequests,
  schemas: koSchemas,
  search: koSearch,
  shell: koShell,
  status: koStatus,
  topics: koTopics,
}

const en = {
  audit: enAudit,
  auth: enAuth,
  brokers: enBrokers,
  catalogue: enCatalogue,
  clusters: enClusters,
  common: enCommon,
  'dead-letters': enDeadLetters,
  drift: enDrift,
  errors: enErrors,
  groups: enGroups,
  messages: enMessages,
  naming: enNaming,
  offsets: enOffsets,
  notices: enNotices,
  overview: enOverview,
  policies: enPolicies,
  produce: enProduce,
  'replay-edits': enReplayEdits,
  replays: enReplays,
  schedules: enSchedules,
  requests: enRequests,
  schemas: enSchemas,
  search: enSearch,
  shell: enShell,
  status: enStatus,
  topics: enTopics,
} satisfies Record<keyof typeof ko, unknown>

export type Messages = typeof ko

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: Messages
  }
}

/** All words of one language. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  // The two are the same shape: messages.test.ts compares keys and placeholders.
  return locale === 'ko' ? ko : (en as Messages)
}
