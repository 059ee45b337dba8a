/**
 * Requests: what somebody asks others to do with a policy, and what they say to it (table A3); and
 * the ways into production, with and without a request. What needs approval, and of whom, is said by
 * the policy `change-control` (`approval/`); what is in force leads through `deployment/deploy.ts`.
 *
 * Each method is one transaction. Of many who decide one request the first is heard, the others get
 * `policy.already_decided`. What waits for a moment is a job.
 */

import type { Jobs } from '../../jobs/jobs.ts'
import type { ControlParts } from '../control-parts.ts'
import * as verbs from '../deployment/deploy-verbs.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { becomeDue } from './become-due.ts'
import * as decide from './decide.ts'
import { DUE_JOB } from './due.ts'
import { smash } from './glass.ts'
import * as queries from './queries.ts'
import { NO_NOTICES, type RequestNotices } from './notices.ts'
import type { PolicyRequest, RequestParts } from './request.ts'
import * as submit from './submit.ts'
import { testOf, type TryCommand, tryOut } from './try-out.ts'

export class Requests {
  readonly #parts: RequestParts

  /** `parts` are those of change control; without `notices` nobody is told by mail. */
  constructor({ parts, notices = NO_NOTICES }: { parts: ControlParts; notices?: RequestNotices }) {
    this.#parts = { ...parts, notices }
  }

  /** Does the jobs of requests. */
  handleJobs(jobs: Jobs): void {
    jobs.handle(DUE_JOB, ({ requestId }) => becomeDue(this.#parts, requestId))
  }

  requestCreate(command: submit.RequestCreateCommand): Promise<PolicyRequest> {
    return submit.requestCreate(this.#parts, command)
  }

  requestControl(command: submit.RequestCommand): Promise<PolicyRequest> {
    return submit.requestControl(this.#parts, command)
  }

  requestDeploy(command: submit.RequestDeployCommand): Promise<PolicyRequest> {
    return submit.requestDeploy(this.#parts, command)
  }

  requestDelete(command: submit.RequestDeleteCommand): Promise<PolicyRequest> {
    return submit.requestDelete(this.#parts, command)
  }

  requestRestore(command: submit.RequestCommand): Promise<PolicyRequest> {
    return submit.requestRestore(this.#parts, command)
  }

  approve(command: decide.ApproveCommand): Promise<PolicyRequest> {
    return decide.approve(this.#parts, command)
  }

  reject(command: decide.DecideCommand): Promise<PolicyRequest> {
    return decide.reject(this.#parts, command)
  }

  withdraw(command: decide.DecideCommand): Promise<PolicyRequest> {
    return decide.withdraw(this.#parts, command)
  }

  deploy(command: verbs.DeployCommand): Promise<PolicyRow> {
    return this.#inProduction((tx) => verbs.deploy(tx, this.#parts, command))
  }

  /** Deploys an earlier version. */
  rollBack(command: verbs.DeployCommand & { readonly version: number }): Promise<PolicyRow> {
    return this.#inProduction((tx) => verbs.rollBack(tx, this.#parts, command))
  }

  breakGlass(command: verbs.BreakGlassCommand): Promise<PolicyRow> {
    return smash(this.#parts, command)
  }

  /** Tests what a request proposes; undefined where there is nothing to test. */
  testProposed(command: TryCommand): Promise<string | undefined> {
    return tryOut(this.#parts, command)
  }

  /** The test of what a request proposes, if there was one. */
  testOf(order: Parameters<typeof testOf>[1]): Promise<string | undefined> {
    return testOf(this.#parts, order)
  }

  listRequests(order: queries.ListRequestsOrder) {
    return queries.listRequests(this.#parts, order)
  }

  getRequest(order: Parameters<typeof queries.getRequest>[1]): Promise<queries.RequestStanding> {
    return queries.getRequest(this.#parts, order)
  }

  async #inProduction(
    work: (tx: Parameters<typeof verbs.deploy>[0]) => Promise<PolicyRow>,
  ): Promise<PolicyRow> {
    const policy = await this.#parts.db.transaction().execute(work)
    this.#parts.tell(policy.kind)
    return policy
  }
}
