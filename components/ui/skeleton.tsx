import { cn } from './cn'

/** A place where something will stand. Appears after 150 ms. Give it its final size by class. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('skeleton block h-3', className)} />
}

const WIDTHS = ['w-3/5', 'w-2/5', 'w-4/5', 'w-1/2', 'w-2/3']

/** Lines of text that are on their way. */
export function SkeletonLines({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div aria-hidden className={cn('flex flex-col gap-2', className)}>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} className={WIDTHS[i % WIDTHS.length] ?? 'w-1/2'} />
      ))}
    </div>
  )
}
