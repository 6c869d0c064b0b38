import { desc, gt, lt } from 'drizzle-orm'
import { type Loop, startLoop } from '@/server/loop'
import type { Service, ServiceDeps } from '@/server/services'
import { toStoreError } from '@/server/store/errors'
import { revokedSession } from '@/server/store/schema/index'
import { SESSION_SECONDS } from './session-cookie'

/** How long another replica may still take a session that was signed out of. */
const SHARED_MS = 5000
/** One process has its store to itself: only what expired is to be forgotten. */
const ALONE_MS = 3_600_000
/** Each costs a sign-in, which is limited: twelve hours hold far fewer. */
const MOST_SESSIONS = 50_000

export interface RevokedSessions extends Service {
  /** Did somebody sign out of it? */
  has(sid: string): boolean
  /**
   * From now on nobody is signed in by it: here at once, in other replicas within seconds. Throws STORE_*,
   * and holds here even so.
   */
  add(sid: string): Promise<void>
}

/** Sessions are signed tokens that live for hours: signing out writes their ids down until they would have expired. */
export function createRevokedSessions({
  store,
  clock,
  log,
}: Pick<ServiceDeps, 'store' | 'clock' | 'log'>): RevokedSessions {
  const revoked = new Map<string, number>()
  let loop: Loop | null = null
  const keep = (sid: string, expiresAtMs: number) => {
    revoked.delete(sid)
    revoked.set(sid, expiresAtMs)
    for (const oldest of revoked.keys()) {
      if (revoked.size <= MOST_SESSIONS) break
      revoked.delete(oldest)
    }
  }
  const read = async () => {
    const nowMs = clock.now()
    for (const [sid, expiresAtMs] of revoked) if (expiresAtMs <= nowMs) revoked.delete(sid)
    await store.db.delete(revokedSession).where(lt(revokedSession.expiresAtMs, nowMs))
    const rows = await store.db
      .select()
      .from(revokedSession)
      .where(gt(revokedSession.expiresAtMs, nowMs))
      .orderBy(desc(revokedSession.expiresAtMs))
      .limit(MOST_SESSIONS)
    for (const { id, expiresAtMs } of rows.reverse()) keep(id, expiresAtMs)
  }
  return {
    name: 'sessions',
    start() {
      loop ??= startLoop(read, {
        intervalMs: store.dialect === 'postgres' ? SHARED_MS : ALONE_MS,
        onError: error => log.warn({ err: error }, 'ended sessions could not be read'),
      })
    },
    async stop() {
      await loop?.stop()
    },
    has: sid => (revoked.get(sid) ?? 0) > clock.now(),
    async add(sid) {
      const expiresAtMs = clock.now() + SESSION_SECONDS * 1000
      keep(sid, expiresAtMs)
      try {
        await store.db.insert(revokedSession).values({ id: sid, expiresAtMs }).onConflictDoNothing()
      } catch (error) {
        throw toStoreError(error)
      }
    },
  }
}
