import type { ComponentProps } from 'react'
import { MonoId } from './mono-id'

/** A name among facts (`KeyValueList`), as high as their lines: small, to be copied, a link seen as one. */
export function FactId(props: Pick<ComponentProps<typeof MonoId>, 'id' | 'href' | 'max'>) {
  return <MonoId {...props} className="h-5" small copy quiet={false} />
}
