/**
 * Work that WeCom does on the side and whose result is asked for by a jobid: done at once here. No
 * I/O.
 */
import { randomText } from './random-text'
import { Refusal } from './refusals'
import type { Job, World } from './world'

const remembered = 1000

/** Notes the result of a job, and gives its jobid. */
export const addJob = (world: World, corpid: string | null, result: Job['result']): string => {
  const jobid = randomText(world.random, 32)
  world.jobs.set(jobid, { corpid, result })
  const [oldest] = world.jobs.keys()
  if (oldest !== undefined && world.jobs.size > remembered) world.jobs.delete(oldest)
  return jobid
}

/** @throws {Refusal} 40058 no such job of this owner's */
export const jobNamed = (world: World, corpid: string | null, jobid: string): Job['result'] => {
  const job = world.jobs.get(jobid)
  if (job?.corpid !== corpid) throw new Refusal(40058)
  return job.result
}
