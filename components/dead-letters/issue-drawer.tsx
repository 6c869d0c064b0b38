'use client'

import { ChevronDown, ChevronUp, Maximize2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { LinkButton } from '@/components/ui/button'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { simpleClassName } from '@/lib/format'
import { routes } from '@/lib/routes'
import { IssueStatusMark } from './issue-cells'
import { IssueArrivals, IssueFacts, IssueFrames } from './issue-facts'
import { ReplayLink } from './replay-link'

/** One issue beside the inbox: why, where from, how often, and the next step. */
export function IssueDrawer({
  cluster,
  issue,
  place,
  onPrevious,
  onNext,
  onClose,
}: {
  cluster: string
  issue: DeadLetterIssue
  place: { at: number; of: number }
  onPrevious: (() => void) | null
  onNext: (() => void) | null
  onClose: () => void
}) {
  const t = useTranslations('dead-letters')
  const m = useTranslations('messages.record')
  const router = useRouter()
  const page = routes.deadLetterIssue(cluster, issue.fingerprint)
  const sample = issue.sample
  useHotkeys({ p: () => (onPrevious ? onPrevious() : false), n: () => (onNext ? onNext() : false) })
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={t('issue.title')}
      header={
        <div className="flex min-w-0 flex-col gap-1">
          <IssueStatusMark status={issue.status} />
          <span className="text-section font-semibold break-words" title={issue.exceptionClass ?? undefined}>
            {issue.exceptionClass === null ? t('noException') : simpleClassName(issue.exceptionClass)}
          </span>
          <span className="mono-sm text-text-2">{issue.sampleMessage ?? t('noMessage')}</span>
        </div>
      }
      actions={
        <>
          <span className="mr-1 text-meta text-text-3">{m('position', { at: place.at, n: place.of })}</span>
          <IconButton
            label={m('previous')}
            shortcut="p"
            icon={<ChevronUp size={16} />}
            onClick={onPrevious ?? undefined}
            disabled={!onPrevious}
          />
          <IconButton
            label={m('next')}
            shortcut="n"
            icon={<ChevronDown size={16} />}
            onClick={onNext ?? undefined}
            disabled={!onNext}
          />
          <IconButton
            label={t('issue.open')}
            icon={<Maximize2 size={16} />}
            onClick={() => router.push(page)}
          />
        </>
      }
      footer={
        <>
          <ReplayLink
            primary
            cluster={cluster}
            topic={issue.topic}
            fingerprint={issue.fingerprint}
            count={issue.open}
          >
            {t('issue.replayAll', { n: issue.open })}
          </ReplayLink>
          <LinkButton href={routes.deadLetter(cluster, sample.topic, sample.partition, sample.offset)}>
            {t('issue.sample')}
          </LinkButton>
        </>
      }
    >
      <DrawerSection>
        <IssueFacts cluster={cluster} issue={issue} />
      </DrawerSection>
      <DrawerSection>
        <IssueArrivals issue={issue} />
      </DrawerSection>
      <DrawerSection title={t('issue.frames')}>
        <IssueFrames frames={issue.frames} />
      </DrawerSection>
    </Drawer>
  )
}
