/** Class of icons in the sidebar that go when it is narrow, by choice or because the window is. */
export function wideOnly(collapsed: boolean, phone: boolean): string {
  if (phone) return ''
  return collapsed ? 'hidden' : 'max-side:hidden'
}

/** Class of its words: out of sight when it is narrow, but still the names of links and buttons. */
export function wideWords(collapsed: boolean, phone: boolean): string {
  if (phone) return ''
  return collapsed ? 'sr-only' : 'max-side:sr-only'
}
