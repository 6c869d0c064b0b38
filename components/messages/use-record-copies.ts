'use client'

import { useTranslations } from 'next-intl'
import { curlLine, kcatLine, type RecordAddress, recordJson } from '@/components/record/record-copies'
import { copyText } from '@/components/ui/copy-button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { useToast } from '@/components/ui/toast'
import type { Message } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'

/** What can be copied of the record on screen; keys `y l`, `y k`, `y v`, `y c`. Says what was copied, or that the browser refused. */
export function useRecordCopies(address: RecordAddress, message: Message | undefined) {
  const t = useTranslations('messages.record')
  const toast = useToast()
  const copy = (text: string, what: 'link' | 'key' | 'value' | 'json' | 'kcat' | 'curl') =>
    void copyText(text).then(done => toast(done ? t(`copied.${what}`) : t('copyRefused')))
  const { cluster, topic, partition, offset } = address
  const link = () =>
    copy(new URL(routes.record(cluster, topic, partition, offset), window.location.href).href, 'link')
  const part = (which: 'key' | 'value') => {
    const payload = message?.[which]
    if (!message) return
    if (payload) copy(payload.text, which)
    else toast(t(which === 'key' ? 'nullKey' : 'nullValue'))
  }
  const kcat = () => copy(kcatLine(address), 'kcat')
  const curl = () => copy(curlLine(window.location.origin, address), 'curl')
  const json = () => {
    if (message) copy(recordJson(address, message), 'json')
  }
  useHotkeys({
    'y l': link,
    'y k': () => part('key'),
    'y v': () => part('value'),
    'y c': kcat,
  })
  return { link, kcat, curl, json }
}
