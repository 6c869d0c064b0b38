'use client'

import { useRef } from 'react'
import type { ApiError } from './api-error'

/**
 * The error of a read that never had an answer, held while it is read again. The query forgets it as soon as it
 * starts anew, and a page that polls would turn from its error into a skeleton and back every few seconds.
 */
export function useHeldError(query: {
  data: unknown
  error: ApiError | null
  isFetching: boolean
}): ApiError | null {
  const held = useRef<ApiError | null>(null)
  if (query.error) held.current = query.error
  else if (query.data !== undefined || !query.isFetching) held.current = null
  return held.current
}
