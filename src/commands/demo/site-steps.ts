/** The steps of the demo that begin with a link on the app's site: a login, an installation. */
import { systemClock } from '../../clock'
import type { Stage } from './stage'
import { chain, must, type Step, short } from './step'

/** Opens a link on the phone of a company's first member; where that ends, in words. */
const openLink = async ({ simulator, url, app }: Stage, link: string, corpid: string) => {
  const { trail, page } = await simulator.phones.visit({ url: link, visitor: { corpid } })
  const { way, userid, corpName } = app.lastCame() ?? {}
  must(page.url.startsWith(app.origin) && way !== undefined, `${page.url}: ${page.text}`)
  const hosts: Record<string, string> = {
    [new URL(url).host]: '',
    [new URL(app.origin).host]: 'the app’s ',
  }
  const stops = trail.map((stop) => {
    const { host, pathname } = new URL(stop.url)
    return `${hosts[host] ?? 'WeCom’s '}${pathname}`
  })
  return { way, who: `${short(userid)} of ${corpName}`, stops: stops.join(' → ') }
}

export const memberLogsIn: Step = {
  title: 'A member logs in',
  async run(stage) {
    const began = systemClock.now()
    const { way, who, stops } = await openLink(stage, stage.app.loginLink, stage.corpid)
    must(way === 'client', `the way is ${way}`)
    return [stops, chain(stage, began), `POST /api/login with the code: ${who}`]
  },
}

export const installFromSite: Step = {
  title: 'A company installs from the site',
  async run(stage) {
    const { app, otherCorpid, ask } = stage
    const began = systemClock.now()
    const { way, who, stops } = await openLink(stage, app.installLink, otherCorpid)
    must(way === 'install', `the way is ${way}`)
    const { status } = await ask(`/api/corps/${otherCorpid}`)
    must(status === 'authorized', `the company is ${status}`)
    return [stops, chain(stage, began), `POST /api/login with the code: installed by ${who}`]
  },
}
