'use client'

import { ChevronDown, ChevronUp, Link2, Maximize2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { LinkButton } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { useToast } from '@/components/ui/toast'
import { VisibleText } from '@/components/ui/visible-text'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import { IssueStatusMark, Line, useCauseName } from './issue-cells'
import { IssueArrivals, IssueFacts, IssueFrames } from './issue-facts'
import { IssueTriage } from './issue-triage'
import { ReplayLink } from './replay-link'

const MESSAGE_CHARS = 1_000

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
  const common = useTranslations('common')
  const router = useRouter()
  const toast = useToast()
  const nameOf = useCauseName()
  const page = routes.deadLetterIssue(cluster, issue.fingerprint)
  const sample = issue.sample
  const copyLink = async () => {
    if (await copyText(new URL(page, window.location.href).href)) toast(common('copied'))
  }
  useHotkeys({
    p: () => (onPrevious ? onPrevious() : false),
    n: () => (onNext ? onNext() : false),
    'y l': () => void copyLink(),
  })
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={t('issue.title')}
      header={
        <span className="flex h-7 items-center">
          <IssueStatusMark status={issue.status} />
        </span>
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
            label={m('permalink')}
            shortcut="y l"
            icon={<Link2 size={16} />}
            onClick={() => void copyLink()}
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
            hotkey
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
      <div className="px-4 pb-3">
        <p className="text-section font-semibold break-words" title={issue.exceptionClass?.slice(0, 500)}>
          <Line text={nameOf(issue.exceptionClass, issue.sampleMessage)} />
        </p>
        {issue.exceptionClass === null ? (
          issue.sampleMessage ? null : (
            <p className="mt-0.5 text-text-2">{t('noExceptionHelp')}</p>
          )
        ) : (
          <p className="mono-sm mt-0.5 line-clamp-6 break-words whitespace-pre-wrap text-text-2">
            <VisibleText text={issue.sampleMessage?.slice(0, MESSAGE_CHARS) ?? t('noMessage')} />
          </p>
        )}
      </div>
      <div className="px-4 pb-3">
        <IssueTriage size="sm" cluster={cluster} issues={[issue]} />
      </div>
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
