/** What is under way at drivers on a disk: a scene's clock stands still until it has ended. */

export const createDiskWork = () => {
  let underWay = 0
  const end = () => {
    underWay -= 1
  }

  /** The same driver, its calls counted while they last. */
  const watched = <T extends object>(driver: T): T =>
    new Proxy(driver, {
      get(target, name) {
        const member = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => {
          const result = member.apply(target, given)
          if (result instanceof Promise) {
            underWay += 1
            result.then(end, end)
          }
          return result
        }
      },
    })

  return { watched, atRest: () => underWay === 0 }
}
