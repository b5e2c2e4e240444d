/** The host's root, where nothing is but a browser's way on. */
import { ServiceError } from '../../errors'

/** What whoever finds nothing there is told: where they are, and where to go. */
export const nothingAtRoot = (): ServiceError =>
  new ServiceError(
    'not_found',
    'This is suited, the backend of a WeCom app, and nothing is at this address. Operators find every route at swagger; the URLs for WeCom are those that `suited urls` prints.',
  )
