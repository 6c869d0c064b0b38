import { notFound } from 'next/navigation'

/** Every other address: 404 inside the shell. */
export default function Page() {
  notFound()
}
