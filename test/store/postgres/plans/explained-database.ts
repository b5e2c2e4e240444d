/** A database that explains each statement of its drivers where it runs, with its own values. */
import type {
  Database,
  List,
  Query,
  Value,
} from '../../../../src/store/postgres/connection/database'

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Total Cost': number
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

export interface Explained {
  /** The method of the port whose statement it is. */
  readonly call: string
  readonly text: string
  /** How many rows of a table, or entries of an index, it looks at, where these are most. */
  readonly rows: number
  readonly where: string
}

const textLiteral = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const types = { TEXT: 'text', INT8: 'bigint', BYTEA: 'bytea', BOOL: 'boolean' } as const

const isList = (value: Value): value is List =>
  typeof value === 'object' && value !== null && 'of' in value

const literalOf = (value: Value): string => {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return textLiteral(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `ARRAY[${value.values.map(literalOf).join(', ')}]::${types[value.of]}[]`
  return `'\\x${Buffer.from(value).toString('hex')}'::bytea`
}

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

const isOfTable = (node: PlanNode): boolean =>
  node['Node Type'].endsWith('Scan') && ('Relation Name' in node || 'Index Name' in node)

const rowsLookedAt = (node: PlanNode): number =>
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)) *
  node['Actual Loops']

const judged = (plan: PlanNode): Pick<Explained, 'rows' | 'where'> => {
  const scans = nodesOf(plan)
    .filter(isOfTable)
    .map((node) => ({
      rows: rowsLookedAt(node),
      where: `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`,
    }))
    .sort((a, b) => b.rows - a.rows)
  return scans[0] ?? { rows: 0, where: '' }
}

/**
 * The database plans a statement for the values at hand, but goes on with a plan for any values
 * once that looks no dearer than to plan each time, which counts about so much.
 */
const costOfPlanning = 20

/**
 * Plans and runs each statement once more before it runs, and takes that back.
 *
 * @param settings with which it is planned, as `name = value`
 */
export const createExplainedDatabase = (database: Database, settings: readonly string[]) => {
  const explained: Explained[] = []
  const seen = new Set<string>()
  let call = ''

  const explain = async (query: Query, text: string, values: readonly Value[]): Promise<void> => {
    const name = `explained_${seen.size}`
    // What is planned as dear would be compiled first.
    await query('SET LOCAL jit = off')
    await query(`PREPARE ${name} AS ${text}`)
    const given = values.length > 0 ? `(${values.map(literalOf).join(', ')})` : ''
    const planned = async (mode: 'custom' | 'generic'): Promise<PlanNode> => {
      await query('SAVEPOINT one')
      for (const setting of [...settings, `plan_cache_mode = force_${mode}_plan`]) {
        await query(`SET LOCAL ${setting}`)
      }
      const [row] = await query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE ${name}${given}`,
      )
      await query('ROLLBACK TO SAVEPOINT one')
      if (!row) throw new Error('a plan has one row')
      return row['QUERY PLAN'][0].Plan
    }
    const custom = await planned('custom')
    explained.push({ call, text, ...judged(custom) })
    const generic = await planned('generic')
    if (generic['Total Cost'] < custom['Total Cost'] + costOfPlanning) {
      explained.push({ call, text, ...judged(generic) })
    }
    await query(`DEALLOCATE ${name}`)
  }

  const explainApart = async (text: string, values: readonly Value[]): Promise<void> => {
    const takenBack = new Error('taken back')
    const work = database.transaction(async (query) => {
      await explain(query, text, values)
      throw takenBack
    })
    await work.catch((error) => {
      if (error !== takenBack) throw new Error(`${call}: ${text}`, { cause: error })
    })
  }

  /** A text once for each method: its values are others. */
  const isNew = (text: string) => {
    const key = `${call} ${text}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }

  const explaining: Database = {
    ...database,
    query: async (text, values = [], options) => {
      if (isNew(text)) await explainApart(text, values)
      return database.query(text, values, options)
    },
    transaction: (work) =>
      database.transaction((inTransaction) =>
        work(async (text, values = [], options) => {
          if (isNew(text)) {
            await inTransaction('SAVEPOINT explained')
            await explain(inTransaction, text, values)
            await inTransaction('ROLLBACK TO SAVEPOINT explained')
          }
          return inTransaction(text, values, options)
        }),
      ),
  }

  return {
    database: explaining,
    explained,
    /** What runs from now on is this method's. */
    during(name: string): void {
      call = name
    },
  }
}
