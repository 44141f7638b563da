// older-crypto.mjs - node:crypto with the hash() of newer ones.
import { createHash } from 'node:crypto'

export * from 'node:crypto'

export function hash(algorithm, data, encoding = 'hex') {
	const digest = createHash(algorithm).update(data)
	return encoding === 'buffer' ? digest.digest() : digest.digest(encoding)
}
