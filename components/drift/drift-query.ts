import {
  createLoader,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import { DRIFT_RULES, type drift, driftSort } from '@/lib/contracts/drift'
import type { RawInputOf } from '@/lib/contracts/endpoint'

/** How far back the trend goes: the page and its view ask for the same. */
export const TREND_DAYS = 90

/** The report's state in the address; `d` is the topic that is open. */
export const driftParams = {
  q: parseAsString.withDefault(''),
  rule: parseAsStringLiteral(DRIFT_RULES),
  owner: parseAsString,
  waived: parseAsBoolean.withDefault(false),
  days: parseAsInteger.withDefault(30),
  sort: parseAsStringLiteral(driftSort.options).withDefault('open'),
  d: parseAsString,
}
export const loadDriftParams = createLoader(driftParams)
export type DriftParams = Awaited<ReturnType<typeof loadDriftParams>>

type Choice = Omit<RawInputOf<typeof drift.report>, 'limit' | 'cursor'>

/** What is asked of the API, for the list and for the file. */
export function driftChoice(cluster: string, params: DriftParams): Choice {
  return {
    cluster,
    ...(params.q ? { query: params.q } : {}),
    ...(params.rule ? { rule: params.rule } : {}),
    ...(params.owner ? { owner: params.owner } : {}),
    waived: params.waived,
    unusedDays: Math.min(3650, Math.max(1, params.days)),
    sort: params.sort,
  }
}
