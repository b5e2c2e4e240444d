/** Makes API keys in scenes. */
import type { Scene } from '../../scene'

/** A fresh key with these rights: its text. */
export const createKey = async (
  { ask }: Scene,
  name: string,
  rights: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const created = await ask('/api/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...rights }),
  })
  if (typeof created.key !== 'string') throw new Error(JSON.stringify(created))
  return created.key
}
