// provider.mjs - a certified OpenID provider (oidc-provider) for the tests, configured by WORLD.
//
// Two clients: one as most providers have them (client secret, the address in the id_token), and
// one as itsme's public documentation describes it (private_key_jwt, the client's keys from its
// own address, id_tokens signed and encrypted, the national number, levels of authentication).
// Its sign-in page is a form: who it is, or no.
import './older.mjs'
import { createServer } from 'node:http'
import { generateKeyPairSync, randomBytes } from 'node:crypto'

const { default: Provider } = await import('oidc-provider')
const world = JSON.parse(process.env.WORLD)
const NUMBER = 'http://itsme.services/v2/claim/BENationalNumber'
const LEVELS = ['http://itsme.services/v2/claim/acr_basic', 'http://itsme.services/v2/claim/acr_advanced']

function key(kid, kind) {
	const pair = kind === 'EC' ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
		: generateKeyPairSync('rsa', { modulusLength: 2048 })
	return { ...pair.privateKey.export({ format: 'jwk' }), kid, use: 'sig' }
}

const callback = name => [`${world.desk}/login/${name}/callback`]
const provider = new Provider(world.issuer, {
	clients: [{
		client_id: 'desk', client_secret: world.secret, redirect_uris: callback('plain'),
		token_endpoint_auth_method: world.post ? 'client_secret_post' : 'client_secret_basic',
		id_token_signed_response_alg: world.algorithm ?? 'RS256'
	}, {
		client_id: 'itsme-desk', redirect_uris: callback('itsme'),
		token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256',
		jwks_uri: `${world.desk}/login/itsme/keys`,
		id_token_signed_response_alg: 'RS256', id_token_encrypted_response_alg: 'RSA-OAEP-256',
		id_token_encrypted_response_enc: world.enc ?? 'A128CBC-HS256',
		...(world.userinfo_jwt && { userinfo_signed_response_alg: 'RS256',
			userinfo_encrypted_response_alg: 'RSA-OAEP-256', userinfo_encrypted_response_enc: 'A128CBC-HS256' })
	}],
	clientAuthMethods: world.post ? ['client_secret_post', 'private_key_jwt'] : ['client_secret_basic', 'private_key_jwt'],
	jwks: { keys: [key(`rsa-${randomBytes(6).toString('hex')}`, 'RSA'), key(`ec-${randomBytes(6).toString('hex')}`, 'EC')] },
	scopes: ['openid', 'email', 'eid', 'service:TEST'],
	claims: { email: ['email', 'email_verified'], eid: [NUMBER], acr: null },
	acrValues: LEVELS,
	enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'RS512'] },
	pkce: { required: () => true },
	features: {
		devInteractions: { enabled: false }, encryption: { enabled: true }, jwtUserinfo: { enabled: true },
		claimsParameter: { enabled: !world.no_claims, assertClaimsParameter: () => {} }
	},
	// by itself it asks no address of this machine
	fetch: (url, { dispatcher, ...options }) => fetch(url, options),
	cookies: { keys: ['only for tests'] },
	interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
	// JSON of who signs in: {"sub", "email", ...}
	findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...JSON.parse(Buffer.from(id, 'base64url')), sub: id }) }),
	async loadExistingGrant(context) {
		const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId })
		grant.addOIDCScope('openid email eid service:TEST')
		grant.addOIDCClaims(['email', 'email_verified', NUMBER])
		await grant.save()
		return grant
	}
})

async function signIn(request, response, url) {
	if (request.method === 'GET') {
		const { params } = await provider.interactionDetails(request, response)
		response.setHeader('Content-Type', 'text/html; charset=utf-8')
		return response.end(`<!DOCTYPE html><title>Sign in</title><p id="asked">${encodeURIComponent(JSON.stringify(params))}</p>
<form method="post"><input name="who" aria-label="who"><button name="do" value="yes">Yes</button><button name="do" value="no">No</button></form>`)
	}
	let body = ''
	for await (const chunk of request)
		body += chunk
	const form = new URLSearchParams(body)
	if (form.get('do') === 'no')
		return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'no' })
	const who = JSON.parse(form.get('who'))
	return provider.interactionFinished(request, response, { login: {
		accountId: Buffer.from(JSON.stringify(who)).toString('base64url'), acr: who.acr, remember: false } })
}

const serve = provider.callback()
createServer(async (request, response) => {
	const url = new URL(request.url, world.issuer)
	try {
		await (url.pathname.startsWith('/sign-in/') ? signIn(request, response, url) : serve(request, response))
	} catch (error) {
		console.error(error)
		response.statusCode = 500
		response.end(String(error))
	}
}).listen(Number(new URL(world.issuer).port), '127.0.0.1')
provider.on('server_error', (_, error) => console.error(error))
for (const name of ['authorization.error', 'grant.error', 'userinfo.error'])
	provider.on(name, (_, error) => console.error(name, error.message, error.error_description, error.error_detail))
