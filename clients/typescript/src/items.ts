/** Lists that come in pages, item by item. */

interface Page<Item> {
  readonly items: readonly Item[]
  /** The cursor of the page after; null on the last one. */
  readonly next: string | null
}

/**
 * Every item of a list; the next page is fetched once it is needed.
 *
 * @example for await (const event of everyItem(suited.listEvents, { type: 'create_auth' })) …
 */
export async function* everyItem<Input extends { cursor?: string }, Item>(
  list: (input: Input) => Promise<Page<Item>>,
  filter?: Omit<Input, 'cursor'>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null = null
  do {
    const page: Page<Item> = await list({ ...filter, ...(cursor && { cursor }) } as Input)
    yield* page.items
    cursor = page.next
  } while (cursor !== null)
}
