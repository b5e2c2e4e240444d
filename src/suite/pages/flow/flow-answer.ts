/** How a flow ends, as text too: it is kept for whoever asks for the return address again. */
import type { PageFailure } from './flow-refusal'

export type FlowAnswer =
  | { readonly kind: 'go'; readonly location: string }
  /** Nobody asked where to go on to. */
  | { readonly kind: 'signed_in'; readonly corpName: string; readonly userid: string }
  | { readonly kind: 'failed'; readonly failure: PageFailure; readonly again: string | null }

/** As it is kept. */
export const textOfAnswer = (answer: FlowAnswer): string => JSON.stringify(answer)

/** Only what `textOfAnswer` gave, which our own store keeps. */
export const answerInText = (text: string): FlowAnswer => JSON.parse(text) as FlowAnswer
