'use client'

import { useTranslations } from 'next-intl'
import { nameInvisible } from '@/components/ui/split-invisible'
import type { FieldProblem } from './api-error'
import { type ErrorTranslator, gapsOf } from './use-error-words'

/**
 * What is wrong with a field that the server refused, by its code and in the reader's language. Words that
 * only the server has are English: another language quotes them behind a sentence of its own.
 */
export function useFieldWords(): (
  field: Pick<FieldProblem, 'code' | 'message'> & Partial<FieldProblem>,
) => string {
  const t = useTranslations('common.fieldErrors') as unknown as ErrorTranslator
  return ({ code, message, params = {} }) => {
    const name = code.toUpperCase().replaceAll('-', '_')
    const key = /^\w+$/.test(name) && t.has(name) ? name : 'OTHER'
    return t(key, { of: 'number', ...gapsOf(t.raw(key)), ...params, message: nameInvisible(message) })
  }
}
