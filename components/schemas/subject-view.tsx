'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsInteger, useQueryStates } from 'nuqs'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Tag } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/button'
import { CodeView } from '@/components/ui/code-view'
import { CopyButton } from '@/components/ui/copy-button'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Toolbar } from '@/components/ui/toolbar'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { schemas } from '@/lib/contracts/schemas'
import { routes } from '@/lib/routes'
import { SchemaDiff } from './schema-diff'

type Version = OutputOf<typeof schemas.version>
const NO_DIFF = '0'

/**
 * One subject: its versions, each with its text, what it refers to and who refers to it, and what changed
 * between two.
 */
export function SubjectView({ cluster, subject }: { cluster: string; subject: string }) {
  const t = useTranslations('schemas')
  const [params, setParams] = useQueryStates({ v: parseAsInteger, against: parseAsInteger })
  const { data, error, refetch, isFetching } = useApi(schemas.get, { cluster, subject })
  const latest = data?.versions.at(-1) ?? null
  const version = params.v ?? latest
  const shown = useApi(
    schemas.version,
    { cluster, subject, version: version ?? 1 },
    { enabled: version !== null, keepPrevious: false },
  )
  const against = params.against
  const other = useApi(
    schemas.version,
    { cluster, subject, version: against ?? 1 },
    { enabled: against !== null, keepPrevious: false },
  )
  return (
    <>
      <PageHeader
        mono
        title={<span className="break-all">{subject}</span>}
        chips={
          <>
            <CopyButton text={subject} label={t('copyName')} />
            {shown.data?.kind ? <Tag>{t(`kinds.${shown.data.kind}`)}</Tag> : null}
          </>
        }
        facts={
          data ? (
            <>
              <Fact label={t('versions')}>{data.versions.length}</Fact>
              {data.compatibility ? (
                <Fact label={t('compatibility')}>
                  {data.compatibility}
                  {data.compatibilityOf === 'registry' ? ` (${t('ofRegistry')})` : ''}
                </Fact>
              ) : null}
              {data.usedBy ? (
                <Fact label={t('topic')}>
                  <Link
                    className="mono-sm text-accent"
                    href={routes.topic(cluster, data.usedBy.topic, 'messages')}
                  >
                    {data.usedBy.topic}
                  </Link>{' '}
                  {t(`part.${data.usedBy.part}`)}
                </Fact>
              ) : null}
            </>
          ) : error ? undefined : (
            <span>&nbsp;</span>
          )
        }
      />
      {error && !data ? (
        <QueryError
          error={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
          action={
            <LinkButton size="sm" href={routes.schemas(cluster)}>
              {t('toList')}
            </LinkButton>
          }
        />
      ) : (
        <>
          <Toolbar label={t('choose')}>
            <Select
              size="sm"
              label={t('version')}
              prefix={t('version')}
              value={String(version ?? '')}
              onValueChange={next => void setParams({ v: Number(next) })}
              options={(data?.versions ?? [])
                .toReversed()
                .map(one => ({ value: String(one), label: `v${one}` }))}
            />
            <Select
              size="sm"
              label={t('compare')}
              prefix={t('compare')}
              value={String(against ?? NO_DIFF)}
              onValueChange={next => void setParams({ against: next === NO_DIFF ? null : Number(next) })}
              options={[
                { value: NO_DIFF, label: t('nothing') },
                ...(data?.versions ?? [])
                  .filter(one => one !== version)
                  .toReversed()
                  .map(one => ({ value: String(one), label: `v${one}` })),
              ]}
            />
            {shown.data ? (
              <span className="mono-sm text-text-3">{t('idOf', { id: shown.data.id })}</span>
            ) : null}
          </Toolbar>
          <div className="flex min-h-0 flex-1 flex-col overflow-auto px-4 pb-4">
            {shown.error ? (
              <QueryError compact error={shown.error} onRetry={() => void shown.refetch()} />
            ) : !shown.data ? (
              <SkeletonLines lines={10} />
            ) : (
              <>
                {against !== null && other.data ? (
                  <SchemaDiff before={other.data} after={shown.data} />
                ) : (
                  <CodeView
                    text={shown.data.text}
                    label={t('text')}
                    language={shown.data.kind === 'protobuf' ? 'text' : 'json'}
                  />
                )}
                <References cluster={cluster} title={t('references')} items={shown.data.references} />
                <References
                  cluster={cluster}
                  title={t('referencedBy')}
                  items={(shown.data.referencedBy ?? []).map(one => ({ ...one, name: one.subject }))}
                />
              </>
            )}
          </div>
        </>
      )}
    </>
  )
}

function References({
  cluster,
  title,
  items,
}: {
  cluster: string
  title: string
  items: Version['references']
}) {
  if (items.length === 0) return null
  return (
    <section className="mt-4">
      <h2 className="mb-1 text-meta font-semibold text-text-2">{title}</h2>
      <ul className="flex flex-col gap-1">
        {items.map(one => (
          <li key={`${one.name}/${one.subject}/${one.version}`} className="mono-sm">
            {one.name === one.subject ? null : <span className="text-text-2">{one.name} → </span>}
            <Link className="text-accent" href={routes.schema(cluster, one.subject, { v: one.version })}>
              {one.subject} v{one.version}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
