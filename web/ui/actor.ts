import { useTranslation } from 'react-i18next'

/** Who did something, by name: a person's own, or what the hub's own ways are called. */
export function useActorName(): (id: string, name: string | null) => string | undefined {
  const { t, i18n } = useTranslation()
  return (id, name) => {
    const key = `actors.${id}`
    return i18n.exists(key) ? t(key) : (name ?? undefined)
  }
}
