'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { KeyValueList } from '@/components/ui/key-value'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { Timestamp } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import type { Message } from '@/lib/contracts/messages'
import { HeaderList } from './header-list'
import { PayloadView, type RecordAddress } from './payload-view'
import { RawBytes } from './raw-bytes'

type Tab = 'value' | 'key' | 'headers' | 'hex' | 'meta'

/** Everything about one record: value, key, headers, raw bytes, and what its batch says. */
export function RecordTabs({ message, address }: { message: Message; address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const [tab, setTab] = useState<Tab>('value')
  return (
    <Tabs<Tab>
      label={t('tabs')}
      value={tab}
      onValueChange={setTab}
      items={[
        { id: 'value', label: t('value') },
        { id: 'key', label: t('key') },
        { id: 'headers', label: t('headers'), count: message.headers.length },
        { id: 'hex', label: t('hex') },
        { id: 'meta', label: t('meta') },
      ]}
    >
      <TabPanel id="value" className="flex flex-col">
        <PayloadView payload={message.value} part="value" address={address} />
      </TabPanel>
      <TabPanel id="key" className="flex flex-col">
        <PayloadView payload={message.key} part="key" address={address} />
      </TabPanel>
      <TabPanel id="headers">
        <HeaderList headers={message.headers} />
      </TabPanel>
      <TabPanel id="hex" className="flex flex-col">
        <RawBytes address={address} />
      </TabPanel>
      <TabPanel id="meta">
        <RecordMeta message={message} topic={address.topic} />
      </TabPanel>
    </Tabs>
  )
}

function RecordMeta({ message, topic }: { message: Message; topic: string }) {
  const t = useTranslations('messages.record.meta_')
  const { producer } = message
  return (
    <KeyValueList
      className="px-4 py-3"
      items={[
        { label: t('topic'), value: topic, mono: true },
        { label: t('partition'), value: message.partition },
        { label: t('offset'), value: <Num value={message.offset} />, mono: true },
        { label: t('timestamp'), value: <Timestamp at={message.timestamp} withZone /> },
        { label: t('timestampType'), value: message.timestampType },
        { label: t('size'), value: <Bytes value={message.size} /> },
        { label: t('keyBytes'), value: message.key ? <Bytes value={message.key.bytes} /> : 'null' },
        { label: t('valueBytes'), value: message.value ? <Bytes value={message.value.bytes} /> : 'null' },
        { label: t('compression'), value: message.compression },
        { label: t('transactional'), value: t(message.transactional ? 'yes' : 'no') },
        producer
          ? {
              label: t('producer'),
              value: `${producer.id} / ${producer.epoch} / ${producer.sequence}`,
              mono: true,
            }
          : null,
        message.leaderEpoch === undefined ? null : { label: t('leaderEpoch'), value: message.leaderEpoch },
      ]}
    />
  )
}
