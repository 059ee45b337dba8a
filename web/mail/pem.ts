/** Of what a field of one line left: the browser takes line ends away from what is pasted there. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g

/** PEM with the line ends that it had before it was pasted; all else as it is. */
export function withLineEnds(text: string): string {
  return text.replace(BLOCK, (_, label: string, body: string) => {
    const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? []
    return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`
  })
}
