'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import type { CatalogueProposal } from '@/lib/contracts/policy-spec'
import type { NameCheck } from '@/lib/contracts/topics'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

/** The proposals that the name still needs: what was typed over is proposed no more. */
export function proposalsIn(
  policy: NamingPolicy,
  name: string,
  proposed: readonly CatalogueProposal[],
): readonly CatalogueProposal[] {
  const parts = name.slice(policy.prefix.length).split(policy.separator)
  const needed = proposed.filter(one => parts.includes(one.name))
  return needed.length === proposed.length ? proposed : needed
}

/**
 * What the catalogue could take in to make the name right: a value of a list that the policy takes from it,
 * well formed but not registered.
 */
function proposable(policy: NamingPolicy, check: NameCheck | null): CatalogueProposal[] {
  return (check?.violations ?? []).flatMap(({ code, field, params }) => {
    const kind = policy.segments.find(rule => rule.name === field)?.catalogue
    const { value } = params
    return code === 'not-registered' && kind && typeof value === 'string' ? [{ kind, name: value }] : []
  })
}

/** An unknown domain or service is not the end: it is proposed, and registered when the request is applied. */
export function Proposals({
  policy,
  check,
  proposed,
  onChange,
}: {
  policy: NamingPolicy
  check: NameCheck | null
  proposed: readonly CatalogueProposal[]
  onChange: (proposed: readonly CatalogueProposal[]) => void
}) {
  const t = useTranslations('topics.new')
  const kinds = useTranslations('naming.segment')
  const offered = proposable(policy, check)
  if (offered.length === 0 && proposed.length === 0) return null
  return (
    <div className="flex flex-wrap items-center gap-2 pt-2 text-meta">
      {proposed.length > 0 ? <span className="text-text-3">{t('proposed')}</span> : null}
      {proposed.map(one => (
        <Button
          key={`${one.kind} ${one.name}`}
          size="xs"
          icon={<X size={12} />}
          aria-label={t('unpropose', { name: one.name })}
          onClick={() => onChange(proposed.filter(other => other !== one))}
        >
          {kinds(one.kind)} <span className="mono-sm">{one.name}</span>
        </Button>
      ))}
      {offered.map(one => (
        <Button
          key={`${one.kind} ${one.name}`}
          size="xs"
          icon={<Plus size={12} />}
          onClick={() => onChange([...proposed, one])}
        >
          <span className="max-w-72 truncate">{t('propose', { kind: kinds(one.kind), name: one.name })}</span>
        </Button>
      ))}
    </div>
  )
}
