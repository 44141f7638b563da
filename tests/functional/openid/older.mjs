// older.mjs - what oidc-provider needs of Node.js and that of Debian 12 (18.19) does not have yet.
import * as crypto from 'node:crypto'
import { register } from 'node:module'

URL.parse ??= (url, base) => {
	try {
		return new URL(url, base)
	} catch {
		return null
	}
}
globalThis.crypto ??= crypto.webcrypto

// node:crypto of others is ours, which has hash().
const hooks = `export const resolve = (name, context, next) =>
	name === 'node:crypto' && !context.parentURL?.includes('/older')
		? { url: ${JSON.stringify(new URL('older-crypto.mjs', import.meta.url).href)}, shortCircuit: true }
		: next(name, context)`
if (!crypto.hash)
	register(`data:text/javascript,${encodeURIComponent(hooks)}`)
