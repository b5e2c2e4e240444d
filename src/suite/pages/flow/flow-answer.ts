/** How a flow ends, as text too: it is kept for whoever asks for the return address again. */
import type { PageFailure } from './flow-refusal'

export type FlowAnswer =
  | { readonly kind: 'go'; readonly location: string }
  /** Nobody asked where to go on to. */
  | { readonly kind: 'signed_in'; readonly corpName: string; readonly userid: string }
  /** The company has the app, and the browser isn't sent on. */
  | {
      readonly kind: 'installed'
      readonly corpName: string
      /** This installation was shown before. */
      readonly already: boolean
      /** Nothing shows that it began in this browser. */
      readonly redirectWithheld: boolean
      /** What was wrong with the state; null if nothing, or if it was missing. */
      readonly refusedState: PageFailure | null
    }
  | {
      readonly kind: 'install_failed'
      readonly failure: PageFailure
      readonly again: string | null
    }
  | { readonly kind: 'failed'; readonly failure: PageFailure; readonly again: string | null }

/** As it is kept. */
export const textOfAnswer = (answer: FlowAnswer): string => JSON.stringify(answer)

/** Only what `textOfAnswer` gave, which our own store keeps. */
export const answerInText = (text: string): FlowAnswer => JSON.parse(text) as FlowAnswer
