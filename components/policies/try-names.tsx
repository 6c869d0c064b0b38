'use client'

import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Textarea } from '@/components/ui/input'
import type { PolicySpec } from '@/lib/contracts/policy-spec'

const MOST_NAMES = 50

/** What it judges by weighs 50 KB: fetched when somebody types. */
const TriedNames = dynamic(() => import('./tried-names').then(module => module.TriedNames), { ssr: false })

/** Names, one a line, judged by the draft as they are typed: by the same function that decides on the server. */
export function TryNames({
  spec,
  environment,
}: {
  spec: PolicySpec | undefined
  environment: 'prod' | 'stg' | 'dev'
}) {
  const t = useTranslations('policies.try')
  const [text, setText] = useState('')
  const names = text
    .split('\n')
    .map(line => line.trim().slice(0, 300))
    .filter(line => line !== '')
    .slice(0, MOST_NAMES)
  return (
    <>
      <Textarea
        mono
        rows={3}
        aria-label={t('title')}
        placeholder={t('placeholder')}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
      />
      <ul aria-live="polite" className="mt-1 flex flex-col text-meta">
        {spec && names.length > 0 ? <TriedNames names={names} spec={spec} environment={environment} /> : null}
      </ul>
    </>
  )
}
