/**
 * Before the first paint, when the reader follows the system: no flash of the other theme. Backticks, since
 * React escapes quotes.
 */
const SCRIPT =
  'document.documentElement.classList.toggle(`dark`,matchMedia(`(prefers-color-scheme:dark)`).matches)'

export function ThemeScript({ nonce }: { nonce: string | undefined }) {
  return (
    // Browsers hide the nonce from the page, so the attribute always looks changed to React.
    <script nonce={nonce} suppressHydrationWarning>
      {SCRIPT}
    </script>
  )
}
