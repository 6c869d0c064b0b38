'use client'

import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { usePermission } from '@/components/api/me'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { EnvChip, Tag } from '@/components/ui/badge'
import { Notice } from '@/components/ui/notice'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/skeleton'
import { LinkTabs } from '@/components/ui/tabs'
import { TimeAgo } from '@/components/ui/time'
import { useToast } from '@/components/ui/toast'
import { VisibleText } from '@/components/ui/visible-text'
import { type PolicyInForce, policies } from '@/lib/contracts/policies'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { routes } from '@/lib/routes'
import { DomainRulesForm } from './domain-rules-form'
import { DutiesForm } from './duties-form'
import { ExceptionsForm } from './exceptions-form'
import { useFaultAt } from './form-parts'
import { LimitsForm } from './limits-form'
import { NamingForm } from './naming-form'
import { PolicyHistory } from './policy-history'
import { PolicyPreview } from './policy-preview'
import { POLICY_TABS, policyParams } from './policy-query'
import { PolicyYaml } from './policy-yaml'
import { SavePolicy } from './save-policy'
import { usePolicyDraft } from './use-policy-draft'

/**
 * The topic policy of a cluster: its rules as a form and as YAML with a live preview of what a change would
 * break, and its history.
 */
export function PolicyView({ cluster }: { cluster: string }) {
  const t = useTranslations('policies')
  const toast = useToast()
  const summary = useClusterSummary(cluster)
  const [params, setParams] = useQueryStates(policyParams, { history: 'push' })
  const query = useApi(policies.get, { cluster })
  const draft = usePolicyDraft(cluster, query.data)
  // Fields that keep what is typed begin anew when another version is loaded.
  const [edition, setEdition] = useState(0)
  const permission = usePermission('policy.write', { cluster })
  const { data } = query
  const disabled = !permission.allowed || (data?.managed ?? false)
  const load = (policy: PolicySpec | null) => {
    draft.setDraft(policy === null ? null : { policy })
    setEdition(old => old + 1)
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        chips={summary ? <EnvChip environment={summary.environment} /> : null}
        facts={data ? <Facts policy={data} /> : undefined}
      />
      <LinkTabs
        label={t('title')}
        current={params.tab}
        items={POLICY_TABS.map(id => ({
          id,
          label: t(`tabs.${id}`),
          href: routes.policy(cluster, id === 'rules' ? {} : { tab: id }),
        }))}
      />
      {permission.reason ? <Notice tone="info">{permission.reason}</Notice> : null}
      {data?.managed ? <Notice tone="info">{t('managed')}</Notice> : null}
      {data ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {params.tab === 'history' ? (
        <PolicyHistory
          cluster={cluster}
          open={params.v}
          onOpen={v => void setParams({ v })}
          onRestore={
            disabled
              ? null
              : policy => {
                  load(policy)
                  void setParams({ tab: 'rules', v: null })
                }
          }
        />
      ) : data === undefined ? (
        query.error ? (
          <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        ) : (
          <Skeleton className="m-4 h-80" />
        )
      ) : (
        <>
          <div className="flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-auto">
            <div className="flex min-w-0 flex-1 flex-col lg:overflow-auto">
              {params.tab === 'yaml' ? (
                <PolicyYaml cluster={cluster} draft={draft} disabled={disabled} />
              ) : draft.spec ? (
                <Rules
                  key={edition}
                  spec={draft.spec}
                  disabled={disabled}
                  faults={draft.faults}
                  onChange={part => draft.spec && draft.setDraft({ policy: { ...draft.spec, ...part } })}
                />
              ) : (
                <Notice tone="warn">{t('yaml.unread')}</Notice>
              )}
            </div>
            <PolicyPreview cluster={cluster} environment={data.environment} draft={draft} />
          </div>
          {disabled ? null : (
            <SavePolicy
              cluster={cluster}
              inForce={data}
              draft={draft}
              onDiscard={() => load(null)}
              onSaved={version => {
                toast(t('saved', { version }))
                load(null)
              }}
            />
          )}
        </>
      )}
    </>
  )
}

function Facts({ policy }: { policy: PolicyInForce }) {
  const t = useTranslations('policies')
  return (
    <>
      <Fact label={t('version')}>{policy.version === 0 ? t('builtIn') : `v${policy.version}`}</Fact>
      <Tag>{t(`scope.${policy.scope}`)}</Tag>
      {policy.at ? (
        <span>
          {policy.by} · <TimeAgo at={policy.at} />
        </span>
      ) : null}
      {policy.comment ? (
        <span className="max-w-120 truncate">
          <VisibleText multiline text={policy.comment} />
        </span>
      ) : null}
    </>
  )
}

function Rules({
  spec,
  disabled,
  faults,
  onChange,
}: {
  spec: PolicySpec
  disabled: boolean
  faults: Parameters<typeof useFaultAt>[0]
  onChange: (part: Partial<PolicySpec>) => void
}) {
  const faultAt = useFaultAt(faults)
  return (
    <div className="max-w-260">
      <NamingForm
        naming={spec.naming}
        disabled={disabled}
        faultAt={faultAt}
        onChange={naming => onChange({ naming })}
      />
      <LimitsForm
        limits={spec.limits}
        disabled={disabled}
        faultAt={faultAt}
        onChange={limits => onChange({ limits })}
      />
      <DutiesForm spec={spec} disabled={disabled} faultAt={faultAt} onChange={onChange} />
      <DomainRulesForm
        spec={spec}
        disabled={disabled}
        faultAt={faultAt}
        onChange={domains => onChange({ domains })}
      />
      <ExceptionsForm
        exceptions={spec.exceptions}
        disabled={disabled}
        faultAt={faultAt}
        onChange={exceptions => onChange({ exceptions })}
      />
    </div>
  )
}
