/** One company's ticket ends while it is asked for a thousand times a second. */
import { secondMs } from '../../../src/clock'
import { startSuited } from '../contenders'
import { load } from '../loading'
import type { Row } from '../row'
import { showMs } from '../table'
import { callsOf, jsapiTicketPath, startWecom } from '../wecom'

/** Longer than suited takes to notice and WeCom to answer, and shorter than the load. */
const leftMs = 25 * secondMs
const seconds = 35
/** WeCom takes so long: whoever waited for it stands out. */
const delayMs = 3000

export const expiring: Row = async (conditions) => {
  const wecom = startWecom()
  const { dir } = await conditions.folder({ companies: 1, active: 1, leftMs })
  const suited = await startSuited({ dataDir: dir, wecom: wecom.origin })
  try {
    wecom.delayMs = delayMs
    const result = await load(suited, {
      what: 'sign',
      companies: 1,
      connections: 64,
      rate: 1000,
      seconds,
      warmUpSeconds: 0,
    })
    const calls = callsOf(wecom, jsapiTicketPath)
    conditions.tell(`expiring: ${calls} calls, slowest ${showMs(result.maxMs)}`)
    return {
      findings: [
        {
          what: 'a ticket ending under 1,000 requests a second, WeCom taking 3 s',
          measured: `${calls} upstream call, slowest answer ${showMs(result.maxMs)}`,
          target: '1 call, no request waits',
          met: calls === 1 && result.maxMs < delayMs,
        },
      ],
      tables: [],
    }
  } finally {
    await suited.stop()
    await wecom.stop()
  }
}
