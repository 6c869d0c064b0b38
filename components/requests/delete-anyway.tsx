'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { RequestError } from '@/components/change/request-error'
import { UsageReport } from '@/components/change/topic-usage'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { usePhoneRefusal } from '@/components/ui/use-phone'
import type { RequestDetail } from '@/lib/contracts/requests'

/**
 * A deletion that failed because somebody uses the topic goes on all the same: who would notice stands there,
 * and the name is typed.
 */
export function DeleteAnyway({
  request,
  refusal,
  error,
  busy,
  onOpen,
  onConfirm,
}: {
  request: RequestDetail
  /** Why the reader may not; null: they may. */
  refusal: string | null
  error: ApiError | null
  busy: boolean
  /** It is opened: what an earlier try was refused with is over. */
  onOpen: () => void
  onConfirm: () => void
}) {
  const t = useTranslations('requests.actions')
  const [open, setOpen] = useState(false)
  const notHere = usePhoneRefusal()
  const environment = useClusterSummary(request.cluster)?.environment
  const usage = request.review?.usage
  return (
    <>
      <ActionButton
        icon={<Trash2 size={16} />}
        reason={refusal ?? notHere}
        onClick={() => {
          onOpen()
          setOpen(true)
        }}
      >
        {t('override')}
      </ActionButton>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('override')}
        body={t('overrideBody')}
        chip={environment ? <EnvChip environment={environment} /> : null}
        danger
        busy={busy}
        confirm={t('override')}
        typeName={request.topic}
        onConfirm={onConfirm}
      >
        <div className="pt-3">
          {usage ? <UsageReport usage={usage} /> : <Notice tone="warn">{t('overrideUnseen')}</Notice>}
        </div>
        {error ? <RequestError error={error} /> : null}
      </ConfirmDialog>
    </>
  )
}
