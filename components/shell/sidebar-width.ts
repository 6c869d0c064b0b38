/** Class of words in the sidebar: hidden when it is narrow, by choice or because the window is. */
export function wideOnly(collapsed: boolean, phone: boolean): string {
  if (phone) return ''
  return collapsed ? 'hidden' : 'max-side:hidden'
}
