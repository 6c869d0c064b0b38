import type { Endpoint } from '@/lib/contracts/endpoint'

/**
 * React Query's key of a call: the endpoint, then its input without what was left out. The same on the server
 * and in the browser.
 */
export function queryKey(contract: Endpoint, input: Record<string, unknown>): readonly unknown[] {
  return [contract.path, Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))]
}

/** Key prefix of all calls of an endpoint, whatever their input: for invalidation. */
export function endpointKey(contract: Endpoint): readonly unknown[] {
  return [contract.path]
}

/** Key of a list that loads by pages: beside the plain one, under the same endpoint. */
export function pagesKey(contract: Endpoint, input: Record<string, unknown>): readonly unknown[] {
  return [...queryKey(contract, input), 'pages']
}
