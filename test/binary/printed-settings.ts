/** The settings that a command printed, one `NAME=value` a line. */
export const settingsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^ *([A-Z_]+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  )
