import { problemJson } from '@/lib/contracts/common'
import type { Endpoint, OutputOf, RawInputOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { fillPath } from '@/lib/routes'
import { ApiError, isAbort } from './api-error'
import { reportSignedOut } from './session'
import { syncClock } from './sync-clock'

const BASE = '/api/v1'

/** Address of an endpoint with its input: path parameters in the path, and for GET and DELETE the rest as a query. */
export function apiUrl(contract: Endpoint | StreamEndpoint, input: Record<string, unknown>): string {
  const { path, used } = fillPath(contract.path, input)
  if (contract.method !== 'GET' && contract.method !== 'DELETE') return BASE + path
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(input)) {
    if (used.has(key) || value === undefined || value === null) continue
    if (Array.isArray(value)) for (const one of value) query.append(key, String(one))
    else query.append(key, String(value))
  }
  const text = query.toString()
  return BASE + path + (text ? `?${text}` : '')
}

function bodyOf(contract: Endpoint, input: Record<string, unknown>): string | null {
  if (contract.method === 'GET' || contract.method === 'DELETE') return null
  const { used } = fillPath(contract.path, input)
  return JSON.stringify(Object.fromEntries(Object.entries(input).filter(([key]) => !used.has(key))))
}

/** An answer that is not a success, as an ApiError; whatever a proxy in between answered included. */
export async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id')
  let body: unknown
  try {
    body = await response.json()
  } catch {
    body = null
  }
  const problem = problemJson.safeParse(body)
  const error = problem.success
    ? new ApiError(problem.data.code, {
        status: response.status,
        requestId: problem.data.requestId,
        params: problem.data.params,
        fields: problem.data.fields,
      })
    : new ApiError(response.status === 404 ? 'NOT_FOUND' : 'ANSWER_INVALID', {
        status: response.status,
        requestId,
      })
  if (error.code === 'UNAUTHENTICATED') reportSignedOut()
  return error
}

/**
 * Sends a request. A mutation whose answer never came may have been applied: OUTCOME_UNKNOWN, never a plain
 * failure.
 */
async function send(
  contract: Endpoint,
  input: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const body = bodyOf(contract, input)
  let response: Response
  try {
    response = await fetch(apiUrl(contract, input), {
      method: contract.method,
      headers:
        body === null
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      body,
      signal: signal ?? null,
      credentials: 'same-origin',
    })
  } catch (error) {
    if (isAbort(error)) throw error
    throw new ApiError(contract.method === 'GET' ? 'NETWORK' : 'OUTCOME_UNKNOWN', { cause: error })
  }
  syncClock(response)
  if (!response.ok) throw await errorOf(response)
  return response
}

/**
 * Calls an endpoint of /api/v1: `input` as the contract wants it, the answer as the contract gives it,
 * ApiError otherwise.
 */
export async function call<C extends Endpoint>(
  contract: C,
  input: RawInputOf<C>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<OutputOf<C>> {
  const response = await send(contract, input, options.signal)
  const requestId = response.headers.get('x-request-id')
  let body: unknown
  try {
    body = await response.json()
  } catch (error) {
    if (isAbort(error)) throw error
    throw new ApiError('ANSWER_INVALID', { status: response.status, requestId, cause: error })
  }
  const answer = contract.output.safeParse(body)
  if (!answer.success)
    throw new ApiError('ANSWER_INVALID', { status: response.status, requestId, cause: answer.error })
  // safeParse of the contract's own schema answers its output type; TypeScript loses that through the generic.
  return answer.data as OutputOf<C>
}
