/**
 * What a notification consists of, and how it is shown: as text, and as HTML that loads nothing.
 *
 * A template makes blocks of plain sentences. Both forms are made from the same blocks, so neither
 * says more than the other, and every character of the HTML is escaped here.
 */

import type { Language } from '../contract/session.ts'
import type { Wording } from './wording.ts'

export type Block =
  | { readonly is: 'paragraph'; readonly text: string }
  | { readonly is: 'link'; readonly label: string; readonly url: string }
  | { readonly is: 'facts'; readonly rows: readonly Fact[] }
  | { readonly is: 'list'; readonly items: readonly string[] }

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface NotificationDocument {
  readonly subject: string
  readonly greeting: string
  readonly blocks: readonly Block[]
  /** Who sends this and why it can be believed. */
  readonly footer: string
}

/** The notification as text: whole without the HTML. Lines end with LF. */
export function renderText(document: NotificationDocument, wording: Wording): string {
  const { greeting, blocks, footer } = document
  const pieces = [greeting, ...blocks.map((block) => blockAsText(block, wording)), `-- \n${footer}`]
  return `${pieces.join('\n\n')}\n`
}

function blockAsText(block: Block, wording: Wording): string {
  switch (block.is) {
    case 'paragraph':
      return block.text
    case 'link':
      return block.url
    case 'facts':
      return block.rows.map((row) => `  ${wording.say('fact', { ...row })}`).join('\n')
    case 'list':
      return block.items.map((item) => `  - ${item}`).join('\n')
  }
}

/** The notification as a whole HTML document. Read as it is by programs that ignore its style. */
export function renderHtml(document: NotificationDocument, wording: Wording): string {
  const { subject, greeting, blocks, footer } = document
  return [
    `<!DOCTYPE html>`,
    `<html lang="${wording.language satisfies Language}">`,
    `<head>`,
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<meta name="supported-color-schemes" content="light dark">`,
    `<title>${escapeHtml(subject)}</title>`,
    `<style>${NOTIFICATION_STYLE}</style>`,
    `</head>`,
    `<body>`,
    `<div class="page">`,
    `<p>${escapeHtml(greeting)}</p>`,
    ...blocks.map((block) => blockAsHtml(block, wording)),
    `<p class="footer">${escapeHtml(footer)}</p>`,
    `</div>`,
    `</body>`,
    `</html>`,
    ``,
  ].join('\n')
}

function blockAsHtml(block: Block, wording: Wording): string {
  switch (block.is) {
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`
    case 'link': {
      const url = escapeHtml(block.url)
      return (
        `<p><a class="button" href="${url}">${escapeHtml(block.label)}</a></p>\n` +
        `<p class="small">${escapeHtml(wording.say('copy-link'))}<br><a href="${url}">${url}</a></p>`
      )
    }
    case 'facts': {
      const rows = block.rows.map(
        ({ label, value }) =>
          `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
      )
      return `<table>\n${rows.join('\n')}\n</table>`
    }
    case 'list': {
      const items = block.items.map((item) => `<li>${escapeHtml(item)}</li>`)
      return `<ul>\n${items.join('\n')}\n</ul>`
    }
  }
}

/**
 * The one style sheet: whoever shows a notification under a content security policy allows it by its
 * hash. Names of fonts are those of the reader's system.
 */
export const NOTIFICATION_STYLE = [
  `body{margin:0;padding:0;background:#f4f5f7;color:#1c2430;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Malgun Gothic",sans-serif}`,
  `.page{max-width:600px;margin:0 auto;padding:24px;background:#fff}`,
  `p,table,ul{margin:0 0 16px}`,
  `a{color:#1f5fbf}`,
  `.button{display:inline-block;padding:12px 20px;border-radius:6px;background:#1f5fbf;color:#fff;text-decoration:none;font-weight:600}`,
  `.small,.footer{font-size:14px;color:#4b5563;overflow-wrap:anywhere}`,
  `.footer{margin:24px 0 0;padding-top:16px;border-top:1px solid #d5d9e0}`,
  `table{border-collapse:collapse}`,
  `th,td{padding:4px 16px 4px 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}`,
  `th{font-weight:400;color:#4b5563}`,
  `ul{padding-left:20px}`,
  `@media (prefers-color-scheme:dark){`,
  `body{background:#14181f;color:#e6e9ee}.page{background:#1c222b}a{color:#8ab4f8}`,
  `.button{background:#8ab4f8;color:#10151c}.small,.footer,th{color:#aeb6c2}.footer{border-color:#3a4350}`,
  `}`,
].join('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
