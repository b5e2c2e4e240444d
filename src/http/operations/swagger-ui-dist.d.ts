/**
 * Swagger UI's files, imported with `type: 'file'`: their default export is a path in the binary.
 */
declare module 'swagger-ui-dist/*' {
  const path: string
  export default path
}
