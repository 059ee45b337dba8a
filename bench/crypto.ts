/** The group `crypto`: CMS in memory, messages of 4 KB, against what OpenSSL alone needs and PKI.js. */

import { decryptRows } from './crypto-decrypt.ts'
import { encryptRows } from './crypto-encrypt.ts'
import { signRows } from './crypto-sign.ts'
import { verifyRows } from './crypto-verify.ts'
import type { Row } from './measure.ts'

export const rows: readonly Row[] = [...signRows, ...verifyRows, ...encryptRows, ...decryptRows]
