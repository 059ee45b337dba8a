import { useMailPolicyWords } from '../mail/mail-words.ts'
import type { WordsProps } from './kinds.ts'

export function MailKindWords({ children }: WordsProps) {
  return children(useMailPolicyWords())
}
