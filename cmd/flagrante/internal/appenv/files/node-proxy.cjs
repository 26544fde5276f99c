// Made by flagrante, for versions of Node that do not read the proxy variables by
// themselves (before 22.21 and 24.5): http, https and fetch then use the proxy of
// HTTP_PROXY and HTTPS_PROXY, except for the hosts of NO_PROXY. In newer versions
// it does nothing, nor in Deno, which loads it too: there, reading a variable takes a
// permission that the app may not have.
'use strict';

if (!process.versions.deno && !process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
  const address = process.env.HTTPS_PROXY || process.env.https_proxy;
  if (address) install(new URL(address));
}

function install(proxy) {
  const http = require('http');
  const https = require('https');
  const net = require('net');
  const tls = require('tls');

  const direct = (process.env.NO_PROXY || process.env.no_proxy || '').split(',').map((s) => s.trim().toLowerCase()).filter(Boolean);
  const bare = (host) => String(host || 'localhost').toLowerCase().replace(/^\[|\]$/g, '');

  function bypassed(host, port) {
    const name = bare(host);
    if (name === bare(proxy.hostname) && String(port) === proxy.port) return true;
    return direct.some((rule) => {
      if (rule === '*') return true;
      const [, pattern, only] = /^(.*?)(?::(\d+))?$/.exec(net.isIPv6(rule) ? `${rule}` : rule) || [];
      if (net.isIPv6(rule)) return name === rule;
      if (only && only !== String(port)) return false;
      const suffix = pattern.replace(/^\*/, '');
      return suffix.startsWith('.') ? name.endsWith(suffix) : name === suffix || name.endsWith('.' + suffix);
    });
  }

  // tunnel asks the proxy for a connection, with the bytes that are the vendor's.
  function tunnel(host, port, done) {
    const authority = `${net.isIPv6(bare(host)) ? `[${bare(host)}]` : bare(host)}:${port}`;
    const socket = net.connect(Number(proxy.port), bare(proxy.hostname));
    let head = Buffer.alloc(0);
    const fail = (error) => { socket.destroy(); done(error); };
    const ended = () => fail(new Error(`the proxy ${proxy.host} closed the connection`));
    const read = (part) => {
      head = Buffer.concat([head, part]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return head.length > 65536 ? fail(new Error('the proxy speaks no HTTP')) : undefined;
      socket.off('data', read).off('error', fail).off('end', ended);
      const status = /^HTTP\/1\.\d (\d+)/.exec(head.toString('latin1', 0, end));
      if (!status || status[1] !== '200') return fail(new Error(`the proxy ${proxy.host} refused ${authority}: ${status && status[1]}`));
      socket.pause();
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      done(null, socket);
    };
    socket.on('data', read).once('error', fail).once('end', ended);
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  }

  // https: every agent makes its connections here, those of libraries included.
  const connect = https.Agent.prototype.createConnection;
  https.Agent.prototype.createConnection = function createConnection(options, done) {
    const plain = typeof options !== 'object' || typeof done !== 'function' || options.socket || options.socketPath;
    if (plain || bypassed(options.hostname || options.host, options.port)) return connect.apply(this, arguments);
    tunnel(options.hostname || options.host, options.port, (error, socket) => {
      if (error) return done(error);
      done(null, connect.call(this, {...options, socket}));
    });
    return undefined;
  };

  // http: the request names its whole target, and goes to the proxy.
  const addRequest = http.Agent.prototype.addRequest;
  http.Agent.prototype.addRequest = function (request, options, ...rest) {
    const object = typeof options === 'object' && options !== null;
    if (!object || this.protocol !== 'http:' || options.socketPath || bypassed(options.hostname || options.host, options.port) || !request.path.startsWith('/')) {
      return addRequest.call(this, request, options, ...rest);
    }
    const host = options.hostname || options.host || 'localhost';
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}${options.port && Number(options.port) !== 80 ? `:${options.port}` : ''}`;
    const target = `http://${authority}${request.path}`;
    // With header fields given as a list the head is written already.
    if (request._header) request._header = request._header.replace(` ${request.path} `, ` ${target} `);
    request.path = target;
    const via = {...options, host: bare(proxy.hostname), hostname: bare(proxy.hostname), port: Number(proxy.port)};
    return addRequest.call(this, request, via, ...rest);
  };

  // fetch: its library is loaded with the first call, and known by its dispatcher.
  const fetch = globalThis.fetch;
  if (typeof fetch !== 'function') return;
  const dispatcher = Symbol.for('undici.globalDispatcher.1');
  let ready = false;
  const prepare = () => {
    ready = true;
    void globalThis.Headers;
    const standard = globalThis[dispatcher];
    if (!standard || standard.constructor.name !== 'Agent') return;
    globalThis[dispatcher] = new standard.constructor({connect});

    function connect(options, done) {
      const secure = options.protocol === 'https:';
      const port = options.port || (secure ? 443 : 80);
      const name = bare(options.servername || options.hostname);
      const finish = (error, socket) => {
        if (error) return done(error, null);
        if (!secure) return done(null, socket);
        const servername = net.isIP(name) ? undefined : name;
        const session = tls.connect({socket, servername, host: name, ALPNProtocols: ['http/1.1']});
        const failed = (reason) => done(reason, null);
        session.once('error', failed).once('secureConnect', () => { session.off('error', failed); done(null, session); });
      };
      if (!bypassed(options.hostname, port)) return tunnel(options.hostname, port, finish);
      const socket = net.connect(Number(port), bare(options.hostname));
      const failed = (reason) => finish(reason);
      socket.once('error', failed).once('connect', () => { socket.off('error', failed); finish(null, socket); });
    }
  };
  globalThis.fetch = function fetch_(...args) {
    if (!ready) prepare();
    return fetch.apply(this, args);
  };
  Object.defineProperty(globalThis.fetch, 'name', {value: 'fetch'});
}
