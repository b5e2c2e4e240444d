/** The script that starts Swagger UI, imported with `type: 'text'`. */
declare const script: string
export default script
