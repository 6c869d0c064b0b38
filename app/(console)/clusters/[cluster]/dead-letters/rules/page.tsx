import { RulesView } from '@/components/dead-letters/rules-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string }> }

export default async function DeadLetterRulesPage({ params }: Props) {
  return <RulesView cluster={decodeId((await params).cluster) ?? ''} />
}
