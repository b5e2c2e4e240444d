/** What every driver of the two ports must do. A driver's test hands in how it is opened. */
import { describe } from 'bun:test'
import type { EventLogDriver, StoreDriver } from '../../src/store/driver/drivers'
import { appendRules } from './conformance/append-rules'
import { auditRules } from './conformance/audit-rules'
import type { Abilities, OpenBackend } from './conformance/bench'
import { budgetRules } from './conformance/budget-rules'
import { claimNumberRules } from './conformance/claim-number-rules'
import { claimRules } from './conformance/claim-rules'
import { corpListRules } from './conformance/corp-list-rules'
import { corpRules } from './conformance/corp-rules'
import { corpVisitRules } from './conformance/corp-visit-rules'
import { deliveryRules } from './conformance/delivery-rules'
import { endpointRecordRules } from './conformance/endpoint-record-rules'
import { endpointStateRules } from './conformance/endpoint-state-rules'
import { eventListRules } from './conformance/event-list-rules'
import { factRules } from './conformance/fact-rules'
import { keyRules } from './conformance/key-rules'
import { leaseRules } from './conformance/lease-rules'
import { logLifeRules } from './conformance/log-life-rules'
import { movingRules } from './conformance/moving-rules'
import { onceValueRules } from './conformance/once-value-rules'
import { pendingSecretRules } from './conformance/pending-secret-rules'
import { retentionRules } from './conformance/retention-rules'
import { serviceSecretRules } from './conformance/service-secret-rules'
import { sharedDeliveryRules } from './conformance/shared-delivery-rules'
import { storeLifeRules } from './conformance/store-life-rules'
import { suiteRules } from './conformance/suite-rules'
import { sharedWorkRules, suspectedCorpRules } from './conformance/suspected-corp-rules'
import { tokenRules } from './conformance/token-rules'
import { transferRules } from './conformance/transfer-rules'
import { turnRules } from './conformance/turn-rules'

export const storeConformance = (
  name: string,
  open: OpenBackend<StoreDriver>,
  abilities: Abilities,
) =>
  describe(`the ${name} store`, () => {
    suiteRules(open)
    corpRules(open)
    corpListRules(open)
    tokenRules(open)
    leaseRules(open, abilities)
    corpVisitRules(open, abilities)
    turnRules(open, abilities)
    budgetRules(open, abilities)
    keyRules(open, abilities)
    endpointRecordRules(open)
    serviceSecretRules(open, abilities)
    storeLifeRules(open, abilities)
  })

export const eventLogConformance = (
  name: string,
  open: OpenBackend<EventLogDriver>,
  abilities: Abilities,
) =>
  describe(`the ${name} event log`, () => {
    appendRules(open)
    claimRules(open)
    claimNumberRules(open)
    pendingSecretRules(open)
    deliveryRules(open)
    endpointStateRules(open)
    sharedDeliveryRules(open, abilities)
    eventListRules(open)
    retentionRules(open)
    transferRules(open)
    movingRules(open)
    factRules(open)
    auditRules(open)
    onceValueRules(open, abilities)
    suspectedCorpRules(open, abilities)
    sharedWorkRules(open)
    logLifeRules(open, abilities)
  })
