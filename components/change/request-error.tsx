'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import { requestState } from '@/lib/contracts/requests'

/** What kept a request from being filed or moved; the state that somebody else moved it to is told in words. */
export function RequestError({ error }: { error: ApiError }) {
  const states = useTranslations('requests.states')
  const state = requestState.safeParse(error.params.state)
  const { code, status, requestId, fields } = error
  const params = state.success ? { ...error.params, state: states(state.data) } : error.params
  return <QueryError compact error={new ApiError(code, { status, requestId, fields, params })} />
}
