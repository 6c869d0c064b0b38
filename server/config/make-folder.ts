import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '@/lib/errors'

/**
 * A folder that this process can write to, made with all above it (mode 0700). Throws STORE_READ_ONLY or STORE_FULL.
 * Own recursion: node's `recursive: true` never returns below /proc, where mkdir answers ENOENT for a parent
 * that is there.
 */
export function makeFolder(folder: string): void {
  try {
    make(folder)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw folderError(folder, error)
  }
}

function make(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(folder)
  if (parent !== folder) make(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** What the file system said about the data folder, as an AppError whose detail names it. */
export function folderError(folder: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new AppError(isFull ? 'STORE_FULL' : 'STORE_READ_ONLY', {
    detail: isFull
      ? `There is no space left for the data folder ${folder}.`
      : `The data folder ${folder} cannot be written. Set MILENA_DATA to one that can.`,
    params: { folder },
    cause: error,
  })
}
