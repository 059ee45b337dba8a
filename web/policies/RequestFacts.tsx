import { useTranslation } from 'react-i18next'
import type { PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { useActorName } from '../ui/actor.ts'
import { Address } from '../ui/Address.tsx'
import { ValueView } from '../ui/Fields.tsx'
import { useFormat } from '../ui/format.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { useProblemWords } from '../ui/problem-words.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts, Section } from '../ui/Section.tsx'
import { ApiProblem } from '../api/problem.ts'
import { usePolicyNames } from './kind-name.ts'
import { policyPage } from './policy-paths.ts'
import { useTargetWords } from './target-words.ts'

/** Who asks for what, why, and until when. */
export function RequestFacts({ view }: { readonly view: PolicyRequestView }) {
  const { t } = useTranslation('policies')
  const named = useActorName()
  const names = usePolicyNames()
  const problemWords = useProblemWords()
  const targetWords = useTargetWords()
  const format = useFormat()
  const { request, order, cc, endedAt, endedBy, failure, issues } = view
  const { by, at, comment, expiresAt, notBefore, policy, action } = request
  const failed = failure === null ? undefined : new ApiProblem({ code: failure, status: 0 })
  return (
    <>
      {issues.length > 0 && (
        <NoteBox kind="bad" title={t('requests.issues')}>
          <ul>
            {issues.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        </NoteBox>
      )}
      {failed !== undefined && (
        <NoteBox kind="bad" title={t('requests.failure')}>
          {problemWords(failed)}
        </NoteBox>
      )}
      <Section title={t('requests.one')}>
        <Facts>
          <ValueView label={t('requests.policy')}>
            <PageLink to={policyPage(policy.id)}>{names.policy(policy)}</PageLink>
          </ValueView>
          <ValueView label={t('requests.by')}>{named(by.id, by.name)}</ValueView>
          <ValueView label={t('requests.at')}>
            <RelativeTime at={at} absolute />
          </ValueView>
          <ValueView label={t('requests.why')}>{comment}</ValueView>
          {order.version !== null && (
            <ValueView label={t('column.version')}>
              {t('version.number', { number: order.version })}
            </ValueView>
          )}
          {action === 'create' && (
            <ValueView label={t('new.how')}>{t(order.live ? 'new.live' : 'new.offline')}</ValueView>
          )}
          {order.from !== null && (
            <ValueView label={t('field.from')}>{t(`from.${order.from}`)}</ValueView>
          )}
          {action === 'deploy' && (
            <ValueView label={t('links.title')}>
              {Array.isArray(order.links)
                ? format.list(order.links.map(targetWords))
                : t(`links.asked.${order.links}`)}
            </ValueView>
          )}
          {cc !== '' && (
            <ValueView label={t('field.cc')}>
              <Address>{cc}</Address>
            </ValueView>
          )}
          {notBefore !== null && (
            <ValueView label={t('field.notBefore')}>
              <RelativeTime at={notBefore} absolute />
            </ValueView>
          )}
          {endedAt === null ? (
            <ValueView label={t('requests.expires')}>
              {expiresAt === null ? t('requests.never') : <RelativeTime at={expiresAt} absolute />}
            </ValueView>
          ) : (
            <ValueView label={t('requests.ended')}>
              <RelativeTime at={endedAt} absolute />
              {endedBy !== null && ` · ${t('by', { name: named(endedBy.id, endedBy.name) })}`}
            </ValueView>
          )}
        </Facts>
      </Section>
    </>
  )
}
