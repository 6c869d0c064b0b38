import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { auditInput, loadAuditParams } from '@/components/audit/audit-query'
import { AuditView } from '@/components/audit/audit-view'
import { audit } from '@/lib/contracts/audit'
import { listAudit } from '@/server/audit/list-audit'
import { pageContext } from '@/server/http/page-context'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('audit')
  return { title: t('title') }
}

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [ctx, params] = await Promise.all([pageContext(), loadAuditParams(searchParams)])
  return (
    <Prefetch queries={[prefetchedPages(audit.list, auditInput(params), input => listAudit(ctx, input))]}>
      <AuditView />
    </Prefetch>
  )
}
