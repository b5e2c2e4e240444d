/**
 * The app home page (应用主页) of the demo: the README's page, with its findings shown. It loads
 * nothing from elsewhere. No I/O.
 */

export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f6f8, #14171a); --card: light-dark(#fff, #1d2125);
  --text: light-dark(#1a1d21, #e8eaed); --faint: light-dark(#5c6670, #9aa4ae);
  --line: light-dark(#dfe4e9, #32383f); --good: light-dark(#0a7a3d, #4cc38a);
  --bad: light-dark(#c0271d, #ff8a80); --link: light-dark(#0b5cad, #7db8f5);
}
* { box-sizing: border-box }
body {
  margin: 0; padding: clamp(1rem, 4vw, 3rem) 1rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
main {
  max-width: 46rem; margin: auto; padding: clamp(1.2rem, 4vw, 2.4rem); background: var(--card);
  border: 1px solid var(--line); border-radius: 14px;
}
h1 { margin: .2rem 0 .4rem; font-size: clamp(1.5rem, 5vw, 2rem); line-height: 1.2 }
h2 { margin: 2rem 0 .6rem; font-size: 1rem }
p { margin: 0 }
small, .faint { color: var(--faint) }
a { color: var(--link) }
code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
ol { list-style: none; margin: 1.6rem 0 0; padding: 0 }
#steps > li { display: grid; grid-template-columns: 1.7rem 1fr; padding: .8rem 0; border-top: 1px solid var(--line) }
#steps > li::before { content: "○"; color: var(--faint) }
#steps > li.good::before { content: "✓"; color: var(--good); font-weight: 700 }
#steps > li.bad::before { content: "✗"; color: var(--bad); font-weight: 700 }
#steps p { color: var(--faint) }
#steps .bad p { color: var(--bad) }
#calls { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 }
#calls li { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 99px }
#mistakes { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0; padding: 0; list-style: none }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .9rem }
`

/** What the page does wrong on purpose: the value of \`mistake\` in its address, and its name. */
const mistakes = [
  ['address', 'another address signed'],
  ['unencoded', 'no encodeURIComponent'],
  ['ticket', 'one signature for both calls'],
]

/** Runs in the browser. `settings` is what the server knows. */
const script = `
const here = new URLSearchParams(location.search)
const corpid = here.get('corpid')
const mistake = here.get('mistake')
const address = location.href.split('#')[0]

let verdict = 'This page could not be signed'

const show = (id, ok, text) => {
  const step = document.getElementById(id)
  step.className = ok ? 'good' : 'bad'
  step.querySelector('p').replaceChildren(...text)
  if (!ok) throw new Error(id)
}
const code = (text) => Object.assign(document.createElement('code'), { textContent: text })
const cut = (text) => (text.length > 24 ? text.slice(0, 24) + '…' : text)

const sign = async (type) => {
  const url = mistake === 'address' ? location.origin + '/' : address
  const query = mistake === 'unencoded'
    ? 'corpid=' + corpid + '&type=' + type + '&url=' + url
    : new URLSearchParams({ corpid, type, url })
  const response = await fetch(settings.suited + '/sign?' + query)
  const answer = await response.json()
  if (!response.ok) show(type, false, ['GET /sign answers ' + response.status + ', ', code(answer.code), '. ' + answer.detail])
  return { ...answer, signedFor: url }
}

/** The part of WeCom's client, which this browser is not: the demo plays it. */
const hand = async (type, signed) => {
  const response = await fetch('/wecom-client', {
    method: 'POST',
    body: JSON.stringify({ ...signed, corpid, type, url: location.href }),
  })
  const { ok, errmsg, mistake } = await response.json()
  if (!ok) verdict = 'WeCom’s client refuses this page'
  show(type, ok, ok
    ? ['WeCom’s client accepts ', code(cut(signed.signature)), type === 'agent_config' ? ' for agentid ' + signed.agentid : '']
    : ['WeCom’s client says ', code(errmsg), '. ' + mistake])
}

const run = async () => {
  show('corpid', corpid !== null, corpid === null
    ? ['There is no ', code('?corpid='), ' in the address. Enter it in the console as 应用主页: ', code(location.origin + '/?corpid=$CORPID$')]
    : [code(corpid), ' from the address'])
  show('address', true, [code(address)])
  const config = await sign('config')
  await hand('config', config)
  const agentConfig = await sign('agent_config')
  await hand('agent_config', mistake === 'ticket' ? { ...config, agentid: agentConfig.agentid } : agentConfig)
}

const title = document.querySelector('h1')
run().then(
  () => { title.textContent = 'This page has signed itself' },
  () => { title.textContent = verdict },
).finally(async () => {
  const calls = await (await fetch('/calls')).json()
  document.getElementById('calls').replaceChildren(...calls.map((path) => {
    const item = document.createElement('li')
    item.append(code(path))
    return item
  }))
  document.body.dataset.done = 'true'
})
`

export interface HomePageFacts {
  /** Where suited signs. */
  readonly suited: string
  /** The company that installed the app. */
  readonly corpid: string
  /** The two links of the provider's site. */
  readonly loginLink: string
  readonly installLink: string
}

export const ordinary = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const demoHomePage = (facts: HomePageFacts): string => {
  const { suited, corpid, loginLink, installLink } = facts
  const links = [
    ['', 'no mistake'],
    ...mistakes.map(([name, text]) => [`&mistake=${name}`, text]),
  ].map(([query, text]) => `<li><a href="/?corpid=${corpid}${ordinary(query ?? '')}">${text}</a>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>App home page · suited demo</title>
<style>${style}</style>
<main>
<small>应用主页 · the app’s home page, as WeCom opens it for a member</small>
<h1>Signing…</h1>
<p class="faint">What the README’s page does, step by step, against the suited of this demo.</p>
<ol id="steps">
<li id="corpid"><div><b>Which company is it?</b><p>WeCom put it in the place of <code>$CORPID$</code>.</p></div>
<li id="address"><div><b>Which address is signed?</b><p>Without what follows a <code>#</code>.</p></div>
<li id="config"><div><b><code>wx.config</code> for the company</b><p>—</p></div>
<li id="agent_config"><div><b><code>wx.agentConfig</code> for the app in it</b><p>—</p></div>
</ol>
<h2>What suited asked WeCom for</h2>
<ol id="calls"></ol>
<h2>Links of the provider’s site</h2>
<p><a id="login" href="${ordinary(loginLink)}&amp;way=client">Log in</a> · <a id="install" href="${ordinary(installLink)}">Install the app</a></p>
<h2>Make a mistake</h2>
<ul id="mistakes">
${links.join('\n')}
<li><a href="/">no corpid</a>
<li><a href="/?corpid=$CORPID$">$CORPID$ left in place</a>
<li><a href="/?corpid=wpNobody">a company without the app</a>
</ul>
<footer class="faint">Signed by <code>${ordinary(suited)}/sign</code>. WeCom, and its client, are the ones in the box.</footer>
</main>
<script>const settings = ${JSON.stringify({ suited })}
${script}</script>
</html>
`
}
