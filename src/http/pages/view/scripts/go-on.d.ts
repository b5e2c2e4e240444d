/** The script, imported with `type: 'text'`. */
declare const script: string
export default script
