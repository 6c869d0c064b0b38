'use client'

import { useTranslations } from 'next-intl'
import { CopyButton } from '@/components/ui/copy-button'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { KeyValueList } from '@/components/ui/key-value'
import type { ConfigEntry } from '@/lib/contracts/topics'
import { ConfigValue, plainText } from './config-value'

/** One config in full: value, where it comes from, and Kafka's own words on it. */
export function ConfigDrawer({ config, onClose }: { config: ConfigEntry; onClose: () => void }) {
  const t = useTranslations('topics.config')
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={config.name}
      header={
        <h2 className="mono flex items-center gap-1 leading-7 font-semibold break-all">
          {config.name}
          <CopyButton text={config.name} />
        </h2>
      }
    >
      <DrawerSection>
        <KeyValueList
          labelWidth="w-32"
          items={[
            {
              label: t('value'),
              value: (
                <span className="flex items-center gap-1">
                  <ConfigValue config={config} value={config.value} />
                  {config.value === null ? null : <CopyButton text={config.value} />}
                </span>
              ),
            },
            { label: t('source'), value: t(`sources.${config.source}`) },
            { label: t('default'), value: <ConfigValue config={config} value={config.defaultValue} /> },
            { label: t('type'), value: config.type, mono: true },
            { label: t('readOnly'), value: t(config.readOnly ? 'yes' : 'no') },
          ]}
        />
      </DrawerSection>
      <DrawerSection title={t('documentation')}>
        <p lang="en" className="whitespace-pre-line text-text-2">
          {plainText(config.documentation) || t('undocumented')}
        </p>
      </DrawerSection>
    </Drawer>
  )
}
