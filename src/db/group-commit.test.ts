import { expect, test } from 'vitest'
import { GroupCommit } from './group-commit.ts'

function given(change: { maxItems?: number; maxBytes?: number; poison?: number } = {}) {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const commit = new GroupCommit<number, string>({
    async store(items) {
      batches.push([...items])
      await new Promise<void>((resolve) => gates.push(resolve))
      if (change.poison !== undefined && items.includes(change.poison)) throw new Error('poison')
      return items.map((item) => `stored ${item}`)
    },
    sizeOf: (item) => item,
    isOnesFault: (error) => error instanceof Error && error.message === 'poison',
    batches: 1,
    maxItems: change.maxItems ?? 100,
    maxBytes: change.maxBytes ?? 10_000,
  })
  const open = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      gates.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { commit, batches, open }
}

test('what arrives together is stored together, and each gets its own result', async () => {
  const { commit, batches, open } = given()
  const all = Promise.all([commit.add(1), commit.add(2), commit.add(3)])
  await open()
  expect(await all).toEqual(['stored 1', 'stored 2', 'stored 3'])
  expect(batches).toEqual([[1, 2, 3]])
})

test('what arrives while a batch is stored waits for the next one', async () => {
  const { commit, batches, open } = given()
  const first = commit.add(1)
  await new Promise((resolve) => setImmediate(resolve))
  const others = [commit.add(2), commit.add(3)]
  await open()
  expect(await Promise.all([first, ...others])).toEqual(['stored 1', 'stored 2', 'stored 3'])
  expect(batches).toEqual([[1], [2, 3]])
})

test.for([
  { name: 'items', change: { maxItems: 2 }, batches: [[10, 20], [30]] },
  { name: 'bytes', change: { maxBytes: 30 }, batches: [[10, 20], [30]] },
  { name: 'bytes, when one alone is larger', change: { maxBytes: 5 }, batches: [[10], [20], [30]] },
])('a batch has a limit of $name', async ({ change, batches: expected }) => {
  const { commit, batches, open } = given(change)
  const all = Promise.all([commit.add(10), commit.add(20), commit.add(30)])
  await open()
  await all
  expect(batches).toEqual(expected)
})

test('one that cannot be stored does not take the others with it', async () => {
  const { commit, open } = given({ poison: 2 })
  const all = Promise.allSettled([commit.add(1), commit.add(2), commit.add(3)])
  await open()
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
