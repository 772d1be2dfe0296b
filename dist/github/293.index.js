export const id = 293;
export const ids = [293];
export const modules = {

/***/ 3293:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createConnection: () => (/* binding */ createConnection),
  isLoopback: () => (/* binding */ isLoopback),
  noProxy: () => (/* binding */ noProxy),
  proxyFor: () => (/* binding */ proxyFor),
  readProxySettings: () => (/* binding */ readProxySettings)
});

// EXTERNAL MODULE: ./tools/bundle/undici.js
var undici = __webpack_require__(7930);
;// CONCATENATED MODULE: ./lib/statuspage/skip-continue.js
const start = /^HTTP\/1\.[01] 100(?!\d)/;
const whole = /^HTTP\/1\.[01] 100(?!\d)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/;
function skipContinue(callback) {
    return (...connected) => {
        if (connected[1])
            filterReads(connected[1]);
        callback(...connected);
    };
}
function filterReads(socket) {
    const read = socket.read.bind(socket);
    let held = Buffer.alloc(0);
    socket.read = (size) => {
        const chunk = read(size);
        if (chunk === null)
            return null;
        held = Buffer.concat([held, chunk]);
        for (let text = held.toString('latin1');; text = held.toString('latin1')) {
            const found = whole.exec(text)?.[0];
            if (found === undefined) {
                const isUnfinished = start.test(text) || (text.length < 13 && 'HTTP/1.1 100'.startsWith(text));
                if (isUnfinished)
                    return null;
                break;
            }
            held = held.subarray(found.length);
        }
        socket.read = read;
        return held;
    };
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/statuspage/unpack.js


const longestReplyBytes = 6 * 1024 * 1024;
async function readBody(chunks, contentEncoding = '') {
    const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
    let body = Buffer.concat(chunks);
    try {
        for (const coding of codings.reverse()) {
            if (body.length > 0)
                body = await unpackOne(body, coding, { maxOutputLength: longestReplyBytes });
        }
    }
    catch (error) {
        throw error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : error;
    }
    return new TextDecoder().decode(body);
}
async function unpackOne(body, coding, options) {
    switch (coding) {
        case '':
        case 'identity':
            return body;
        case 'gzip':
        case 'x-gzip':
            return (0,external_node_util_.promisify)(external_node_zlib_.gunzip)(body, options);
        case 'deflate':
            return (0,external_node_util_.promisify)(((body[0] ?? 0) & 0x0f) === 8 ? external_node_zlib_.inflate : external_node_zlib_.inflateRaw)(body, options);
        case 'br':
            return (0,external_node_util_.promisify)(external_node_zlib_.brotliDecompress)(body, options);
        default:
            throw Object.assign(new Error(), { code: `content-encoding ${coding}` });
    }
}

// EXTERNAL MODULE: ./lib/statuspage/wire.js
var wire = __webpack_require__(2556);
;// CONCATENATED MODULE: ./lib/statuspage/network.js




const longestIdleMs = 2_000;
function createConnection(environment) {
    const settings = readProxySettings(environment);
    const closing = new AbortController();
    const idle = [];
    return {
        send: (request) => exchange(request, isLoopback(request.url) ? noProxy : settings, idle, closing.signal),
        close: async () => {
            closing.abort();
            closeAll(idle);
        },
    };
}
function addressTimeoutMs(requestTimeoutMs) {
    return Math.max(250, Math.floor(requestTimeoutMs / 3));
}
function openRoute(proxy, exceptions, { url, timeoutMs }) {
    const sockets = new AbortController();
    let direct = false;
    const socket = {
        allowH2: false,
        timeout: 0,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: addressTimeoutMs(timeoutMs),
        signal: sockets.signal,
    };
    const connect = (0,undici/* buildConnector */.gU)(socket);
    const refusal = proxy?.refusal;
    const uri = refusal === undefined ? (proxy?.uri ?? '') : unusableProxy;
    const dispatcher = new undici/* EnvHttpProxyAgent */.J2({
        httpProxy: uri,
        httpsProxy: uri,
        noProxy: exceptions,
        proxyTls: refusal === undefined ? socket : { ...socket, lookup: (_name, _options, done) => done(refusal, '') },
        requestTls: socket,
        connections: 1,
        keepAliveTimeout: longestIdleMs,
        keepAliveMaxTimeout: longestIdleMs,
        connect: (options, callback) => {
            direct = true;
            connect(options, skipContinue(callback));
        },
    });
    const close = () => {
        sockets.abort();
        dispatcher.destroy().catch(() => { });
    };
    return { origin: url.origin, dispatcher, isDirect: () => direct, close };
}
function takeRoute(idle, origin) {
    const index = idle.findIndex((route) => route.origin === origin);
    return index < 0 ? undefined : idle.splice(index, 1)[0];
}
function closeAll(routes) {
    for (const route of routes.splice(0))
        route.close();
}
async function exchange(request, settings, idle, closing) {
    const proxy = proxyFor(settings, request.url);
    const route = (isRead(request) ? takeRoute(idle, request.url.origin) : undefined) ??
        openRoute(proxy, settings.exceptions, request);
    const signals = request.signal === undefined ? [closing] : [closing, request.signal];
    const stop = AbortSignal.any(signals);
    let timer;
    let interrupt = () => { };
    let isWhole = false;
    try {
        const reply = await new Promise((resolve, reject) => {
            const receiver = createReceiver(resolve, (reason) => {
                reject((0,wire/* toWireError */.x)(reason, receiver.isSent(), route.isDirect() ? undefined : proxy?.host));
            });
            interrupt = () => receiver.giveUp('interrupted');
            stop.addEventListener('abort', interrupt);
            timer = setTimeout(() => receiver.giveUp('timeout'), request.timeoutMs);
            if (stop.aborted)
                receiver.giveUp('interrupted');
            else
                route.dispatcher.dispatch(describeDispatch(request), receiver.handler);
        });
        isWhole = true;
        return reply;
    }
    finally {
        clearTimeout(timer);
        stop.removeEventListener('abort', interrupt);
        if (isWhole && isRead(request))
            idle.push(route);
        else
            route.close();
        if (!isWhole)
            closeAll(idle);
    }
}
function isRead({ method }) {
    return method === 'GET';
}
function describeDispatch(request) {
    const { url, method, headers, body } = request;
    const path = `${url.pathname}${url.search}`;
    return { origin: url.origin, path, method, headers: { ...headers }, body: body ?? null, reset: !isRead(request) };
}
function createReceiver(resolve, fail) {
    let exchangeControl;
    let status = 0;
    let headers = {};
    let bytes = 0;
    const chunks = [];
    const giveUp = (reason) => {
        fail(reason);
        exchangeControl?.abort(new Error(reason));
    };
    const handler = {
        onRequestStart: (control) => {
            exchangeControl = control;
        },
        onResponseStart: (_control, statusCode, received) => {
            status = statusCode;
            headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
        },
        onResponseData: (_control, chunk) => {
            bytes += chunk.length;
            if (bytes > longestReplyBytes)
                giveUp('too-large');
            else
                chunks.push(chunk);
        },
        onResponseEnd: () => {
            readBody(chunks, headers['content-encoding']).then((text) => resolve({ status, headers, text }), fail);
        },
        onResponseError: (_control, error) => fail(error),
    };
    return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}
function readProxySettings(environment) {
    const read = (name) => environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || '';
    return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}
const noProxy = { http: '', https: '', exceptions: '' };
function isLoopback(url) {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}
const unusableProxy = 'http://unusable.invalid';
function proxyFor(settings, url) {
    const setting = url.protocol === 'https:' ? settings.https || settings.http : settings.http;
    if (setting === '')
        return undefined;
    const [, scheme = 'http'] = /^([a-z][a-z\d+.-]*):\/\//i.exec(setting) ?? [];
    const uri = setting.includes('://') ? setting : `http://${setting}`;
    const parsed = URL.parse(uri);
    if (/^socks/i.test(scheme))
        return refuse(`the proxy setting begins with ${scheme.toLowerCase()}://, but SOCKS proxies are not supported`);
    if (!/^https?$/i.test(scheme) || parsed === null || !hasReadableCredentials(parsed)) {
        return refuse('the proxy setting is not an address such as http://proxy.example:3128');
    }
    const { hostname, port, protocol } = parsed;
    return { uri, host: `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`, refusal: undefined };
}
function refuse(detail) {
    const refusal = new wire/* WireError */.c('proxy', { sent: false, detail, lasting: true });
    return { uri: '', host: undefined, refusal };
}
function hasReadableCredentials({ username, password }) {
    try {
        decodeURIComponent(username + password);
        return true;
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 7930:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J2: () => (/* reexport default export from named module */ undici_lib_dispatcher_env_http_proxy_agent_js__WEBPACK_IMPORTED_MODULE_3__),
/* harmony export */   gU: () => (/* reexport default export from named module */ undici_lib_core_connect_js__WEBPACK_IMPORTED_MODULE_2__),
/* harmony export */   hd: () => (/* binding */ fetch)
/* harmony export */ });
/* harmony import */ var undici_lib_api_api_connect_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4660);
/* harmony import */ var undici_lib_dispatcher_dispatcher_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(883);
/* harmony import */ var undici_lib_core_connect_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9136);
/* harmony import */ var undici_lib_dispatcher_env_http_proxy_agent_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3137);
// Stands in for `undici` in the bundle: only what `src/statuspage/network.ts` uses, which is half of it. These paths are
// nothing that undici promises, so its version is pinned, and the tests of stages run the bundle itself.






// As undici's own index does; without it no tunnel is made through a proxy.
undici_lib_dispatcher_dispatcher_js__WEBPACK_IMPORTED_MODULE_1__.prototype.connect = undici_lib_api_api_connect_js__WEBPACK_IMPORTED_MODULE_0__;

/** `@actions/github` makes its own `fetch` of it, in whose place `src/github/fetch.ts` is put. */
const fetch = undefined;


/***/ })

};
