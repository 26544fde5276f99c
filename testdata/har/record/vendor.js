// A vendor of the recordings: plain HTTP on 18080, TLS with HTTP/2 on 18443, an untrusted certificate on 18444.
const http = require('http'), http2 = require('http2'), zlib = require('zlib'), fs = require('fs'), crypto = require('crypto'), https = require('https');
const cors = q => ({'access-control-allow-origin': q.headers.origin || '*', 'access-control-allow-headers': 'content-type,authorization,x-idempotency-key', 'access-control-allow-methods': 'GET,POST,PUT,DELETE', 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'x-request-id'});
let n = 0;
function page(q, s) {
  const steps = fs.readFileSync('page.html');
  s.writeHead(200, {'content-type': 'text/html; charset=utf-8'}); s.end(steps);
}
function handle(q, s) {
  const u = new URL(q.url, 'http://x'), p = u.pathname, h = {...cors(q), 'x-request-id': 'req-' + (++n)};
  const json = (st, o, x) => { s.writeHead(st, {...h, 'content-type': 'application/json', ...x}); s.end(JSON.stringify(o)); };
  if (q.method === 'OPTIONS' && p === '/preflight-refused') { s.writeHead(403, {'content-length': 0}); return s.end(); }
  if (q.method === 'OPTIONS') { s.writeHead(204, h); return s.end(); }
  q.on('error', () => {});
  switch (p) {
  case '/': return page(q, s);
  case '/sw.js': s.writeHead(200, {'content-type': 'text/javascript'}); return s.end("self.addEventListener('install',e=>self.skipWaiting());self.addEventListener('activate',e=>e.waitUntil(clients.claim()));self.addEventListener('fetch',e=>{const u=new URL(e.request.url);if(u.pathname==='/sw-answer')e.respondWith(new Response('{\"erro\":\"offline\"}',{status:503,headers:{'content-type':'application/json'}}))});");
  case '/ok': return json(200, {ok: true});
  case '/pix/v2/cob': q.resume(); return json(422, {title: 'valor não é numérico', codigo: 'PIX-0422'}, {'content-type': 'application/problem+json; charset=utf-8', 'set-cookie': ['sessao=abc123; Path=/; HttpOnly', 'rota=b; Path=/']});
  case '/contas/saldo': return json(401, {error: 'invalid_token'}, {'www-authenticate': 'Bearer realm="contas"'});
  case '/gzip': { const b = zlib.gzipSync(JSON.stringify({codigo: 'SPI-0071', mensagem: 'Sistema indisponível '.repeat(20)})); s.writeHead(503, {...h, 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': b.length, 'retry-after': '5'}); return s.end(b); }
  case '/nocors': s.writeHead(200, {'content-type': 'application/json'}); return s.end('{"ok":true}');
  case '/tiny': { const b = zlib.gzipSync('{"ok":false}'); s.writeHead(500, {...h, 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': b.length}); return s.end(b); }
  case '/head': s.writeHead(404, {...h, 'content-length': 120}); return s.end();
  case '/binary': { const b = Buffer.alloc(64); for (let i = 0; i < 64; i++) b[i] = i * 37; s.writeHead(500, {...h, 'content-type': 'application/octet-stream', 'content-length': 64}); return s.end(b); }
  case '/latin1': { const b = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><falha>não disponível</falha>', 'latin1'); s.writeHead(500, {...h, 'content-type': 'text/xml; charset=ISO-8859-1', 'content-length': b.length}); return s.end(b); }
  case '/empty': s.writeHead(502, {...h, 'content-length': 0}); return s.end();
  case '/redirect': s.writeHead(302, {...h, location: '/gone', 'content-length': 0}); return s.end();
  case '/gone': return json(410, {erro: true});
  case '/cached': if (n > 0 && u.searchParams.get('hit')) { s.writeHead(404, {...h, 'cache-control': 'max-age=600', 'content-type': 'application/json'}); return s.end('{"erro":"guardado"}'); } return json(404, {});
  case '/form': q.resume(); return json(400, {erro: 'form'});
  case '/reset': return (s.stream ? s.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR) : s.socket.resetAndDestroy ? s.socket.resetAndDestroy() : s.socket.destroy());
  case '/short': if (s.stream) { s.writeHead(200, {...h, 'content-type': 'application/pdf'}); s.write('%PDF-1.7 half'); return setTimeout(() => s.stream.close(2), 60); } s.writeHead(200, {...h, 'content-type': 'application/pdf', 'content-length': 5000}); s.write('%PDF-1.7 half'); return setTimeout(() => s.socket.destroy(), 60);
  case '/slow': return setTimeout(() => { if (!s.destroyed) json(200, {late: true}); }, 3500);
  case '/hold': return setTimeout(() => { s.writeHead(200, {'content-type': 'image/gif'}); s.end(Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64')); }, 6000);
  }
  return json(404, {codigo: 'API-0404', mensagem: 'Recurso não encontrado'});
}
function ws(q, socket) {
  socket.on('error', () => {});
  if (q.url !== '/ws') { socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'); return socket.end(); }
  const key = crypto.createHash('sha1').update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + key + '\r\n\r\n');
  const text = Buffer.from('{"evento":"pix"}'); socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  setTimeout(() => socket.end(Buffer.from([0x88, 0])), 400);
}
const c = f => fs.readFileSync('certs/' + f);
const plain = http.createServer(handle); plain.on('upgrade', ws); plain.listen(18080, '127.0.0.1');
const tls = http2.createSecureServer({key: c('good.key'), cert: c('good.pem'), allowHTTP1: true}, handle); tls.listen(18443, '127.0.0.1'); tls.on('sessionError', () => {});
https.createServer({key: c('bad.key'), cert: c('bad.pem')}, handle).listen(18444, '127.0.0.1');
