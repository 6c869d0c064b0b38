'use client'

import { useTranslations } from 'next-intl'
import { HeaderValue } from '@/components/record/header-list'
import { cn } from '@/components/ui/cn'
import { Timestamp } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'

type Letter = OutputOf<typeof deadLetters.record>

const SIGN = { strip: '−', keep: ' ', add: '+', replace: '±' } as const

type Header = Letter['message']['headers'][number]

/** Epoch milliseconds in a header that is called a timestamp. */
function timeOf({ name, value }: Header): number | null {
  return value !== null && /timestamp$/i.test(name) && /^\d{12,14}$/.test(value.text)
    ? Number(value.text)
    : null
}

/** Every header as it stands in the dead letter, and what a replay does with it. */
export function HeaderRoles({ letter }: { letter: Letter }) {
  const t = useTranslations('dead-letters.record')
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <thead>
        <tr className="text-left text-meta text-text-3">
          <th scope="col" className="h-7 w-2/5 border-b border-line px-4 font-medium">
            {t('headerName')}
          </th>
          <th scope="col" className="h-7 border-b border-line px-2 font-medium">
            {t('headerValue')}
          </th>
          <th scope="col" className="h-7 w-24 border-b border-line px-2 font-medium">
            {t('headerRole')}
          </th>
        </tr>
      </thead>
      <tbody>
        {letter.message.headers.map((header, i) => {
          const role = letter.headerRoles[i] ?? 'keep'
          return (
            <tr key={i} className="align-top">
              <th
                scope="row"
                className="mono-sm border-b border-line/55 px-4 py-1 text-left font-normal break-all text-text-2"
              >
                <bdi translate="no">
                  <VisibleText text={header.name} />
                </bdi>
              </th>
              <td className="group/header mono-sm border-b border-line/55 px-2 py-1">
                <HeaderValue value={header.value} />
                {timeOf(header) === null ? null : (
                  <Timestamp at={timeOf(header)} withZone className="font-sans text-text-3" />
                )}
              </td>
              <td
                className={cn(
                  'border-b border-line/55 px-2 py-1 text-meta',
                  role === 'keep' ? 'text-text-3' : 'font-medium text-text-2',
                )}
              >
                <span aria-hidden className="mono-sm inline-block w-4">
                  {SIGN[role]}
                </span>
                {t(`role.${role}`)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
