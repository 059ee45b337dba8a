import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonValue, canonicalJson } from './canonical-json.ts'

test.for([
  { value: { b: 1, a: 2 }, text: '{"a":2,"b":1}' },
  { value: { a: undefined, b: null }, text: '{"b":null}' },
  { value: { '€': 1, '\r': 2, '1': 3, '': 4 }, text: '{"":4,"\\r":2,"1":3,"€":1}' },
  { value: [3, { z: [], a: {} }], text: '[3,{"a":{},"z":[]}]' },
  { value: 1e21, text: '1e+21' },
  { value: -0, text: '0' },
  { value: '\u0000\ud800"', text: '"\\u0000\\ud800\\""' },
])('a value has one form: $text', ({ value, text }) => {
  expect(canonicalJson(value)).toBe(text)
})

test('whatever the order of names, the text is the same and reads back as the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(reversed(value as JsonValue))).toBe(text)
    }),
    { seed: 1 },
  )
})

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as JsonValue[]).map(reversed)
  const members = Object.entries(value as Record<string, JsonValue>)
  return Object.fromEntries(members.reverse().map(([name, each]) => [name, reversed(each)]))
}
