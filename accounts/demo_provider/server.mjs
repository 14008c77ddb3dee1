// ThaiD (จำลอง): a certified OpenID provider (node-oidc-provider) dressed as ThaiD, for the demo and the tests.
// Everything it needs comes as JSON in THAID_DEMO; see __main__.py. It listens on 127.0.0.1 only and keeps nothing.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateKeyPairSync, randomBytes } from 'node:crypto';

const given = JSON.parse(process.env.THAID_DEMO);
const load = (path) => import(pathToFileURL(join(given.modules, path)).href);
const { default: Provider } = await load('oidc-provider/lib/index.js');

const CLAIMS = ['pid', 'title', 'given_name', 'family_name', 'ial'];
const citizens = new Map(given.citizens.map((citizen) => [citizen.pid, citizen]));
const quirks = new Map(given.clients.map((client) => [client.client_id, client.quirks ?? {}]));
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const provider = new Provider(given.issuer, {
  clients: given.clients.map(({ quirks: _, ...client }) => ({
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
    ...client,
  })),
  jwks: { keys: [{ ...key, kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'ES256' }] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', ...CLAIMS],
  claims: { openid: ['sub'], ...Object.fromEntries(CLAIMS.map((name) => [name, [name]])) },
  conformIdTokenClaims: false, // ThaiD puts the granted claims into the id_token of the code flow
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  routes: { authorization: '/api/v2/oauth2/auth/', token: '/api/v2/oauth2/token/', jwks: '/jwks/' },
  interactions: { url: (_ctx, interaction) => `/who/${interaction.uid}/` },
  ttl: { Session: 1, Interaction: 1800, Grant: 1800, AuthorizationCode: 60, AccessToken: 300, IdToken: 300 },
  // As at ThaiD, `sub` is no promise: here it is a number of the session, never the citizen number.
  findAccount: (ctx, id) => {
    const bare = quirks.get(ctx.oidc.client?.clientId)?.claims === 'body';
    const { pid, title, given_name, family_name, ial } = citizens.get(id);
    return { accountId: id, claims: () => ({ sub: `demo-${randomBytes(8).toString('hex')}`, ...(bare ? {} : { pid, title, given_name, family_name, ial }) }) };
  },
  // Signing in is the consent: the person saw who asks.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
    await grant.save();
    return grant;
  },
  renderError: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = page('ทำรายการไม่ได้', `<p>${safe(out.error)}</p><p>${safe(out.error_description ?? '')}</p>`);
  },
});

// The token answer as ThaiD gives it: granted claims beside the tokens, `expires_in` as an epoch where asked for.
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return;
  const quirk = quirks.get(ctx.oidc.client.clientId) ?? {};
  const { accountId } = ctx.oidc.entities.Account;
  if (quirk.claims === 'body') {
    const { pid, title, given_name, family_name, ial } = citizens.get(accountId);
    Object.assign(ctx.body, { pid, title, given_name, family_name, ial });
  }
  if (quirk.expires_in === 'absolute') ctx.body.expires_in += Math.floor(Date.now() / 1000);
});

const counts = {};
const safe = (text) => String(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html><html lang="th"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · ThaiD (จำลอง)</title>
<link rel="stylesheet" href="/style.css"></head><body><main><p class="mark">ThaiD <small>จำลอง</small></p>
<h1>${title}</h1>${body}</main></body></html>`;

const STYLE = `body{margin:0;background:#eef1f6;color:#16202e;font:400 17px/1.7 Sarabun,"Noto Sans Thai",sans-serif}
main{max-width:27rem;margin:6vh auto;padding:1.75rem;background:#fff;border-radius:14px;box-shadow:0 8px 30px #1018281f}
.mark{margin:0 0 1rem;font-weight:700;font-size:1.5rem;color:#1d3a8a}.mark small{font-size:.9rem;color:#7a3b00;background:#fff3e0;border-radius:4px;padding:.1rem .5rem;vertical-align:middle}
h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:.25rem 0 1rem;color:#414d5e}form{display:grid;gap:.5rem;margin:0}
button{font:inherit;text-align:start;padding:.55rem .9rem;border:1px solid #b9c2cf;border-radius:8px;background:#fff;color:inherit;cursor:pointer}
button:hover,button:focus-visible{border-color:#1d3a8a;background:#eef3ff}button:focus-visible{outline:3px solid #1d3a8a66}
button b{display:block}button small{color:#4d596a}button.no{margin-top:.75rem;text-align:center}
@media(max-width:30rem){main{margin:0;min-height:100vh;border-radius:0;box-sizing:border-box}}`;

const choices = (uid) => page('ท่านคือใคร', `<p>หน้านี้แทนการสแกนด้วยแอป ThaiD ผู้ใช้และเลขประจำตัวทั้งหมดสมมติขึ้น</p>
<form method="post" action="/who/${uid}/">${[...citizens.values()].map((one) => `<button name="pid" value="${one.pid}"><b>${
  safe(one.title + one.given_name)} ${safe(one.family_name)}</b><small>เลขประจำตัว ${one.pid} · ${safe(one.note)}</small></button>`).join('')}
<button class="no" name="pid" value="">ยกเลิก</button></form>`);

async function form(request) {
  let text = '';
  for await (const piece of request) {
    text += piece;
    if (text.length > 4096) throw new Error('form too large');
  }
  return new URLSearchParams(text);
}

async function who(request, response, uid) {
  if (request.method !== 'POST') {
    await provider.interactionDetails(request, response);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(choices(uid));
  }
  const pid = (await form(request)).get('pid');
  const result = citizens.has(pid)
    ? { login: { accountId: pid, remember: false } }
    : { error: 'access_denied', error_description: 'the person cancelled' };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, given.issuer);
  counts[pathname] = (counts[pathname] ?? 0) + 1;
  const uid = pathname.match(/^\/who\/([\w-]+)\/$/)?.[1];
  try {
    if (uid) return await who(request, response, uid);
    if (pathname === '/style.css') return response.setHeader('content-type', 'text/css').end(STYLE);
    if (pathname === '/counts') return response.end(JSON.stringify(counts)); // how often each path was asked: tests of caching
    return answer(request, response);
  } catch (error) {
    response.statusCode = 400;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(page('รายการหมดอายุ', '<p>โปรดกลับไปที่ e-Office แล้วเริ่มใหม่</p>'));
  }
});
server.listen(given.port, '127.0.0.1', () => console.log(`ThaiD (จำลอง) ${given.issuer}`));
