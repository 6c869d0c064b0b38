/** How many leading items satisfy `before`: a binary search. */
export function firstAfter<T>(items: ArrayLike<T>, before: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && before(item)) low = middle + 1
    else high = middle
  }
  return low
}
