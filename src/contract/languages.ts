/** Languages that the hub speaks, in its pages and in its mail. */
export const LANGUAGES = ['en', 'fr', 'ko'] as const

export type Language = (typeof LANGUAGES)[number]
