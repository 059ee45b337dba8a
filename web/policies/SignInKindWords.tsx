import { useSignInWords } from '../settings/sign-in-words.ts'
import type { WordsProps } from './kinds.ts'

export function SignInKindWords({ children }: WordsProps) {
  return children(useSignInWords())
}
