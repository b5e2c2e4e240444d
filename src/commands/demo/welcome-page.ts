/** Where the demo's logins and installations lead: who came, as the app was told. No I/O. */
import type { Member } from '../../suite/pages/flow/member'
import { ordinary, style } from './home-page'

export const welcomePage = (member: Member): string => {
  const { way, userid, corpName, corpid } = member
  const who = `${userid ?? 'nobody'} of ${corpName ?? corpid ?? 'no company'}`
  const title = way === 'install' ? 'The app is installed' : 'A member is signed in'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${title} · suited demo</title>
<style>${style}</style>
<main>
<small>the page of the app behind <code>redirect=</code></small>
<h1>${title}</h1>
<p>${ordinary(who)}</p>
<h2>What <code>POST /api/login</code> gave for the code</h2>
<p><code>${ordinary(JSON.stringify(member, null, 1))}</code></p>
<footer class="faint"><a href="/?corpid=${ordinary(corpid ?? '')}">The app home page</a></footer>
</main>
</html>
`
}
