/**
 * Suites that need a program which not every machine has. Without it they are skipped by name;
 * with SUITED_REQUIRE_TOOLS=1, as on CI, they fail instead.
 */
import { afterAll, describe, test } from 'bun:test'

/** How each tool is installed on Debian. */
const installs = {
  age: 'apt-get install --no-install-recommends age',
  Chromium: 'apt-get install --no-install-recommends chromium-headless-shell',
  curl: 'apt-get install --no-install-recommends curl',
  faketime: 'apt-get install --no-install-recommends faketime',
  'openapi-typescript': 'bun install --frozen-lockfile --cwd clients/typescript',
  node: 'apt-get install --no-install-recommends nodejs',
  PostgreSQL: 'apt-get install --no-install-recommends postgresql-15',
  prlimit: 'apt-get install util-linux',
  python3: 'apt-get install --no-install-recommends python3',
  setpriv: 'apt-get install util-linux',
  systemd: 'apt-get install --no-install-recommends systemd',
  nginx: 'apt-get install --no-install-recommends nginx',
} as const

export type ToolName = keyof typeof installs

/**
 * The suite `name`, run with the path of its tool.
 *
 * @param find the tool's path, or null if this machine doesn't have it
 */
export const describeWithTool = (
  tool: ToolName,
  find: () => string | null,
  name: string,
  suite: (path: string) => void,
): void => {
  const path = find()
  if (path !== null) {
    describe(name, () => suite(path))
    return
  }
  const missing = `${tool} is not here: ${installs[tool]}`
  if (Bun.env.SUITED_REQUIRE_TOOLS === '1') {
    test(`${name} (${missing})`, () => {
      throw new Error(missing)
    })
    return
  }
  test.skip(`${name} (${missing})`, () => {})
  afterAll(() => {
    process.stderr.write(`skipped: ${name} (${missing})\n`)
  })
}
