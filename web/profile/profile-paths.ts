export const PROFILE_PATH = '/api/v1/profile'
export const TOKENS_PATH = `${PROFILE_PATH}/tokens`
export const METHODS_PATH = `${PROFILE_PATH}/sign-in-methods`
export const SESSIONS_PATH = '/api/v1/sessions'
