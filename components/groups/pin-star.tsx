'use client'

import { Star } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ProblemMark } from '@/components/api/problem-mark'
import { useApiMutation } from '@/components/api/use-api'
import { cn } from '@/components/ui/cn'
import { IconButton } from '@/components/ui/icon-button'
import { groups } from '@/lib/contracts/groups'

const INVALIDATES = [groups.list, groups.get]

/**
 * Puts a group on top of one's own list, or takes it off. `quiet`: in a row, where an empty star shows only
 * when somebody comes near.
 */
export function PinStar({
  cluster,
  group,
  pinned,
  quiet,
}: {
  cluster: string
  group: string
  pinned: boolean
  quiet?: boolean
}) {
  const t = useTranslations('groups')
  const pin = useApiMutation(groups.pin, { invalidates: INVALIDATES })
  const unpin = useApiMutation(groups.unpin, { invalidates: INVALIDATES })
  const busy = pin.isPending || unpin.isPending
  // As it will be, while the answer is on its way.
  const on = busy ? pin.isPending : pinned
  const error = pin.error ?? unpin.error
  return (
    <span className="inline-flex items-center">
      <IconButton
        size="xs"
        label={t(on ? 'unpin' : 'pin', { group })}
        icon={<Star size={14} className={on ? 'fill-current' : ''} />}
        className={cn(
          on && 'text-accent hover:text-accent',
          quiet && !on && 'opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100',
        )}
        onClick={() => {
          if (busy) return
          pin.reset()
          unpin.reset()
          ;(pinned ? unpin : pin).mutate({ cluster, group })
        }}
      />
      {error ? <ProblemMark problem={{ scope: 'pins', code: error.code }} /> : null}
    </span>
  )
}
