import { createLoader, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { requestState } from '@/lib/contracts/requests'

const TABS = ['waiting', 'mine', 'all'] as const
export type RequestTab = (typeof TABS)[number]

/** The list's address: which tab, which state, what is searched. */
export const requestParams = {
  tab: parseAsStringLiteral(TABS).withDefault('waiting'),
  state: parseAsStringLiteral(requestState.options),
  q: parseAsString.withDefault(''),
}

export const loadRequestParams = createLoader(requestParams)

export function requestInput(params: {
  tab: RequestTab
  state: (typeof requestState.options)[number] | null
  q: string
}) {
  return {
    tab: params.tab,
    ...(params.state && params.tab !== 'waiting' ? { state: params.state } : {}),
    ...(params.q ? { query: params.q.slice(0, 249) } : {}),
    // What has waited longest comes first; elsewhere what is new.
    sort: params.tab === 'waiting' ? ('oldest' as const) : ('newest' as const),
    limit: 100,
  }
}
