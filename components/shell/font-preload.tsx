/** The subset with ASCII, digits and 가 (38 KB): every screen needs it, and CSS would ask for it only after layout. */
const FIRST_SUBSET = new URL(
  'pretendard/dist/web/variable/woff2-dynamic-subset/PretendardVariable.subset.91.woff2',
  import.meta.url,
).pathname

export function FontPreload() {
  return <link rel="preload" href={FIRST_SUBSET} as="font" type="font/woff2" crossOrigin="anonymous" />
}
