'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'
import { NAV_ITEMS } from './navigation'
import { useModKey } from './use-mod-key'

/** Every key of the console. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell')
  const mod = useModKey()
  const groups: { title: string; keys: [string[], string][] }[] = [
    {
      title: t('help.go'),
      keys: [
        [['g', 'k'], t('switcher.title')],
        ...NAV_ITEMS.map((item): [string[], string] => [['g', item.key], t(`sections.${item.section}`)]),
      ],
    },
    {
      title: t('help.lists'),
      keys: [
        [['/'], t('help.keys.filter')],
        [['j'], t('help.keys.down')],
        [['k'], t('help.keys.up')],
        [['Enter'], t('help.keys.open')],
        [['Space'], t('help.keys.peek')],
        [['x'], t('help.keys.select')],
        [['⇧', 'x'], t('help.keys.selectRange')],
        [['n'], t('help.keys.next')],
        [['p'], t('help.keys.previous')],
        [['1', '–', '7'], t('help.keys.tabs')],
        [['⇧', 'R'], t('help.keys.replay')],
        [['c'], t('help.keys.create')],
      ],
    },
    {
      title: t('help.everywhere'),
      keys: [
        [[`${mod}K`], t('palette.open')],
        [['.'], t('help.keys.pause')],
        [['['], t('help.keys.sidebar')],
        [['Esc'], t('help.keys.escape')],
        [['y', 'l'], t('help.keys.copyLink')],
        [[`${mod}⏎`], t('help.keys.submit')],
        [['?'], t('help.title')],
      ],
    },
    {
      title: t('help.messages'),
      keys: [
        [['l'], t('help.keys.live')],
        [['f'], t('help.keys.order')],
        [[`${mod}.`], t('help.keys.stop')],
        [['y', 'k'], t('help.keys.copyKey')],
        [['y', 'v'], t('help.keys.copyValue')],
        [['y', 'c'], t('help.keys.copyKcat')],
      ],
    },
  ]
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('help.title')}
      description={t('help.note')}
      size="lg"
    >
      <div className="mt-4 gap-6 sm:columns-3">
        {groups.map(group => (
          <section key={group.title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-meta font-semibold text-text-3">{group.title}</h3>
            <dl>
              {group.keys.map(([keys, words]) => (
                <div key={words} className="flex min-h-7 items-center gap-3">
                  <dt className="flex w-16 shrink-0 gap-0.5">
                    {keys.map(key => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
