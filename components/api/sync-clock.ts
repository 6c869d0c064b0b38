import { syncClock as set } from '@/components/ui/clock'

/** The Date header has whole seconds: half a second is its mean error. */
export function syncClock(response: Response): void {
  const date = Date.parse(response.headers.get('date') ?? '')
  if (Number.isFinite(date)) set(date + 500)
}
