'use client'

import { useTranslations } from 'next-intl'
import { apiUrl, call, errorOf } from '@/components/api/call'
import { curlLine, kcatLine, type RecordAddress, recordJson } from '@/components/record/record-copies'
import { copyText } from '@/components/ui/copy-button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { useToast } from '@/components/ui/toast'
import { type Message, messages } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'

/**
 * What can be copied of the record on screen; keys `y l`, `y k`, `y v`, `y c`. Says what was copied, or that
 * the browser refused.
 */
export function useRecordCopies(address: RecordAddress, message: Message | undefined) {
  const t = useTranslations('messages.record')
  const toast = useToast()
  const copy = async (
    text: string | Promise<string>,
    what: 'link' | 'key' | 'value' | 'json' | 'kcat' | 'curl',
  ) => toast((await copyText(await text)) ? t(`copied.${what}`) : t('copyRefused'))
  const failed = () => toast(t('copyRefused'))
  const { cluster, topic, partition, offset } = address
  const link = () =>
    void copy(new URL(routes.record(cluster, topic, partition, offset), window.location.href).href, 'link')
  const part = (which: 'key' | 'value') => {
    const payload = message?.[which]
    if (!message) return
    if (payload) void copy(payload.truncated ? wholeText(address, which) : payload.text, which).catch(failed)
    else toast(t(which === 'key' ? 'nullKey' : 'nullValue'))
  }
  const kcat = () => void copy(kcatLine(address), 'kcat')
  const curl = () => void copy(curlLine(window.location.origin, address), 'curl')
  const json = () => {
    // What is on screen came cut where it is long; what is copied is the record.
    if (message)
      void copy(
        call(messages.get, address).then(({ links: _links, ...whole }) => recordJson(address, whole)),
        'json',
      ).catch(failed)
  }
  useHotkeys({
    'y l': link,
    'y k': () => part('key'),
    'y v': () => part('value'),
    'y c': kcat,
  })
  return { link, kcat, curl, json }
}

async function wholeText(address: RecordAddress, part: 'key' | 'value'): Promise<string> {
  const response = await fetch(apiUrl(messages.text, { ...address, part }), { credentials: 'same-origin' })
  if (!response.ok) throw await errorOf(response)
  return response.text()
}
