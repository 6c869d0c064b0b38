import { useTranslations } from 'next-intl'
import { VisibleText } from '@/components/ui/visible-text'
import type { TopicUsers } from '@/lib/contracts/topic-changes'
import { unknownParams } from '@/lib/i18n/unknown-params'
import { someOf, userParams } from '@/lib/topic-users'

/** Who used a topic when its deletion was asked for or made. */
export function KeptUsers({ users }: { users: TopicUsers }) {
  const t = useTranslations('requests')
  if (!users.inUse) return t('usage.notInUse')
  const words = t('notice.usedBy', { ...unknownParams(t.raw('notice.usedBy')), ...userParams(users) })
  const { producers, producersInAll } = users
  return (
    <span className="flex flex-col">
      <span>
        <VisibleText text={words} />
      </span>
      {producersInAll > 0 ? (
        <span>
          {t('usage.producers', { n: producersInAll })} (
          <VisibleText text={someOf(producers, producersInAll)} />)
        </span>
      ) : null}
    </span>
  )
}
