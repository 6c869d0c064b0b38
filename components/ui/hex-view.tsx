'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { cn } from './cn'
import { hexLine } from './hex-line'

const LINE_HEIGHT = 20

/** Sixteen bytes and their text take so many pixels; in less room eight stand in a line. */
const WIDE = 560

/** Raw bytes; drawn only where they are seen, with as many in a line as leave the text beside them in sight. */
export function HexView({ bytes, label, fill }: { bytes: Uint8Array; label: string; fill?: boolean }) {
  const t = useTranslations('common')
  const scroller = useRef<HTMLElement>(null)
  const [size, setSize] = useState(16)
  useEffect(() => {
    const box = scroller.current
    if (!box) return
    const seen = new ResizeObserver(() => setSize(box.clientWidth < WIDE ? 8 : 16))
    seen.observe(box)
    return () => seen.disconnect()
  }, [])
  const count = Math.ceil(bytes.length / size)
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 600, height: 480 },
  })
  const items = virtualizer.getVirtualItems()
  const end = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  const start = items[0]?.start ?? 0
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className={cn(
        'overflow-auto rounded-control bg-sunken py-2 ring-inset-focus',
        fill ? 'min-h-0 flex-1' : 'max-h-120',
      )}
    >
      <table className="mono-sm border-separate border-spacing-0 leading-5">
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('hexOffset')}</th>
            <th scope="col">{t('hexBytes')}</th>
            <th scope="col">ASCII</th>
          </tr>
        </thead>
        <tbody>
          {start > 0 ? (
            <tr aria-hidden>
              <td colSpan={3} height={start} />
            </tr>
          ) : null}
          {items.map(item => {
            const line = hexLine(bytes, item.index * size, size)
            return (
              <tr key={item.index} className="h-5">
                <td className="px-3 whitespace-nowrap text-text-3">{line.offset}</td>
                <td className="pr-4 whitespace-pre">{line.hex}</td>
                <td className="pr-3 whitespace-pre text-text-2">{line.ascii}</td>
              </tr>
            )
          })}
          {end > 0 ? (
            <tr aria-hidden>
              <td colSpan={3} height={end} />
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  )
}
