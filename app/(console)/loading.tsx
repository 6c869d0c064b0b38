import { Skeleton, SkeletonLines } from '@/components/ui/skeleton'

/** While a page's first reads run (700 ms at most): its frame, late enough not to flash. */
export default function Loading() {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 px-4 py-4">
      <Skeleton className="h-5 w-48" />
      <SkeletonLines lines={12} />
    </div>
  )
}
