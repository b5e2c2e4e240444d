/** A stream of events as its reader sees it, frame by frame. */
import type { Scene } from '../../../scene'
import { adminToken } from '../../../scene'

export interface StreamedFrame {
  readonly id?: string
  readonly event?: string
  readonly retry?: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape
  readonly data?: any
}

const frameOf = (text: string): StreamedFrame =>
  Object.fromEntries(
    text.split('\n').map((line) => {
      const [, name = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? []
      return [name, name === 'data' ? JSON.parse(value) : value]
    }),
  )

export interface Streamed {
  readonly response: Response
  /** All that came until now. */
  readonly frames: StreamedFrame[]
  /** Those of the log among them. */
  events(): StreamedFrame[]
  names(): (string | undefined)[]
  isOver(): boolean
  cancel(): Promise<void>
}

export const open = async (
  scene: Scene,
  query = '',
  headers: Record<string, string> = {},
): Promise<Streamed> => {
  const response = await scene.request(`/api/events/stream${query}`, {
    headers: { authorization: `Bearer ${adminToken}`, ...headers },
  })
  const frames: StreamedFrame[] = []
  let isOver = false
  const reader = response.ok ? response.body?.getReader() : undefined
  const read = async () => {
    const decoder = new TextDecoder()
    let rest = ''
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      rest += decoder.decode(next.value, { stream: true })
      const whole = rest.split('\n\n')
      rest = whole.pop() ?? ''
      frames.push(...whole.map(frameOf))
    }
    isOver = true
  }
  if (response.ok) read().catch(() => undefined)
  await scene.settle()
  return {
    response,
    frames,
    events: () => frames.filter(({ event, data }) => event === undefined && data !== undefined),
    names: () => frames.map(({ event }) => event).filter((name) => name !== undefined),
    isOver: () => isOver,
    cancel: async () => reader?.cancel(),
  }
}
