'use client'

import { useLocale, useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { type ReactNode, useState } from 'react'
import { KeyValueList } from '@/components/ui/key-value'
import { Segmented } from '@/components/ui/segmented'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { Timestamp } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import type { Message } from '@/lib/contracts/messages'
import { formatInteger } from '@/lib/format'
import { HeaderList } from './header-list'
import { PayloadView } from './payload-view'
import { RawBytes } from './raw-bytes'
import type { RecordAddress } from './record-copies'

const TABS = ['value', 'key', 'headers', 'hex', 'meta', 'nearby'] as const
type Tab = (typeof TABS)[number]

/**
 * Everything about one record: value, key, headers, raw bytes, and what its batch says. Which of them is open
 * stands in the address.
 */
export function RecordTabs({
  message,
  address,
  nearby,
}: {
  message: Message
  address: RecordAddress
  /** What lies around the record, and what has its key. */
  nearby: ReactNode
}) {
  const t = useTranslations('messages.record')
  const [tab, setTab] = useQueryState('view', parseAsStringLiteral(TABS).withDefault('value'))
  return (
    <Tabs<Tab>
      label={t('tabs')}
      value={tab}
      onValueChange={next => void setTab(next)}
      items={[
        { id: 'value', label: t('value') },
        { id: 'key', label: t('key') },
        { id: 'headers', label: t('headers'), count: message.headers.length },
        { id: 'hex', label: t('hex') },
        { id: 'meta', label: t('meta') },
        { id: 'nearby', label: t('nearby') },
      ]}
    >
      <TabPanel id="value" className="flex flex-col">
        <PayloadView
          key={`${address.partition}/${address.offset}`}
          payload={message.value}
          part="value"
          address={address}
        />
      </TabPanel>
      <TabPanel id="key" className="flex flex-col">
        <PayloadView
          key={`${address.partition}/${address.offset}`}
          payload={message.key}
          part="key"
          address={address}
        />
      </TabPanel>
      <TabPanel id="headers" className="flex flex-col">
        <HeaderList headers={message.headers} />
      </TabPanel>
      <TabPanel id="hex" className="flex flex-col">
        <HexOfPart address={address} />
      </TabPanel>
      <TabPanel id="meta">
        <RecordMeta message={message} topic={address.topic} />
      </TabPanel>
      <TabPanel id="nearby">{nearby}</TabPanel>
    </Tabs>
  )
}

function HexOfPart({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const [part, setPart] = useState<'key' | 'value'>('value')
  return (
    <>
      <div className="flex h-9 shrink-0 items-center px-4">
        <Segmented
          size="sm"
          label={t('hex')}
          value={part}
          onValueChange={setPart}
          options={[
            { value: 'value', label: t('value') },
            { value: 'key', label: t('key') },
          ]}
        />
      </div>
      <RawBytes key={part} address={address} part={part} />
    </>
  )
}

function RecordMeta({ message, topic }: { message: Message; topic: string }) {
  const t = useTranslations('messages.record.meta_')
  const locale = useLocale()
  const { producer, batch } = message
  return (
    <KeyValueList
      className="px-4 py-3"
      labelWidth="w-44"
      items={[
        { label: t('topic'), value: <bdi translate="no">{topic}</bdi>, mono: true },
        { label: t('partition'), value: message.partition },
        { label: t('offset'), value: <Num value={message.offset} />, mono: true },
        { label: t('timestamp'), value: <Timestamp at={message.timestamp} withZone /> },
        { label: t('timestampType'), value: message.timestampType, mono: true },
        { label: t('size'), value: <Bytes value={message.size} /> },
        { label: t('keyBytes'), value: message.key ? <Bytes value={message.key.bytes} /> : <Null /> },
        { label: t('valueBytes'), value: message.value ? <Bytes value={message.value.bytes} /> : <Null /> },
        { label: t('compression'), value: message.compression, mono: true },
        { label: t('transactional'), value: t(message.transactional ? 'yes' : 'no') },
        message.undecided
          ? { label: t('aborted'), value: t('undecided') }
          : message.aborted === undefined
            ? null
            : { label: t('aborted'), value: t(message.aborted ? 'yes' : 'no') },
        producer
          ? {
              label: t('producer'),
              value: `${producer.id} / ${producer.epoch} / ${producer.sequence}`,
              mono: true,
            }
          : null,
        message.leaderEpoch === undefined ? null : { label: t('leaderEpoch'), value: message.leaderEpoch },
        batch
          ? {
              label: t('batch'),
              value: t('batchFacts', {
                base: formatInteger(batch.baseOffset, locale),
                last: formatInteger(batch.lastOffset, locale),
                n: batch.records,
              }),
            }
          : null,
      ]}
    />
  )
}

function Null() {
  return <span className="text-stall italic">null</span>
}
