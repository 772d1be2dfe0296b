export const id = 511;
export const ids = [511];
export const modules = {

/***/ 4511:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createConnection: () => (/* binding */ createConnection),
/* harmony export */   describeProxy: () => (/* binding */ describeProxy),
/* harmony export */   isLoopback: () => (/* binding */ isLoopback),
/* harmony export */   noProxy: () => (/* binding */ noProxy),
/* harmony export */   readProxySettings: () => (/* binding */ readProxySettings)
/* harmony export */ });
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7930);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2556);


/** An answer may be this long; the longest honest one, a list of ten thousand windows, is two thirds of it. */
const longestReplyBytes = 6 * 1024 * 1024;
/** A connection may lie idle this long: less than any server is known to keep one. */
const longestIdleMs = 2_000;
/**
 * A way to the network through the proxies of the environment. Loopback addresses are reached directly.
 *
 * Only a read may go over the connection of an earlier read, once that one is over. One that was kept may be half
 * closed: a read that is lost in it is simply asked again, a write may or may not have arrived, so every write has a
 * connection of its own.
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
function openRoute(settings, origin) {
    const sockets = new AbortController();
    let direct = false;
    // The signal destroys sockets that are still connecting: undici itself would leave them until a limit of its own.
    const socket = { allowH2: false, timeout: 0, signal: sockets.signal };
    const connect = (0,undici__WEBPACK_IMPORTED_MODULE_0__/* .buildConnector */ .gU)(socket);
    const dispatcher = new undici__WEBPACK_IMPORTED_MODULE_0__/* .EnvHttpProxyAgent */ .J2({
        httpProxy: settings.http,
        httpsProxy: settings.https,
        noProxy: settings.exceptions,
        proxyTls: socket,
        requestTls: socket,
        // Else the second request would get a second connection, because the first is still being tidied up.
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
    return { origin, dispatcher, isDirect: () => direct, close };
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
    const { origin } = request.url;
    const proxy = describeProxy(settings, request.url);
    let route;
    try {
        route = (isRead(request) ? takeRoute(idle, origin) : undefined) ?? openRoute(settings, origin);
    }
    catch {
        const detail = 'the proxy setting is not an address such as http://proxy.example:3128';
        throw new _wire_js__WEBPACK_IMPORTED_MODULE_1__/* .WireError */ .c('proxy', { sent: false, detail, proxy, lasting: true });
    }
    const signals = request.signal === undefined ? [closing] : [closing, request.signal];
    const stop = AbortSignal.any(signals);
    let timer;
    let interrupt = () => { };
    let isWhole = false;
    try {
        const reply = await new Promise((resolve, reject) => {
            const receiver = createReceiver(resolve, (reason) => {
                reject((0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .toWireError */ .x)(reason, receiver.isSent(), route.isDirect() ? undefined : proxy));
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
        // Whatever broke this one may have broken those too.
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
        // Called when a connection stands and the first byte is about to leave: the one sure sign of "sent".
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
/** The usual variables; where both spellings are set, lower case wins, as in curl. */
function readProxySettings(environment) {
    const read = (name) => environment[name.toLowerCase()] ?? environment[name] ?? '';
    return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}
/** No proxy at all. */
const noProxy = { http: '', https: '', exceptions: '' };
/** Whether an address is this very machine: a proxy's loopback is another one, so it is never asked for ours. */
function isLoopback(url) {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}
/** Host and port of the proxy for an address, without its credentials; undefined where there is none or it is malformed. */
function describeProxy(settings, url) {
    const setting = url.protocol === 'https:' ? settings.https || settings.http : settings.http;
    if (!URL.canParse(setting))
        return undefined;
    const { hostname, port, protocol } = new URL(setting);
    if (hostname === '')
        return undefined;
    return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
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
