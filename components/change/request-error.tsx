'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import { useErrorWords } from '@/components/api/use-error-words'
import { requestState } from '@/lib/contracts/requests'

type Params = ApiError['params']

/** Params of a refusal with the state that the request is in by its name on the screen. */
function useSaidState(): (params: Params) => Params {
  const states = useTranslations('requests.states')
  return params => {
    const state = requestState.safeParse(params.state)
    return state.success ? { ...params, state: states(state.data) } : params
  }
}

/** Title and hint of what kept a request from being filed, moved or applied. */
export function useRequestWords(): ReturnType<typeof useErrorWords> {
  const words = useErrorWords()
  const said = useSaidState()
  return (code, params = {}) => words(code, said(params))
}

/** What kept a request from being filed or moved; the state that somebody else moved it to is told in words. */
export function RequestError({ error }: { error: ApiError }) {
  const said = useSaidState()
  const { code, status, requestId, fields } = error
  const params = said(error.params)
  return <QueryError compact error={new ApiError(code, { status, requestId, fields, params })} />
}
