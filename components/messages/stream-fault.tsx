'use client'

import { CLIENT_CODES } from '@/components/api/api-error'
import { useErrorWords } from '@/components/api/use-error-words'
import { Notice } from '@/components/ui/notice'
import type { SearchState } from './search-state'

/** What the server ended a search with that had begun; null where the connection broke off, or nothing did. */
export function faultOf({ phase, error }: Pick<SearchState, 'phase' | 'error'>) {
  if (phase !== 'lost' || error === null) return null
  return CLIENT_CODES.some(code => code === error.code) ? null : error
}

/** The same in words, above what was found until then. */
export function StreamFault({ search }: { search: SearchState }) {
  const words = useErrorWords()
  const error = faultOf(search)
  if (error === null) return null
  const { title, hint } = words(error.code, error.params)
  return (
    <Notice tone="error">
      {title} {hint}{' '}
      <span className="mono-sm" translate="no">
        {error.code} {error.requestId}
      </span>
    </Notice>
  )
}
