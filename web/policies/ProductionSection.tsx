import { useTranslation } from 'react-i18next'
import {
  PolicyStatesDifference,
  type PolicyProduction,
  type PolicyView,
} from '../../src/contract/change-control.ts'
import type { z } from 'zod'
import { useRead } from '../api/data.ts'
import { FieldChanges } from '../settings/FieldChanges.tsx'
import { useActorName } from '../ui/actor.ts'
import { ValueView } from '../ui/Fields.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts, Section } from '../ui/Section.tsx'
import { KindWords } from './KindWords.tsx'
import { LinkList } from './LinkList.tsx'
import { InForce } from './policy-columns.tsx'
import { POLICIES_PATH } from './policy-paths.ts'

interface Props {
  readonly view: PolicyView
  readonly production: z.infer<typeof PolicyProduction>
}

/** What of a policy is in force, and what deploying would change. */
export function ProductionSection({ view: { policy, verbs }, production }: Props) {
  const { t } = useTranslation('policies')
  const named = useActorName()
  const { version, at, by, links, name } = production
  const other = policy.state === 'checked-out' ? 'working' : 'newest'
  const isCompared = verbs.includes('read') && policy.version > 0
  const difference = useRead(`${POLICIES_PATH}/difference`, PolicyStatesDifference, {
    query: { from: `${policy.id}@production`, to: `${policy.id}@${other}` },
    enabled: isCompared,
  })
  return (
    <Section
      title={t('production.title')}
      badge={<InForce version={policy.version} production={production} />}
    >
      <Facts>
        <ValueView label={t('column.version')}>
          {t('version.number', { number: version })}
        </ValueView>
        <ValueView label={t('production.since')}>
          <RelativeTime at={at} absolute />
        </ValueView>
        <ValueView label={t('production.by')}>{named(by.id, by.name)}</ValueView>
        {name !== policy.name && (
          <ValueView label={t('production.name')} help={t('production.nameHelp')}>
            {name}
          </ValueView>
        )}
      </Facts>
      <LinkList kind={policy.kind} links={links} />
      {isCompared && (
        <Loaded of={difference} failed={t('difference.failed')}>
          {({ changes }) => (
            <KindWords kind={policy.kind}>
              {(words) => (
                <FieldChanges
                  label={t('production.difference')}
                  changes={changes}
                  words={words}
                  before={t('production.title')}
                  after={
                    other === 'working'
                      ? t('of.working')
                      : t('version.number', { number: policy.version })
                  }
                />
              )}
            </KindWords>
          )}
        </Loaded>
      )}
    </Section>
  )
}
