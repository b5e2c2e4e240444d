/**
 * The style of all pages, a fixed text that CSP knows by its hash. Phones first; nothing that a
 * webview of Chromium 78 or X5 doesn't know: no `gap` in flex boxes, no `inset`, no `clamp`. Pairs
 * of colours keep WCAG's AA in both schemes, which a test computes.
 */
import { Html } from './html'

export const style = `
:root {
  --page: #f3f4f6; --card: #ffffff; --ink: #191c20; --soft: #596270; --line: #e4e7eb;
  --accent: #1a5fd0; --on-accent: #ffffff; --pressed: #154ea9;
  --good: #0b7351; --good-tint: #e2f4ec; --calm: #1a5fd0; --calm-tint: #e6effc;
  --heed: #8f5300; --heed-tint: #fcefd9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101215; --card: #1a1d22; --ink: #eceef1; --soft: #a4adb9; --line: #2e333b;
    --accent: #2c6bdc; --on-accent: #ffffff; --pressed: #3f7ae6;
    --good: #63d3a6; --good-tint: #16352b; --calm: #86b3fb; --calm-tint: #1b2d4a;
    --heed: #f0b862; --heed-tint: #3b2b12;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--card); color: var(--ink);
  font: 16px/1.6 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PingFang SC",
    "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  word-break: break-word; overflow-wrap: anywhere;
}
h1, p, dl, dd { margin: 0; }
main { max-width: 480px; margin: 0 auto; padding: 48px 24px 32px; }
.mark {
  display: block; width: 56px; height: 56px; margin: 0 0 20px; padding: 14px; border-radius: 50%;
  fill: none; stroke: currentColor; stroke-width: 2.25; stroke-linecap: round;
  stroke-linejoin: round;
}
.good { color: var(--good); background: var(--good-tint); }
.calm { color: var(--calm); background: var(--calm-tint); }
.heed { color: var(--heed); background: var(--heed-tint); }
h1 { margin: 0 0 12px; font-size: 24px; line-height: 1.35; font-weight: 600; }
.says { color: var(--soft); }
.says + .says { margin-top: 8px; }
.code { margin: 28px 0 0; text-align: center; }
.qr {
  width: 240px; height: 240px; max-width: 100%; border-radius: 12px;
  border: 1px solid var(--line); background: #ffffff; vertical-align: top;
}
.state { margin-top: 16px; color: var(--soft); text-align: center; line-height: 1.4; }
.state small { display: block; }
dl { margin: 28px 0 0; }
.facts { border-top: 1px solid var(--line); }
.fact { padding: 12px 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); font-size: 13px; line-height: 1.5; }
dt small { margin-left: 6px; font-size: 12px; }
dd { font-weight: 500; line-height: 1.5; }
dd.whole { font: 15px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
dd.whole { -webkit-user-select: all; user-select: all; word-break: break-all; }
.codes { margin-top: 32px; border: 0; }
.codes .fact { display: flex; padding: 2px 0; border: 0; }
.codes dt { flex: 1; }
.codes dd.whole { font-size: 13px; }
.button {
  display: block; min-height: 52px; margin-top: 32px; padding: 13px 20px; border-radius: 12px;
  background: var(--accent); color: var(--on-accent); font-size: 17px; line-height: 26px;
  font-weight: 500; text-align: center; text-decoration: none;
  -webkit-tap-highlight-color: transparent;
}
.button:hover, .button:active { background: var(--pressed); }
.button:focus-visible { outline: 3px solid var(--calm); outline-offset: 3px; }
.button small { display: block; font-size: 13px; line-height: 18px; font-weight: 400; }
.other { margin-top: 36px; font-size: 14px; line-height: 1.55; }
.other .title { margin-bottom: 4px; font-weight: 600; }
[hidden] { display: none; }
.turning { transform-origin: 50% 50%; animation: turn 1.1s linear infinite; }
@keyframes turn { to { transform: rotate(360deg); } }
@media (prefers-reduced-motion: reduce) { .turning { animation: none; } }
@media (min-width: 600px) {
  body { background: var(--page); padding: 10vh 0 48px; }
  main {
    padding: 48px 48px 44px; background: var(--card); border: 1px solid var(--line);
    border-radius: 20px;
  }
}
`

export const styleElement = Html.fixed(`<style>${style}</style>`)
