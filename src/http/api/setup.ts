/** The route of fields to paste into WeCom's console, each done or awaited. */
import { Elysia, t } from 'elysia'
import { setupItems } from '../../suite/operations/console-fields'
import type { SetupProgressRecorder } from '../../suite/operations/setup-progress'
import type { Suites } from '../../suite/suites'
import { exampleOf, named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { operatorProblems } from '../answer/problem-schema'

const fields = t.Object({
  field: t.String({
    description: 'The field’s name in WeCom’s console.',
    examples: ['指令回调URL'],
  }),
  suite: t.Union([t.String(), t.Null()], { description: 'Null for what is the provider’s.' }),
  value: t.Union([t.String(), t.Null()], { description: 'Ready to paste.' }),
  status: t.Union([t.Literal('done'), t.Literal('awaited'), t.Literal('optional')]),
  detail: t.String({ description: 'What shows that it works, or what to do.' }),
})

const SetupStep = named('SetupStep', fields, {
  field: '指令回调URL',
  suite: 'crm',
  value: 'https://gw.example.com/suites/crm/callback/command',
  status: 'done',
  detail: 'WeCom has reached it.',
})

const SetupStepList = named('SetupStepList', t.Object({ items: t.Array(SetupStep) }), {
  items: [exampleOf(SetupStep)],
})

export interface SetupRoutesParts {
  readonly suites: Suites
  readonly setupProgress: SetupProgressRecorder
  readonly publicUrl: string | null
  /** The domain-ownership files that we serve; null where that can’t be told. */
  domainFileNames(): Promise<readonly string[] | null>
}

export const setupRoutes = (parts: SetupRoutesParts) => {
  const { suites, setupProgress, publicUrl, domainFileNames } = parts
  return new Elysia().get(
    '/setup',
    async () => ({
      items: setupItems({
        suites: suites.all,
        provider: suites.provider,
        publicUrl,
        domainFiles: await domainFileNames(),
        progress: await setupProgress.read(),
      }),
    }),
    {
      response: { 200: SetupStepList, ...operatorProblems() },
      detail: operatorOperations('Operations')(
        'getSetup',
        'What to paste into WeCom’s console',
        'In the order of its forms; what `suited urls` prints.',
      ),
    },
  )
}
