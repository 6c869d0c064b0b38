'use client'

import { useTranslations } from 'next-intl'
import { createContext, type ReactNode, useContext } from 'react'
import type { OutputOf } from '@/lib/contracts/endpoint'
import type { me } from '@/lib/contracts/me'
import { type Action, isAllowed, type Resource, rolesWith } from '@/lib/permissions'
import { useClusterSummary } from './clusters'

export type Me = OutputOf<typeof me.get>

const MeContext = createContext<Me | null>(null)

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext.Provider value={me}>{children}</MeContext.Provider>
}

export function useMe(): Me | null {
  return useContext(MeContext)
}

/** `topic.create` as a key of `common.permissions`: keys are paths, a dot would be a level. */
type PermissionKey<A extends Action = Action> = A extends `${infer Noun}.${infer Verb}`
  ? `${Noun}_${Verb}`
  : never

/** Which permission is missing, in words, and who has it. */
export function useDeniedWords(): (action: Action) => string {
  const t = useTranslations('common')
  return action =>
    t('deniedReason', {
      // replace() of a template literal type is a string to TypeScript.
      action: t(`permissions.${action.replace('.', '_') as PermissionKey}`),
      roles: rolesWith(action).join(', '),
    })
}

/** Actions that a read-only cluster refuses whatever the role, as the server does: what changes the cluster itself. */
const MUTATIONS: ReadonlySet<Action> = new Set([
  'topic.create',
  'topic.alter',
  'topic.delete',
  'record.produce',
  'replay.run',
  'offset.reset',
  'group.alter',
  'group.delete',
  'record.purge',
])

/**
 * May this person do it, and if not, why: a sentence for `ActionButton reason`. The server decides again;
 * this only explains. `readOnly`: the cluster refuses mutations, so the control should not be there at all.
 */
export function usePermission(
  action: Action,
  resource: Resource = {},
): { allowed: boolean; readOnly: boolean; reason: string | null } {
  const t = useTranslations('common')
  const denied = useDeniedWords()
  const who = useMe()
  const cluster = useClusterSummary(resource.cluster ?? null)
  const readOnly = Boolean(cluster?.readOnly) && MUTATIONS.has(action)
  const granted = who !== null && isAllowed(who.grants, action, resource)
  const reason = readOnly ? t('readOnlyReason') : granted ? null : denied(action)
  return { allowed: granted && !readOnly, readOnly, reason }
}
