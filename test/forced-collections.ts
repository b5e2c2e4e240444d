/**
 * Elysia asks for a collection of all garbage whenever it composes an app. A service composes a
 * few in its life, tests compose thousands: a seventh of their time went into it. What a test
 * asks for itself, `Bun.gc(true)`, still happens.
 */
const collect = Bun.gc

Bun.gc = (force = false) => (force ? collect(true) : undefined)
