export const id = 941;

export const ids = [ 941 ];

export const modules = {
  4941: ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
    __webpack_require__.r(__webpack_exports__);
    __webpack_require__.d(__webpack_exports__, {
      createConnection: () => createConnection,
      isLoopback: () => isLoopback,
      noProxy: () => noProxy,
      proxyFor: () => proxyFor,
      readProxySettings: () => readProxySettings
    });
    // EXTERNAL MODULE: ./tools/bundle/undici.js
        var undici = __webpack_require__(7930);
    // EXTERNAL MODULE: external "node:util"
        var external_node_util_ = __webpack_require__(7975);
    // EXTERNAL MODULE: external "node:v8"
        var external_node_v8_ = __webpack_require__(8877);
    // EXTERNAL MODULE: external "node:vm"
        var external_node_vm_ = __webpack_require__(714);
    // CONCATENATED MODULE: ./lib/statuspage/receiver.js
    const longestReplyBytes = 6291456;
    const largeBytes = 262144;
    function createReceiver(joinQueue, resolve, fail) {
      let exchangeControl;
      let status = 0;
      let headers = {};
      let bytes = 0;
      let chunks = [];
      let leaveQueue;
      const end = reason => {
        chunks = [];
        leaveQueue?.(bytes);
        fail(reason);
      };
      const giveUp = reason => {
        end(reason);
        exchangeControl?.abort(new Error(reason));
      };
      const read = () => void readBody(chunks, headers["content-encoding"]).then(text => {
        chunks = [];
        resolve({
          status: status,
          headers: headers,
          text: text
        });
        setImmediate(() => leaveQueue?.(text.length));
      }, end);
      const handler = {
        onRequestStart: control => {
          exchangeControl = control;
        },
        onResponseStart: (_control, statusCode, received) => {
          status = statusCode;
          headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [ name, String(value) ]));
        },
        onResponseData: (control, chunk) => {
          bytes += chunk.length;
          if (bytes > longestReplyBytes) {
            giveUp("too-large");
            return;
          }
          chunks.push(chunk);
          if (bytes <= largeBytes || leaveQueue !== void 0) return;
          control.pause();
          leaveQueue = joinQueue(() => setImmediate(() => control.resume()));
        },
        onResponseEnd: () => {
          if (headers["content-encoding"] !== void 0 && leaveQueue === void 0) leaveQueue = joinQueue(read); else read();
        },
        onResponseError: (_control, error) => end(error)
      };
      return {
        handler: handler,
        isSent: () => exchangeControl !== void 0,
        giveUp: giveUp
      };
    }
    async function readBody(chunks, contentEncoding = "") {
      const codings = contentEncoding.split(",").map(coding => coding.trim().toLowerCase());
      let body = Buffer.concat(chunks);
      try {
        for (const coding of codings.reverse()) if (body.length > 0) body = await unpackOne(body, coding, {
          maxOutputLength: longestReplyBytes
        });
      } catch (error) {
        throw error.code === "ERR_BUFFER_TOO_LARGE" ? "too-large" : error;
      }
      return (new TextDecoder).decode(body);
    }
    async function unpackOne(body, coding, options) {
      if (coding === "" || coding === "identity") return body;
      const {brotliDecompress: brotliDecompress, gunzip: gunzip, inflate: inflate, inflateRaw: inflateRaw} = await Promise.resolve().then(__webpack_require__.t.bind(__webpack_require__, 8522, 19));
      switch (coding) {
       case "gzip":
       case "x-gzip":
        return (0, external_node_util_.promisify)(gunzip)(body, options);

       case "deflate":
        return (0, external_node_util_.promisify)(((body[0] ?? 0) & 15) === 8 ? inflate : inflateRaw)(body, options);

       case "br":
        return (0, external_node_util_.promisify)(brotliDecompress)(body, options);

       default:
        throw Object.assign(new Error, {
          code: `content-encoding ${coding}`
        });
      }
    }
    const mostWaitMs = 5e3;
    function createLargeResponseQueue(waitMs = mostWaitMs) {
      const queue = [];
      const collector = createCollector();
      return begin => {
        let hasBegun = false;
        const start = () => {
          clearTimeout(timer);
          if (!hasBegun) begin();
          hasBegun = true;
        };
        const timer = setTimeout(start, waitMs);
        collector.prepare();
        if (queue.push(start) === 1) start();
        return bytes => {
          clearTimeout(timer);
          const index = queue.indexOf(start);
          if (index < 0) return;
          queue.splice(index, 1);
          if (index > 0 || queue.length === 0) return;
          collector.free(bytes);
          queue[0]?.();
        };
      };
    }
    const everyBytes = 2097152;
    function createCollector() {
      let collect;
      let left = 0;
      const prepare = () => {
        collect ??= findCollect();
        return collect;
      };
      return {
        prepare: prepare,
        free: bytes => {
          left += bytes;
          if (left < everyBytes) return;
          left = 0;
          prepare()();
        }
      };
    }
    function findCollect() {
      try {
        (0, external_node_v8_.setFlagsFromString)("--semi-space-growth-factor=1");
        (0, external_node_v8_.setFlagsFromString)("--expose-gc");
        return (0, external_node_vm_.runInNewContext)("gc");
      } catch {
        return () => {};
      }
    }
    // EXTERNAL MODULE: ./lib/statuspage/wire.js
        var wire = __webpack_require__(2556);
    // CONCATENATED MODULE: ./lib/statuspage/network.js
    const longestIdleMs = 2e3;
    function createConnection(environment) {
      const settings = readProxySettings(environment);
      const closing = new AbortController;
      const idle = [];
      const joinQueue = createLargeResponseQueue();
      return {
        send: request => exchange(request, isLoopback(request.url) ? noProxy : settings, idle, joinQueue, closing.signal),
        close: async () => {
          closing.abort();
          closeAll(idle);
        }
      };
    }
    function addressTimeoutMs(requestTimeoutMs) {
      return Math.max(250, Math.floor(requestTimeoutMs / 3));
    }
    function openRoute(proxy, exceptions, {url: url, timeoutMs: timeoutMs}) {
      const sockets = new AbortController;
      let direct = false;
      const socket = {
        allowH2: false,
        timeout: 0,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: addressTimeoutMs(timeoutMs),
        signal: sockets.signal
      };
      const connect = (0, undici.gU)(socket);
      const refusal = proxy?.refusal;
      const uri = refusal === void 0 ? proxy?.uri ?? "" : unusableProxy;
      const dispatcher = new undici.J2({
        httpProxy: uri,
        httpsProxy: uri,
        noProxy: exceptions,
        proxyTls: refusal === void 0 ? socket : {
          ...socket,
          lookup: (_name, _options, done) => done(refusal, "")
        },
        requestTls: socket,
        connections: 1,
        keepAliveTimeout: longestIdleMs,
        keepAliveMaxTimeout: longestIdleMs,
        connect: (options, callback) => {
          direct = true;
          connect(options, skipContinue(callback));
        }
      });
      const close = () => {
        sockets.abort();
        dispatcher.destroy().catch(() => {});
      };
      return {
        origin: url.origin,
        dispatcher: dispatcher,
        isDirect: () => direct,
        close: close
      };
    }
    const continueStart = /^HTTP\/1\.[01] 100(?!\d)/;
    const wholeContinue = /^HTTP\/1\.[01] 100(?!\d)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/;
    function skipContinue(callback) {
      return (...connected) => {
        if (connected[1]) filterReads(connected[1]);
        callback(...connected);
      };
    }
    function filterReads(socket) {
      const read = socket.read.bind(socket);
      let held = Buffer.alloc(0);
      socket.read = size => {
        const chunk = read(size);
        if (chunk === null) return null;
        held = Buffer.concat([ held, chunk ]);
        for (let text = held.toString("latin1"); ;text = held.toString("latin1")) {
          const found = wholeContinue.exec(text)?.[0];
          if (found === void 0) {
            const isUnfinished = continueStart.test(text) || text.length < 13 && "HTTP/1.1 100".startsWith(text);
            if (isUnfinished) return null;
            break;
          }
          held = held.subarray(found.length);
        }
        socket.read = read;
        return held;
      };
    }
    function takeRoute(idle, origin) {
      const index = idle.findIndex(route => route.origin === origin);
      return index < 0 ? void 0 : idle.splice(index, 1)[0];
    }
    function closeAll(routes) {
      for (const route of routes.splice(0)) route.close();
    }
    async function exchange(request, settings, idle, joinQueue, closing) {
      const proxy = proxyFor(settings, request.url);
      const route = (isRead(request) ? takeRoute(idle, request.url.origin) : void 0) ?? openRoute(proxy, settings.exceptions, request);
      const signals = request.signal === void 0 ? [ closing ] : [ closing, request.signal ];
      const stop = AbortSignal.any(signals);
      let timer;
      let interrupt = () => {};
      let isWhole = false;
      try {
        const reply = await new Promise((resolve, reject) => {
          const receiver = createReceiver(joinQueue, resolve, reason => {
            reject((0, wire.x)(reason, receiver.isSent(), route.isDirect() ? void 0 : proxy?.host));
          });
          interrupt = () => receiver.giveUp("interrupted");
          stop.addEventListener("abort", interrupt);
          timer = setTimeout(() => receiver.giveUp("timeout"), request.timeoutMs);
          if (stop.aborted) receiver.giveUp("interrupted"); else route.dispatcher.dispatch(describeDispatch(request), receiver.handler);
        });
        isWhole = true;
        return reply;
      } finally {
        clearTimeout(timer);
        stop.removeEventListener("abort", interrupt);
        if (isWhole && isRead(request)) idle.push(route); else route.close();
        if (!isWhole) closeAll(idle);
      }
    }
    function isRead({method: method}) {
      return method === "GET";
    }
    function describeDispatch(request) {
      const {url: url, method: method, headers: headers, body: body} = request;
      const path = `${url.pathname}${url.search}`;
      return {
        origin: url.origin,
        path: path,
        method: method,
        headers: {
          ...headers
        },
        body: body ?? null,
        reset: !isRead(request)
      };
    }
    function readProxySettings(environment) {
      const read = name => environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || "";
      return {
        http: read("HTTP_PROXY"),
        https: read("HTTPS_PROXY"),
        exceptions: read("NO_PROXY")
      };
    }
    const noProxy = {
      http: "",
      https: "",
      exceptions: ""
    };
    function isLoopback(url) {
      const host = url.hostname.replace(/^\[|\]$/g, "");
      return host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127(\.\d+){3}$/.test(host);
    }
    const unusableProxy = "http://unusable.invalid";
    function proxyFor(settings, url) {
      const setting = url.protocol === "https:" ? settings.https || settings.http : settings.http;
      if (setting === "") return;
      const [, scheme = "http"] = /^([a-z][a-z\d+.-]*):\/\//i.exec(setting) ?? [];
      const uri = setting.includes("://") ? setting : `http://${setting}`;
      const parsed = URL.parse(uri);
      if (/^socks/i.test(scheme)) return refuse(`the proxy setting begins with ${scheme.toLowerCase()}://, but SOCKS proxies are not supported`);
      if (!/^https?$/i.test(scheme) || parsed === null || !hasReadableCredentials(parsed)) return refuse("the proxy setting is not an address such as http://proxy.example:3128");
      const {hostname: hostname, port: port, protocol: protocol} = parsed;
      return {
        uri: uri,
        host: `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`,
        refusal: void 0
      };
    }
    function refuse(detail) {
      const refusal = new wire.c("proxy", {
        sent: false,
        detail: detail,
        lasting: true
      });
      return {
        uri: "",
        host: void 0,
        refusal: refusal
      };
    }
    function hasReadableCredentials({username: username, password: password}) {
      try {
        decodeURIComponent(username + password);
        return true;
      } catch {
        return false;
      }
    }
  }),
  7930: ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
    __webpack_require__.d(__webpack_exports__, {
      J2: () => undici_lib_dispatcher_env_http_proxy_agent_js__WEBPACK_IMPORTED_MODULE_3__,
      gU: () => undici_lib_core_connect_js__WEBPACK_IMPORTED_MODULE_2__,
      hd: () => fetch
    });
    var undici_lib_api_api_connect_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6480);
    var undici_lib_dispatcher_dispatcher_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(959);
    var undici_lib_core_connect_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3484);
    var undici_lib_dispatcher_env_http_proxy_agent_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7741);
    undici_lib_dispatcher_dispatcher_js__WEBPACK_IMPORTED_MODULE_1__.prototype.connect = undici_lib_api_api_connect_js__WEBPACK_IMPORTED_MODULE_0__;
    const fetch = void 0;
  })
};
