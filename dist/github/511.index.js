export const id = 511;
export const ids = [511];
export const modules = {

/***/ 4511:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createConnection: () => (/* binding */ createConnection),
/* harmony export */   isLoopback: () => (/* binding */ isLoopback),
/* harmony export */   noProxy: () => (/* binding */ noProxy),
/* harmony export */   proxyFor: () => (/* binding */ proxyFor),
/* harmony export */   readProxySettings: () => (/* binding */ readProxySettings)
/* harmony export */ });
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7930);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2556);


/** The longest reply that is read. A list of ten thousand windows needs two thirds of it. */
const longestReplyBytes = 6 * 1024 * 1024;
/** How long an idle connection is kept: shorter than any server is known to keep one. */
const longestIdleMs = 2_000;
/**
 * A connection to the network through the proxies of the environment. Loopback addresses are reached directly.
 *
 * Only a read may reuse the connection of an earlier read. The server may have closed a kept connection: a lost read
 * is repeated, but a lost write may have arrived. So every write opens a connection of its own.
 */
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
/**
 * Node tries the addresses of a name in turn and gives each only 250 ms, which is too short for a distant server. A
 * third of the limit leaves time for two silent addresses before one that answers.
 */
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
        // The signal destroys sockets that are still connecting. undici would keep them until a limit of its own.
        signal: sockets.signal,
    };
    const connect = (0,undici__WEBPACK_IMPORTED_MODULE_0__/* .buildConnector */ .gU)(socket);
    const refusal = proxy?.refusal;
    const uri = refusal === undefined ? (proxy?.uri ?? '') : unusableProxy;
    const dispatcher = new undici__WEBPACK_IMPORTED_MODULE_0__/* .EnvHttpProxyAgent */ .J2({
        httpProxy: uri,
        httpsProxy: uri,
        noProxy: exceptions,
        // undici alone decides whether NO_PROXY applies, so an unusable proxy fails only when undici connects to it.
        proxyTls: refusal === undefined ? socket : { ...socket, lookup: (_name, _options, done) => done(refusal, '') },
        requestTls: socket,
        // Otherwise the second request would get a second connection, because the first is still being cleaned up.
        connections: 1,
        keepAliveTimeout: longestIdleMs,
        keepAliveMaxTimeout: longestIdleMs,
        connect: (options, callback) => {
            direct = true;
            connect(options, callback);
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
                reject((0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .toWireError */ .x)(reason, receiver.isSent(), route.isDirect() ? undefined : proxy?.host));
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
        // What broke this connection may have broken the idle ones too.
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
    const decoder = new TextDecoder();
    let text = '';
    const giveUp = (reason) => {
        fail(reason);
        exchangeControl?.abort(new Error(reason));
    };
    const handler = {
        // Called when the connection is open and the first byte is about to leave: the only reliable sign of "sent".
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
                text += decoder.decode(chunk, { stream: true });
        },
        onResponseEnd: () => resolve({ status, headers, text: text + decoder.decode() }),
        onResponseError: (_control, error) => fail(error),
    };
    return { handler, isSent: () => exchangeControl !== undefined, giveUp };
}
/** Reads the usual variables. Lower case wins, as in curl, and a variable set to nothing is not set. */
function readProxySettings(environment) {
    const read = (name) => environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || '';
    return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}
/** No proxy at all. */
const noProxy = { http: '', https: '', exceptions: '' };
/** Whether an address is this machine. A proxy has a loopback of its own, so it is never asked for ours. */
function isLoopback(url) {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}
/** Stands for a proxy that cannot be used. It is never connected to. */
const unusableProxy = 'http://unusable.invalid';
/** The proxy for an address, unless NO_PROXY names its host; undefined without one. `host:3128` means http, as in curl. */
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
    const refusal = new _wire_js__WEBPACK_IMPORTED_MODULE_1__/* .WireError */ .c('proxy', { sent: false, detail, lasting: true });
    return { uri: '', host: undefined, refusal };
}
/** A `%` in a user or password that is not encoded as `%25` may make them unreadable. */
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
