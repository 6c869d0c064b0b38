'use client'

import { createContext, useContext } from 'react'

export type ShellActions = {
  openPalette: () => void
  openHelp: () => void
  toggleSidebar: () => void
  signOut: () => void
}

/**
 * The cluster that cluster pages are about: the one in the address, else the last one seen, else the first
 * there is.
 */
export type ShellState = { cluster: string | null }

export const ShellContext = createContext<(ShellActions & ShellState) | null>(null)

export function useShell(): ShellActions & ShellState {
  const value = useContext(ShellContext)
  if (value === null) throw new Error('useShell outside of the shell')
  return value
}
