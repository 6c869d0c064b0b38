'use client'

import { WandSparkles } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Button } from '@/components/ui/button'
import { StatusIcon, type StatusKind } from '@/components/ui/status'
import type { NameCheck } from '@/lib/contracts/topics'
import { patternOf } from '@/lib/naming-policy/check-name'
import type { NamingPolicy } from '@/lib/naming-policy/policy'
import { routes } from '@/lib/routes'

/**
 * The verdict on a name: what is wrong first, with the fix as a button; then every rule with its state. The
 * room for the first is kept, so that nothing moves while one types. `asked`: the server has been heard on
 * this name.
 */
export function NameRules({
  cluster,
  name,
  check,
  policy,
  asked,
  fix,
  onApply,
}: {
  cluster: string
  name: string
  check: NameCheck | null
  policy: NamingPolicy
  asked: boolean
  /** The name that the button (and Tab) puts in. */
  fix: string | null
  onApply: (name: string) => void
}) {
  const t = useTranslations('topics.new')
  const words = useViolationWords()
  const [first, ...others] = check?.violations ?? []
  const warning = check?.warnings[0]
  const taken = check?.taken[0]
  const nearest = check?.suggestions[0]
  return (
    <section aria-label={t('rules')} className="flex flex-col">
      <div aria-live="polite" className="flex min-h-11 flex-col justify-center">
        {first ? (
          <div className="-mx-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control bg-error-bg px-2 py-1.5 text-error">
            <StatusIcon kind="error" />
            <span className="min-w-0 flex-1 basis-60">
              {words(first)}
              {others.length > 0 ? (
                <span className="ml-2 text-meta">{t('andOthers', { n: others.length })}</span>
              ) : null}
              {taken && nearest ? (
                <span className="block">
                  {taken.code === 'exists' ? (
                    <Link href={routes.topic(cluster, nearest)} className="underline">
                      {words(taken)}
                    </Link>
                  ) : (
                    words(taken)
                  )}
                </span>
              ) : null}
            </span>
            {fix ? (
              <Button size="sm" icon={<WandSparkles size={14} />} kbd="Tab" onClick={() => onApply(fix)}>
                <span className="max-w-72 truncate">{t('apply', { name: fix })}</span>
              </Button>
            ) : null}
          </div>
        ) : warning ? (
          <div className="-mx-2 flex items-center gap-3 rounded-control bg-warn-bg px-2 py-1.5 text-warn">
            <StatusIcon kind="warn" />
            <span className="min-w-0 flex-1">{words(warning)}</span>
          </div>
        ) : check ? (
          <p className="flex items-center gap-1.5 text-ok">
            <StatusIcon kind="ok" />
            {t(asked ? 'ok' : 'okLocal')}
          </p>
        ) : (
          <p className="text-text-3">{t('nameHint')}</p>
        )}
      </div>
      <ul className="grid gap-x-6 gap-y-1 pt-1 text-text-2 sm:grid-cols-2">
        {rulesOf(check, asked).map(rule => (
          <li key={rule.id} className="flex items-center gap-1.5">
            <StatusIcon kind={rule.kind} />
            <span className={rule.kind === 'error' ? 'text-error' : ''}>
              {t(`rule.${rule.id}`, {
                max: policy.spec.naming.maxLength,
                pattern: patternOf(policy),
              })}
            </span>
            {rule.id === 'length' && name ? (
              <span className="text-meta text-text-3">{t('chars', { n: name.length })}</span>
            ) : null}
            {rule.id === 'unique' && check && !asked ? (
              <span className="shrink-0 text-meta text-text-3">{t('checking')}</span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

const RULES = {
  segments: ['segment-count', 'segment-empty', 'suffix-twice', 'prefix-missing'],
  domain: ['not-registered'],
  style: [
    'case',
    'case-upper',
    'pattern',
    'pattern-custom',
    'charset',
    'dots-only',
    'reserved-prefix',
    'reserved-word',
  ],
  length: ['too-long', 'segment-too-long', 'segment-too-short', 'length-range', 'empty'],
  unique: ['exists', 'collides', 'collides-case', 'requested'],
} as const
type RuleId = keyof typeof RULES
const RULE_IDS = ['segments', 'domain', 'style', 'length', 'unique'] as const

function rulesOf(check: NameCheck | null, asked: boolean): { id: RuleId; kind: StatusKind }[] {
  const broken = new Set(check?.violations.map(violation => violation.code))
  return RULE_IDS.map(id => {
    if (check === null) return { id, kind: 'empty' as const }
    if (RULES[id].some(code => broken.has(code))) return { id, kind: 'error' as const }
    // A name that Kafka itself refuses is not looked at by segment.
    const unseen = (id === 'unique' && !asked) || (id === 'domain' && !check.segments[0]?.value)
    return { id, kind: unseen ? ('unknown' as const) : ('ok' as const) }
  })
}
