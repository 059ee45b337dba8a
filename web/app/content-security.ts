/**
 * Makes the page work under a content security policy that allows no inline script, no inline style
 * and no HTML made of text.
 */

declare global {
  interface Window {
    /** Where the package that keeps the page from scrolling under a dialog looks for the nonce. */
    __webpack_nonce__?: string
    trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createHTML: (html: string) => string; createScriptURL: (url: string) => string },
      ): unknown
    }
  }
}

/** The nonce that the hub wrote into this copy of the page. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}

/** To be called before anything else. */
export function prepareForContentSecurity(): void {
  window.__webpack_nonce__ = nonce()
  // Mantine writes style sheets of its variables as text of a style element, which is a use of
  // innerHTML. Without a "<" nothing can become an element; all else is refused.
  window.trustedTypes?.createPolicy('default', {
    createHTML(html) {
      if (html.includes('<')) throw new TypeError('HTML is not made of text here')
      return html
    },
    createScriptURL(url) {
      if (new URL(url, location.href).origin !== location.origin) {
        throw new TypeError('scripts come from the hub only')
      }
      return url
    },
  })
}
