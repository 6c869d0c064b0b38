/** Room for rows of a table that are not drawn: the height attribute needs no inline style. */
export function RowGap({ height, columns }: { height: number; columns: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td colSpan={columns} height={height} />
    </tr>
  ) : null
}
