import { IssuePage } from '@/components/dead-letters/issue-page'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; fingerprint: string }> }

export default async function DeadLetterIssuePage({ params }: Props) {
  const { cluster, fingerprint } = await params
  return <IssuePage cluster={decodeId(cluster) ?? ''} fingerprint={decodeId(fingerprint) ?? ''} />
}
