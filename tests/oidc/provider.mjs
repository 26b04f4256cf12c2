// A real OpenID Connect provider on loopback for the tests. Prints its issuer as one line of JSON; then each line on
// standard input is an order: `rotate` signs with a fresh key and forgets the old one. It ends with its input.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const [returnTo, afterSignOut] = process.argv.slice(2);

function makeKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' }] };
}

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    clients: ['yunqi', 'another'].map((name) => ({
      client_id: name,
      client_secret: 'a secret of the tests only: / + %',
      redirect_uris: [returnTo],
      post_logout_redirect_uris: [afterSignOut],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    })),
    pkce: { required: () => true },
    jwks: makeKeys(),
    cookies: { keys: ['keys of the tests'] },
    claims: { openid: ['sub', 'employee_number', 'email'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, employee_number: `E-${id}`, email: `${id}@unit.example` }),
    }),
    ttl: { IdToken: 600, Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600, AuthorizationCode: 60 },
  });
  provider.use(async (ctx, next) => {
    await next();
    delete ctx.response.header['content-security-policy'];
  });
  return provider.callback();
}

const server = createServer((request, response) => answer(request, response));
let answer;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = makeProvider(issuer);
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === 'rotate') answer = makeProvider(issuer);
      console.log(JSON.stringify({ done: line }));
    })
    .on('close', () => process.exit(0));
});
