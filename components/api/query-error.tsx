'use client'

import { Lock } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Notice } from '@/components/ui/notice'
import { BATCH_FAULTS, type BatchFault } from '@/lib/contracts/batch-fault'
import type { Problem } from '@/lib/contracts/common'
import { formatInteger } from '@/lib/format'
import { ACTIONS, type Action } from '@/lib/permissions'
import type { ApiError } from './api-error'
import { useDeniedWords } from './me'
import { useErrorWords } from './use-error-words'

/** A failed read in words, with its code, request id and a way to try again. */
export function QueryError({
  error,
  onRetry,
  retrying,
  compact,
  action,
}: {
  error: ApiError
  onRetry?: () => void
  retrying?: boolean
  compact?: boolean
  action?: ReactNode
}) {
  const words = useErrorWords()(error.code, error.params)
  if (error.code === 'DENIED') return <Denied error={error} action={action} compact={compact ?? false} />
  return (
    <ErrorState
      title={words.title}
      hint={words.hint}
      code={error.code}
      requestId={error.requestId}
      onRetry={onRetry}
      {...(retrying ? { retrying } : {})}
      {...(compact ? { compact } : {})}
      action={action}
    />
  )
}

function isAction(action: unknown): action is Action {
  return typeof action === 'string' && Object.hasOwn(ACTIONS, action)
}

/** Not an error of anybody's: which permission is missing, and who has it. Trying again would not help. */
function Denied({ error, action, compact }: { error: ApiError; action: ReactNode; compact: boolean }) {
  const t = useTranslations('common')
  const denied = useDeniedWords()
  const words = useErrorWords()(error.code, error.params)
  const { action: missing } = error.params
  return (
    <EmptyState
      icon={<Lock aria-hidden strokeWidth={1.75} />}
      title={t('deniedTitle')}
      body={
        <>
          {isAction(missing) ? denied(missing) : words.hint}
          <span className="block">{t('deniedAsk')}</span>
          <span className="mono-sm mt-1 block">
            {error.code} {error.requestId}
          </span>
        </>
      }
      action={action}
      className={compact ? 'py-6' : 'flex-1'}
    />
  )
}

/** What of an answer can be missing, by the name the server has for it; `broker:3` is one of several. */
const SCOPES = [
  'broker',
  'cluster',
  'configs',
  'cursor',
  'dead-letters',
  'disk',
  'features',
  'group',
  'groups',
  'lag-history',
  'members',
  'offsets',
  'owners',
  'partition',
  'pins',
  'producers',
  'quorum',
  'related',
  'scan',
  'throughput',
  'topic',
] as const

/** The part that a problem is about, in words; a name of the reader's own (a subject, say) as it is. */
function useScopeWords(): (scope: string) => string {
  const t = useTranslations('common.scopes')
  return scope => {
    const [kind = '', ...rest] = scope.split(':')
    const known = SCOPES.find(one => one === kind)
    if (known === undefined) return scope
    return rest.length === 0 ? t(known) : `${t(known)} ${rest.join(':')}`
  }
}

/** Parts of an answer that are missing, and batches that are broken: a line each above what is there. */
export function ProblemsNotice({ problems }: { problems: readonly Problem[] | undefined }) {
  const t = useTranslations('common')
  const words = useErrorWords()
  const scopeWords = useScopeWords()
  if (!problems || problems.length === 0) return null
  const corrupt = problems.filter(isCorruptBatch)
  const beyond = problems.find(isBeyondEnd)
  const silent = problems.filter(one => !isCorruptBatch(one) && !isBeyondEnd(one))
  const [first] = silent
  return (
    <>
      {beyond ? <BeyondEnd params={beyond.params ?? {}} /> : null}
      {corrupt.length > 0 ? <CorruptBatches batches={corrupt} /> : null}
      {first ? (
        <Notice tone="warn">
          {t('partial', { count: silent.length })} {scopeWords(first.scope)} —{' '}
          {words(first.code, first.params).title}
          {silent.length > 1 ? ` ${t('andMore', { count: silent.length - 1 })}` : ''}
        </Notice>
      ) : null}
    </>
  )
}

const CORRUPT_SHOWN = 3
/** What their words leave to say are only names inside a library. */
const SAYS_ALL = new Set<BatchFault>(['checksum', 'too-large'])

/** A batch whose bytes contradict themselves: the partition answered, and what it holds there is not read. */
const isCorruptBatch = ({ code, params }: Problem) =>
  code === 'DECODE_FAILED' && params?.partition !== undefined && params.offset !== undefined

/** Where reading was to begin no record is yet. A log that lost its end while it was read has the same code. */
const isBeyondEnd = ({ code, params }: Problem) =>
  code === 'OFFSET_OUT_OF_RANGE' && params?.start !== undefined && params.logStartOffset === undefined

function BeyondEnd({ params }: { params: NonNullable<Problem['params']> }) {
  const t = useTranslations('common')
  const locale = useLocale()
  const n = (value: string | number = '') => formatInteger(String(value), locale)
  return (
    <Notice tone="warn">
      {t('beyondEnd', {
        offset: n(params.offset),
        partition: String(params.partition),
        first: n(params.start),
        last: n(params.end),
      })}
    </Notice>
  )
}

function CorruptBatches({ batches }: { batches: readonly Problem[] }) {
  const t = useTranslations('common')
  const locale = useLocale()
  return (
    <Notice tone="warn">
      {batches.slice(0, CORRUPT_SHOWN).map(({ scope, params = {} }) => {
        const { topic, partition = '', offset = '', nextOffset, reason, fault } = params
        const known = BATCH_FAULTS.find(one => one === fault)
        const place = topic === undefined ? String(partition) : `${topic}/${partition}`
        const first = formatInteger(String(offset), locale)
        const last = typeof nextOffset === 'string' ? formatInteger(before(nextOffset), locale) : null
        return (
          <span key={`${scope} ${offset}`} className="block">
            {last === null
              ? t('corrupt.stopped', { place, first })
              : t('corrupt.skipped', { place, range: first === last ? first : `${first}–${last}` })}{' '}
            {known ? t(`corrupt.fault.${known}`) : null}{' '}
            {reason === undefined || (known !== undefined && SAYS_ALL.has(known)) ? null : (
              <span className="mono-sm" translate="no">
                {reason}
              </span>
            )}
          </span>
        )
      })}
      {batches.length > CORRUPT_SHOWN ? (
        <span className="block">{t('andMore', { count: batches.length - CORRUPT_SHOWN })}</span>
      ) : null}
    </Notice>
  )
}

const before = (offset: string) => (/^\d{1,19}$/.test(offset) ? String(BigInt(offset) - 1n) : offset)

/** A refresh that failed while older values are on the screen. */
export function StaleNotice({ error, onRetry }: { error: ApiError | null; onRetry: () => void }) {
  const t = useTranslations('common')
  const words = useErrorWords()
  if (!error) return null
  return (
    <Notice
      tone="warn"
      action={
        <button type="button" onClick={onRetry} className="font-medium underline underline-offset-2">
          {t('retry')}
        </button>
      }
    >
      {words(error.code, error.params).title}. {t('lastGoodKept')}
      <span className="mono-sm ml-2">{error.code}</span>
    </Notice>
  )
}
