import { expect, test } from 'vitest'
import { connectionWords } from './connection-words.ts'

test.for([
  {
    about: 'a certificate that nobody vouches for, without advice to programmers',
    error: new Error(
      'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    ),
    words: 'self-signed certificate',
  },
  {
    about: 'an error of OpenSSL, without the place in its source',
    error: Object.assign(
      new Error('40:error:0A00010B:SSL routines::wrong version number:a.c:77:'),
      {
        reason: 'wrong version number',
      },
    ),
    words: 'wrong version number',
  },
  {
    about: 'several addresses that all refuse',
    error: Object.assign(new AggregateError([new Error('a')]), { code: 'ECONNREFUSED' }),
    words: 'ECONNREFUSED',
  },
  {
    about: 'one address that refuses',
    error: new Error('connect ECONNREFUSED 127.0.0.1:1'),
    words: 'connect ECONNREFUSED 127.0.0.1:1',
  },
  { about: 'nothing at all', error: new Error(''), words: 'unknown' },
])('$about', ({ error, words }) => {
  expect(connectionWords(error)).toBe(words)
})
