import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { MeProvider } from '@/components/api/me'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { Shell } from '@/components/shell/shell'
import { clusters } from '@/lib/contracts/clusters'
import { notices } from '@/lib/contracts/notices'
import { isAllowed } from '@/lib/permissions'
import { listClusters } from '@/server/clusters/list-clusters'
import { pageContext } from '@/server/http/page-context'
import { getMe } from '@/server/me/get-me'
import { getNoticeSummary } from '@/server/outbox/get-notice-summary'
import { getRuntime } from '@/server/runtime'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const [ctx, jar, { instanceId }] = await Promise.all([pageContext(), cookies(), getRuntime()])
  const me = await getMe(ctx, {})
  return (
    <Prefetch
      queries={[
        prefetched(clusters.list, {}, input => listClusters(ctx, input)),
        // The frame asks for it before any page does: what a page brought would come too late for its first render.
        ...(isAllowed(me.grants, 'outbox.read', {})
          ? [prefetched(notices.summary, {}, input => getNoticeSummary(ctx, input))]
          : []),
      ]}
    >
      <MeProvider me={me}>
        {/* Which process rendered this, as /readyz says it: for whoever looks behind a load balancer. */}
        <meta name="milena-instance" content={instanceId} />
        <Shell
          collapsedAtFirst={jar.get('milena-sidebar')?.value === 'narrow'}
          lastCluster={jar.get('milena-cluster')?.value ?? null}
        >
          {children}
        </Shell>
      </MeProvider>
    </Prefetch>
  )
}
