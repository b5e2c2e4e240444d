/** Text for a person at a terminal: colours where they can be seen, plain elsewhere. */

/** Whether somebody sees colours there and hasn't asked for none (https://no-color.org). */
const showsColours = ({ isTTY }: NodeJS.WriteStream): boolean =>
  isTTY === true && !process.env.NO_COLOR

const coloured = showsColours(process.stdout)
/** For the lines of a log, which go to stderr. */
export const colouredErrors = showsColours(process.stderr)

const paint = (code: number) => (text: string) =>
  coloured ? `\u001b[${code}m${text}\u001b[0m` : text

export const bold = paint(1)
export const dim = paint(90)
export const green = paint(32)
export const red = paint(31)
export const yellow = paint(33)
export const cyan = paint(36)

/** Prints one line on the standard output. */
export const say = (line = ''): void => {
  process.stdout.write(`${line}\n`)
}

/** How many columns a text takes: Chinese characters take two. */
export const columnsOf = (text: string): number => Bun.stringWidth(text)

/** A text with blanks behind it up to so many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
