import type { Permission } from '../../src/contract/permissions.ts'
import { PAGES, SECTIONS, type Page, type Section } from './pages.ts'

export interface MenuSection {
  readonly section: Section
  readonly pages: readonly (Page & { readonly name: string })[]
}

const isNamed = (page: Page): page is Page & { name: string } => page.name !== undefined

/** What somebody with these permissions may open: sections with at least one page. */
export function menuFor(permissions: readonly Permission[]): MenuSection[] {
  const open = PAGES.filter(isNamed).filter(({ permission }) => permissions.includes(permission))
  return SECTIONS.map((section) => ({
    section,
    pages: open.filter((page) => page.section === section),
  })).filter(({ pages }) => pages.length > 0)
}
