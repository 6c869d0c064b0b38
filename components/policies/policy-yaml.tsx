'use client'

import { Download, Upload } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Textarea } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { encodeId } from '@/lib/routes'
import type { PolicyDraft } from './use-policy-draft'

const MOST_CHARACTERS = 500_000

/** The policy as a YAML document: to read, to change, to bring in from a file and to take away. */
export function PolicyYaml({
  cluster,
  draft,
  disabled,
}: {
  cluster: string
  draft: PolicyDraft
  disabled: boolean
}) {
  const t = useTranslations('policies.yaml')
  const file = useRef<HTMLInputElement>(null)
  const written = useYaml(draft.draft !== null && 'yaml' in draft.draft ? undefined : draft.spec)
  const text = draft.draft !== null && 'yaml' in draft.draft ? draft.draft.yaml : written
  const put = (yaml: string) => draft.setDraft({ yaml: yaml.slice(0, MOST_CHARACTERS) })
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 basis-60 text-meta/5 text-text-3">{t('hint')}</p>
        <CopyButton text={text ?? ''} label={t('copy')} />
        <input
          ref={file}
          type="file"
          accept=".yaml,.yml,.json"
          className="sr-only"
          aria-label={t('import')}
          tabIndex={-1}
          onChange={event => {
            const [chosen] = event.currentTarget.files ?? []
            event.currentTarget.value = ''
            if (chosen && chosen.size <= MOST_CHARACTERS * 4) void chosen.text().then(put)
          }}
        />
        {disabled ? null : (
          <Button size="sm" icon={<Upload size={14} />} onClick={() => file.current?.click()}>
            {t('import')}
          </Button>
        )}
        <a
          href={`/api/v1/clusters/${encodeId(cluster)}/policy/export`}
          download
          className="inline-flex h-7 items-center gap-1.5 rounded-control border border-line px-2 text-text hover:bg-hover"
        >
          <Download aria-hidden size={14} />
          {t('export')}
        </a>
      </div>
      {text === undefined ? (
        <Skeleton className="h-80 w-full" />
      ) : (
        <Textarea
          mono
          aria-label={t('label')}
          spellCheck={false}
          readOnly={disabled}
          className="min-h-100 flex-1 resize-none"
          value={text}
          onChange={event => put(event.currentTarget.value)}
        />
      )}
    </div>
  )
}

/** The rules written as YAML; the writer is loaded when somebody looks. */
function useYaml(spec: PolicySpec | undefined): string | undefined {
  const [text, setText] = useState<string>()
  useEffect(() => {
    if (!spec) return
    let isGone = false
    void import('yaml').then(({ stringify }) => {
      if (!isGone) setText(stringify(spec, { lineWidth: 110 }))
    })
    return () => {
      isGone = true
    }
  }, [spec])
  return text
}
