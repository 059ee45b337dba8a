/**
 * What `zod` means in the browser (an alias in `vite.config.ts`): the same without code made of text,
 * which the content security policy does not allow. It has to be said before the first shape is made,
 * and shapes are made when their file is loaded; hence here, where each of them comes through.
 */
import { z } from 'zod/v4'

z.config({ jitless: true })

export { z }
