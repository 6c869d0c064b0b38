import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { OverviewView } from '@/components/overview/overview-view'
import { audit } from '@/lib/contracts/audit'
import { clusters } from '@/lib/contracts/clusters'
import { replays } from '@/lib/contracts/replays'
import { isAllowed } from '@/lib/permissions'
import { decodeId } from '@/lib/routes'
import { listAudit } from '@/server/audit/list-audit'
import { getOverview } from '@/server/clusters/get-overview'
import { getOverviewHistory } from '@/server/clusters/get-overview-history'
import { pageContext } from '@/server/http/page-context'
import { listReplays } from '@/server/replays/list-replays'

type Props = { params: Promise<{ cluster: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { cluster }] = await Promise.all([getTranslations('overview'), params])
  return { title: `${decodeId(cluster) ?? cluster} ${t('title')}` }
}

export default async function Page({ params }: Props) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[
        prefetched(clusters.overview, { cluster }, input => getOverview(ctx, input)),
        prefetched(clusters.overviewHistory, { cluster }, input => getOverviewHistory(ctx, input)),
        prefetched(replays.list, { cluster, limit: 6 }, input => listReplays(ctx, input)),
        ...(isAllowed(ctx.actor.grants, 'audit.read', {})
          ? [prefetched(audit.list, { cluster, limit: 5 }, input => listAudit(ctx, input))]
          : []),
      ]}
    >
      <OverviewView cluster={cluster} />
    </Prefetch>
  )
}
