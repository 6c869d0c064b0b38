import type { Service } from '@/server/services'

/**
 * Applies approved requests and ends those that waited too long. One a process; each request is leased, so
 * replicas share the work.
 */
export interface RequestRunner extends Service {
  /** Something was approved: apply it now. */
  wake(): void
  /** Resolves when this process has settled the request, or after a few seconds. */
  settled(id: number): Promise<void>
}
