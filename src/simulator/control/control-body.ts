/** Bodies of the control API: JSON whatever the content type says, and none at all means `{}`. */
export const jsonBody = async ({ request }: { request: Request }): Promise<unknown> => {
  const text = await request.text()
  return text.trim() === '' ? {} : JSON.parse(text)
}
