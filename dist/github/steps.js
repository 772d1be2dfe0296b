var __webpack_modules__ = {
  1916: ((__unused_webpack_module, exports) => {
    exports.Io = void 0;
    var peq = new Uint32Array(65536);
    var myers_32 = function(a, b) {
      var n = a.length;
      var m = b.length;
      var lst = 1 << n - 1;
      var pv = -1;
      var mv = 0;
      var sc = n;
      var i = n;
      while (i--) peq[a.charCodeAt(i)] |= 1 << i;
      for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= (eq & pv) + pv ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) sc++;
        if (pv & lst) sc--;
        mv = mv << 1 | 1;
        pv = pv << 1 | ~(xv | mv);
        mv &= xv;
      }
      i = n;
      while (i--) peq[a.charCodeAt(i)] = 0;
      return sc;
    };
    var myers_x = function(b, a) {
      var n = a.length;
      var m = b.length;
      var mhc = [];
      var phc = [];
      var hsize = Math.ceil(n / 32);
      var vsize = Math.ceil(m / 32);
      for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
      }
      var j = 0;
      for (;j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] |= 1 << k;
        for (i = 0; i < n; i++) {
          var eq = peq[a.charCodeAt(i)];
          var pb = phc[i / 32 | 0] >>> i & 1;
          var mb = mhc[i / 32 | 0] >>> i & 1;
          var xv = eq | mv_1;
          var xh = ((eq | mb) & pv_1) + pv_1 ^ pv_1 | eq | mb;
          var ph = mv_1 | ~(xh | pv_1);
          var mh = pv_1 & xh;
          if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
          if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
          ph = ph << 1 | pb;
          mh = mh << 1 | mb;
          pv_1 = mh | ~(xv | ph);
          mv_1 = ph & xv;
        }
        for (k = start_1; k < vlen_1; k++) peq[b.charCodeAt(k)] = 0;
      }
      var mv = 0;
      var pv = -1;
      var start = j * 32;
      var vlen = Math.min(32, m - start) + start;
      for (k = start; k < vlen; k++) peq[b.charCodeAt(k)] |= 1 << k;
      var score = m;
      for (i = 0; i < n; i++) {
        eq = peq[a.charCodeAt(i)];
        pb = phc[i / 32 | 0] >>> i & 1;
        mb = mhc[i / 32 | 0] >>> i & 1;
        xv = eq | mv;
        xh = ((eq | mb) & pv) + pv ^ pv | eq | mb;
        ph = mv | ~(xh | pv);
        mh = pv & xh;
        score += ph >>> m - 1 & 1;
        score -= mh >>> m - 1 & 1;
        if (ph >>> 31 ^ pb) phc[i / 32 | 0] ^= 1 << i;
        if (mh >>> 31 ^ mb) mhc[i / 32 | 0] ^= 1 << i;
        ph = ph << 1 | pb;
        mh = mh << 1 | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
      }
      for (k = start; k < vlen; k++) peq[b.charCodeAt(k)] = 0;
      return score;
    };
    var distance = function(a, b) {
      if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
      }
      if (b.length === 0) return a.length;
      if (a.length <= 32) return myers_32(a, b);
      return myers_x(a, b);
    };
    exports.Io = distance;
  }),
  9896: (module => {
    module.exports = process.getBuiltinModule("fs");
  }),
  6698: (module => {
    module.exports = process.getBuiltinModule("node:async_hooks");
  }),
  4573: (module => {
    module.exports = process.getBuiltinModule("node:buffer");
  }),
  3053: (module => {
    module.exports = process.getBuiltinModule("node:diagnostics_channel");
  }),
  8474: (module => {
    module.exports = process.getBuiltinModule("node:events");
  }),
  7030: (module => {
    module.exports = process.getBuiltinModule("node:net");
  }),
  1792: (module => {
    module.exports = process.getBuiltinModule("node:querystring");
  }),
  7075: (module => {
    module.exports = process.getBuiltinModule("node:stream");
  }),
  1692: (module => {
    module.exports = process.getBuiltinModule("node:tls");
  }),
  7975: (module => {
    module.exports = process.getBuiltinModule("node:util");
  }),
  8877: (module => {
    module.exports = process.getBuiltinModule("node:v8");
  }),
  714: (module => {
    module.exports = process.getBuiltinModule("node:vm");
  }),
  8522: (module => {
    module.exports = process.getBuiltinModule("node:zlib");
  }),
  857: (module => {
    module.exports = process.getBuiltinModule("os");
  }),
  2556: ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.d(__webpack_exports__, {
      c: () => WireError,
      x: () => toWireError
    });
    class WireError extends Error {
      code;
      sent;
      detail;
      proxy;
      lasting;
      constructor(code, failure) {
        super(failure.detail === void 0 ? code : `${code} (${failure.detail})`);
        this.name = "WireError";
        this.code = code;
        this.sent = failure.sent;
        this.detail = failure.detail;
        this.proxy = failure.proxy;
        this.lasting = failure.lasting ?? false;
      }
    }
    function toWireError(reason, sent, proxy) {
      if (reason instanceof WireError) return reason;
      if (reason === "interrupted" || reason === "too-large") return new WireError(reason, {
        sent: sent,
        proxy: proxy
      });
      if (sent) {
        if (reason === "timeout") return new WireError("timeout", {
          sent: sent,
          proxy: proxy
        });
        if (codeOf(reason) === "UND_ERR_HEADERS_OVERFLOW") return new WireError("too-large", {
          sent: sent,
          proxy: proxy,
          detail: "headers"
        });
        return new WireError("reset", {
          sent: sent,
          proxy: proxy,
          detail: codeOf(reason)
        });
      }
      if (reason === "timeout") return new WireError(proxy === void 0 ? "refused" : "proxy", {
        sent: sent,
        proxy: proxy,
        detail: "no connection in time"
      });
      return explainUnsent(reason, proxy);
    }
    function explainUnsent(reason, proxy) {
      const code = codeOf(reason);
      if (isCertificateCode(code)) return new WireError("certificate", {
        sent: false,
        proxy: proxy,
        detail: `${code}: ${messageOf(reason)}`
      });
      if (proxy !== void 0) {
        const status = /\((\d{3})\)/.exec(messageOf(reason))?.[1];
        const lasting = status?.startsWith("4") ?? false;
        return new WireError("proxy", {
          sent: false,
          proxy: proxy,
          detail: status ?? code,
          lasting: lasting
        });
      }
      const unknownHost = code === "ENOTFOUND" || code.startsWith("EAI_");
      return new WireError(unknownHost ? "unknown-host" : "refused", {
        sent: false,
        detail: code
      });
    }
    function isCertificateCode(code) {
      return /CERT|SELF_SIGNED|UNABLE_TO_|ISSUER|CRL_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH|^ERR_(TLS|SSL)_|^EPROTO$/.test(code);
    }
    function codeOf(reason) {
      const {code: code, name: name} = asError(reason);
      return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
    }
    function messageOf(reason) {
      const {message: message} = asError(reason);
      return typeof message === "string" ? message : "";
    }
    function asError(reason) {
      return typeof reason === "object" && reason !== null ? reason : {};
    }
  })
};

var __webpack_module_cache__ = {};

function __nccwpck_require__(moduleId) {
  var cachedModule = __webpack_module_cache__[moduleId];
  if (cachedModule !== void 0) return cachedModule.exports;
  var module = __webpack_module_cache__[moduleId] = {
    id: moduleId,
    loaded: false,
    exports: {}
  };
  var threw = true;
  try {
    __webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
    threw = false;
  } finally {
    if (threw) delete __webpack_module_cache__[moduleId];
  }
  module.loaded = true;
  return module.exports;
}

__nccwpck_require__.m = __webpack_modules__;

if (typeof __nccwpck_require__ !== "undefined") __nccwpck_require__.ab = decodeURIComponent(new URL(".", import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";

(() => {
  var getProto = Object.getPrototypeOf ? obj => Object.getPrototypeOf(obj) : obj => obj.__proto__;
  var leafPrototypes;
  __nccwpck_require__.t = function(value, mode) {
    if (mode & 1) value = this(value);
    if (mode & 8) return value;
    if (typeof value === "object" && value) {
      if (mode & 4 && value.__esModule) return value;
      if (mode & 16 && typeof value.then === "function") return value;
    }
    var ns = Object.create(null);
    __nccwpck_require__.r(ns);
    var def = {};
    leafPrototypes = leafPrototypes || [ null, getProto({}), getProto([]), getProto(getProto) ];
    for (var current = mode & 2 && value; typeof current == "object" && !~leafPrototypes.indexOf(current); current = getProto(current)) Object.getOwnPropertyNames(current).forEach(key => def[key] = () => value[key]);
    def["default"] = () => value;
    __nccwpck_require__.d(ns, def);
    return ns;
  };
})();

(() => {
  __nccwpck_require__.d = (exports, definition) => {
    for (var key in definition) if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) Object.defineProperty(exports, key, {
      enumerable: true,
      get: definition[key]
    });
  };
})();

(() => {
  __nccwpck_require__.f = {};
  __nccwpck_require__.e = chunkId => Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
    __nccwpck_require__.f[key](chunkId, promises);
    return promises;
  }, []));
})();

(() => {
  __nccwpck_require__.u = chunkId => ({
    319: "octokit",
    580: "undici",
    811: "http-client",
    941: "network"
  }[chunkId] + ".js");
})();

(() => {
  __nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop);
})();

(() => {
  __nccwpck_require__.r = exports => {
    if (typeof Symbol !== "undefined" && Symbol.toStringTag) Object.defineProperty(exports, Symbol.toStringTag, {
      value: "Module"
    });
    Object.defineProperty(exports, "__esModule", {
      value: true
    });
  };
})();

(() => {
  __nccwpck_require__.nmd = module => {
    module.paths = [];
    if (!module.children) module.children = [];
    return module;
  };
})();

(() => {
  var installedChunks = {
    792: 0
  };
  var installChunk = data => {
    var {ids: ids, modules: modules, runtime: runtime} = data;
    var moduleId, chunkId, i = 0;
    for (moduleId in modules) if (__nccwpck_require__.o(modules, moduleId)) __nccwpck_require__.m[moduleId] = modules[moduleId];
    if (runtime) runtime(__nccwpck_require__);
    for (;i < ids.length; i++) {
      chunkId = ids[i];
      if (__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) installedChunks[chunkId][0]();
      installedChunks[ids[i]] = 0;
    }
  };
  __nccwpck_require__.f.j = (chunkId, promises) => {
    var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : void 0;
    if (installedChunkData !== 0) if (installedChunkData) promises.push(installedChunkData[1]); else if (true) {
      var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, e => {
        if (installedChunks[chunkId] !== 0) installedChunks[chunkId] = void 0;
        throw e;
      });
      promise = Promise.race([ promise, new Promise(resolve => installedChunkData = installedChunks[chunkId] = [ resolve ]) ]);
      promises.push(installedChunkData[1] = promise);
    }
  };
})();

var __webpack_exports__ = {};

__nccwpck_require__.d(__webpack_exports__, {
  Uq: () => mainStep,
  FW: () => postStep,
  VN: () => runMain,
  a2: () => runPost
});

// CONCATENATED MODULE: ./lib/domain/secret.js
const leastRun = 8;

const secret_layers = 3;

function createMask(secret) {
  const forms = formsOf(secret);
  return text => {
    const hidden = [];
    let layer = {
      text: text,
      starts: void 0
    };
    for (let depth = 0; depth <= secret_layers && layer !== void 0; depth += 1) {
      for (const form of forms) hidden.push(...findRuns(layer, form));
      layer = readEscapes(layer);
    }
    return hidden.length === 0 ? text : cutOut(text, hidden);
  };
}

const inLowerCase = text => text.toLowerCase();

const inStandardDigits = text => text.replaceAll("-", "+").replaceAll("_", "/");

function formsOf(secret) {
  if (secret === "") return [];
  const plain = formOf([ secret.toLowerCase() ], leastRun, inLowerCase);
  if (secret.length < leastRun) return [ plain ];
  const hex = formOf([ Buffer.from(secret).toString("hex") ], 2 * leastRun, inLowerCase);
  const base64 = [ 0, 1, 2 ].map(before => Buffer.from(`${"x".repeat(before)}${secret}`).toString("base64").replace(/=*$/, "").slice(Math.ceil(before * 4 / 3), -1));
  return [ plain, hex, formOf(base64, leastRun, inStandardDigits) ];
}

function formOf(texts, most, read) {
  const length = Math.min(most, ...texts.map(text => text.length));
  const pieces = texts.flatMap(text => Array.from({
    length: text.length - length + 1
  }, (_, at) => text.slice(at, at + length)));
  return {
    length: length,
    pieces: new Set(pieces),
    read: read
  };
}

function findRuns({text: text, starts: starts}, {length: length, pieces: pieces, read: read}) {
  const found = [];
  const decoded = read(text);
  const offsetOf = at => starts?.[at] ?? at;
  for (let at = 0; at + length <= decoded.length; at += 1) if (pieces.has(decoded.slice(at, at + length))) found.push([ offsetOf(at), offsetOf(at + length) ]);
  return found;
}

const escapes = /[\p{Cc}\p{Cf}\p{Mn}]+|\\u\{?0*([0-9a-f]{2})\}?|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x0*([0-9a-f]{2});?|&#0*([0-9]{2,3});?|\\([!-~])|&(amp|lt|gt|quot|apos|lowbar|percnt|bsol|sol);/giu;

const entities = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  lowbar: "_",
  percnt: "%",
  bsol: "\\",
  sol: "/"
};

function readEscapes({text: text, starts: starts}) {
  const offsets = [];
  let read = "";
  let next = 0;
  const copyUpTo = end => {
    read += text.slice(next, end);
    for (;next < end; next += 1) offsets.push(starts?.[next] ?? next);
  };
  for (const match of text.matchAll(escapes)) {
    copyUpTo(match.index);
    const character = characterOf(match);
    read += character;
    if (character !== "") offsets.push(starts?.[next] ?? next);
    next += match[0].length;
  }
  if (next === 0) return;
  copyUpTo(text.length);
  return {
    text: read,
    starts: [ ...offsets, starts?.[text.length] ?? text.length ]
  };
}

function characterOf([, unicode, byte, percent, hex, decimal, itself, name]) {
  if (itself !== void 0) return itself;
  if (name !== void 0) return entities[name.toLowerCase()] ?? "?";
  const digits = unicode ?? byte ?? percent ?? hex;
  if (digits === void 0 && decimal === void 0) return "";
  return String.fromCharCode(digits === void 0 ? Number(decimal) : Number.parseInt(digits, 16));
}

function cutOut(text, hidden) {
  let shown = "";
  let next = 0;
  for (const [start, end] of hidden.toSorted(([a], [b]) => a - b)) {
    if (start > next || next === 0) shown += `${text.slice(next, start)}***`;
    next = Math.max(next, end);
  }
  return shown + text.slice(next);
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);

// CONCATENATED MODULE: ./lib/domain/time.js
const secondMs = 1e3;

const minuteMs = 60 * secondMs;

const hourMs = 60 * minuteMs;

const dayMs = 24 * hourMs;

function later(date, ms) {
  return new Date(date.getTime() + ms);
}

function msBetween(from, to) {
  return to.getTime() - from.getTime();
}

function liesAhead(date, now) {
  return msBetween(now, date) > secondMs;
}

function floorSecond(date) {
  return new Date(Math.floor(date.getTime() / secondMs) * secondMs);
}

function ceilSecond(date) {
  return new Date(Math.ceil(date.getTime() / secondMs) * secondMs);
}

function latest(a, b) {
  return a > b ? a : b;
}

function time_formatTime(date) {
  return `${floorSecond(date).toISOString().slice(0, 19)}Z`;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function parseTime(text) {
  if (!rfc3339.test(text)) return;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || !isInMonth(text) ? void 0 : date;
}

function isInMonth(text) {
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

const time_short = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

const iso = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

function parseDuration(text) {
  const parts = time_short.exec(text) ?? iso.exec(text);
  if (parts === null || parts.slice(1).every(part => part === void 0)) return;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map(part => Number(part ?? 0));
  return days * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs;
}

function formatDuration(ms) {
  const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
  const parts = splitDuration(Math.ceil(ms / unit) * unit);
  const text = parts.map(([count, letter]) => `${count}${letter}`).join("");
  return text === "" ? "0s" : text;
}

const words = {
  d: "d",
  h: "h",
  m: "min",
  s: "s"
};

function describeDuration(ms) {
  const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
  const parts = splitDuration(Math.round(Math.max(0, ms) / unit) * unit);
  return parts.length === 0 ? "0 s" : parts.map(([count, letter]) => `${count} ${words[letter]}`).join(" ");
}

function splitDuration(ms) {
  const counts = [ [ Math.floor(ms / dayMs), "d" ], [ Math.floor(ms % dayMs / hourMs), "h" ], [ Math.floor(ms % hourMs / minuteMs), "m" ], [ Math.floor(ms % minuteMs / secondMs), "s" ] ];
  return counts.filter(([count]) => count > 0);
}

function describeTime(date, now) {
  return `${dayOf(date) === dayOf(now) ? "" : `${dayOf(date)} `}${timeOfDay(date, 5)} UTC`;
}

function describeMove(from, to, now) {
  const isSameMinute = describeTime(from, now) === describeTime(to, now);
  const [before, after] = [ from, to ].map(time => isSameMinute ? `${timeOfDay(time, 8)} UTC` : describeTime(time, now));
  return `from ${before} to ${after}`;
}

function describeSpan(start, end, now) {
  const lengthMs = msBetween(start, end);
  const digits = lengthMs < 2 * minuteMs ? 8 : 5;
  const [from, to] = [ timeOfDay(start, digits), timeOfDay(end, digits) ];
  const day = dayOf(start) === dayOf(now) ? "" : `${dayOf(start)} `;
  const times = dayOf(start) === dayOf(end) ? `${day}${from}\u2013${to}` : `${dayOf(start)} ${from} \u2013 ${dayOf(end)} ${to}`;
  return `${times} UTC (${describeDuration(lengthMs)})`;
}

function dayOf(date) {
  return date.toISOString().slice(0, 10);
}

function timeOfDay(date, digits) {
  return date.toISOString().slice(11, 11 + digits);
}

function startOf(start, now) {
  return "at" in start ? start.at : later(now, start.afterMs);
}

// CONCATENATED MODULE: ./lib/domain/text.js
const abandonedMessage = "The update that opened this notice ended without closing it.";

function fillPlaceholders(text, {startedAt: startedAt, now: now, endAt: endAt, tag: tag}) {
  const values = {
    elapsed: describeDuration(msBetween(startedAt, now)),
    "end-at": endAt && describeTime(endAt, now),
    tag: tag
  };
  return text.replace(/ ?\{(elapsed|end-at|tag)\}/g, (found, name) => {
    const value = values[name];
    if (value === void 0) return "";
    return found.startsWith(" ") ? ` ${value}` : value;
  });
}

function list(words, last = "and") {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function capitalize(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const mostChanged = 3;

function findNear(typed, known) {
  const changed = word => (0, mod.Io)(word.toLowerCase(), typed.toLowerCase());
  const [nearest] = known.toSorted((a, b) => changed(a) - changed(b));
  return nearest !== void 0 && changed(nearest) <= Math.min(mostChanged, typed.length / 2) ? nearest : void 0;
}

const part = /\s*(?:"((?:[^"]|"")*)"[^\S\n]*(?=,|\n|$)|([^,\n]*))(?:,|\n|$)/gy;

function splitNames(text) {
  const names = [ ...text.matchAll(part) ].map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
  return names.map(name => name.trim()).filter(name => name !== "");
}

function findSplitName(parts, known) {
  const lower = parts.map(one => one.toLowerCase());
  return known.find(name => {
    const pieces = name.split(",").map(piece => piece.trim().toLowerCase());
    return pieces.length > 1 && lower.some((_, at) => pieces.every((piece, offset) => lower[at + offset] === piece));
  });
}

const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

const tag = /<(\/?)([a-z][a-z0-9]{0,15})(?=[\s/>])[^<>]{0,2000}>/gi;

const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

const blocks = new Set("address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split(" "));

const named = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  colon: ":",
  hyphen: "-",
  dash: "-",
  newline: "\n",
  tab: "\t"
};

function linesOf(message) {
  let text = "";
  let from = 0;
  let depth = 0;
  const add = part => {
    const decoded = decodeEntities(part);
    text += depth > 0 ? decoded.replace(lineEnd, quoted) : decoded;
  };
  for (const {0: whole, 1: slash, 2: name = "", index: index} of message.matchAll(tag)) {
    add(message.slice(from, index));
    from = index + whole.length;
    if (name.toLowerCase() === "blockquote") depth = Math.max(0, depth + (slash === "" ? 1 : -1));
    if (blocks.has(name.toLowerCase())) text += depth > 0 ? quoted : "\n";
  }
  add(message.slice(from));
  return text.split(lineEnd).map(line => line.trim()).filter(line => line !== "" && line !== quoted.trim());
}

const quoted = "\n> ";

function decodeEntities(text) {
  return text.replace(entity, (whole, decimal, hex, name) => {
    if (name !== void 0) return named[name.toLowerCase()] ?? whole;
    const code = decimal === void 0 ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0 && code <= 1114111 ? String.fromCodePoint(code) : whole;
  });
}

function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter(v => typeof v === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
  return values;
}

function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint") return value.toString();
  return value;
}

class Cached {
  constructor(getter) {
    this._getter = getter;
    this._value = void 0;
  }
  get value() {
    const getter = this._getter;
    if (getter !== void 0) {
      this._value = getter();
      this._getter = void 0;
    }
    return this._value;
  }
}

function cached(getter) {
  return new Cached(getter);
}

function nullish(input) {
  return input === null || input === void 0;
}

function cleanRegex(source) {
  const start = source.startsWith("^") ? 1 : 0;
  const end = source.endsWith("$") ? source.length - 1 : source.length;
  return source.slice(start, end);
}

function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value: value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}

function rawShape(def) {
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  return desc?.get ? desc.get.raw : desc?.value;
}

const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};

function util_isObject(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

const propertyKeyTypes = new Set([ "string", "number", "symbol" ]);

function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function clone(inst, def, params) {
  const cl = new inst._zod.constr(def ?? inst._zod.def);
  if (!def || params?.parent) cl._zod.parent = inst;
  return cl;
}

function normalizeParams(_params) {
  const params = _params;
  if (!params) return {};
  if (typeof params === "string") return {
    error: () => params
  };
  if (params?.message !== void 0) {
    if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string") return {
    ...params,
    error: () => params.error
  };
  return params;
}

function optionalKeys(shape) {
  return Object.keys(shape).filter(k => shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional");
}

function aborted(x, startIndex = 0) {
  if (x.aborted === true) return true;
  for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
  return false;
}

function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true) return true;
  for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
  return false;
}

function prefixIssues(path, issues) {
  return issues.map(iss => {
    var _a;
    (_a = iss).path ?? (_a.path = []);
    iss.path.unshift(path);
    return iss;
  });
}

function unwrapMessage(message) {
  return typeof message === "string" ? message : message?.message;
}

function sizeCaps(defChecks) {
  const caps = [];
  for (const ch of defChecks ?? []) {
    const d = ch._zod.def;
    if (!/_(length|size)$|_equals$/.test(d.check)) break;
    const max = d.maximum ?? d.length ?? d.size;
    if (max >= 0) caps.push([ max, ch ]);
  }
  return caps;
}

function attachSchema(issues, start, inst) {
  var _a;
  for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}

function finalizeIssue(iss, ctx, config) {
  var _a;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst); else iss.schema = iss.inst;
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
  const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message;
  if (ctx?.reportInput) full.input = iss.input;
  return full;
}

const highSurrogate = /[\uD800-\uDBFF]/;

function codePointLength(str) {
  const units = str.length;
  if (!highSurrogate.test(str)) return units;
  let count = units;
  for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
    count--;
    i++;
  }
  return count;
}

function getLengthableOrigin(input) {
  if (Array.isArray(input)) return "array";
  if (typeof input === "string") return "string";
  return "unknown";
}

function util_issue(...args) {
  const [iss, input, inst] = args;
  if (typeof iss === "string") return {
    message: iss,
    code: "custom",
    input: input,
    inst: inst
  };
  return {
    ...iss
  };
}

function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get) Object.defineProperty(proto, key, {
      ...desc,
      enumerable: false
    }); else defineBound(proto, key, desc.value);
  }
}

function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, {
    configurable: true,
    writable: true,
    enumerable: enumerable,
    value: value
  });
  return value;
}

function hide(inst, key, value) {
  return own(inst, key, value, false);
}

function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}

function claim(inst, sentinel) {
  const proto = Object.getPrototypeOf(inst);
  return sentinel in proto ? void 0 : proto;
}

let installing;

let broke = false;

const breaker = {
  configurable: true,
  get() {
    broke = true;
    return;
  }
};

function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = void 0;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke) delete this[key]; else Object.defineProperty(this, key, {
          configurable: true,
          writable: true,
          value: value
        });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, {
        configurable: true,
        writable: true,
        value: value
      });
    }
  });
}

function installLazyProp(inst, key, make, enumerable) {
  const proto = claim(inst, key);
  if (!proto) return;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      const desc = {
        configurable: true,
        writable: true,
        enumerable: enumerable,
        value: void 0
      };
      Object.defineProperty(this, key, desc);
      desc.value = make(this);
      Object.defineProperty(this, key, desc);
      return desc.value;
    },
    set(value) {
      Object.defineProperty(this, key, {
        configurable: true,
        writable: true,
        enumerable: enumerable,
        value: value
      });
    }
  });
}

// CONCATENATED MODULE: ./node_modules/zod/v4/core/core.js
var _a;

const NEVER = Object.freeze({
  status: "aborted"
});

const _zodDesc = {
  value: void 0,
  enumerable: false
};

let _E = "captureStackTrace" in Error ? Error : null;

function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition;
      }
      try {
        return new Definition;
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition;
}

function $constructor(name, initializer, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = new Set;
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && new WeakSet;
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = void 0;
      }
    } else if (inst._zod.traits.has(name)) return;
    inst._zod.traits.add(name);
    initializer(inst, def);
    if (initialized) {
      const own = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own;
      while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
      const target = up ?? own;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto = _.prototype;
    for (const k in proto) {
      if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
      if (!(k in inst)) inst[k] = proto[k].bind(inst);
    }
  }
  const Parent = params?.Parent ?? Object;
  class Definition extends Parent {}
  Object.defineProperty(Definition, "name", {
    value: name
  });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) fn();
      inst._zod.deferred = void 0;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp) pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", {
    value: init
  });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: inst => {
      if (params?.Parent && inst instanceof params.Parent) return true;
      return inst?._zod?.traits?.has(name);
    }
  });
  Object.defineProperty(_, "name", {
    value: name
  });
  return _;
}

class $ZodAsyncError extends Error {
  constructor() {
    super("Encountered Promise during synchronous parse. Use .parseAsync() instead.");
  }
}

class $ZodEncodeError extends Error {
  constructor(name) {
    super(`Encountered unidirectional transform during encode: ${name}`);
    this.name = "ZodEncodeError";
  }
}

(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});

const core_globalConfig = globalThis.__zod_globalConfig;

function config(newConfig) {
  if (newConfig) Object.assign(core_globalConfig, newConfig);
  return core_globalConfig;
}

// CONCATENATED MODULE: ./node_modules/zod/v4/core/checks.js
const $ZodCheck = $constructor("$ZodCheck", (inst, def) => {
  var _a;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a = inst._zod).onattach ?? (_a.onattach = []);
});

const _whenHasLength = payload => {
  const val = payload.value;
  return !nullish(val) && val.length !== void 0;
};

const numericOriginMap = {
  number: "number",
  bigint: "bigint",
  object: "date"
};

const $ZodCheckLessThan = $constructor("$ZodCheckLessThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = payload => {
    if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_big",
      maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst: inst,
      continue: !def.abort
    });
  };
});

const $ZodCheckGreaterThan = $constructor("$ZodCheckGreaterThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = payload => {
    if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_small",
      minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst: inst,
      continue: !def.abort
    });
  };
});

const $ZodCheckMaxLength = $constructor("$ZodCheckMaxLength", (inst, def) => {
  var _a;
  $ZodCheck.init(inst, def);
  (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
  inst._zod.check = payload => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units > def.maximum ? codePointLength(input) : units;
    if (length <= def.maximum) return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin: origin,
      code: "too_big",
      maximum: def.maximum,
      inclusive: true,
      input: input,
      inst: inst,
      continue: !def.abort
    });
  };
});

const $ZodCheckStringFormat = $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern) (_a = inst._zod).check ?? (_a.check = payload => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value)) return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: def.format,
      input: payload.value,
      ...def.pattern ? {
        pattern: def.pattern.toString()
      } : {},
      inst: inst,
      continue: !def.abort
    });
  }); else (_b = inst._zod).check ?? (_b.check = () => {});
});

const $ZodCheckRegex = $constructor("$ZodCheckRegex", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  inst._zod.check = payload => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value)) return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "regex",
      input: payload.value,
      pattern: def.pattern.toString(),
      inst: inst,
      continue: !def.abort
    });
  };
});

const anyString = /^[\s\S]{0,}$/;

const number = /^-?\d+(?:\.\d+)?$/;

const regexes_boolean = /^(?:true|false)$/i;

const _undefined = /^undefined$/i;

// CONCATENATED MODULE: ./node_modules/zod/v4/core/versions.js
const version = {
  major: 4,
  minor: 6,
  patch: 7
};

// CONCATENATED MODULE: ./node_modules/zod/v4/core/schemas.js
const $ZodType = $constructor("$ZodType", (inst, def) => {
  var _a;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = version;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [ inst, ...defChecks ?? [] ] : defChecks?.length ? [ ...defChecks ] : [];
  for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
  if (checks.length === 0) {
    (_a = inst._zod).deferred ?? (_a.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks, ctx) => {
      if (payload.memo) return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload)) continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun) continue;
        } else if (isAborted) continue;
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError;
        if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
          await _;
          const nextLen = payload.issues.length;
          if (nextLen === currLen) return;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted) isAborted = aborted(payload, currLen);
        }); else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen) continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted) isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) return asyncResult.then(() => payload);
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false) throw new $ZodAsyncError;
        return checkResult.then(checkResult => inst._zod.parse(checkResult, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({
          value: payload.value,
          issues: []
        }, {
          ...ctx,
          skipChecks: true
        });
        if (canary instanceof Promise) return canary.then(canary => handleCanaryResult(canary, payload, ctx));
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false) throw new $ZodAsyncError;
        return result.then(result => runChecks(result, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});

const toStandardResult = (r, ctx) => r.issues.length ? {
  issues: r.issues.map(iss => finalizeIssue(iss, ctx, config()))
} : {
  value: r.value
};

async function validateAsync(inst, value) {
  const ctx = {
    async: true
  };
  return toStandardResult(await inst._zod.run({
    value: value,
    issues: []
  }, ctx), ctx);
}

function standardProps(inst) {
  return {
    validate: value => {
      const ctx = {
        async: false
      };
      try {
        const r = inst._zod.run({
          value: value,
          issues: []
        }, ctx);
        if (!(r instanceof Promise)) return toStandardResult(r, ctx);
      } catch (_) {}
      return validateAsync(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}

const $ZodString = $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce) try {
      payload.value = String(payload.value);
    } catch (_) {}
    if (typeof payload.value === "string") return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst: inst
    });
    return payload;
  };
});

const $ZodNumber = $constructor("$ZodNumber", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = number;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce) try {
      payload.value = Number(payload.value);
    } catch (_) {}
    const input = payload.value;
    if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
    const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
    payload.issues.push({
      expected: "number",
      code: "invalid_type",
      input: input,
      inst: inst,
      ...received ? {
        received: received
      } : {}
    });
    return payload;
  };
});

const $ZodBoolean = $constructor("$ZodBoolean", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = regexes_boolean;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce) try {
      payload.value = Boolean(payload.value);
    } catch (_) {}
    const input = payload.value;
    if (typeof input === "boolean") return payload;
    payload.issues.push({
      expected: "boolean",
      code: "invalid_type",
      input: input,
      inst: inst
    });
    return payload;
  };
});

const $ZodUndefined = $constructor("$ZodUndefined", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = _undefined;
  inst._zod.values = new Set([ void 0 ]);
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (typeof input === "undefined") return payload;
    payload.issues.push({
      expected: "undefined",
      code: "invalid_type",
      input: input,
      inst: inst
    });
    return payload;
  };
});

function capSize(inst, size) {
  const caps = sizeCaps(inst._zod.def.checks);
  if (!caps.length) return;
  const cap = Math.min(...caps.map(c => c[0]));
  const parse = inst._zod.parse;
  inst._zod.parse = (payload, ctx) => {
    const n = size(payload.value);
    if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
      const start = payload.issues.length;
      ch._zod.check(payload);
      payload.issues[start].continue = false;
      attachSchema(payload.issues, start, inst);
      return payload;
    }
    return parse(payload, ctx);
  };
}

const arraySize = input => Array.isArray(input) ? input.length : -1;

function handleArrayResult(result, final, index) {
  if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
  final.value[index] = result.value;
}

const $ZodArray = $constructor("$ZodArray", (inst, def) => {
  $ZodType.init(inst, def);
  const memo = core_globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        expected: "array",
        code: "invalid_type",
        input: input,
        inst: inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
    const proms = [];
    const abortEarly = ctx?.abortEarly;
    for (let i = 0; i < input.length; i++) {
      const item = input[i];
      const result = def.element._zod.run({
        value: item,
        issues: []
      }, ctx);
      if (result instanceof Promise) proms.push(result.then(result => handleArrayResult(result, payload, i))); else {
        handleArrayResult(result, payload, i);
        if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
      }
    }
    if (proms.length) return Promise.all(proms).then(() => payload);
    return payload;
  };
  capSize(inst, arraySize);
});

function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") return;
  if (result.issues.length) {
    if (optin !== void 0 && isOptionalOut && !isPresent) return;
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === void 0) {
    if (!result.issues.length) final.issues.push({
      code: "invalid_type",
      expected: "nonoptional",
      input: void 0,
      path: [ key ]
    });
    return;
  }
  if (result.value === void 0) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
  } else final.value[key] = result.value;
}

const NO_SYMBOL_KEYS = [];

function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [ ...keys, ...symbolKeys ] : keys;
  for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys: allKeys,
    symbolKeys: symbolKeys,
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}

function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen)) break;
      seen = payload.issues.length;
    }
    if (keySet.has(key)) continue;
    if (key === "__proto__") {
      if (t === "never") unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({
      value: input[key],
      issues: []
    }, ctx);
    if (r instanceof Promise) proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))); else handlePropertyResult(r, payload, key, input, optin, optout);
  }
  if (unrecognized.length) payload.issues.push({
    code: "unrecognized_keys",
    keys: unrecognized,
    input: input,
    inst: inst,
    continue: true
  });
  if (!proms.length) return payload;
  return Promise.all(proms).then(() => payload);
}

const $ZodObject = $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get = () => {
      const newSh = {
        ...sh
      };
      Object.defineProperty(def, "shape", {
        value: newSh
      });
      get.raw = newSh;
      return newSh;
    };
    get.raw = sh;
    Object.defineProperty(def, "shape", {
      get: get
    });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", zod => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field = shape[key]._zod;
      if (field.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, new Set);
        for (const v of field.values) propValues[key].add(v);
        if (field.optin !== void 0) propValues[key].add(void 0);
      }
    }
    return propValues;
  });
  const isObject = util_isObject;
  const catchall = def.catchall;
  let value;
  const memo = core_globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input: input,
        inst: inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen)) break;
        seen = payload.issues.length;
      }
      if (key === "__proto__") continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({
        value: input[key],
        issues: []
      }, ctx);
      if (r instanceof Promise) proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))); else handlePropertyResult(r, payload, key, input, optin, optout);
    }
    if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});

function handleUnionResults(results, final, inst, ctx) {
  for (const result of results) if (result.issues.length === 0) {
    final.value = result.value;
    return final;
  }
  const nonaborted = results.filter(r => !aborted(r));
  if (nonaborted.length === 1) {
    final.value = nonaborted[0].value;
    return nonaborted[0];
  }
  final.issues.push({
    code: "invalid_union",
    input: final.value,
    inst: inst,
    errors: results.map(result => result.issues.map(iss => finalizeIssue(iss, ctx, config())))
  });
  return final;
}

const $ZodUnion = $constructor("$ZodUnion", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.options.some(o => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some(o => o._zod.optin !== void 0) ? "optional" : void 0);
  defineLazyInternal(inst, "optout", zod => zod.def.options.some(o => o._zod.optout === "optional") ? "optional" : void 0);
  defineLazyInternal(inst, "values", zod => {
    if (zod.def.options.every(o => o._zod.values)) return new Set(zod.def.options.flatMap(option => Array.from(option._zod.values)));
    return;
  });
  defineLazyInternal(inst, "pattern", zod => {
    if (zod.def.options.every(o => o._zod.pattern)) {
      const patterns = zod.def.options.map(o => o._zod.pattern);
      return new RegExp(`^(${patterns.map(p => cleanRegex(p.source)).join("|")})$`);
    }
    return;
  });
  const first = def.options.length === 1 ? def.options[0]._zod.run : null;
  inst._zod.parse = (payload, ctx) => {
    if (first) return first(payload, ctx);
    let async = false;
    const results = [];
    for (const option of def.options) {
      const result = option._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        results.push(result);
        async = true;
      } else {
        if (result.issues.length === 0) return result;
        results.push(result);
      }
    }
    if (!async) return handleUnionResults(results, payload, inst, ctx);
    return Promise.all(results).then(results => handleUnionResults(results, payload, inst, ctx));
  };
});

function discriminatorMap(def) {
  const map = new Map;
  for (const option of def.options) {
    const values = option._zod.propValues?.[def.discriminator];
    if (!values || values.size === 0) throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
    for (const value of values) if (map.has(value)) {
      if (value !== void 0) throw new Error(`Duplicate discriminator value "${String(value)}"`);
      map.set(value, null);
    } else map.set(value, option);
  }
  return map;
}

const $ZodDiscriminatedUnion = $constructor("$ZodDiscriminatedUnion", (inst, def) => {
  def.inclusive = false;
  $ZodUnion.init(inst, def);
  const _super = inst._zod.parse;
  defineLazyInternal(inst, "propValues", zod => {
    const propValues = {};
    let undefinedCount = 0;
    for (const option of zod.def.options) {
      const pv = option._zod.propValues;
      if (!pv || Object.keys(pv).length === 0) throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
      if (pv[zod.def.discriminator]?.has(void 0)) undefinedCount++;
      for (const [k, v] of Object.entries(pv)) {
        if (!Object.prototype.hasOwnProperty.call(propValues, k)) assignProp(propValues, k, new Set);
        for (const val of v) propValues[k].add(val);
      }
    }
    if (!zod.def.unionFallback && undefinedCount > 1) propValues[zod.def.discriminator]?.delete(void 0);
    return propValues;
  });
  def.options.forEach((option, i) => {
    const propShape = rawShape(option._zod.def);
    if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) throw new Error(`Invalid discriminated union option at index "${i}"`);
  });
  const disc = cached(() => discriminatorMap(def));
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!util_isObject(input)) {
      payload.issues.push({
        code: "invalid_type",
        expected: "object",
        input: input,
        inst: inst
      });
      return payload;
    }
    const value = input?.[def.discriminator];
    const opt = disc.value.get(value);
    if (opt && (value !== void 0 || ctx.direction !== "backward")) return opt._zod.run(payload, ctx);
    if (def.unionFallback || ctx.direction === "backward") return _super(payload, ctx);
    payload.issues.push({
      code: "invalid_union",
      errors: [],
      note: "No matching discriminator",
      discriminator: def.discriminator,
      options: Array.from(disc.value.keys()).filter(value => disc.value.get(value) !== null),
      input: input,
      path: [ def.discriminator ],
      inst: inst
    });
    return payload;
  };
});

const $ZodEnum = $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", zod => {
    const patternValues = getEnumValues(zod.def.entries).filter(k => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map(o => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) return payload;
    payload.issues.push({
      code: "invalid_value",
      values: values,
      input: input,
      inst: inst
    });
    return payload;
  };
});

const $ZodLiteral = $constructor("$ZodLiteral", (inst, def) => {
  $ZodType.init(inst, def);
  const values = new Set(def.values);
  inst._zod.values = values;
  defineLazyInternal(inst, "pattern", zod => {
    const vals = zod.def.values;
    return new RegExp(vals.length ? `^(${vals.map(o => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (values.has(input)) return payload;
    payload.issues.push({
      code: "invalid_value",
      values: def.values,
      input: input,
      inst: inst
    });
    return payload;
  };
});

const $ZodTransform = $constructor("$ZodTransform", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "optional";
  core_globalConfig.memoizer?.guard(inst);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
    const _out = def.transform(payload.value, payload);
    if (ctx.async) {
      const output = _out instanceof Promise ? _out : Promise.resolve(_out);
      return output.then(output => {
        payload.value = output;
        return payload;
      });
    }
    if (_out instanceof Promise) throw new $ZodAsyncError;
    payload.value = _out;
    return payload;
  };
});

function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? void 0 : result.value;
  return payload;
}

const $ZodOptional = $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", zod => {
    const values = zod.def.innerType._zod.values;
    return values ? new Set([ ...values, void 0 ]) : void 0;
  });
  defineLazyInternal(inst, "pattern", zod => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === void 0) {
      if (def.innerType._zod.optin !== "defaulted") return payload;
      const result = def.innerType._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) return result.then(result => handleOptionalResult(payload, result));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});

const $ZodPipe = $constructor("$ZodPipe", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", zod => zod.def.in._zod.values);
  defineLazyInternal(inst, "optin", zod => zod.def.in._zod.optin);
  defineLazyInternal(inst, "optout", zod => zod.def.out._zod.optout);
  defineLazyInternal(inst, "propValues", zod => zod.def.in._zod.propValues);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      const right = def.out._zod.run(payload, ctx);
      if (right instanceof Promise) return right.then(right => handlePipeResult(right, def.in, ctx));
      return handlePipeResult(right, def.in, ctx);
    }
    const left = def.in._zod.run(payload, ctx);
    if (left instanceof Promise) return left.then(left => handlePipeResult(left, def.out, ctx));
    return handlePipeResult(left, def.out, ctx);
  };
});

function handlePipeResult(left, next, ctx) {
  if (left.issues.some(iss => iss.code !== "unrecognized_keys")) {
    left.aborted = true;
    return left;
  }
  return next._zod.run({
    value: left.value,
    issues: left.issues
  }, ctx);
}

const $ZodCustom = $constructor("$ZodCustom", (inst, def) => {
  $ZodCheck.init(inst, def);
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, _) => payload;
  inst._zod.check = payload => {
    const input = payload.value;
    const r = def.fn(input);
    if (r instanceof Promise) return r.then(r => handleRefineResult(r, payload, input, inst));
    handleRefineResult(r, payload, input, inst);
    return;
  };
});

function handleRefineResult(result, payload, input, inst) {
  if (!result) {
    const _iss = {
      code: "custom",
      input: input,
      inst: inst,
      path: [ ...inst._zod.def.path ?? [] ],
      continue: !inst._zod.def.abort
    };
    if (inst._zod.def.params) _iss.params = inst._zod.def.params;
    payload.issues.push(util_issue(_iss));
  }
}

// CONCATENATED MODULE: ./node_modules/zod/v4/core/registries.js
var registries_a;

class $ZodRegistry {
  constructor() {
    this._map = new WeakMap;
    this._idmap = new Map;
  }
  add(schema, ..._meta) {
    const meta = _meta[0];
    this._map.set(schema, meta);
    if (meta && typeof meta === "object" && "id" in meta) this._idmap.set(meta.id, schema);
    return this;
  }
  clear() {
    this._map = new WeakMap;
    this._idmap = new Map;
    return this;
  }
  remove(schema) {
    const meta = this._map.get(schema);
    if (meta && typeof meta === "object" && "id" in meta) this._idmap.delete(meta.id);
    this._map.delete(schema);
    return this;
  }
  get(schema) {
    const p = schema._zod.parent;
    if (p) {
      const pm = {
        ...this.get(p) ?? {}
      };
      delete pm.id;
      const f = {
        ...pm,
        ...this._map.get(schema)
      };
      return Object.keys(f).length ? f : void 0;
    }
    return this._map.get(schema);
  }
  has(schema) {
    return this._map.has(schema);
  }
}

function registry() {
  return new $ZodRegistry;
}

(registries_a = globalThis).__zod_globalRegistry ?? (registries_a.__zod_globalRegistry = registry());

globalThis.__zod_globalRegistry;

// CONCATENATED MODULE: ./node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
  if (def.checks) def.checks = [ ...def.checks ];
  return def;
}

function _string(Class, params) {
  return new Class(snapshotChecks({
    type: "string",
    ...normalizeParams(params)
  }));
}

function _number(Class, params) {
  return new Class(snapshotChecks({
    type: "number",
    checks: [],
    ...normalizeParams(params)
  }));
}

function _boolean(Class, params) {
  return new Class({
    type: "boolean",
    ...normalizeParams(params)
  });
}

function api_undefined(Class, params) {
  return new Class({
    type: "undefined",
    ...normalizeParams(params)
  });
}

function _lte(value, params) {
  return new $ZodCheckLessThan({
    check: "less_than",
    ...normalizeParams(params),
    value: value,
    inclusive: true
  });
}

function _gte(value, params) {
  return new $ZodCheckGreaterThan({
    check: "greater_than",
    ...normalizeParams(params),
    value: value,
    inclusive: true
  });
}

function _maxLength(maximum, params) {
  const ch = new $ZodCheckMaxLength({
    check: "max_length",
    ...normalizeParams(params),
    maximum: maximum
  });
  return ch;
}

function _regex(pattern, params) {
  return new $ZodCheckRegex({
    check: "string_format",
    format: "regex",
    ...normalizeParams(params),
    pattern: pattern
  });
}

function _refine(Class, fn, _params) {
  const schema = new Class({
    type: "custom",
    check: "custom",
    fn: fn,
    ...normalizeParams(_params)
  });
  return schema;
}

// CONCATENATED MODULE: ./node_modules/zod/v4/core/errors.js
function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}

function _setMessage(value) {
  this._zod.message = value;
}

const _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};

const _issuesDesc = {
  value: void 0,
  enumerable: false
};

const _installedToString = new WeakSet([ Object.prototype, Error.prototype ]);

const initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = void 0;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", {
          value: value,
          configurable: true,
          writable: true
        });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", {
          value: value,
          configurable: true,
          writable: true
        });
      }
    });
  }
};

$constructor("$ZodError", initializer);

const $ZodRealError = $constructor("$ZodError", initializer, void 0, {
  Parent: Error
});

const _parse = _Err => {
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: false
    } : {
      async: false
    };
    const result = schema._zod.run({
      value: value,
      issues: []
    }, ctx);
    if (result instanceof Promise) throw new $ZodAsyncError;
    if (result.issues.length) {
      const e = new (_params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, _params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};

const parse_parse = _parse($ZodRealError);

const _parseAsync = _Err => {
  const fn = async (schema, value, _ctx, params) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: true
    } : {
      async: true
    };
    let result = schema._zod.run({
      value: value,
      issues: []
    }, ctx);
    if (result instanceof Promise) result = await result;
    if (result.issues.length) {
      const e = new (params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};

const parse_parseAsync = _parseAsync($ZodRealError);

const _safeParse = _Err => (schema, value, _ctx) => {
  const ctx = _ctx ? {
    ..._ctx,
    async: false
  } : {
    async: false
  };
  const result = schema._zod.run({
    value: value,
    issues: []
  }, ctx);
  if (result instanceof Promise) throw new $ZodAsyncError;
  return result.issues.length ? failure(_Err, result.issues, ctx) : {
    success: true,
    data: result.value
  };
};

const safeParse = _safeParse($ZodRealError);

function failure(Err, issues, ctx) {
  let error;
  return {
    success: false,
    get error() {
      if (!error) {
        error = new Err(issues.map(iss => finalizeIssue(iss, ctx, config())));
        issues = void 0;
        ctx = void 0;
      }
      return error;
    },
    set error(e) {
      error = e;
      issues = void 0;
      ctx = void 0;
    }
  };
}

const _safeParseAsync = _Err => async (schema, value, _ctx) => {
  const ctx = _ctx ? {
    ..._ctx,
    async: true
  } : {
    async: true
  };
  let result = schema._zod.run({
    value: value,
    issues: []
  }, ctx);
  if (result instanceof Promise) result = await result;
  return result.issues.length ? failure(_Err, result.issues, ctx) : {
    success: true,
    data: result.value
  };
};

const safeParseAsync = _safeParseAsync($ZodRealError);

// CONCATENATED MODULE: ./node_modules/zod/v4/mini/schemas.js
const ZodMiniType = $constructor("ZodMiniType", (inst, def) => {
  if (!inst._zod) throw new Error("Uninitialized schema in ZodMiniType.");
  $ZodType.init(inst, def);
  inst.def = def;
  inst.type = def.type;
}, {
  get with() {
    return this.check;
  },
  set with(value) {
    own(this, "with", value);
  },
  parse(data, params) {
    return parse_parse(this, data, params, {
      callee: this.parse
    });
  },
  parseAsync(data, params) {
    return parse_parseAsync(this, data, params, {
      callee: this.parseAsync
    });
  },
  safeParse(data, params) {
    return safeParse(this, data, params);
  },
  safeParseAsync(data, params) {
    return safeParseAsync(this, data, params);
  },
  check(...checks) {
    const def = this.def;
    return this.clone({
      ...def,
      checks: [ ...def.checks ?? [], ...checks.map(ch => typeof ch === "function" ? {
        _zod: {
          check: ch,
          def: {
            check: "custom"
          },
          onattach: []
        }
      } : ch) ]
    }, {
      parent: true
    });
  },
  clone(_def, params) {
    return clone(this, _def, params);
  },
  brand() {
    return this;
  },
  register(reg, meta) {
    reg.add(this, meta);
    return this;
  },
  apply(fn, ...args) {
    return args.length === 0 ? fn(this) : fn(this, ...args);
  }
});

const ZodMiniString = $constructor("ZodMiniString", (inst, def) => {
  $ZodString.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_string(params) {
  return _string(ZodMiniString, params);
}

const ZodMiniNumber = $constructor("ZodMiniNumber", (inst, def) => {
  $ZodNumber.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_number(params) {
  return _number(ZodMiniNumber, params);
}

const ZodMiniBoolean = $constructor("ZodMiniBoolean", (inst, def) => {
  $ZodBoolean.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_boolean(params) {
  return _boolean(ZodMiniBoolean, params);
}

const ZodMiniUndefined = $constructor("ZodMiniUndefined", (inst, def) => {
  $ZodUndefined.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_undefined(params) {
  return api_undefined(ZodMiniUndefined, params);
}

const ZodMiniArray = $constructor("ZodMiniArray", (inst, def) => {
  $ZodArray.init(inst, def);
  ZodMiniType.init(inst, def);
});

function array(element, params) {
  return new ZodMiniArray({
    type: "array",
    element: element,
    ...normalizeParams(params)
  });
}

const ZodMiniObject = $constructor("ZodMiniObject", (inst, def) => {
  $ZodObject.init(inst, def);
  ZodMiniType.init(inst, def);
  installLazyProp(inst, "shape", self => self._zod.def.shape, false);
});

function object(shape, params) {
  const def = {
    type: "object",
    shape: shape ?? {},
    ...normalizeParams(params)
  };
  return new ZodMiniObject(def);
}

const ZodMiniDiscriminatedUnion = $constructor("ZodMiniDiscriminatedUnion", (inst, def) => {
  $ZodDiscriminatedUnion.init(inst, def);
  ZodMiniType.init(inst, def);
});

function discriminatedUnion(discriminator, options, params) {
  return new ZodMiniDiscriminatedUnion({
    type: "union",
    options: options,
    discriminator: discriminator,
    ...normalizeParams(params)
  });
}

const ZodMiniEnum = $constructor("ZodMiniEnum", (inst, def) => {
  $ZodEnum.init(inst, def);
  ZodMiniType.init(inst, def);
  inst.options = [ ...inst._zod.values ];
});

function schemas_enum(values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map(v => [ v, v ])) : values;
  return new ZodMiniEnum({
    type: "enum",
    entries: entries,
    ...normalizeParams(params)
  });
}

const ZodMiniLiteral = $constructor("ZodMiniLiteral", (inst, def) => {
  $ZodLiteral.init(inst, def);
  ZodMiniType.init(inst, def);
});

function literal(value, params) {
  return new ZodMiniLiteral({
    type: "literal",
    values: Array.isArray(value) ? value : [ value ],
    ...normalizeParams(params)
  });
}

const ZodMiniTransform = $constructor("ZodMiniTransform", (inst, def) => {
  $ZodTransform.init(inst, def);
  ZodMiniType.init(inst, def);
});

function transform(fn) {
  return new ZodMiniTransform({
    type: "transform",
    transform: fn
  });
}

const ZodMiniOptional = $constructor("ZodMiniOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  ZodMiniType.init(inst, def);
});

function optional(innerType) {
  return new ZodMiniOptional({
    type: "optional",
    innerType: innerType
  });
}

const ZodMiniPipe = $constructor("ZodMiniPipe", (inst, def) => {
  $ZodPipe.init(inst, def);
  ZodMiniType.init(inst, def);
});

function pipe(in_, out) {
  return new ZodMiniPipe({
    type: "pipe",
    in: in_,
    out: out
  });
}

const ZodMiniCustom = $constructor("ZodMiniCustom", (inst, def) => {
  $ZodCustom.init(inst, def);
  ZodMiniType.init(inst, def);
});

function refine(fn, _params = {}) {
  return _refine(ZodMiniCustom, fn, _params);
}

// CONCATENATED MODULE: ./lib/domain/errors.js
const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  "gate-closed": 3,
  "key-refused": 4,
  "scope-missing": 5,
  "not-found": 6,
  "rate-limited": 7,
  unreachable: 8,
  interrupted: 130
};

const defaultApiUrl = "https://statuspage.me/user/api/v1";

const consoleUrl = "https://statuspage.me/user/api-console";

function adviseToStoreKey({nameOf: nameOf}) {
  const name = nameOf("api-key");
  return name === "api-key" ? "update the secret" : `use it in ${name}`;
}

class ExplainedError extends Error {
  get causeKey() {
    return `${this.name} ${this.message}`;
  }
}

function isFixable(thrown) {
  return !(thrown instanceof ExplainedError) || thrown.fixable;
}

function exitOf(thrown) {
  return thrown instanceof ExplainedError ? thrown.exit : "failed";
}

function explain(thrown, background) {
  if (thrown instanceof ExplainedError) return thrown.explain(background);
  return {
    happened: `something unexpected happened: ${describeUnexpected(thrown)}`,
    todo: "This is a bug in statuspage-me. Please report it, with the log of a run with debug logging."
  };
}

function describeUnexpected(thrown) {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === "object" || typeof thrown === "function" ? "a thrown " + typeof thrown : String(thrown);
}

class UserError extends ExplainedError {
  name="UserError";
  fixable=true;
  exit;
  title;
  constructor(title, message, exit = "usage") {
    super(message);
    this.title = title;
    this.exit = exit;
  }
  explain() {
    return {
      happened: this.message,
      todo: ""
    };
  }
}

class MissingKeyError extends ExplainedError {
  name="MissingKeyError";
  title="missing API key";
  fixable=true;
  exit="usage";
  host;
  constructor(host) {
    super();
    this.host = host;
  }
  explain() {
    return missingKeys[this.host];
  }
}

class MissingSecretsError extends ExplainedError {
  name="MissingSecretsError";
  title="no secrets";
  fixable=true;
  exit="failed";
  explain() {
    return {
      happened: this.message,
      todo: "Do this in a run that gets the secret of the key."
    };
  }
}

const missingKeys = {
  runner: {
    happened: "there is no API key: the input api-key is empty",
    todo: `Create a key at ${consoleUrl} and store it as a secret. If it is stored: a reusable workflow gets it by secrets: inherit, a secret of an environment needs environment: in the job, and a mistyped name gives an empty text.`
  },
  terminal: {
    happened: "there is no API key: the variable STATUSPAGE_ME_API_KEY is empty, and no --api-key-file is given",
    todo: `Create a key at ${consoleUrl}, and give it in one of the two ways. A CI passes its secrets to few jobs, often not to those of forks.`
  }
};

// CONCATENATED MODULE: ./lib/domain/outcome.js
const outcomes = [ "success", "failure", "cancelled", "skipped" ];

const synonyms = {
  success: [ "succeeded", "succeededwithissues", "successful", "passed" ],
  failure: [ "failed", "fail", "error", "errored" ],
  cancelled: [ "canceled", "aborted", "stopped", "killed" ],
  skipped: [ "not_built" ]
};

function parseOutcome(text) {
  const word = text.trim().toLowerCase();
  return outcomes.find(outcome => outcome === word || synonyms[outcome].includes(word));
}

const reactions = [ "keep", "resolve", "incident" ];

function mayMeetOlder({why: why, action: action}) {
  return why === "success" || why !== "skipped" && action !== "resolve";
}

function endsNow({action: action}, kind) {
  return action === "resolve" || action === "incident" && kind === "maintenance";
}

function decideEnding(outcome, onFailure, onCancel, recover = false) {
  switch (outcome) {
   case "success":
    return {
      action: "resolve",
      why: outcome,
      ...recover && {
        recovers: true
      }
    };

   case "skipped":
    return {
      action: "resolve",
      why: outcome
    };

   case "failure":
    return {
      action: onFailure,
      why: outcome
    };

   case "cancelled":
    return {
      action: onCancel,
      why: outcome
    };
  }
}

// CONCATENATED MODULE: ./lib/domain/page.js
function describePage({name: name, slug: slug, id: id}) {
  return name ?? slug ?? id;
}

function hostedSlug(text) {
  return /^(?:https?:\/\/)?([a-z0-9-]+)\.statuspage\.me(?:\/.*)?$/i.exec(text)?.[1];
}

function isPageAddress(text) {
  return /^https?:\/\//i.test(text) || hostedSlug(text) !== void 0;
}

const page_uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isPageId(name) {
  return page_uuid.test(name);
}

const mostShown = 10;

function describeVisible(visible, wanted) {
  if (visible.length === 0) return "This key sees no page at all";
  const nearness = page => Math.min(...[ page.slug, page.name, page.id ].flatMap(name => name === void 0 ? [] : [ (0, 
  mod.Io)(name.toLowerCase(), wanted.toLowerCase()) ]));
  const near = visible.toSorted((a, b) => nearness(a) - nearness(b)).slice(0, mostShown);
  near.sort((a, b) => describePage(a).localeCompare(describePage(b)));
  const more = visible.length > mostShown ? `, and ${visible.length - mostShown} more` : "";
  return `This key sees ${near.map(describeForChoice).join(", ")}${more}`;
}

function describeForChoice(page) {
  return `"${describePage(page)}" (${[ page.slug, page.id ].filter(word => word !== void 0).join(", ")})`;
}

const uptimePeriods = [ "7d", "30d", "90d", "365d" ];

// CONCATENATED MODULE: ./lib/domain/record.js
const kinds = [ "maintenance", "incident" ];

function isOpenWindow({endAt: endAt}, now) {
  return endAt === void 0 || endAt > now;
}

function stateOfWindow({startAt: startAt, endAt: endAt}, now) {
  if (startAt !== void 0 && liesAhead(startAt, now)) return "scheduled";
  return endAt !== void 0 && !liesAhead(endAt, now) ? "past" : "active";
}

const longestId = 200;

function isRecordId(text) {
  const isNamed = text !== "" && text.length <= longestId && ![ ".", "..", "none" ].includes(text);
  return isNamed && text.isWellFormed() && text === text.trim() && !/[,\p{Cc}]/u.test(text);
}

const longestTitle = 300;

function shorten(title) {
  return title.length > longestTitle ? `${title.slice(0, longestTitle - 1).toWellFormed()}\u2026` : title;
}

const incidentStates = {
  investigating: "1",
  identified: "2",
  monitoring: "3",
  resolved: "4"
};

function parseIncidentState(text) {
  if (/^\d+$/.test(text)) return text.replace(/^0+(?=\d)/, "");
  return Object.entries(incidentStates).find(([name]) => name === text.toLowerCase())?.[1];
}

function describeIncidentState(id) {
  return Object.entries(incidentStates).find(([, digits]) => digits === id)?.[0] ?? id;
}

// CONCATENATED MODULE: ./lib/domain/scope.js
const scopes = [ "monitors:read", "incidents:read", "incidents:write", "maintenances:read", "maintenances:write", "status-pages:read", "analytics:read" ];

const nothingKnown = Object.fromEntries(scopes.map(scope => [ scope, "unknown" ]));

function parseScope(text) {
  return scopes.find(scope => scope === text.replace("_", "-"));
}

function describeScope(scope) {
  return scope === "status-pages:read" ? "status-pages:read (also written status_pages:read)" : scope;
}

// CONCATENATED MODULE: ./lib/inputs/parsers.js
class Refusal extends Error {
  shown;
  constructor(problem, {shown: shown} = {
    shown: false
  }) {
    super(problem);
    this.shown = shown;
  }
}

function parseInput(schema, text) {
  const {success: success, data: data, error: error} = safeParse(schema, text);
  if (success) return {
    value: data
  };
  return error.issues.map(issue => ({
    problem: issue.message,
    shown: issue.code !== "custom" || issue.params?.shown === true
  }));
}

function read(expected, parse) {
  return pipe(schemas_string(), transform((text, context) => {
    const refuse = (message, shown) => {
      context.issues.push({
        code: "custom",
        message: message,
        input: text,
        params: {
          shown: shown
        }
      });
      return NEVER;
    };
    try {
      return parse(text) ?? refuse(`is not ${expected}`, true);
    } catch (refusal) {
      if (refusal instanceof Refusal) return refuse(refusal.message, refusal.shown);
      throw refusal;
    }
  }));
}

function choice(words) {
  return schemas_enum(words, {
    error: `is not ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
  });
}

function yesOrNo() {
  return read("true or false", text => {
    const word = text.toLowerCase();
    return word === "true" || (word === "false" ? false : void 0);
  });
}

function parsers_duration(leastMs, mostMs, expected) {
  return read(expected, text => {
    const ms = parseDuration(text);
    return ms === void 0 || ms < leastMs || ms > mostMs ? void 0 : ms;
  });
}

function parseLine(text) {
  return /[\r\n]/.test(text) ? void 0 : text;
}

function parseNames(text) {
  const names = splitNames(text);
  return names.length === 0 ? void 0 : [ ...new Set(names) ];
}

function parsePageNames(text) {
  const names = parseNames(text);
  if (names?.some(isPageAddress)) throw new Refusal("is the address of a page, and its slug is needed", {
    shown: true
  });
  return names;
}

function parseIds(text) {
  const ids = text.split(/[,\n]/).map(part => part.trim()).filter(part => part !== "");
  return ids.length > 0 && ids.every(id => id === "none" || isRecordId(id)) ? ids : void 0;
}

function parseApiKey(text) {
  if (/\s/.test(text)) throw new Refusal("contains a space or a line break. Copy the key again without them");
  if (/[^!-~]/.test(text)) throw new Refusal("contains a character that no key has. Copy the key again");
  if (!text.startsWith("spk_")) throw new Refusal("does not begin with spk_ like every key of StatusPage.me");
  return text;
}

function parseToken(text) {
  if (/[^!-~]/.test(text)) throw new Refusal("contains a space or a character that no token has. Copy it again");
  return text;
}

const longestKey = 200;

function parseDeploymentKey(text) {
  if (text.startsWith("spk_")) throw new Refusal("looks like an API key. Choose a name such as api-production");
  if (text.length > longestKey) throw new Refusal(`is longer than ${longestKey} characters. Choose a name such as api-production`);
  return parseLine(text);
}

function parsePercent(text) {
  const percent = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : 101;
  return percent > 100 ? void 0 : percent;
}

function parseWait(text) {
  const ms = parseDuration(text);
  return ms === 0 || ms !== void 0 && ms >= 30 * secondMs && ms <= 6 * hourMs ? ms : void 0;
}

function parseStart(text) {
  if (text === "now") return {
    afterMs: 0
  };
  if (text.startsWith("+")) {
    const ms = parseDuration(text.slice(1));
    return ms === void 0 ? void 0 : {
      afterMs: ms
    };
  }
  const at = parseTime(text);
  return at && {
    at: at
  };
}

function parseApiUrl(text) {
  const url = URL.parse(text);
  if (url === null) return;
  if ([ url.username, url.password, url.search, url.hash ].some(part => part !== "")) throw new Refusal("contains a user, a query or a fragment, which may be secret. Write the address without them");
  const local = [ "localhost", "127.0.0.1", "[::1]" ].includes(url.hostname);
  return url.protocol === "https:" || url.protocol === "http:" && local ? url : void 0;
}

function parseMatrix(text) {
  try {
    return JSON.parse(text) === null ? "" : text;
  } catch {
    return;
  }
}

// CONCATENATED MODULE: ./lib/inputs/inputs.js
const operationNames = [ "open-maintenance", "open-incident", "update", "resolve", "delete", "check", "gate", "sweep" ];

const inputs_inputs = {
  operation: {
    schema: choice(operationNames),
    default: "open-maintenance",
    meaning: `What to do: \`${operationNames.join("`, `")}\`.`
  },
  "api-key": {
    schema: read("an API key", parseApiKey),
    secret: true,
    meaning: "API key of StatusPage.me (`spk_\u2026`), from a secret. Create one at https://statuspage.me/user/api-console."
  },
  "status-page": {
    schema: read("a status page: write its UUID, slug or name", parsePageNames),
    meaning: "UUID, slug or name of a status page; several separated by commas or newlines, a name with a comma in double quotes. A UUID saves a request and the scope `status-pages:read`.",
    ifMissing: "give the UUID, slug or name of a page. If a variable holds it, the variable is empty or misspelt."
  },
  title: {
    schema: read("one line of text", parseLine),
    defaultNote: "window: `Maintenance in progress`, or `Scheduled maintenance` if it starts later; incident: required",
    meaning: "Title that visitors read.",
    ifMissing: 'say in a few words what is wrong, such as "Search is slow".'
  },
  message: {
    schema: schemas_string(),
    meaning: "Text that visitors read, in Markdown.",
    ifMissing: "say what happened."
  },
  duration: {
    schema: parsers_duration(minuteMs, 7 * dayMs, "a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days)"),
    meaning: "Length of the window: `30m`, `1h30m` or `PT30M`. Allow plenty of time: it ends early anyway."
  },
  start: {
    schema: read("now, +15m or a time such as 2026-01-31T22:00:00Z", parseStart),
    meaning: "Start of the window: `now`, `+15m` or a time such as `2026-01-31T22:00:00Z`."
  },
  id: {
    schema: read("an id, or several separated by commas", parseIds),
    meaning: "Id of a notice, or several separated by commas, as the output `id` has them. Needs `kind`."
  },
  kind: {
    schema: choice(kinds),
    meaning: "What `id` names: `maintenance` or `incident`. With `deployment-key`: only this kind."
  },
  "deployment-key": {
    schema: read("one line, such as api-production", parseDeploymentKey),
    meaning: "Your name for a deployment, as `api-production`. The same key finds its notices in every job and run of the repository. By default a deployment is known by its workflow, branch, job and step."
  },
  state: {
    schema: read("investigating, identified, monitoring, resolved or the digits of a state id", parseIncidentState),
    meaning: "State of the incident: `investigating`, `identified`, `monitoring`, `resolved`, or the digits of an id."
  },
  "component-id": {
    schema: schemas_string(),
    meaning: "Component that the incident affects. Only with a single page."
  },
  "notify-subscribers": {
    schema: yesOrNo(),
    meaning: "Whether subscribers get an e-mail when the notice opens. The API does not document whether its end sends one too."
  },
  "auto-resolve": {
    schema: yesOrNo(),
    defaultNote: "`true`; `false` if `start` is in the future",
    meaning: "`true`: the post step ends the notice. `false`: a later `resolve` ends it."
  },
  outcome: {
    schema: choice([ "job", ...outcomes ]),
    default: "job",
    meaning: "How the deployment ended: `job` is the status of the job; or the outcome of one step, such as `steps.deploy.outcome` in an expression. With `resolve`, `job` just ends the notice."
  },
  "on-failure": {
    schema: choice(reactions),
    meaning: "After a failure: `keep` the notice, `resolve` it, or end the window and open an `incident`."
  },
  "on-cancel": {
    schema: choice(reactions),
    meaning: "After a cancel or a timeout of the job: `keep`, `resolve` or `incident`."
  },
  "resolve-message": {
    schema: schemas_string(),
    meaning: "Last entry of an incident after a success. May contain `{elapsed}`, `{end-at}` and `{tag}`."
  },
  "cancel-message": {
    schema: schemas_string(),
    meaning: "Last entry of an incident if the deployment was skipped, or stopped or failed and is to be resolved."
  },
  "failure-title": {
    schema: read("one line of text", parseLine),
    meaning: "Title of the incident that `on-failure: incident` opens."
  },
  "failure-message": {
    schema: schemas_string(),
    meaning: "Text of that incident, and the entry of an incident that stays open after a failure."
  },
  "notify-on-failure": {
    schema: yesOrNo(),
    meaning: "Whether subscribers get an e-mail about the incident that `on-failure` or `on-cancel` opens."
  },
  recover: {
    schema: yesOrNo(),
    defaultNote: "`true` with `on-failure` or `on-cancel: incident`",
    meaning: "Whether a success resolves incidents that earlier failures opened, unless a person has edited them."
  },
  marker: {
    schema: yesOrNo(),
    meaning: "`false` leaves the line `Ref: \u2026` out of the message. Then no re-run, key or search can find the notice again."
  },
  "on-api-error": {
    schema: choice([ "auto", "fail", "warn" ]),
    default: "auto",
    meaning: "After an API error: `fail` or `warn`. `auto` fails, but only warns if opening failed for a cause outside the repository, such as an outage. The post step fails only with `fail`."
  },
  "dry-run": {
    schema: yesOrNo(),
    default: "false",
    meaning: "`true` checks and searches everything, prints each write and sends none."
  },
  require: {
    schema: read(`a list of operations (${list(operationNames)}) or scopes (${list(scopes)})`, parseRequirements),
    meaning: "What the key must be allowed to do, or `check` fails: operations and scopes separated by commas or newlines. `resolve` means the kinds whose open operation is listed too."
  },
  "min-uptime": {
    schema: read("a percentage from 0 to 100 such as 99.9", parsePercent),
    meaning: "Lowest uptime of each monitor in percent, such as `99.9`. Below it `gate` is closed."
  },
  "uptime-period": {
    schema: choice(uptimePeriods),
    meaning: "Period up to now that `min-uptime` is about: `7d`, `30d`, `90d` or `365d`."
  },
  monitors: {
    schema: read("a monitor: write its id or name", parseNames),
    defaultNote: "every monitor of the pages",
    meaning: "Monitors that `min-uptime` is about: ids or names separated by commas or newlines, a name with a comma in double quotes."
  },
  "allow-incidents": {
    schema: yesOrNo(),
    meaning: "`true`: open incidents do not close `gate`."
  },
  "allow-maintenance": {
    schema: yesOrNo(),
    meaning: "`false`: an active window of others closes `gate`."
  },
  "wait-for": {
    schema: read("0s or a length of time from 30s to 6h such as 15m", parseWait),
    meaning: "How long `gate` waits for its conditions, asking every 30 seconds: `0s`, or from `30s` to `6h`, on top of the time limit of the step."
  },
  bypass: {
    schema: yesOrNo(),
    meaning: "`true` passes `gate` without asking anything, and says so. For hotfixes."
  },
  "github-token": {
    schema: read("a token", parseToken),
    secret: true,
    meaning: "Token that may read the runs of this repository. `sweep` needs it with `permissions: actions: read`. Other steps ask GitHub only if an earlier run left something on the page.",
    ifMissing: "give a token with the permission actions: read, so that GitHub shows which runs are over.",
    default: "${{ github.token }}"
  },
  "api-url": {
    schema: read("an https address (http only on this machine)", parseApiUrl),
    default: defaultApiUrl,
    meaning: "Root of the API."
  },
  "request-timeout": {
    schema: parsers_duration(secondMs, 30 * secondMs, "a length of time from 1s to 30s such as 10s"),
    default: "10s",
    meaning: "Limit of one request, from `1s` to `30s`."
  },
  "job-status": {
    schema: choice(outcomes),
    default: "${{ job.status }}",
    internal: true,
    meaning: "Internal: the status of the job, evaluated anew for the post step."
  },
  matrix: {
    schema: read("JSON", parseMatrix),
    default: "${{ toJSON(matrix) }}",
    internal: true,
    meaning: "Internal: the matrix values of the job."
  }
};

const inputs_inputNames = Object.keys(inputs_inputs);

function parseRequirements(text) {
  const words = parseNames(text)?.map(word => operationNames.find(name => name === word) ?? parseScope(word));
  return words?.every(word => word !== void 0) ? [ ...new Set(words) ] : void 0;
}

// CONCATENATED MODULE: ./lib/inputs/operations.js
const everywhere = {
  operation: {
    default: inputs_inputs.operation.default
  },
  "api-key": "optional",
  "on-api-error": {
    default: inputs_inputs["on-api-error"].default
  },
  "dry-run": {
    default: inputs_inputs["dry-run"].default
  },
  "api-url": {
    default: inputs_inputs["api-url"].default
  },
  "request-timeout": {
    default: inputs_inputs["request-timeout"].default
  },
  "github-token": "optional",
  "job-status": "optional",
  matrix: {
    default: "null"
  }
};

const operations_endingInputs = {
  outcome: {
    default: inputs_inputs.outcome.default
  },
  "on-failure": {
    default: "keep"
  },
  "on-cancel": {
    default: "keep"
  },
  "resolve-message": {
    default: "The update is complete."
  },
  "cancel-message": {
    default: "The update was stopped."
  },
  "failure-title": {
    default: "An update did not complete"
  },
  "failure-message": {
    default: "An update did not complete as planned. We are looking into it."
  },
  "notify-on-failure": {
    default: "false"
  },
  recover: "optional"
};

const opening = {
  ...everywhere,
  ...operations_endingInputs,
  outcome: "optional",
  "status-page": "required",
  "deployment-key": "optional",
  "notify-subscribers": {
    default: "false"
  },
  marker: {
    default: "true"
  }
};

const operations_postInputs = {
  ...everywhere,
  ...operations_endingInputs,
  "job-status": "required"
};

everywhere["api-url"], everywhere["request-timeout"];

const target = {
  id: "optional",
  kind: "optional",
  "deployment-key": "optional",
  "status-page": "optional"
};

const openTexts = {
  doing: "open a notice",
  undone: "No notice was opened",
  opens: true
};

const operations_operations = {
  "open-maintenance": {
    does: "Opens a maintenance window on each status page; the post step ends it.",
    ...openTexts,
    scopes: [ "maintenances:write" ],
    scopesAtTimes: [ "maintenances:read", "status-pages:read" ],
    inputs: {
      ...opening,
      title: "optional",
      message: {
        default: "We are installing an update. Short interruptions are possible."
      },
      duration: {
        default: "30m"
      },
      start: {
        default: "now"
      },
      "auto-resolve": "optional"
    }
  },
  "open-incident": {
    does: "Opens an incident on each status page; the post step resolves it.",
    ...openTexts,
    scopes: [ "incidents:write" ],
    scopesAtTimes: [ "incidents:read", "status-pages:read" ],
    inputs: {
      ...opening,
      title: "required",
      message: "required",
      state: {
        default: "investigating"
      },
      "component-id": "optional",
      "auto-resolve": {
        default: "true"
      }
    }
  },
  resolve: {
    does: "Ends a notice: a window now, an incident with an entry in the state Resolved. With `outcome` it does what the post step would do.",
    doing: "end anything",
    undone: "Nothing was ended",
    opens: false,
    scopes: [ "maintenances:write", "incidents:write" ],
    scopesAtTimes: [ "maintenances:read", "incidents:read", "status-pages:read" ],
    inputs: {
      ...everywhere,
      ...operations_endingInputs,
      ...target
    }
  },
  update: {
    does: "Changes only what you give. Incident: an entry with `message` and `state`, and `title`. Window: `title`, `message`, and `duration` from now on.",
    doing: "change anything",
    undone: "Nothing was changed",
    opens: false,
    scopes: [ "maintenances:write", "incidents:write", "maintenances:read", "incidents:read" ],
    scopesAtTimes: [ "status-pages:read" ],
    inputs: {
      ...everywhere,
      ...target,
      title: "optional",
      message: "optional",
      state: "optional",
      duration: "optional"
    }
  },
  delete: {
    does: "Removes a notice from the page and from the page's public history.",
    doing: "delete anything",
    undone: "Nothing was deleted",
    opens: false,
    scopes: [ "maintenances:write", "incidents:write" ],
    scopesAtTimes: [ "maintenances:read", "incidents:read", "status-pages:read" ],
    inputs: {
      ...everywhere,
      ...target
    }
  },
  check: {
    does: "Shows which scopes the key has, which pages it sees, and what each operation needs. Changes nothing.",
    doing: "check the API key",
    undone: "The key could not be checked",
    opens: false,
    scopes: [],
    scopesAtTimes: [ "status-pages:read" ],
    inputs: {
      ...everywhere,
      "status-page": "optional",
      require: {
        default: "open-maintenance, resolve"
      }
    }
  },
  gate: {
    does: "Fails if it is a bad time to deploy: an incident is open, `min-uptime` is not reached, or, with `allow-maintenance: false`, a window of others is active. Fails too if it cannot check that.",
    doing: "ask the gate",
    undone: "The gate is closed",
    opens: false,
    scopes: [ "incidents:read" ],
    scopesAtTimes: [ "maintenances:read", "status-pages:read", "analytics:read" ],
    inputs: {
      ...everywhere,
      "status-page": "required",
      "deployment-key": "optional",
      "min-uptime": "optional",
      "uptime-period": {
        default: "30d"
      },
      monitors: "optional",
      "allow-incidents": {
        default: "false"
      },
      "allow-maintenance": {
        default: "true"
      },
      "wait-for": {
        default: "0s"
      },
      bypass: {
        default: "false"
      }
    }
  },
  sweep: {
    does: "Resolves incidents left open by runs that died: their post step never ran, because the machine was lost.",
    doing: "sweep the page",
    undone: "Nothing was swept",
    opens: false,
    scopes: [ "incidents:read", "incidents:write" ],
    scopesAtTimes: [ "status-pages:read" ],
    inputs: {
      ...everywhere,
      "status-page": "required",
      "github-token": "required"
    }
  }
};

function isGiven(given, name) {
  return given[name] !== void 0 && given[name] !== "";
}

// CONCATENATED MODULE: ./lib/inputs/conflicts.js
const lastTime = new Date("9999-12-31T23:59:59Z");

function findConflicts(request, given, now, written) {
  const {nameOf: nameOf} = written;
  switch (request.operation) {
   case "open-maintenance":
    return [ ...findConflictsOfOpening(request, given, written), ...findConflictsOfTimes(request.values, now) ];

   case "open-incident":
    return [ ...findConflictsOfOpening(request, given, written), ...findConflictsOfIncident(request.values) ];

   case "resolve":
    return [ ...findMissingTarget(request.values, given, written), ...findConflictsOfResolve(request.values, given, nameOf) ];

   case "update":
    return [ ...findMissingTarget(request.values, given, written), ...findConflictsOfUpdate(request.values, given, nameOf) ];

   case "delete":
    return findMissingTarget(request.values, given, written);

   case "check":
   case "sweep":
    return [];

   case "gate":
    return findConflictsOfGate(request.values, given, nameOf);
  }
}

function findConflictsOfOpening({operation: operation, values: values}, given, {kind: kind, nameOf: nameOf}) {
  const conflicts = [];
  const suggestion = kind === "terminal" ? "statuspage-me resolve" : "operation: resolve";
  for (const input of [ "id", "kind" ]) if (isGiven(given, input)) conflicts.push({
    input: input,
    problem: `is not for ${operation}, which opens a new notice`,
    suggestion: suggestion
  });
  if (given.state && inputs_inputs.state.schema.safeParse(given.state).data === "4") conflicts.push({
    input: "state",
    problem: `cannot be resolved for ${operation}`,
    suggestion: suggestion
  });
  if (values["deployment-key"] !== void 0 && values.marker === false) {
    const problem = `finds a notice by the reference in its message, which ${nameOf("marker")} turns off`;
    conflicts.push({
      input: "deployment-key",
      problem: problem
    });
  }
  return conflicts;
}

function findConflictsOfTimes({start: start, duration: duration}, now) {
  if (start === void 0 || duration === void 0) return [];
  const end = later(startOf(start, now), duration);
  if (end <= now) return [ {
    input: "start",
    problem: "is so long ago that the window would already be over"
  } ];
  if (end <= lastTime) return [];
  return [ {
    input: "start",
    problem: "is too far ahead: the window must end before the year 10000"
  } ];
}

function findConflictsOfIncident(values) {
  const conflicts = [ "on-failure", "on-cancel" ].filter(name => values[name] === "incident").map(incidentTwice);
  if (values["component-id"] !== void 0 && (values["status-page"]?.length ?? 0) > 1) conflicts.push({
    input: "component-id",
    problem: "belongs to one status page, but several are given"
  });
  return conflicts;
}

function incidentTwice(input) {
  return {
    input: input,
    problem: "can be incident only for a window. For an incident, write keep or resolve"
  };
}

function findConflictsOfUpdate({kind: kind}, given, nameOf) {
  const conflicts = [];
  const sent = [ "title", "message", "state", "duration" ];
  if (!sent.some(name => isGiven(given, name))) {
    const others = list([ "title", "state", "duration" ].map(name => nameOf(name)));
    conflicts.push({
      input: "message",
      problem: `is missing, and so are ${others}: there is nothing to send`
    });
  }
  if (kind === "maintenance" && isGiven(given, "state")) conflicts.push({
    input: "state",
    problem: "is for incidents: a window has none"
  });
  if (kind === "incident" && isGiven(given, "duration")) conflicts.push({
    input: "duration",
    problem: "is for windows: an incident ends when it is resolved"
  });
  return conflicts;
}

function findMissingTarget(values, given, {kind: kind, nameOf: nameOf}) {
  if (isGiven(given, "id")) {
    const nothing = values.id?.every(id => id === "none");
    if (isGiven(given, "kind") || nothing) return [];
    return [ {
      input: "kind",
      problem: `is required with ${nameOf("id")}: maintenance or incident`
    } ];
  }
  if (isGiven(given, "deployment-key")) {
    if (isGiven(given, "status-page")) return [];
    return [ {
      input: "status-page",
      problem: `is required with ${nameOf("deployment-key")}`
    } ];
  }
  const key = nameOf("deployment-key");
  if (kind === "terminal") {
    const other = `${key} and ${nameOf("status-page")}`;
    return [ {
      input: "id",
      problem: `and ${nameOf("kind")} must be given, or ${other}`
    } ];
  }
  const causes = list([ "a typo in the expression", "a step or job that did not run", "a job output that is missing under outputs", "an output that the runner dropped because it contains a secret" ], "or");
  return [ {
    input: "id",
    problem: `is empty, and there is no ${key}. The usual causes of an empty id: ${causes}`
  } ];
}

function findConflictsOfResolve(values, given, nameOf) {
  const conflicts = [];
  if (given.outcome === "") {
    const problem = "is empty: its expression names no job or step. Leave it out to just end the notice";
    conflicts.push({
      input: "outcome",
      problem: problem
    });
  }
  for (const name of [ "on-failure", "on-cancel" ]) if (values.kind === "incident" && values[name] === "incident") conflicts.push(incidentTwice(name));
  if (values.recover === true && values.outcome === "job") conflicts.push({
    input: "recover",
    problem: `needs ${nameOf("outcome")}: only a success recovers`
  });
  if (values.recover === true && values["deployment-key"] === void 0) {
    const key = nameOf("deployment-key");
    conflicts.push({
      input: "recover",
      problem: `needs ${key}: it says whose failures are meant`
    });
  }
  return conflicts;
}

function findConflictsOfGate(values, given, nameOf) {
  if (isGiven(given, "min-uptime")) return [];
  const checksNotices = values["allow-incidents"] !== true || values["allow-maintenance"] !== true;
  const nothing = `is true, so there is nothing to check. Add ${nameOf("min-uptime")}, or set ${nameOf("allow-maintenance")} to false`;
  const unused = [ "monitors", "uptime-period" ].filter(name => isGiven(given, name)).map(name => nameOf(name));
  return [ ...checksNotices ? [] : [ {
    input: "allow-incidents",
    problem: nothing
  } ], ...unused.length === 0 ? [] : [ {
    input: "min-uptime",
    problem: `is required with ${list(unused)}`
  } ] ];
}

function isSwitch(name) {
  return inputs_inputs[name].schema.safeParse("true").data === true;
}

const nameInWorkflow = (name, value) => value === void 0 ? name : `${name}: ${value}`;

// CONCATENATED MODULE: ./lib/inputs/problems.js
const longestGiven = 80;

function describeProblem({input: input, problem: problem, given: given, suggestion: suggestion}, nameOf) {
  const value = given === void 0 ? "" : `: ${JSON.stringify(given.slice(0, longestGiven))}`;
  const end = /[.?]$/.test(problem) ? "" : ".";
  const hint = suggestion === void 0 ? "" : ` Did you mean ${suggestion}?`;
  return `${nameOf(input)}${value} ${problem}${end}${hint}`;
}

function problems_wrongInputs(problems, nameOf) {
  const lines = problems.map(problem => describeProblem(problem, nameOf));
  const [only] = lines;
  if (only !== void 0 && lines.length === 1) return new UserError("invalid input", `Invalid input, nothing was sent. ${only}`);
  return new UserError("invalid input", `${lines.length} invalid inputs, nothing was sent.\n${lines.join("\n")}`);
}

const longest = 80;

function suggest(name, text) {
  const meant = guess(name, text.trim());
  return meant !== void 0 && meant.length <= longest && "value" in parseInput(inputs_inputs[name].schema, meant) ? meant : void 0;
}

function guess(name, text) {
  switch (name) {
   case "operation":
    return findOperation(text.toLowerCase().replaceAll("_", "-"));

   case "duration":
   case "wait-for":
    return guessDuration(text, "m");

   case "request-timeout":
    return guessDuration(text, "s");

   case "start":
    return guessStart(text);

   case "outcome":
    return parseOutcome(text) ?? guessWord(name, text);

   case "state":
    return findNear(text, Object.keys(incidentStates));

   case "require":
    return splitNames(text).map(part => findNear(part, [ ...operationNames, ...scopes ]) ?? part).join(", ");

   case "uptime-period":
    return text.replace(/^(\d+)\s*(?:d|days?)?$/i, "$1d");

   case "kind":
    return /window/i.test(text) ? "maintenance" : findNear(text, kinds);

   case "min-uptime":
    return text.replace(/\s*%$/, "").replace(",", ".");

   case "status-page":
    return text.split(/,?\n|,/).map(part => hostedSlug(part.trim()) ?? part.trim()).join(", ");

   default:
    return guessWord(name, text);
  }
}

function guessWord(name, text) {
  const {schema: schema} = inputs_inputs[name];
  if ("options" in schema) return findNear(text, schema.options);
  if (!isSwitch(name)) return;
  return /^(yes|on|1)$/i.test(text) ? "true" : /^(no|off|0)$/i.test(text) ? "false" : findNear(text, [ "true", "false" ]);
}

const units = {
  w: 7 * dayMs,
  d: dayMs,
  h: hourMs,
  m: minuteMs,
  s: secondMs
};

const amount = /(\d+(?:[.,]\d+)?)\s*(w|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b\.?(?:\s*(?:,|and)\s*|\s*)/giy;

function guessDuration(text, unit) {
  const withUnit = /\d$/.test(text) ? `${text}${unit}` : text;
  const exact = [ withUnit, text.toUpperCase(), text.toLowerCase() ].find(one => parseDuration(one) !== void 0);
  if (exact !== void 0) return exact;
  const spaced = withUnit.replace(/([a-z])(?=\d)/gi, "$1 ");
  const parts = [ ...spaced.matchAll(amount) ];
  if (parts.length === 0 || parts.reduce((length, [part]) => length + part.length, 0) !== spaced.length) return;
  const ms = parts.reduce((sum, [, count = "", name = ""]) => {
    const letter = name.charAt(0).toLowerCase();
    return sum + Number(count.replace(",", ".")) * units[letter];
  }, 0);
  return formatDuration(ms);
}

function guessStart(text) {
  if (/^now$/i.test(text)) return "now";
  if (/^\d{10}$|^\d{13}$/.test(text)) return time_formatTime(new Date(Number(text) * (text.length === 10 ? secondMs : 1)));
  if (/^\+?\d{6,}$/.test(text)) return;
  const [, day, time, seconds = ":00"] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?$/i.exec(text) ?? [];
  if (day !== void 0) return `${day}T${time}${seconds}Z`;
  const length = guessDuration(text.replace(/^\+\s*/, ""), "m");
  return length && `+${length}`;
}

const shortestPart = 4;

function findOperation(text) {
  const holding = operationNames.filter(name => text.length >= shortestPart && name.includes(text));
  return holding.length === 1 ? holding[0] : findNear(text, operationNames);
}

// CONCATENATED MODULE: ./lib/inputs/read-inputs.js
function readRequest({texts: given, unknownNames: unknownNames = [], kind: kind, nameOf: nameOf}, now) {
  const operation = operationNames.find(name => name === (given.operation || inputs_inputs.operation.default));
  const checkedAs = operation ?? "open-maintenance";
  const uses = operations_operations[checkedAs].inputs;
  const {values: values, problems: problems} = readValues(uses, given, kind);
  const request = {
    operation: checkedAs,
    values: values,
    hasEmptyOutcome: given.outcome === ""
  };
  const conflicts = operation === void 0 ? [] : findConflicts(request, given, now, {
    kind: kind,
    nameOf: nameOf
  });
  const all = [ ...findMisspelt(given, unknownNames), ...problems, ...conflicts ];
  if (all.length > 0) throw problems_wrongInputs(all, nameOf);
  const ignored = inputs_inputNames.filter(name => isGiven(given, name) && uses[name] === void 0 && !isDefault(given, name) && !isRespected(name, uses, given));
  return {
    request: request,
    ignored: ignored
  };
}

function isRespected(name, uses, given) {
  if (name === "auto-resolve") return given[name] === "false";
  const isUsed = other => uses[other] !== void 0 && given[other] === given[name];
  return forVisitors.has(name) && [ ...forVisitors ].some(isUsed);
}

function readPostInputs({texts: given, nameOf: nameOf}) {
  const {values: values, problems: problems} = readValues(operations_postInputs, {
    ...given,
    operation: ""
  });
  if (problems.length > 0) throw problems_wrongInputs(problems, nameOf);
  return values;
}

function findMisspelt(given, unknownNames) {
  return unknownNames.flatMap(name => {
    const input = findNear(name, inputs_inputNames);
    if (input === void 0 || isGiven(given, input) && !isDefault(given, input)) return [];
    return [ {
      input: input,
      problem: `is misspelt as ${JSON.stringify(name.slice(0, longestName))}`
    } ];
  });
}

const longestName = 40;

function describeMissing({meaning: meaning, ifMissing: ifMissing}) {
  return ifMissing ?? meaning;
}

function readValues(uses, given, kind = "runner") {
  const values = {};
  const problems = [];
  for (const name of inputs_inputNames) {
    const use = uses[name];
    const text = given[name] || (typeof use === "object" ? use.default : void 0);
    if (use === void 0) continue;
    if (text === void 0) {
      if (use === "required") problems.push({
        input: name,
        problem: `is required: ${describeMissing(inputs_inputs[name])}`
      });
      continue;
    }
    const secrets = forVisitors.has(name) ? findSecret(name, text, given["api-key"] ?? "") : [];
    problems.push(...secrets);
    const read = parseInput(inputs_inputs[name].schema, text);
    if ("value" in read) values[name] = read.value; else problems.push(...read.map(({problem: problem, shown: shown}) => {
      const also = kind === "terminal" && name === "outcome" ? ", or an exit code from 0 to 255" : "";
      return toProblem(name, `${problem}${also}`, shown && secrets.length === 0 ? text : void 0);
    }));
  }
  return {
    values: values,
    problems: problems
  };
}

const forVisitors = new Set([ "title", "message", "resolve-message", "cancel-message", "failure-title", "failure-message" ]);

function findSecret(input, text, apiKey) {
  if (/^\s*spk_/i.test(text)) return [ {
    input: input,
    problem: "looks like an API key, and visitors would read it"
  } ];
  if (createMask(apiKey)(text) === text) return [];
  return [ {
    input: input,
    problem: "contains the API key or a part of it, and visitors would read it"
  } ];
}

function toProblem(input, problem, given) {
  const {secret: secret} = inputs_inputs[input];
  if (secret || given === void 0) return {
    input: input,
    problem: problem
  };
  return {
    input: input,
    problem: problem,
    given: given,
    suggestion: suggest(input, given)
  };
}

function isDefault(given, name) {
  const input = inputs_inputs[name];
  return given[name] === input.default;
}

// CONCATENATED MODULE: ./lib/messages/sanitize.js
const ciCommands = [ [ /##(?=\w*\[)/g, "# #" ], [ /^([^\S\n]*):(?=:)/gm, "$1: " ], [ /\bsection_(?=(?:start|end):)/g, "section_ " ], [ /^(-(?=--[ \t]|--$)|\+(?=\+\+[ \t]|\+\+$)|~(?=~~[ \t]|~~$)|\^(?=\^\^[ \t]|\^\^$))/gm, "$1 " ] ];

function withoutCommands(text) {
  return ciCommands.reduce((rest, [command, harmless]) => rest.replace(command, harmless), text);
}

function forLog(text) {
  const oneLine = text.replace(/(?!\s)[\p{Cc}\p{Bidi_Control}]/gu, "").replace(/\s+/g, " ").trim();
  return withoutCommands(oneLine);
}

function forMarkdown(text) {
  const marks = /[&<>\\`*_~|[\]@#!$]|:(?!\s|(?<=\d:)\d\d(?![\d:]))|(?<=www)\./gi;
  return `<bdi>${forLog(text).replace(marks, toEntity)}</bdi>`;
}

function forMarkdownBlock(text) {
  const lines = text.split(/\r\n|[\r\n]/).map(line => forLog(line).replace(/[&<>]/g, toEntity));
  return `<pre>${lines.join("\n")}</pre>`;
}

function toEntity(mark) {
  return `&#${mark.charCodeAt(0)};`;
}

// CONCATENATED MODULE: ./lib/messages/message.js
function textOf({text: text, commands: commands = []}, host) {
  const [first, ...others] = commands;
  if (first === void 0) return text;
  if (host === "terminal") return [ text, ...commands.map(({doing: doing, command: command}) => `To ${doing} now:\n  ${command}`) ].join("\n");
  const doing = others.length === 0 ? first.doing : "end them";
  const between = text.includes("\n") ? "\n" : " ";
  return `${text}${between}To ${doing} now, use the dashboard of StatusPage.me, or the request in the summary of this job.`;
}

function info(text) {
  return {
    level: "info",
    text: text
  };
}

function result(text) {
  return {
    level: "result",
    text: text
  };
}

function warning(title, text, commands) {
  return {
    level: "warning",
    title: title,
    text: text,
    ...commands && {
      commands: commands
    }
  };
}

function error(title, text, commands) {
  return {
    level: "error",
    title: title,
    text: text,
    ...commands && {
      commands: commands
    }
  };
}

function notice(title, text) {
  return {
    level: "notice",
    title: title,
    text: text
  };
}

function isProblem(message) {
  const {level: level} = message;
  return level !== "info" && level !== "result";
}

function describeFailure(doing, error, background) {
  if (error instanceof UserError) return error.message.split("\n").map(forLog).join("\n");
  const {happened: happened, todo: todo, causeFirst: causeFirst} = explain(error, background);
  const failed = causeFirst ? `${capitalize(happened)}. Could not ${doing}.` : `Could not ${doing}: ${happened}.`;
  return forLog(`${failed}${todo === "" ? "" : ` ${todo}`}`);
}

function causeOf(thrown) {
  if (thrown instanceof ExplainedError) return thrown.causeKey;
  return thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
}

function titleOf(thrown) {
  return thrown instanceof ExplainedError ? thrown.title : "failure";
}

// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = process.getBuiltinModule("node:timers/promises");

// CONCATENATED MODULE: ./lib/deployment/deployment.js
const lastYear = Date.UTC(1e4, 0);

const instant = pipe(schemas_string().check(_maxLength(40), refine(text => Math.abs(Date.parse(text)) < lastYear)), transform(text => new Date(text)));

const shown = schemas_string().check(_maxLength(1e4));

const id = schemas_string().check(refine(isRecordId));

const address = schemas_string().check(_maxLength(2e3), refine(text => /^https?:$/.test(URL.parse(text)?.protocol ?? "")));

const reference = schemas_string().check(_regex(/^[\w-]{1,64}$/));

const page = object({
  id: id,
  slug: optional(shown),
  name: optional(shown),
  url: optional(address)
});

const common = {
  kind: schemas_enum([ "maintenance", "incident" ]),
  page: optional(page),
  reference: optional(reference),
  title: optional(shown),
  startAt: optional(instant),
  endAt: optional(instant),
  startBefore: optional(instant),
  endBefore: optional(instant),
  putOffTo: optional(instant),
  endedEarly: optional(schemas_boolean()),
  emptiesUnsent: optional(schemas_boolean()),
  referenceLost: optional(schemas_boolean()),
  state: optional(shown),
  created: schemas_boolean(),
  mailed: schemas_boolean(),
  takenOver: optional(schemas_boolean()),
  mayHaveDuplicate: optional(schemas_boolean())
};

const deploymentRecord = discriminatedUnion("stage", [ object({
  stage: literal("open"),
  id: id,
  ...common
}), object({
  stage: literal("gone"),
  id: optional(id),
  ...common
}), object({
  stage: schemas_enum([ "opening", "missed", "unconfirmed", "not-sent" ]),
  id: optional(schemas_undefined()),
  ...common
}) ]);

const deployment = object({
  version: literal(2),
  stage: schemas_enum([ "opening", "open", "failed" ]),
  apiUrl: address,
  own: schemas_boolean(),
  hasKey: schemas_boolean(),
  identity: optional(reference),
  startedAt: instant,
  clockOffsetMs: optional(schemas_number().check(_gte(-lastYear), _lte(lastYear))),
  tag: optional(shown),
  pageNames: optional(array(shown).check(_maxLength(1e3))),
  records: array(deploymentRecord).check(_maxLength(1e4))
});

function unconfirmedRecord(kind, page, reference) {
  return {
    kind: kind,
    page: page,
    reference: reference,
    stage: "unconfirmed",
    created: false,
    mailed: false
  };
}

function readDeployment(written) {
  const result = safeParse(deployment, written);
  if (!result.success) throw new Error("the saved state is not one that this version wrote");
  return result.data;
}

const shared = "deployment";

const nameOf = index => `record${index}`;

function writeStateChunks({records: records, ...rest}, earlier) {
  const texts = records.map((record, index) => [ nameOf(index), JSON.stringify(record) ]);
  const emptied = [ ...earlier.keys() ].slice(0, -1).map(name => [ name, "" ]);
  return new Map([ ...emptied, ...texts, [ shared, JSON.stringify(rest) ] ]);
}

function readStateChunks(read) {
  const rest = read(shared);
  if (rest === void 0) return;
  const records = [];
  for (let text = read(nameOf(0)); text !== void 0; text = read(nameOf(records.length))) records.push(JSON.parse(text));
  return readDeployment({
    ...JSON.parse(rest),
    records: records
  });
}

// CONCATENATED MODULE: ./lib/statuspage/fields.js
const names = {
  id: [ "id", "uuid" ],
  pageId: [ "statuspageid", "pageid", "statuspageuuid", "statuspage" ],
  componentId: [ "componentid", "componentuuid", "component" ],
  title: [ "title", "name" ],
  message: [ "message", "description", "body" ],
  createdAt: [ "createdat", "created" ],
  updatedAt: [ "updatedat", "updated" ],
  startAt: [ "startat", "startedat", "startsat", "starttime", "start" ],
  endAt: [ "endat", "endsat", "endtime", "end", "endedat" ],
  resolvedAt: [ "resolvedat", "endedat" ],
  state: [ "incidentstateid", "incidentstate", "currentstate", "state", "statename", "incidentstatename", "currentstatus", "status" ],
  timeline: [ "updates", "incidentupdates", "timeline", "entries", "history" ],
  name: [ "name", "title" ],
  slug: [ "slug" ],
  pageSlug: [ "statuspageslug", "pageslug" ],
  url: [ "url", "customdomain" ],
  type: [ "type" ],
  target: [ "target" ],
  enabled: [ "enabled" ],
  intervalSeconds: [ "intervalseconds", "interval" ],
  monitors: [ "monitors" ],
  availability: [ "availability" ],
  uptimePercent: [ "uptimepercentage", "uptimepercent", "uptime" ],
  downtimeSeconds: [ "downtimeseconds", "downtime" ],
  mttrSeconds: [ "mttrseconds", "mttr" ],
  mtbfSeconds: [ "mtbfseconds", "mtbf" ],
  data: [ "data" ],
  meta: [ "meta", "pagination" ],
  count: [ "count", "total", "totalcount" ],
  hasMore: [ "hasmore" ]
};

function fieldsOf(entry) {
  if (!isObject(entry)) return;
  const {keysOf: keysOf} = shapeOf(entry);
  const all = field => keysOf(field).map(key => unwrapNullable(entry[key]));
  const first = (field, read) => {
    for (const key of keysOf(field)) {
      const found = read(unwrapNullable(entry[key]));
      if (found !== void 0) return found;
    }
    return;
  };
  return {
    first: first,
    all: all
  };
}

let last = {
  written: [],
  keysOf: () => []
};

function shapeOf(entry) {
  const written = Object.keys(entry);
  const isSame = written.length === last.written.length && written.every((key, at) => key === last.written[at]);
  if (isSame) return last;
  const byPlainName = Map.groupBy(written, key => key.toLowerCase().replace(/[_-]/g, ""));
  const found = new Map;
  last = {
    written: written,
    keysOf: field => {
      const keys = found.get(field) ?? names[field].flatMap(name => byPlainName.get(name) ?? []);
      found.set(field, keys);
      return keys;
    }
  };
  return last;
}

function unwrapNullable(value) {
  if (!isObject(value) || typeof value.Valid !== "boolean") return value;
  const [inner] = Object.entries(value).flatMap(([key, one]) => key === "Valid" ? [] : [ one ]);
  return value.Valid ? inner : null;
}

function readId(value) {
  if (typeof value === "string") return isRecordId(value) ? value : void 0;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : void 0;
}

function readReference(value) {
  return readId(value) ?? fieldsOf(value)?.first("id", readId);
}

function readText(value) {
  return typeof value === "string" ? value : void 0;
}

function readShortText(value) {
  return typeof value === "string" ? shorten(value) : void 0;
}

const longestAddress = 2e3;

function readAddress(value) {
  if (typeof value !== "string") return;
  const address = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value) ? `https://${value}` : value;
  const isOnWeb = /^https?:$/.test(URL.parse(address)?.protocol ?? "");
  return isOnWeb && address.length <= longestAddress ? address : void 0;
}

const earliest = new Date(0);

function readTime(value) {
  const time = typeof value === "string" ? parseTime(value) : void 0;
  return time !== void 0 && time > earliest ? time : void 0;
}

function readFlag(value) {
  return typeof value === "boolean" ? value : void 0;
}

function readMeasure(value) {
  const number = typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && Number.isFinite(number) ? number : void 0;
}

function readPercent(value) {
  const number = readMeasure(value);
  return number !== void 0 && number <= 100 ? number : void 0;
}

function readList(value) {
  return Array.isArray(value) ? value : void 0;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// CONCATENATED MODULE: ./lib/statuspage/json.js
const most = {
  depth: 100,
  containers: 25e3,
  values: 25e4
};

function parseJson(text) {
  return survey(text) === void 0 ? void 0 : parseModest(text);
}

function parseModest(text) {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
  } catch {
    return;
  }
}

function keepExact(_key, value, {source: source}) {
  const isInexact = typeof value === "number" && !Number.isSafeInteger(value);
  return isInexact && source !== void 0 && /^\d+$/.test(source) ? source : value;
}

const groupSize = 100;

function survey(text) {
  let depth = 0;
  let containers = 0;
  let values = 0;
  let begin = -1;
  let end = -1;
  let listDepth = -1;
  let entries = 0;
  const groups = [];
  for (let at = 0; at < text.length; at++) switch (text[at]) {
   case '"':
    at = endOfString(text, at);
    break;

   case "[":
   case "{":
    if (depth === listDepth && entries++ % groupSize === 0) groups.push(at);
    depth += 1;
    containers += 1;
    if (depth > most.depth || containers > most.containers) return;
    if (begin < 0 && text[at] === "[" && /\s*\{/y.test(text.slice(at + 1, at + 10))) [begin, listDepth] = [ at, depth ];
    break;

   case "]":
   case "}":
    if (depth === listDepth) [end, listDepth] = [ at, -1 ];
    depth -= 1;
    break;

   case ",":
    values += 1;
    if (values > most.values) return;
  }
  return end < 0 ? {} : {
    list: {
      begin: begin,
      end: end,
      groups: groups
    }
  };
}

function endOfString(text, start) {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return text.length;
}

function parseOne(body, parse) {
  const answer = parseJson(body);
  const data = unwrap(answer);
  for (const candidate of [ data, onlyObjectIn(data), answer, onlyObjectIn(answer) ]) {
    const record = parse(candidate);
    if (record !== void 0) return record;
  }
  return;
}

function parseEntries(body, parse) {
  const surveyed = survey(body);
  if (surveyed === void 0) return;
  return parseInGroups(body, surveyed.list, parse) ?? readAnswer(parseModest(body), list => readListing(list, parse));
}

function readAnswer(answer, read) {
  const data = answer === void 0 ? void 0 : unwrap(answer);
  const listing = read(data) ?? read(onlyListIn(data));
  if (listing === void 0) return;
  const {records: records, complete: complete} = listing;
  const showsAll = [ answer, data ].every(part => countIn(part) <= records.length && !hasMore(part));
  return {
    records: records,
    complete: complete && showsAll
  };
}

const standIn = `${Math.random()}`;

function parseInGroups(body, span, parse) {
  if (span === void 0 || span.groups.length < 2) return;
  const {begin: begin, end: end, groups: groups} = span;
  const parts = groups.map((from, at) => ({
    from: from,
    to: groups[at + 1] ?? end,
    isLast: at === groups.length - 1
  }));
  return readAnswer(parseModest(`${body.slice(0, begin + 1)}"${standIn}"${body.slice(end)}`), list => {
    if (!Array.isArray(list) || list[0] !== standIn) return;
    const listings = parts.map(({from: from, to: to, isLast: isLast}) => {
      const text = body.slice(from, to).trimEnd();
      if (isLast) return readListing(parseModest(`[${text}]`), parse);
      return text.endsWith(",") ? readListing(parseModest(`[${text.slice(0, -1)}]`), parse) : void 0;
    });
    if (listings.includes(void 0)) return;
    const read = listings.filter(one => one !== void 0);
    return {
      records: read.flatMap(({records: records}) => records),
      complete: read.every(({complete: complete}) => complete)
    };
  });
}

function readListing(list, parse) {
  if (list === null) return {
    records: [],
    complete: true
  };
  if (!Array.isArray(list)) return;
  const records = list.map(parse).filter(record => record !== void 0);
  return {
    records: records,
    complete: records.length === list.length
  };
}

function unwrap(answer) {
  const found = fieldsOf(answer)?.all("data") ?? [];
  return found.length === 0 ? answer : found[0];
}

const besides = /^(success|ok|status|code|message|meta|pagination|links?|errors?|warnings?)$/i;

function onlyObjectIn(value) {
  if (!isObject(value)) return;
  const [only, ...more] = Object.entries(value).filter(([name]) => !besides.test(name));
  return only !== void 0 && more.length === 0 && isObject(only[1]) ? only[1] : void 0;
}

const listNames = /^(maintenances|incidents|monitors|status[_-]?pages|pages|items|records|results|list)$/i;

function onlyListIn(value) {
  if (!isObject(value)) return;
  const lists = Object.entries(value).filter(([name, one]) => !besides.test(name) && (Array.isArray(one) || one === null && listNames.test(name)));
  return lists.length === 1 ? lists[0]?.[1] : void 0;
}

function countIn(part) {
  const counts = metaOf(part).flatMap(fields => fields?.first("count", readMeasure) ?? []);
  return Math.max(0, ...counts);
}

function hasMore(part) {
  return metaOf(part).some(fields => fields?.first("hasMore", readFlag) === true);
}

function metaOf(part) {
  const fields = fieldsOf(part);
  return [ fields, ...(fields?.all("meta") ?? []).map(fieldsOf) ];
}

// CONCATENATED MODULE: ./lib/statuspage/failed-call.js
function subjectOf({path: path, body: body}) {
  const [address = "", query] = path.split("?");
  const [, list, segment] = address.split("/");
  const component = body?.component_id;
  const page = new URLSearchParams(query).get("status_page_id");
  if (segment === void 0 && page !== null) return {
    what: "page",
    id: page
  };
  if (segment === void 0) return typeof component === "string" ? {
    what: "component",
    id: component
  } : void 0;
  const id = decodeURIComponent(segment);
  switch (list) {
   case "monitors":
    return {
      what: "monitor",
      id: id
    };

   case "status-pages":
    return {
      what: "page",
      id: id
    };

   default:
    return {
      what: "record",
      id: id
    };
  }
}

function recordIdOf(call) {
  const subject = subjectOf(call);
  return subject?.what === "record" ? subject.id : void 0;
}

const uncertainCodes = [ "server", "unreadable", "too-large", "timeout", "reset" ];

function isUncertain(code) {
  return uncertainCodes.includes(code);
}

function codeOfStatus(status) {
  switch (status) {
   case 400:
   case 422:
    return "invalid";

   case 401:
    return "unauthorized";

   case 403:
    return "forbidden";

   case 404:
    return "not-found";

   case 408:
    return "server";

   case 429:
    return "rate-limited";
  }
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) return "redirect";
  return status >= 400 && status < 500 ? "client" : "server";
}

function describeAnswer({status: status, serverMessage: serverMessage, excerpt: excerpt}) {
  const words = serverMessage ?? excerpt;
  const code = status === void 0 ? "no status" : `HTTP ${status}`;
  return words === void 0 ? code : `${code}, "${words}"`;
}

function readErrorBody(text) {
  const body = parseJson(text);
  const reasons = [ ...new Set(reasonsIn(body, 0)) ].slice(0, mostReasons);
  const serverMessage = sentenceOf(reasons.length > 1 ? reasons.map(withoutPeriod).join("; ") : reasons[0] ?? "");
  const isFromApi = isObject(body) && typeof body.error === "string" && body.error.trim() !== "";
  return {
    serverMessage: serverMessage,
    excerpt: serverMessage === void 0 ? excerptOf(text) : void 0,
    isFromApi: isFromApi
  };
}

const longestFailure = 2e4;

function reportsFailure(text) {
  if (text.length > longestFailure) return false;
  const body = parseJson(text);
  if (!isObject(body)) return false;
  if (body.success === false || body.ok === false) return true;
  return isText(body.error) && (body.data ?? body.id ?? void 0) === void 0;
}

const mostReasons = 10;

const deepest = 4;

const reasonFields = [ "error", "message", "detail", "reason", "errors" ];

const nameFields = [ "field", "path", "param", "name" ];

function reasonsIn(value, depth) {
  if (depth > deepest) return [];
  if (isText(value)) return [ value.trim() ];
  if (Array.isArray(value)) return value.slice(0, mostReasons).flatMap(one => reasonsIn(one, depth + 1));
  if (!isObject(value)) return [];
  const named = nameFields.map(field => value[field]).find(isText);
  const found = reasonFields.flatMap(field => {
    const inner = value[field];
    return field === "errors" && isObject(inner) ? reasonsByField(inner, depth + 1) : reasonsIn(inner, depth + 1);
  });
  return named === void 0 ? found : found.map(reason => `${named}: ${reason}`);
}

function reasonsByField(errors, depth) {
  return Object.entries(errors).slice(0, mostReasons).flatMap(([field, value]) => reasonsIn(value, depth + 1).map(reason => `${field}: ${reason}`));
}

function withoutPeriod(reason) {
  return reason.replace(/\.$/, "");
}

function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

const longestShown = 300;

const longestSearched = 1e4;

function sentenceOf(text) {
  const line = text.slice(0, longestSearched).replace(/[\p{C}\s]+/gu, " ").trim();
  const characters = [ ...line ];
  const cut = characters.length > longestShown ? `${characters.slice(0, longestShown - 1).join("")}\u2026` : line;
  return cut === "" ? void 0 : cut;
}

function excerptOf(text) {
  const start = text.slice(0, longestSearched);
  if (!/<[a-z!/]/i.test(start)) return sentenceOf(start);
  const title = /<title\b[^<>]*>([^<]*)/i.exec(start)?.[1] ?? "";
  const shown = start.replace(/<(script|style|title|head)\b[\s\S]*?<\/\1\s*>/gi, " ").replace(/<[^<>]*>?/g, " ");
  return sentenceOf(failed_call_decode(title)) ?? sentenceOf(failed_call_decode(shown));
}

const failed_call_entities = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  "#39": "'"
};

function failed_call_decode(text) {
  return text.replace(/&(#39|amp|lt|gt|quot|nbsp);/gi, (entity, name) => failed_call_entities[name.toLowerCase()] ?? entity);
}

// CONCATENATED MODULE: ./lib/statuspage/explain-forbidden.js
function explainForbidden(error, background) {
  const {call: call} = error;
  const scope = call.scope === void 0 ? "the scope for it" : `the scope ${describeScope(call.scope)}`;
  const all = call.scope === void 0 ? [] : background.needed?.(call.scope) ?? [];
  const answered = `StatusPage.me refused it (${describeAnswer(error)})`;
  switch (causeIn(error.serverMessage ?? "")) {
   case "plan":
    return {
      happened: `${answered}, most likely because of the plan of the key's owner`,
      todo: `Check the plan at ${consoleUrl}: the API needs Pro, Growth, Business or Enterprise. If the plan is right, check that the key has ${scope}.`
    };

   case "block":
    return {
      happened: `${answered}, most likely because it is blocking this key or address for a while`,
      todo: `Try again later, with fewer requests. If it stays, check at ${consoleUrl} that the key has ${scope}.`
    };

   case "role":
    return {
      happened: `${answered}, most likely because of the role of the key's owner in the team`,
      todo: `Make its owner an editor, or use the key of an editor. If the role is right, check at ${consoleUrl} that the key has ${scope}.`
    };

   case "scope":
    return {
      happened: `${answered}, most likely because the API key does not have ${scope}`,
      todo: `Create a key with ${all.length < 2 ? "that scope" : `the scopes ${list(all)}`} at ${consoleUrl} and ${adviseToStoreKey(background)}.${insteadOf(call, background)} If the key already has ${all.length < 2 ? "it" : call.scope}, its owner may only be a viewer of this page, the plan may have no API access, or StatusPage.me may be blocking the key for a while.`
    };
  }
}

function isAboutScope({serverMessage: serverMessage = ""}) {
  return causeIn(serverMessage) === "scope";
}

function isAboutKey({serverMessage: serverMessage = ""}) {
  return [ "scope", "role" ].includes(causeIn(serverMessage));
}

function causeIn(words) {
  if (/\bscopes?\b/i.test(words)) return "scope";
  if (/\b(plans?|upgrade|subscri\w+|billing|payment|trial|tier)\b/i.test(words)) return "plan";
  if (/block|suspend|\bban|temporar|too many|rate limit|abuse|disabled/i.test(words)) return "block";
  return /\b(roles?|viewers?|editors?|team|members?)\b/i.test(words) ? "role" : "scope";
}

function insteadOf({method: method, path: path}, {nameOf: nameOf}) {
  if (method !== "GET" || path !== "/status-pages") return "";
  return ` Or give the UUID of the page in ${nameOf("status-page")}, which needs no search.`;
}

// CONCATENATED MODULE: ./lib/statuspage/explain-call.js
function explainCall(error, background) {
  const {call: call, host: host, status: status} = error;
  const {nameOf: nameOf} = background;
  const network = `Check ${nameOf("api-url")}, and the network and proxy settings of the machine.`;
  const answered = describeAnswer(error);
  const waited = describeTries(error);
  switch (error.code) {
   case "unauthorized":
    return {
      happened: `StatusPage.me refused the API key (${answered})`,
      todo: `The key was revoked or mistyped, or its plan has no API access. Create a key at ${consoleUrl} (plans Pro, Growth, Business, Enterprise) and ${adviseToStoreKey(background)}.`,
      causeFirst: true
    };

   case "forbidden":
    return explainForbidden(error, background);

   case "blocked":
    return {
      happened: `something in front of the API refused the request (${answered})`,
      todo: `A firewall, a proxy or a CDN answered instead of StatusPage.me, so this says nothing about the API key. Try again later. If it stays, ask those who run your network, or the support of ${host}.`
    };

   case "not-found":
    return explainNotFound(call, background, answered);

   case "invalid":
    return explainInvalid(error);

   case "client":
    return explainRefusal(error, background);

   case "redirect":
    return {
      happened: `${host} redirects to ${error.location ?? "nowhere"} (HTTP ${status}), and the API key is not sent to another address`,
      todo: `Set ${nameOf("api-url")} to the address of the API itself.`
    };

   case "rate-limited":
    return {
      happened: `there were too many requests (${answered})${waited}${describeAskedWait(error)}`,
      todo: "Try again later, or start fewer deployments at the same moment."
    };

   case "server":
    return {
      happened: `${host} answered with an error (${answered})${waited}${describeAskedWait(error)}`,
      todo: patience
    };

   case "unreadable":
    return {
      happened: `the response of ${host} has an unknown form (${answered})`,
      todo: `Check that ${nameOf("api-url")} is the address of the API. If it is, run "npm run contract" in the repository of statuspage-me and report what it prints.`
    };

   case "too-large":
    return explainTooLarge(error);

   case "timeout":
    return {
      happened: `${host} did not answer in time${waited}`,
      todo: patience
    };

   case "reset":
    return {
      happened: `${host} closed the connection before the response was complete (${error.detail ?? "reset"})${waited}`,
      todo: patience
    };

   case "refused":
    return {
      happened: `${host} could not be reached${describeProxy(error)}: ${error.detail ?? "no connection"}${waited}`,
      todo: network
    };

   case "unknown-host":
    return {
      happened: `the host name ${host} is unknown${describeProxy(error)} (${error.detail ?? "no address"})`,
      todo: network
    };

   case "certificate":
    return {
      happened: `${host} could not prove its identity${describeProxy(error)}: ${error.detail ?? "its certificate is not trusted"}`,
      todo: `${adviseOnCertificate(error.detail ?? "", background)} The API key was not sent.`
    };

   case "proxy":
    return {
      happened: error.proxy === void 0 ? `nothing could be sent to ${host}: ${error.detail ?? "there is no usable proxy"}` : `the proxy ${error.proxy} did not let the request to ${host} pass: ${error.detail ?? "refused"}`,
      todo: adviseOnProxy(error.detail ?? "")
    };

   case "interrupted":
    return {
      happened: "the run was interrupted",
      todo: "Run it again to do the rest."
    };

   case "out-of-time":
    return {
      happened: "earlier requests used up the time for it",
      todo: patience
    };
  }
}

const patience = "You need not change anything. Try again later.";

function explainRefusal(error, {nameOf: nameOf}) {
  const answered = describeAnswer(error);
  switch (error.status) {
   case 402:
    return {
      happened: `StatusPage.me asks for a payment (${answered})`,
      todo: `Check the plan and the payments of the account at ${consoleUrl}.`
    };

   case 409:
    if (namesSentTime(error)) return explainInvalid(error);
    return {
      happened: `the request is in conflict with what is on the page (${answered})`,
      todo: "Look at the page: another job or a person may have changed it at the same moment. Then try again."
    };

   case 413:
    return {
      happened: `the request is too large for StatusPage.me (${answered})`,
      todo: `Shorten ${nameOf("title")} and ${nameOf("message")}.`
    };

   default:
    return {
      happened: `StatusPage.me refused ${error.call.method} ${pathOf(error.call)} (${answered})`,
      todo: `Check ${nameOf("api-url")} and the inputs.`
    };
  }
}

function explainInvalid(error) {
  return {
    happened: `StatusPage.me refused the request (${describeAnswer(error)})`,
    todo: adviseOnFields(error.call)
  };
}

function namesSentTime({call: call, serverMessage: serverMessage = ""}) {
  return Object.keys(call.body ?? {}).some(field => field.endsWith("_at") && serverMessage.includes(field));
}

function adviseOnFields({body: body}) {
  const fields = list(Object.keys(body ?? {}));
  return fields === "" ? "Check the inputs." : `The request had the fields ${fields}. Check the inputs behind them.`;
}

function explainTooLarge({call: call, host: host, detail: detail}) {
  if (detail === "headers") return {
    happened: `the response of ${host} has more than 16 KiB of headers`,
    todo: "Check what is between you and the API: a proxy or a CDN may add headers or cookies."
  };
  if (!call.path.includes("?status_page_id=")) return {
    happened: `the response of ${host} is too large to be read`,
    todo: patience
  };
  return {
    happened: `the list of the page's ${call.path.startsWith("/incidents") ? "incidents" : "windows"} is too long to be read`,
    todo: "Delete old ones. The API can only list them all."
  };
}

function adviseOnCertificate(seen, {nameOf: nameOf}) {
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(seen)) return "Check the clock of this machine. If it is right, the server needs a new certificate.";
  if (seen.startsWith("ERR_TLS_CERT_ALTNAME_INVALID")) return `Check ${nameOf("api-url")}: the certificate is for another host.`;
  if (/^(ERR_SSL|EPROTO)/.test(seen)) return `Check the host and the port in ${nameOf("api-url")}, and what is between you and the API.`;
  return "If a proxy of your company is between you and the API, set NODE_EXTRA_CA_CERTS to its certificate.";
}

function adviseOnProxy(seen) {
  if (seen === "407") return "It asks for a user and a password. Set them in HTTPS_PROXY (http://user:password@host:port), from a secret.";
  const bypass = "or name the host in NO_PROXY if it can be reached without it";
  return seen.startsWith("5") ? `It could not reach the host itself. Try again later, ${bypass}.` : `Correct HTTPS_PROXY in the environment of this process, ${bypass}.`;
}

function describeTries({attempts: attempts = 0, waitedMs: waitedMs = 0}) {
  const took = describeDuration(waitedMs);
  if (attempts > 1) return `, after ${attempts} attempts in ${took}`;
  return waitedMs < secondMs ? "" : `, after ${took}`;
}

function describeAskedWait({retryAfterMs: retryAfterMs}) {
  return retryAfterMs === void 0 ? "" : `, and the server asks to wait ${describeDuration(retryAfterMs)}`;
}

function describeProxy({proxy: proxy}) {
  return proxy === void 0 ? "" : ` through the proxy ${proxy}`;
}

function pathOf({path: path}) {
  return `/${path.split(/[/?]/)[1] ?? ""}`;
}

function explainNotFound(call, {nameOf: nameOf, page: known, visible: visible}, answered) {
  const subject = subjectOf(call);
  if (subject?.what === "record") {
    const other = call.path.startsWith("/maintenances") ? "incident" : "maintenance";
    return {
      happened: `there is no notice with the id ${subject.id}, or it is not yours (${answered})`,
      todo: `Check ${nameOf("id")} and ${nameOf("kind")}. Did you mean the kind ${other}?`
    };
  }
  if (subject?.what === "monitor") return {
    happened: `there is no monitor with the id ${subject.id}, or this key cannot see it (${answered})`,
    todo: `Check ${nameOf("monitors")}: the monitor may have been removed.`
  };
  if (subject?.what === "component") return {
    happened: `there is no component with the id ${subject.id}, or this key cannot see it (${answered})`,
    todo: `Check ${nameOf("component-id")}.`
  };
  const page = known ?? subject;
  if (page === void 0) return {
    happened: `there is nothing at ${call.method} ${pathOf(call)} (${answered})`,
    todo: `Check ${nameOf("api-url")}: it must be the root of the API.`
  };
  const wanted = describePage(page);
  const seen = visible === void 0 ? `To list the pages that it can see, the key needs the scope ${describeScope("status-pages:read")}` : describeVisible(visible, wanted);
  return {
    happened: `the status page ${wanted} does not exist, or this key cannot see it (${answered})`,
    todo: `Check ${nameOf("status-page")}. ${seen}.`
  };
}

// CONCATENATED MODULE: ./lib/statuspage/errors.js
function isUnknownPage(error) {
  if (!(error instanceof StatusPageError) || error.code !== "not-found") return false;
  return [ void 0, "page" ].includes(subjectOf(error.call)?.what);
}

const fixableCodes = [ "invalid", "unauthorized", "forbidden", "not-found", "client", "redirect" ];

class StatusPageError extends ExplainedError {
  name="StatusPageError";
  code;
  call;
  status;
  serverMessage;
  excerpt;
  location;
  host;
  proxy;
  detail;
  retryAfterMs;
  waitedMs;
  attempts;
  serverDate;
  #mayHaveArrived;
  constructor(failure) {
    super(errors_describe(failure));
    this.code = failure.code;
    this.call = failure.call;
    this.status = failure.status;
    this.serverMessage = failure.serverMessage;
    this.excerpt = failure.excerpt;
    this.location = failure.location;
    this.host = failure.host;
    this.proxy = failure.proxy;
    this.detail = failure.detail;
    this.retryAfterMs = failure.retryAfterMs;
    this.waitedMs = failure.waitedMs ?? 0;
    this.attempts = failure.attempts ?? 0;
    this.serverDate = failure.serverDate;
    this.#mayHaveArrived = failure.mayHaveArrived ?? isUncertain(failure.code);
  }
  get causeKey() {
    const {code: code, status: status, serverMessage: serverMessage, detail: detail, call: call} = this;
    return JSON.stringify([ code, status, serverMessage, detail, call.scope ]);
  }
  get fate() {
    if (this.#mayHaveArrived) return "unknown";
    return this.status === void 0 ? "unsent" : "refused";
  }
  get title() {
    return this.code === "forbidden" && isAboutScope(this) ? "missing scope" : titles[this.code];
  }
  get fixable() {
    return fixableCodes.includes(this.code);
  }
  get exit() {
    return exitOfCode(this.code);
  }
  explain(background) {
    return explainCall(this, background);
  }
}

const titles = {
  unauthorized: "API key refused",
  forbidden: "access refused",
  blocked: "request blocked",
  "not-found": "not found",
  invalid: "request refused",
  client: "request refused",
  redirect: "wrong api-url",
  "rate-limited": "too many requests",
  server: "API error",
  unreadable: "unknown response",
  "too-large": "response too large",
  timeout: "no response",
  reset: "network error",
  refused: "network error",
  "unknown-host": "network error",
  certificate: "certificate error",
  proxy: "proxy error",
  interrupted: "interrupted",
  "out-of-time": "out of time"
};

function errors_describe({call: call, code: code, status: status, detail: detail}) {
  const reason = status ?? detail;
  return `${call.method} ${call.path}: ${code}${reason === void 0 ? "" : ` (${reason})`}`;
}

function exitOfCode(code) {
  switch (code) {
   case "unauthorized":
    return "key-refused";

   case "forbidden":
    return "scope-missing";

   case "not-found":
   case "rate-limited":
   case "interrupted":
    return code;

   case "invalid":
   case "client":
   case "redirect":
    return "failed";

   case "blocked":
   case "server":
   case "unreadable":
   case "too-large":
   case "timeout":
   case "reset":
   case "refused":
   case "unknown-host":
   case "certificate":
   case "proxy":
   case "out-of-time":
    return "unreachable";
  }
}

// CONCATENATED MODULE: ./lib/statuspage/retry.js
const firstWaitMs = .5 * secondMs;

const longestWaitMs = 4 * secondMs;

const leastAttemptMs = secondMs;

const mostAttempts = 6;

const mostUnsentAttempts = 4;

function planRetry(failed, leftMs, random) {
  if (!mayRepeat(failed)) return;
  const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failed.attempts - 1));
  const waitMs = failed.retryAfterMs === void 0 ? backoffMs * (.5 + random / 2) : failed.retryAfterMs + firstWaitMs * random;
  return waitMs + leastAttemptMs <= leftMs ? Math.ceil(waitMs) : void 0;
}

function mayRepeat({method: method, code: code, mayHaveArrived: mayHaveArrived, lasting: lasting, attempts: attempts}) {
  if (lasting || method === "POST" && mayHaveArrived) return false;
  switch (code) {
   case "rate-limited":
   case "server":
   case "timeout":
   case "reset":
    return attempts < mostAttempts;

   case "refused":
   case "unknown-host":
   case "certificate":
   case "proxy":
    return attempts < mostUnsentAttempts;

   case "invalid":
   case "unauthorized":
   case "forbidden":
   case "blocked":
   case "not-found":
   case "client":
   case "redirect":
   case "unreadable":
   case "too-large":
   case "interrupted":
   case "out-of-time":
    return false;
  }
}

function parseRetryAfter(value, now) {
  const text = value?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * secondMs;
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(date) ? void 0 : Math.max(0, date - now.getTime());
}

// EXTERNAL MODULE: ./lib/statuspage/wire.js
var wire = __nccwpck_require__(2556);

// CONCATENATED MODULE: ./lib/statuspage/call.js
async function makeCall(call, read, caller) {
  const {clock: clock, deadline: deadline, interruption: interruption, isProbe: isProbe = false} = caller;
  const name = `${call.method} ${call.path}`;
  const startedAt = clock.now();
  let attempts = 0;
  let mayHaveArrived = false;
  let last;
  const failure = failed => {
    const waitedMs = msBetween(startedAt, clock.now());
    return new StatusPageError({
      ...failed,
      call: call,
      host: caller.apiUrl.host,
      waitedMs: waitedMs,
      attempts: attempts,
      mayHaveArrived: mayHaveArrived
    });
  };
  for (;;) {
    if (interruption?.aborted) throw failure({
      code: "interrupted"
    });
    if (clock.now() >= deadline) throw failure(last ?? {
      code: "out-of-time"
    });
    const turn = await caller.takeTurn(caller, async () => {
      attempts += 1;
      const begunAt = clock.now();
      const outcome = await attempt(caller, call);
      return {
        outcome: outcome,
        tookMs: msBetween(begunAt, clock.now())
      };
    });
    if (turn === void 0) continue;
    const {outcome: outcome, tookMs: tookMs} = turn;
    if ("text" in outcome) {
      caller.trace(`${name}: ${outcome.status} in ${tookMs} ms (attempt ${attempts})`);
      const value = read(outcome.text);
      if (value !== void 0) return value;
      mayHaveArrived = true;
      throw failure({
        ...outcome.describe(),
        code: "unreadable"
      });
    }
    last = outcome.failed;
    const reason = last.status ?? last.detail ?? "no more is known";
    caller.trace(`${name}: ${last.code} (${reason}) in ${tookMs} ms (attempt ${attempts})`);
    if (call.method === "DELETE" && last.code === "not-found" && mayHaveArrived) {
      const value = read("");
      if (value !== void 0) return value;
    }
    mayHaveArrived ||= last.mayHaveArrived;
    const leftMs = msBetween(clock.now(), deadline);
    const waitMs = planRetry({
      ...last,
      method: call.method,
      attempts: attempts,
      lasting: last.lasting || isProbe && last.code === "server"
    }, leftMs, caller.random());
    if (waitMs === void 0) throw failure(last);
    caller.trace(`${name}: again in ${waitMs} ms`);
    await clock.sleep(waitMs, interruption);
  }
}

const graceMs = 5 * secondMs;

async function attempt(caller, call) {
  const {clock: clock, deadline: deadline, requestTimeoutMs: requestTimeoutMs} = caller;
  const interruption = listenForInterruption(caller, call);
  try {
    const reply = await caller.send({
      method: call.method,
      url: addressOf(caller.apiUrl, call.path),
      headers: headersOf(caller, call),
      body: call.body === void 0 ? void 0 : JSON.stringify(call.body),
      timeoutMs: Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)),
      signal: interruption.signal
    });
    return judge(caller, call, reply);
  } catch (failure) {
    if (!(failure instanceof wire.c)) throw failure;
    const {code: code, sent: sent, detail: detail, proxy: proxy, lasting: lasting} = failure;
    return {
      failed: {
        code: code,
        detail: detail,
        proxy: proxy,
        lasting: lasting,
        mayHaveArrived: sent,
        retryAfterMs: void 0
      }
    };
  } finally {
    interruption.forget();
  }
}

function addressOf(apiUrl, path) {
  const address = new URL(apiUrl);
  const [pathname = "", query = ""] = path.split("?");
  address.pathname = `${apiUrl.pathname.replace(/\/+$/, "")}${pathname}`;
  address.search = query;
  return address;
}

function headersOf({apiKey: apiKey, userAgent: userAgent}, call) {
  const headers = {
    accept: "application/json",
    "accept-encoding": "identity",
    authorization: `Bearer ${apiKey}`,
    "user-agent": userAgent
  };
  return call.body === void 0 ? headers : {
    ...headers,
    "content-type": "application/json"
  };
}

function judge({clock: clock, serverClock: serverClock, apiKey: apiKey}, {method: method}, reply) {
  const {status: status, headers: headers, text: text} = reply;
  const serverDate = serverClock.note(headers.age === void 0 ? headers.date : void 0);
  const clean = createMask(apiKey);
  const cleaned = outside => outside === void 0 ? void 0 : clean(outside);
  const statusCode = codeOfStatus(status);
  if (statusCode === void 0 && !reportsFailure(text)) return {
    text: text,
    status: status,
    describe: () => ({
      status: status,
      serverDate: serverDate,
      excerpt: cleaned(excerptOf(text))
    })
  };
  const {isFromApi: isFromApi, serverMessage: serverMessage, excerpt: excerpt} = readErrorBody(text);
  const code = statusCode === "forbidden" && !isFromApi ? "blocked" : statusCode ?? "invalid";
  return {
    failed: {
      status: status,
      serverDate: serverDate,
      serverMessage: cleaned(serverMessage),
      excerpt: cleaned(excerpt),
      code: code,
      location: headers.location === void 0 ? void 0 : sentenceOf(clean(headers.location)),
      mayHaveArrived: isUncertain(code) || method === "POST" && doubtfulStatuses.includes(status),
      lasting: false,
      retryAfterMs: parseRetryAfter(headers["retry-after"], serverDate ?? clock.now())
    }
  };
}

const doubtfulStatuses = [ 303, 409 ];

function listenForInterruption({interruption: interruption, clock: clock}, call) {
  if (interruption === void 0 || call.method !== "POST") return {
    signal: interruption,
    forget: () => {}
  };
  const end = new AbortController;
  const over = new AbortController;
  const wait = () => void clock.sleep(graceMs, over.signal).then(() => end.abort());
  interruption.addEventListener("abort", wait, {
    once: true
  });
  return {
    signal: end.signal,
    forget: () => {
      over.abort();
      interruption.removeEventListener("abort", wait);
    }
  };
}

// CONCATENATED MODULE: ./lib/statuspage/caller.js
function createServerClock(clock, earlierMs) {
  let offsetMs = earlierMs;
  return {
    note: header => {
      const date = new Date(header ?? Number.NaN);
      if (Number.isNaN(date.getTime())) return;
      offsetMs = compareClocks(date, clock.now());
      return date;
    },
    offsetMs: () => offsetMs,
    now: () => later(clock.now(), offsetMs ?? 0)
  };
}

function compareClocks(date, now) {
  const earliestMs = date.getTime() - now.getTime();
  const latestMs = earliestMs + secondMs - 1;
  if (earliestMs > 0) return earliestMs;
  return Math.min(0, latestMs);
}

const requestsAtOnce = 8;

function createTurns() {
  let free = requestsAtOnce;
  const waiting = [];
  return async ({clock: clock, deadline: deadline, interruption: interruption}, work) => {
    if (free > 0) free -= 1; else {
      const called = new AbortController;
      waiting.push(called);
      const signals = interruption === void 0 ? [ called.signal ] : [ called.signal, interruption ];
      await clock.sleep(msBetween(clock.now(), deadline), AbortSignal.any(signals));
      if (!called.signal.aborted) {
        waiting.splice(waiting.indexOf(called), 1);
        return;
      }
    }
    try {
      return interruption?.aborted || clock.now() >= deadline ? void 0 : await work();
    } finally {
      const next = waiting.shift();
      if (next === void 0) free += 1; else next.abort();
    }
  };
}

// CONCATENATED MODULE: ./lib/statuspage/probe.js
const nobody = "00000000-0000-0000-0000-000000000000";

const probes = {
  "monitors:read": {
    method: "GET",
    path: "/monitors/0"
  },
  "analytics:read": {
    method: "GET",
    path: "/monitors/0/availability"
  },
  "status-pages:read": {
    method: "GET",
    path: `/status-pages/${nobody}`
  },
  "incidents:read": {
    method: "GET",
    path: `/incidents/${nobody}`
  },
  "incidents:write": {
    method: "PATCH",
    path: `/incidents/${nobody}`
  },
  "maintenances:read": {
    method: "GET",
    path: `/maintenances/${nobody}`
  },
  "maintenances:write": {
    method: "PATCH",
    path: `/maintenances/${nobody}`
  }
};

const pastTheCheck = [ 400, 404, 422 ];

async function proveScope(scope, send) {
  const {method: method, path: path} = probes[scope];
  try {
    return await send({
      method: method,
      path: path,
      scope: scope,
      body: method === "GET" ? void 0 : {}
    });
  } catch (error) {
    if (error instanceof StatusPageError && pastTheCheck.includes(error.status ?? 0)) return "granted";
    throw error;
  }
}

async function probeScope(scope, send) {
  try {
    return {
      grant: await proveScope(scope, send)
    };
  } catch (error) {
    if (!(error instanceof StatusPageError) || error.code === "unauthorized") throw error;
    return judgeProbe(error);
  }
}

function judgeProbe(error) {
  const isMissing = error.code === "forbidden" && isAboutKey(error);
  return {
    grant: isMissing ? "missing" : "unknown",
    cause: error
  };
}

// CONCATENATED MODULE: ./lib/statuspage/replies.js
function parseListing(body, parse, limit = Number.POSITIVE_INFINITY) {
  const listing = parseEntries(body, parse);
  if (listing === void 0) return;
  const showsSome = listing.records.some(({message: message}) => message !== void 0);
  const records = showsSome ? listing.records : listing.records.map(record => ({
    ...record,
    showsMessage: false
  }));
  return {
    records: records,
    complete: listing.complete && records.length < limit
  };
}

function onPage(pageId, listing) {
  if (listing === void 0) return;
  const wanted = pageId.toLowerCase();
  const isElsewhere = ({pageId: shown = pageId}) => isPageId(shown) === isPageId(pageId) && shown.toLowerCase() !== wanted;
  return {
    ...listing,
    records: listing.records.filter(record => !isElsewhere(record))
  };
}

function parsePages(body) {
  return parseEntries(body, parsePage)?.records;
}

const parsePage = entry => {
  const fields = fieldsOf(entry);
  const id = fields?.first("id", readId);
  if (fields === void 0 || id === void 0) return;
  const slug = fields.first("slug", readShortText);
  const hosted = /^[a-z0-9-]+$/i.test(slug ?? "") ? `https://${slug}.statuspage.me` : void 0;
  return {
    id: id,
    slug: slug,
    name: fields.first("name", readShortText),
    url: fields.first("url", readAddress) ?? hosted
  };
};

const parseWindow = entry => {
  const fields = fieldsOf(entry);
  const seen = fields && readSeen(fields);
  if (seen === void 0) return;
  return {
    ...seen,
    kind: "maintenance",
    startAt: fields?.first("startAt", readTime),
    endAt: fields?.first("endAt", readTime)
  };
};

const parseIncident = entry => {
  const fields = fieldsOf(entry);
  const seen = fields && readSeen(fields);
  if (fields === void 0 || seen === void 0) return;
  const isOver = fields.first("resolvedAt", readTime) !== void 0;
  return {
    ...seen,
    kind: "incident",
    componentId: fields.first("componentId", readReference),
    state: isOver ? incidentStates.resolved : readState(fields),
    startAt: fields.first("startAt", readTime),
    timeline: fields.first("timeline", readList)?.map(readEntry)
  };
};

function readEntry(entry) {
  const fields = fieldsOf(entry);
  if (fields === void 0) return {
    message: void 0,
    state: void 0
  };
  return {
    message: fields.first("message", readText),
    state: readState(fields),
    createdAt: fields.first("createdAt", readTime)
  };
}

function readSeen(fields) {
  const id = fields.first("id", readId);
  if (id === void 0) return;
  return {
    id: id,
    pageId: fields.first("pageId", readReference),
    title: fields.first("title", readShortText),
    message: fields.first("message", readText),
    createdAt: fields.first("createdAt", readTime),
    showsMessage: fields.all("message").some(message => typeof message === "string" || message === null)
  };
}

function readState(fields) {
  const words = fields.all("state").flatMap(wordsOf);
  const states = words.map(word => parseIncidentState(word) ?? word);
  const known = Object.values(incidentStates);
  return states.find(state => known.includes(state)) ?? states[0];
}

function wordsOf(state) {
  if (!isObject(state)) return [ readId(state) ].filter(word => word !== void 0);
  const fields = fieldsOf(state);
  return [ fields?.first("id", readId), fields?.first("name", readShortText) ].filter(word => word !== void 0);
}

const parseMonitor = entry => {
  const fields = fieldsOf(entry);
  const id = fields?.first("id", readId);
  if (fields === void 0 || id === void 0) return;
  return {
    id: id,
    name: fields.first("name", readShortText),
    type: fields.first("type", readShortText),
    target: fields.first("target", readShortText),
    enabled: fields.first("enabled", readFlag),
    pageId: fields.first("pageId", readReference),
    pageSlug: fields.first("pageSlug", readShortText),
    intervalSeconds: fields.first("intervalSeconds", readMeasure),
    createdAt: fields.first("createdAt", readTime),
    updatedAt: fields.first("updatedAt", readTime)
  };
};

const parsePageWithMonitors = entry => {
  const page = parsePage(entry);
  if (page === void 0) return;
  const shown = readListing(fieldsOf(entry)?.all("monitors")[0], parseMonitor);
  const monitors = shown?.records.map(monitor => ({
    ...monitor,
    pageId: monitor.pageId ?? page.id
  }));
  return {
    ...page,
    monitors: monitors ?? [],
    showsAllMonitors: shown?.complete ?? false
  };
};

const parseAvailability = entry => {
  const top = fieldsOf(entry);
  if (top === void 0) return;
  const below = top.first("availability", fieldsOf);
  return {
    uptimePercent: top.first("uptimePercent", readPercent) ?? below?.first("uptimePercent", readPercent),
    downtimeSeconds: top.first("downtimeSeconds", readMeasure) ?? below?.first("downtimeSeconds", readMeasure),
    mttrSeconds: top.first("mttrSeconds", readMeasure) ?? below?.first("mttrSeconds", readMeasure),
    mtbfSeconds: top.first("mtbfSeconds", readMeasure) ?? below?.first("mtbfSeconds", readMeasure)
  };
};

// CONCATENATED MODULE: ./lib/statuspage/requests.js
function onlyGiven(fields) {
  const given = {};
  for (const [name, value] of Object.entries(fields)) if (value !== void 0) given[name] = value;
  return given;
}

function writeNewWindow(fields) {
  return onlyGiven({
    status_page_id: fields.pageId,
    ...writeWindowChange(fields),
    notify_subscribers: fields.notifySubscribers || void 0
  });
}

function writeWindowChange({title: title, message: message, startAt: startAt, endAt: endAt}) {
  return onlyGiven({
    title: title,
    message: message,
    start_at: startAt && time_formatTime(startAt),
    end_at: endAt && time_formatTime(endAt)
  });
}

function writeNewIncident(fields) {
  const {componentId: componentId, pageId: pageId, title: title, message: message, state: state, notifySubscribers: notifySubscribers} = fields;
  const subject = componentId === void 0 ? {
    status_page_id: pageId
  } : {
    component_id: componentId
  };
  return onlyGiven({
    ...subject,
    title: title,
    message: message,
    incident_state_id: state === incidentStates.investigating ? void 0 : state,
    notify_subscribers: notifySubscribers || void 0
  });
}

function writeIncidentChange({title: title}) {
  return onlyGiven({
    title: title
  });
}

function writeNewEntry({message: message, state: state}) {
  return onlyGiven({
    message: message,
    incident_state_id: state
  });
}

function windowPath(id) {
  return `/maintenances/${segment(id)}`;
}

function incidentPath(id) {
  return `/incidents/${segment(id)}`;
}

function monitorPath(id) {
  return `/monitors/${segment(id)}`;
}

function pagePath(id) {
  return `/status-pages/${segment(id)}`;
}

function segment(id) {
  if (/^\.{0,2}$/.test(id)) throw new UserError("invalid input", `Invalid input, nothing was sent. id: "${id}" cannot be an id. Give the id as the API shows it.`);
  return encodeURIComponent(id);
}

const pretendedId = "none";

function pretendWindow({pageId: pageId, title: title, message: message, startAt: startAt, endAt: endAt}) {
  return {
    kind: "maintenance",
    ...pretendSeen(pageId, title, message),
    startAt: startAt,
    endAt: endAt
  };
}

function pretendIncident({pageId: pageId, title: title, message: message, state: state}) {
  const timeline = [ {
    message: message,
    state: state
  } ];
  return {
    kind: "incident",
    ...pretendSeen(pageId, title, message),
    state: state,
    startAt: void 0,
    timeline: timeline
  };
}

function pretendSeen(pageId, title, message) {
  return {
    id: pretendedId,
    pageId: pageId,
    title: title,
    message: message,
    createdAt: void 0,
    showsMessage: true
  };
}

// CONCATENATED MODULE: ./lib/statuspage/client.js
const longestIncidentList = 200;

function connectStatusPage(options) {
  return connect(options, {
    serverClock: createServerClock(options.clock, options.clockOffsetMs),
    takeTurn: createTurns()
  });
}

function readChangedWindow(text) {
  return {
    shown: parseOne(text, parseWindow)
  };
}

function readChangedIncident(text) {
  return {
    shown: parseOne(text, parseIncident)
  };
}

function connect(options, shared) {
  const {serverClock: serverClock} = shared;
  const leftMs = () => Math.max(0, msBetween(options.clock.now(), options.deadline));
  const caller = {
    ...options,
    ...shared,
    interruption: options.interruption
  };
  const get = (path, scope, read) => makeCall({
    method: "GET",
    path: path,
    scope: scope,
    body: void 0
  }, read, caller);
  const write = async (call, read, pretended) => {
    if (options.dryRun === void 0) return makeCall(call, read, caller);
    options.dryRun(call);
    return pretended;
  };
  const change = async (method, path, scope, body) => {
    await write({
      method: method,
      path: path,
      scope: scope,
      body: body
    }, () => true, true);
  };
  const sendProbe = probe => {
    const granted = () => "granted";
    if (probe.method === "GET" || options.dryRun === void 0) return makeCall(probe, granted, {
      ...caller,
      isProbe: true
    });
    return write(probe, granted, "unknown");
  };
  return {
    apiUrl: options.apiUrl,
    isDryRun: options.dryRun !== void 0,
    until: deadline => connect({
      ...options,
      deadline: deadline
    }, shared),
    within: ms => {
      const end = later(options.clock.now(), ms);
      return connect({
        ...options,
        deadline: end < options.deadline ? end : options.deadline
      }, shared);
    },
    serverNow: serverClock.now,
    wait: ms => options.clock.sleep(Math.min(ms, leftMs()), options.interruption),
    leftMs: leftMs,
    clockOffsetMs: serverClock.offsetMs,
    fetchPages: () => get("/status-pages", "status-pages:read", parsePages),
    fetchPage: async id => get(pagePath(id), "status-pages:read", text => parseOne(text, parsePageWithMonitors)),
    fetchMonitors: () => get("/monitors", "monitors:read", text => parseEntries(text, parseMonitor)),
    fetchMonitor: async id => get(monitorPath(id), "monitors:read", text => parseOne(text, parseMonitor)),
    fetchAvailability: async (monitorId, period) => {
      const path = `${monitorPath(monitorId)}/availability?period=${period}`;
      return get(path, "analytics:read", text => parseOne(text, parseAvailability));
    },
    createWindow: fields => {
      const body = writeNewWindow(fields);
      const call = {
        method: "POST",
        path: "/maintenances",
        scope: "maintenances:write",
        body: body
      };
      return write(call, text => parseOne(text, parseWindow), pretendWindow(fields));
    },
    changeWindow: async (id, fields) => {
      const body = writeWindowChange(fields);
      const call = {
        method: "PATCH",
        path: windowPath(id),
        scope: "maintenances:write",
        body: body
      };
      const {shown: shown} = await write(call, readChangedWindow, {});
      return shown?.id === id ? shown : void 0;
    },
    fetchWindow: async id => get(windowPath(id), "maintenances:read", text => parseOne(text, parseWindow)),
    fetchWindows: pageId => {
      const path = `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
      return get(path, "maintenances:read", text => onPage(pageId, parseListing(text, parseWindow)));
    },
    deleteWindow: async id => change("DELETE", windowPath(id), "maintenances:write"),
    createIncident: fields => {
      const body = writeNewIncident(fields);
      const call = {
        method: "POST",
        path: "/incidents",
        scope: "incidents:write",
        body: body
      };
      return write(call, text => parseOne(text, parseIncident), pretendIncident(fields));
    },
    changeIncident: async (id, fields) => {
      const body = writeIncidentChange(fields);
      const call = {
        method: "PATCH",
        path: incidentPath(id),
        scope: "incidents:write",
        body: body
      };
      const {shown: shown} = await write(call, readChangedIncident, {});
      return shown?.id === id ? shown : void 0;
    },
    fetchIncident: async id => get(incidentPath(id), "incidents:read", text => parseOne(text, parseIncident)),
    fetchIncidents: pageId => {
      const path = `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${longestIncidentList}`;
      return get(path, "incidents:read", text => onPage(pageId, parseListing(text, parseIncident, longestIncidentList)));
    },
    addEntry: async (id, fields) => change("POST", `${incidentPath(id)}/updates`, "incidents:write", writeNewEntry(fields)),
    deleteIncident: async id => change("DELETE", incidentPath(id), "incidents:write"),
    proveIncidentsWrite: async () => {
      await proveScope("incidents:write", sendProbe);
    },
    probeScope: scope => probeScope(scope, sendProbe)
  };
}

// CONCATENATED MODULE: ./lib/operations/dependencies.js
const userAgents = {
  runner: "statuspage-me-action",
  terminal: "statuspage-me-cli"
};

function dependencies_connect(dependencies, settings, apiKey, budgetMs, clockOffsetMs) {
  const {host: host, frame: frame, send: send, clock: clock, random: random} = dependencies;
  return connectStatusPage({
    apiKey: apiKey,
    apiUrl: settings["api-url"],
    requestTimeoutMs: settings["request-timeout"],
    clockOffsetMs: clockOffsetMs,
    send: send,
    clock: clock,
    random: random,
    userAgent: userAgents[host.kind],
    deadline: later(frame.startedAt, budgetMs),
    interruption: frame.interruption,
    trace: host.log.debug,
    dryRun: settings["dry-run"] ? call => host.log.info(`Dry run, not sent: ${forLog(describeCall(call))}`) : void 0
  });
}

function dependencies_withoutInterruption(dependencies) {
  const {frame: frame, clock: clock} = dependencies;
  return {
    ...dependencies,
    frame: {
      ...frame,
      startedAt: clock.now(),
      interruption: (new AbortController).signal
    }
  };
}

function handoffOf({host: host, handoff: handoff}) {
  return handoff ?? {
    memory: stateMemory(host),
    ender: "The post step"
  };
}

function stateMemory(host) {
  let saved = new Map;
  return {
    remember: deployment => {
      const chunks = writeStateChunks(deployment, saved);
      for (const [name, text] of chunks) if (saved.get(name) !== text) host.saveState(name, text);
      saved = chunks;
    },
    recall: () => {
      try {
        return readStateChunks(host.savedState);
      } catch {
        throw new UserError("state not saved", "Could not end the notice: the state that the main step saved cannot be read. Check the page, and end what is there.", "failed");
      }
    }
  };
}

const noMemory = {
  remember: () => {},
  recall: () => {}
};

function dependencies_wordsOf(values) {
  return {
    resolve: values["resolve-message"],
    cancel: values["cancel-message"],
    failureTitle: values["failure-title"],
    failure: values["failure-message"],
    notifyOnFailure: values["notify-on-failure"]
  };
}

const askingBudgetMs = 3 * secondMs;

const noneRunning = () => Promise.resolve(new Set);

function findRunningBy({host: host, frame: frame, clock: clock}, token) {
  return async runIds => {
    if (runIds.length === 0 || token === void 0 || !frame.run.url?.includes("/actions/runs/")) return new Set;
    const deadline = later(clock.now(), askingBudgetMs);
    const runs = host.workflowRuns({
      token: token,
      deadline: deadline,
      clock: clock,
      interruption: frame.interruption
    });
    const isRunning = runId => runs.fetchState(runId).then(state => state === "in-progress", () => false);
    const running = await Promise.all(runIds.map(isRunning));
    return new Set(runIds.filter((_, index) => running[index]));
  };
}

function maskSecrets(log, given) {
  for (const name of inputs_inputNames) {
    const text = given[name];
    if ("secret" in inputs_inputs[name] && text !== void 0 && text !== "") log.mask(text);
  }
}

function describeCall({method: method, path: path, body: body}) {
  return `${method} ${path}${body === void 0 ? "" : ` ${JSON.stringify(body)}`}`;
}

const systemClock = {
  now: () => new Date,
  sleep: (ms, signal) => (0, promises_namespaceObject.setTimeout)(ms, void 0, {
    signal: signal
  }).catch(() => {})
};

async function withNetwork(context, program) {
  let connection;
  const open = async () => (await Promise.all([ __nccwpck_require__.e(580), __nccwpck_require__.e(941) ]).then(__nccwpck_require__.bind(__nccwpck_require__, 4941))).createConnection(process.env);
  const send = async request => {
    connection ??= open();
    return (await connection).send(request);
  };
  try {
    return await program({
      ...context,
      send: send,
      clock: systemClock,
      random: Math.random
    });
  } finally {
    await ((await connection)?.close());
  }
}

// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = process.getBuiltinModule("node:crypto");

// CONCATENATED MODULE: ./lib/domain/repository.js
const scpLike = /^(?:[^@/\s]{1,200}@)?([\w.-]{2,253}):(?!\/\/)\/*(?=[^/])/;

const notHosts = new Set([ "arn", "file", "http", "https", "ssh", "git", "codecommit" ]);

const protocols = /^(?:git\+)?(?:https?|ssh|git):$/;

const sameHost = {
  "ssh.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
  "ssh.dev.azure.com": "dev.azure.com",
  "vs-ssh.visualstudio.com": "dev.azure.com"
};

const repository_longestAddress = 2e3;

function parseRepository(address) {
  const text = address.trim();
  if (text.length > repository_longestAddress) return;
  const url = URL.parse(asUrl(text));
  if (url === null || url.hostname === "" || !protocols.test(url.protocol)) return;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  const path = repository_decode(url.pathname).toLowerCase().split("/").filter(part => part !== "").join("/").replace(/\.git$/, "");
  const isWeb = url.protocol.includes("http");
  const known = ofAzure(host, path) ?? {
    host: sameHost[host] ?? host.replace(/^www\./, ""),
    path: path
  };
  if (known.path === "") return;
  const port = isWeb && url.port !== "" ? `:${url.port}` : "";
  return {
    server: `https://${known.host}${port}`,
    repository: known.path
  };
}

function asUrl(text) {
  const [, region, name] = /^codecommit::([a-z0-9-]+):\/\/(?:[^@/]*@)?(.+)$/.exec(text) ?? [];
  if (region !== void 0) return `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`;
  const [start, host = ""] = scpLike.exec(text) ?? [];
  if (start === void 0 || notHosts.has(host.toLowerCase())) return text;
  return `ssh://${host}/${text.slice(start.length)}`;
}

function ofAzure(host, path) {
  const [, organisation] = /^([^.]+)\.visualstudio\.com$/.exec(host) ?? [];
  const isSsh = host === "vs-ssh.visualstudio.com" || host === "ssh.dev.azure.com";
  if (!isSsh && host !== "dev.azure.com" && organisation === void 0) return;
  const parts = path.split("/").filter(part => part !== "defaultcollection" && part !== "_git");
  if (isSsh) parts.shift(); else if (organisation !== void 0) parts.unshift(organisation);
  const [owner, project, name] = parts;
  return {
    host: "dev.azure.com",
    path: [ owner, project, name ?? project ].filter(part => part).join("/")
  };
}

function repository_decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function spellRepository({server: server, repository: repository}) {
  const parsed = parseRepository(`${server}/${repository}`);
  if (parsed !== void 0) return `${parsed.server}/${parsed.repository}`;
  return [ server, repository ].map(part => part.toLowerCase().replace(/(?<!\/)\/+$/, "")).filter(part => part !== "").join("/");
}

// CONCATENATED MODULE: ./lib/domain/run.js
function mayBeRepeated({attempt: attempt}) {
  return attempt !== 1;
}

function locateStep(run) {
  if (run.outsideCi) return;
  const {workflow: workflow, branch: branch = "", job: job, step: step} = run;
  return {
    workflow: workflow,
    branch: branch,
    job: job,
    leg: spellLeg(run.leg),
    step: step,
    choices: spellChoices(run.choices)
  };
}

function hashKey(run, key) {
  const repository = spellRepository(run);
  if (key !== void 0) return run_hash([ "key", repository, key ], keyLength);
  const location = locateStep(run);
  if (location === void 0) return;
  const {workflow: workflow, branch: branch, job: job, leg: leg, step: step, choices: choices} = location;
  return run_hash([ "place", repository, workflow, branch, job, leg, step, choices ], keyLength);
}

function hashOwner(run, kind, title) {
  const {workflow: workflow, job: job, leg: leg, step: step, command: command = ""} = run;
  return run_hash([ workflow, job, spellLeg(leg), step, command, kind, title ], ownerLength);
}

const keyLength = 8;

const ownerLength = 6;

function run_hash(names, length) {
  const digest = (0, external_node_crypto_namespaceObject.createHash)("sha256").update(JSON.stringify(names)).digest("hex");
  return (BigInt(`0x${digest}`) % 36n ** BigInt(length)).toString(36).padStart(length, "0");
}

function spellLeg(json) {
  if (json.trim() === "" || json.trim() === "null") return "";
  try {
    return JSON.stringify(sortKeys(JSON.parse(json)));
  } catch {
    return json;
  }
}

function spellChoices({inputs: inputs = {}, environment: environment = ""} = {}) {
  const chosen = Object.entries(inputs).filter(([, value]) => value !== "" && value !== null && value !== void 0);
  const {length: length} = chosen;
  return length === 0 && environment === "" ? "" : JSON.stringify([ sortKeys(Object.fromEntries(chosen)), environment ]);
}

function sortKeys(value) {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, inner]) => [ name, sortKeys(inner) ]));
}

// CONCATENATED MODULE: ./lib/domain/deployment-reference.js
const deployment_reference_secondMs = 1e3;

const epochMs = Date.UTC(2020, 0, 1);

const attemptLength = 2;

const openedLength = 6;

const randomLength = 2;

const mostRunDigits = 8;

const hashedRunLength = mostRunDigits + 1;

const highest = length => 36 ** length - 1;

const digits = (value, length) => Math.min(Math.max(0, Math.floor(value)), highest(length)).toString(36).padStart(length, "0");

function encodeRun(id) {
  const own = /^begun-([0-9a-z]{9})$/.exec(id)?.[1];
  if (own !== void 0) return own;
  const number = /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id).toString(36) : "";
  return number !== "" && number.length <= mostRunDigits ? number : run_hash([ "run", id ], hashedRunLength);
}

function runIdOf({run: run}) {
  return run.length <= mostRunDigits ? Number.parseInt(run, 36).toString() : void 0;
}

function isOwn(reference) {
  return "owner" in reference;
}

function formatReference(reference) {
  const {of: of, key: key, run: run} = reference;
  const start = `${of === "deployment" ? "d" : "f"}${key}-${run}`;
  if (!isOwn(reference)) return start;
  const {attempt: attempt, owner: owner, openedAt: openedAt, random: random} = reference;
  const opened = digits((openedAt.getTime() - epochMs) / deployment_reference_secondMs, openedLength);
  return `${start}-${digits(attempt ?? 0, attemptLength)}${owner}${opened}${random}`;
}

const pattern = new RegExp(`^([df])([0-9a-z]{${keyLength}})-(0|[1-9a-z][0-9a-z]{0,${mostRunDigits - 1}}|[0-9a-z]{${hashedRunLength}})(?:-([0-9a-z]{${attemptLength}})([0-9a-z]{${ownerLength}})([0-9a-z]{${openedLength}})([0-9a-z]{${randomLength}}))?$`);

const longestReference = 36;

function parseReference(text) {
  if (text.length > longestReference) return;
  const [, letter, key, run, attempt, owner, opened, random] = pattern.exec(text) ?? [];
  if (letter === void 0 || key === void 0 || run === void 0) return;
  const shared = {
    of: letter === "d" ? "deployment" : "failure",
    key: key,
    run: run
  };
  if (attempt === void 0 || owner === void 0 || opened === void 0 || random === void 0) return shared;
  const openedAt = new Date(epochMs + Number.parseInt(opened, 36) * deployment_reference_secondMs);
  return {
    ...shared,
    attempt: Number.parseInt(attempt, 36) || void 0,
    owner: owner,
    openedAt: openedAt,
    random: random
  };
}

function failureOf(reference) {
  return {
    ...reference,
    of: "failure"
  };
}

function compareReferences(found, ours) {
  if (formatReference(found) === formatReference(ours)) return "whole";
  if (found.key !== ours.key) return;
  const isSameStep = isOwn(found) && isOwn(ours) && found.of === ours.of && isSameRunAndOwner(found, ours);
  if (!isSameStep) return "same-key";
  if (found.attempt === void 0 || ours.attempt === void 0) return "earlier-attempt";
  if (found.attempt === ours.attempt) return "same-attempt";
  return found.attempt < ours.attempt ? "earlier-attempt" : "same-key";
}

function isSameRunAndOwner(one, other) {
  return one.run === other.run && one.owner === other.owner;
}

function compareRuns(one, other) {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function withReference(text, reference) {
  return reference === void 0 ? text : `${text}\n\nRef: ${formatReference(reference)}`;
}

const onLine = new RegExp(`^Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})(?![0-9A-Za-z_-])`);

const atEnd = new RegExp(`(?:^|[ \\t\\u00a0])Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})$`);

function referenceOn(line) {
  const [, text] = onLine.exec(line) ?? [];
  return text === void 0 ? void 0 : parseReference(text);
}

function referencesIn(message) {
  if (!/Ref|[<&]/.test(message)) return [];
  const lines = linesOf(message);
  const found = lines.map(referenceOn);
  if (lines.length === 1) found.push(referenceAtEnd(lines[0]));
  const byText = new Map(found.flatMap(one => one === void 0 ? [] : [ [ formatReference(one), one ] ]));
  return [ ...byText.values() ];
}

function referenceOf(message) {
  const [only, ...others] = referencesIn(message);
  return others.length === 0 ? only : void 0;
}

function lastReference(message) {
  const lines = linesOf(message);
  const last = lines.at(-1);
  return lines.length > 1 && !last?.startsWith("Ref:") ? void 0 : referenceAtEnd(last);
}

function referenceAtEnd(line) {
  const [, text] = atEnd.exec(line ?? "") ?? [];
  return text === void 0 ? void 0 : parseReference(text);
}

function withoutReference(message) {
  return splitAtReference(message)?.text ?? message;
}

function replaceText(message, text) {
  const split = splitAtReference(message);
  return split === void 0 ? text : `${text}\n\n${split.rest}`;
}

function splitAtReference(message) {
  for (const {index: index, 0: line} of message.matchAll(/[^\r\n]+/g)) if (referenceOn(line.trimStart()) !== void 0) return {
    text: message.slice(0, index).trimEnd(),
    rest: message.slice(index).trimStart()
  };
  const lines = linesOf(message);
  const index = lines.findIndex(line => referenceOn(line) !== void 0);
  if (index >= 0) return {
    text: lines.slice(0, index).join("\n"),
    rest: lines.slice(index).join("\n")
  };
  const [only = ""] = lines;
  const reference = lines.length === 1 ? referenceAtEnd(only) : void 0;
  if (reference === void 0) return;
  return {
    text: only.slice(0, only.lastIndexOf("Ref:")).trimEnd(),
    rest: `Ref: ${formatReference(reference)}`
  };
}

// CONCATENATED MODULE: ./lib/statuspage/find-pages.js
async function findPages(statusPage, names) {
  return choosePages(names, names.every(isPageId) ? [] : await statusPage.fetchPages());
}

async function fetchVisible(statusPage, errors) {
  return errors.some(isUnknownPage) ? statusPage.fetchPages().catch(() => {}) : void 0;
}

async function provePage(statusPage, {id: id}) {
  try {
    await statusPage.fetchPage(id);
    return "proved";
  } catch (error) {
    if (error instanceof StatusPageError && error.code === "forbidden") return "not-allowed";
    throw error;
  }
}

function choosePages(names, visible) {
  const {chosen: chosen, wrong: wrong} = choose(names, visible, id => ({
    id: id
  }));
  if (wrong !== void 0) throw wrong;
  return chosen;
}

function findUnseen(names, visible) {
  return choose(names, visible, () => {}).wrong;
}

function choose(names, visible, unseen) {
  const chosen = new Map;
  const problems = [];
  let isAbsent = false;
  const split = findSplitName(names, visible.flatMap(({name: name}) => name ?? []));
  const quoteHint = split === void 0 ? "" : `Put double quotes around a name with a comma: "${split}". `;
  for (const name of names) {
    const found = matchPages(name, visible, unseen);
    const [page] = found;
    if (page !== void 0 && found.length === 1) chosen.set(page.id, page); else if (page === void 0) {
      isAbsent = true;
      const what = isPageId(name) ? "UUID" : "slug or name";
      const hint = quoteHint || suggestPage(name, visible);
      problems.push(`Could not find the status page: no page has the ${what} "${name}". ${hint}${describeVisible(visible, name)}.`);
    } else problems.push(`Could not find the status page: "${name}" is the name of ${found.length} pages. Give the slug: ${list(found.map(({slug: slug, id: id}) => slug ?? id), "or")}.`);
  }
  const wrong = problems.length === 0 ? void 0 : new UserError("not found", problems.join("\n"), isAbsent ? "not-found" : "usage");
  return {
    chosen: [ ...chosen.values() ],
    wrong: wrong
  };
}

function suggestPage(name, visible) {
  const known = visible.flatMap(page => isPageId(name) ? [ page.id ] : [ page.slug, page.name ]);
  const near = findNear(name, known.filter(one => one !== void 0));
  return near === void 0 ? "" : `Did you mean "${near}"? `;
}

function matchPages(name, visible, unseen) {
  const wanted = name.toLowerCase();
  if (isPageId(name)) {
    const page = visible.find(({id: id}) => id.toLowerCase() === wanted) ?? unseen(wanted);
    return page === void 0 ? [] : [ page ];
  }
  const bySlug = visible.filter(({slug: slug}) => slug?.toLowerCase() === wanted);
  return bySlug.length > 0 ? bySlug : visible.filter(page => page.name?.toLowerCase() === wanted);
}

// CONCATENATED MODULE: ./lib/deployment/match.js
function carrying(reference, title) {
  const wanted = formatReference(reference);
  return record => {
    if (title !== void 0 && record.title !== void 0 && record.title !== shorten(title)) return false;
    const opening = openingReference(record);
    const found = record.message === void 0 ? opening ? [ opening ] : [] : referencesIn(record.message);
    return found.some(one => formatReference(one) === wanted);
  };
}

function ofThisStep(ours) {
  return record => {
    const found = openingReference(record);
    if (found === void 0 || !isOwn(found)) return false;
    const closeness = compareReferences(found, ours);
    return closeness !== void 0 && closeness !== "same-key";
  };
}

function sharedWith({key: key}) {
  return record => {
    const found = openingReference(record);
    return found?.of === "deployment" && found.key === key && !isOwn(found);
  };
}

function ofKey({key: key}) {
  return record => {
    const found = openingReference(record);
    return found?.of === "deployment" && found.key === key;
  };
}

const clockSlackMs = 30 * secondMs;

function resembling({title: title, startAt: startAt, endAt: endAt}, begunAt) {
  const since = later(begunAt, -clockSlackMs);
  return record => {
    if (record.title !== void 0 && record.title !== shorten(title)) return false;
    if (openingReference(record) !== void 0) return false;
    if (record.createdAt !== void 0 && record.createdAt >= since) return true;
    if (record.kind === "maintenance" && endAt !== void 0) return isSameTime(record.startAt, startAt) && isSameTime(record.endAt, endAt);
    return record.createdAt === void 0 && (record.startAt ?? since) >= since;
  };
}

function isSameTime(one, other) {
  return one === void 0 || other === void 0 || Math.abs(msBetween(one, other)) <= secondMs;
}

function isOpen(record, now) {
  return record.kind === "maintenance" ? isOpenWindow(record, now) : isOpenIncident(record);
}

function isOpenIncident({state: state}) {
  return state !== incidentStates.resolved;
}

function openingReference(record) {
  if (record.message !== void 0) return referenceOf(record.message);
  if (record.kind === "maintenance") return;
  const [first, last] = endsOf(record.timeline).map(({message: message}) => referenceOf(message ?? ""));
  return first?.key === last?.key ? first : void 0;
}

function endsOf(timeline = []) {
  return [ timeline.at(0), timeline.at(-1) ].filter(entry => entry !== void 0);
}

function isUntouched(incident, key, givenState) {
  const {state: state, timeline: timeline = []} = incident;
  if (timeline.length === 0) return state === givenState;
  const isOurs = entry => isOurEntry(incident, entry, key);
  if (!endsOf(timeline).every(isOurs)) return false;
  const shown = newestFirst(incident).filter(entry => entry.state !== void 0);
  const others = shown.findIndex(entry => entry.state !== state);
  const giver = (others < 0 ? shown : shown.slice(0, others)).at(-1);
  return giver === void 0 ? shown.length === 0 && state === givenState : isOurs(giver);
}

function isOurEntry(incident, entry, key) {
  const {message: message = ""} = entry;
  const reference = isFirstEntry(incident, entry) ? referenceOf(message) : lastReference(message);
  return reference?.key === key;
}

function isFirstEntry({message: message, timeline: timeline = []}, entry) {
  return message === void 0 ? entry === timeline[0] : entry.message === message;
}

function newestFirst(incident) {
  const {timeline: timeline = []} = incident;
  const isReversed = endsOf(timeline).map(entry => isFirstEntry(incident, entry));
  return isReversed[0] === false && isReversed[1] === true ? timeline : timeline.toReversed();
}

function newestReference(incident) {
  return lastReference(newestFirst(incident)[0]?.message ?? "");
}

// CONCATENATED MODULE: ./lib/deployment/record-by-id.js
function fetchRecord(statusPage, kind, id) {
  return kind === "maintenance" ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id);
}

async function fetchIfThere(statusPage, kind, id) {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
}

function deleteRecord(statusPage, kind, id) {
  return kind === "maintenance" ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id);
}

const readWithinMs = 5 * secondMs;

function readWindow(statusPage, id, expected) {
  return readIfPossible(statusPage.within(readWithinMs).fetchWindow(id), expected);
}

function readIncident(statusPage, id, expected) {
  return readIfPossible(statusPage.within(readWithinMs).fetchIncident(id), expected);
}

function readRecord(statusPage, kind, id) {
  return kind === "maintenance" ? readWindow(statusPage, id) : readIncident(statusPage, id);
}

async function readIfPossible(read, expected) {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof StatusPageError) || expected?.mustExist && error.code === "not-found") throw error;
    return;
  }
}

async function fetchTimelines(statusPage, records, wanted) {
  const incidents = records.filter(record => record.kind === "incident");
  return Promise.all(incidents.map(async incident => {
    if (incident.timeline !== void 0) return incident;
    const opening = openingReference(incident);
    if (opening?.key !== wanted.key || opening.of !== wanted.of) return incident;
    return await readIncident(statusPage, incident.id) ?? incident;
  }));
}

const newForMs = minuteMs + 20 * secondMs;

const askAgainAfterMs = 2 * secondMs;

const longestRetryMs = 15 * secondMs;

const longestInMainMs = 4 * secondMs;

async function whileNew({statusPage: statusPage, createdAt: createdAt, withinMs: withinMs = longestRetryMs}, work) {
  const startedAt = ownNow(statusPage);
  for (;;) try {
    return await work();
  } catch (error) {
    const now = ownNow(statusPage);
    const isNew = createdAt !== void 0 && msBetween(createdAt, now) < newForMs;
    if (!isNew || !isNotFound(error)) throw error;
    const triedMs = msBetween(startedAt, now);
    if (triedMs + askAgainAfterMs > withinMs || statusPage.leftMs() < askAgainAfterMs + secondMs) throw new NotShownYetError(triedMs, error);
    await statusPage.wait(askAgainAfterMs);
  }
}

async function findRemembered(statusPage, kind, {id: id, createdAt: createdAt}, identity) {
  try {
    const read = () => fetchRecord(statusPage, kind, id);
    const record = await whileNew({
      statusPage: statusPage,
      createdAt: createdAt,
      withinMs: longestInMainMs
    }, read);
    return isOpen(record, statusPage.serverNow()) && ofThisStep(identity)(record) ? record : void 0;
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
}

function ownNow(statusPage) {
  return later(statusPage.serverNow(), -(statusPage.clockOffsetMs() ?? 0));
}

function isNotFound(error) {
  return error instanceof StatusPageError && error.code === "not-found";
}

class NotShownYetError extends ExplainedError {
  name="NotShownYetError";
  title="not shown yet";
  fixable=false;
  exit="not-found";
  triedMs;
  cause;
  constructor(triedMs, cause) {
    super("a new notice is not shown yet");
    this.triedMs = triedMs;
    this.cause = cause;
  }
  explain() {
    const tried = describeDuration(this.triedMs);
    return {
      happened: `StatusPage.me does not find what this deployment has just created (HTTP 404 for ${tried}), so it may show it later, or a person has deleted it`,
      todo: "Check the page, and end it if it is there."
    };
  }
}

// CONCATENATED MODULE: ./lib/deployment/window-change.js
function textsOf({title: title, message: message = ""}) {
  const isWhole = /\nRef: [\w-]+\s*$/.test(message);
  const readable = referenceOf(message) && replaceText(message, withoutReference(message));
  const sendable = isWhole ? message : readable;
  return {
    ...sendableTitle(title),
    ...sendable !== void 0 && {
      message: sendable
    }
  };
}

function sendableTitle(title) {
  return title === void 0 || title === "" || title.endsWith("\u2026") ? {} : {
    title: title
  };
}

async function changeWindow(statusPage, {id: id, texts: texts, findTexts: findTexts, isOurs: isOurs = false, emptiesUnsent: emptiesUnsent = false, mustKeepText: mustKeepText = false}, change) {
  const answered = await statusPage.changeWindow(id, emptiesUnsent ? {
    ...texts,
    ...change
  } : change);
  if (emptiesUnsent) return {
    shown: answered,
    emptiesUnsent: emptiesUnsent
  };
  const isHidden = answered?.showsMessage !== true && texts.message !== void 0 && change.message === void 0;
  const isReadAfter = mustKeepText && isHidden && !statusPage.isDryRun;
  const read = isReadAfter ? await readWindow(statusPage, id) : void 0;
  if (isReadAfter && read === void 0) await sendUnseen(statusPage, id, texts);
  const shown = read ?? answered;
  if (shown === void 0) return {
    shown: shown,
    emptiesUnsent: emptiesUnsent
  };
  const lostTitle = texts.title !== void 0 && change.title === void 0 && shown.title === "";
  const isBare = change.message === void 0 && shown.showsMessage && !shown.message;
  if (!lostTitle && !isBare) return {
    shown: answered,
    emptiesUnsent: emptiesUnsent
  };
  const known = {
    ...texts,
    ...await (findTexts?.())
  };
  const lostMessage = isBare && (isOurs || known.message !== void 0);
  if (!lostTitle && known.message === void 0) return {
    shown: answered,
    emptiesUnsent: lostMessage,
    lostMessage: lostMessage
  };
  const again = await changeOrRead(statusPage, id, {
    ...known,
    ...change
  });
  return {
    shown: again,
    emptiesUnsent: true,
    lostMessage: lostMessage && !(again ?? shown).message
  };
}

async function sendUnseen(statusPage, id, texts) {
  try {
    await statusPage.changeWindow(id, texts);
  } catch (error) {
    throw error instanceof StatusPageError ? new MessageUnseenError(error) : error;
  }
}

async function changeOrRead(statusPage, id, change) {
  try {
    return await statusPage.changeWindow(id, change);
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return readWindow(statusPage, id);
  }
}

async function changeWindowInFull(statusPage, target, change, known) {
  try {
    return await changeWindow(statusPage, target, change);
  } catch (refusal) {
    if (!isRefusedChange(refusal)) throw refusal;
    const seen = known ?? await readWindow(statusPage, target.id);
    if (seen?.startAt === void 0 || seen.endAt === void 0) throw refusal;
    const {startAt: startAt, endAt: endAt} = seen;
    try {
      return await changeWindow(statusPage, target, {
        ...textsOf(seen),
        startAt: startAt,
        endAt: endAt,
        ...change
      });
    } catch (again) {
      throw isRefusedChange(again) ? refusal : again;
    }
  }
}

function isRefusedChange(error) {
  return error instanceof StatusPageError && [ "invalid", "client" ].includes(error.code);
}

function isOtherTime(shown, sent) {
  return shown !== void 0 && sent !== void 0 && Math.abs(msBetween(shown, sent)) > secondMs;
}

function isLaterEnd(shown, sent) {
  return shown !== void 0 && liesAhead(shown, sent);
}

class ChangeIgnoredError extends ExplainedError {
  name="ChangeIgnoredError";
  title="change ignored";
  fixable=false;
  exit="failed";
  fields;
  constructor(fields) {
    super(`the ${list(fields)} did not change`);
    this.fields = fields;
  }
  explain() {
    return {
      happened: `the status page accepted the change, but its ${list(this.fields)} did not change`,
      todo: "Check the page, and change it in the dashboard."
    };
  }
}

class MessageUnseenError extends ExplainedError {
  name="MessageUnseenError";
  title="reference lost";
  fixable=false;
  cause;
  constructor(cause) {
    super("the message may be empty");
    this.cause = cause;
  }
  get exit() {
    return this.cause.exit;
  }
  get causeKey() {
    return `${this.name} ${this.cause.causeKey}`;
  }
  explain(background) {
    return {
      happened: `${this.cause.explain(background).happened}. The change was accepted, but nothing shows whether the message is still there`,
      todo: "Check the page. Without the last line of its message, other jobs and later runs cannot find this notice."
    };
  }
}

// CONCATENATED MODULE: ./lib/deployment/end-window.js
const secondTryAheadMs = 5 * secondMs;

const lastTryAheadMs = 2 * minuteMs;

async function endWindow(statusPage, window) {
  const isUncertain = window.putOffTo !== void 0 || window.emptiesUnsent || window.mayBeStale || isOver(window, statusPage.serverNow()) || await isShownOver(statusPage, window);
  const known = isUncertain ? await refreshWindow(statusPage, window) : {
    ...window,
    texts: sendableTitle(window.title)
  };
  const settled = await endWithoutChange(statusPage, known);
  if (settled !== void 0) return settled;
  const refused = await tryEnd(statusPage, known, statusPage.serverNow(), {});
  return "ended" in refused ? refused.ended : endRefused(statusPage, known, refused);
}

async function endWithoutChange(statusPage, window) {
  const now = statusPage.serverNow();
  if (isOver(window, now) && !window.isUnread) return {
    result: "already-over",
    at: window.endAt
  };
  if (window.startAt === void 0 || !liesAhead(window.startAt, now)) return;
  await statusPage.deleteWindow(window.id);
  return {
    result: "deleted"
  };
}

function isOver(window, now) {
  const endAt = latestEnd(window);
  return endAt !== void 0 && endAt <= now;
}

async function isShownOver(statusPage, window) {
  const shown = await (window.findShown?.());
  return shown !== void 0 && !isOpenWindow(shown, statusPage.serverNow());
}

function latestEnd({endAt: endAt, putOffTo: putOffTo}) {
  return endAt === void 0 || putOffTo === void 0 ? endAt : latest(endAt, putOffTo);
}

function ended(at, lostMessage = false) {
  return {
    result: "ended",
    at: at,
    lostMessage: lostMessage
  };
}

async function refreshWindow(statusPage, window) {
  try {
    const seen = await statusPage.within(readWithinMs).fetchWindow(window.id);
    const {putOffTo: putOffTo, ...rest} = window;
    return {
      ...rest,
      ...seen.endAt === void 0 && {
        putOffTo: putOffTo
      },
      startAt: seen.startAt ?? window.startAt,
      endAt: seen.endAt ?? window.endAt,
      texts: {
        ...sendableTitle(window.title),
        ...textsOf(seen)
      }
    };
  } catch (error) {
    if (!(error instanceof StatusPageError) || error.code === "not-found") throw error;
    return {
      ...window,
      texts: sendableTitle(window.title),
      isUnread: error.code !== "forbidden"
    };
  }
}

async function tryEnd(statusPage, window, wanted, fields) {
  const {startAt: startAt} = window;
  const rounded = ceilSecond(wanted);
  const afterStart = startAt === void 0 ? rounded : latest(rounded, later(floorSecond(startAt), secondMs));
  const bound = latestEnd(window) ?? afterStart;
  const endAt = afterStart > bound ? bound : afterStart;
  try {
    const {shown: shown, lostMessage: lostMessage} = await changeWindow(statusPage, window, {
      ...fields,
      endAt: endAt
    });
    if (!isLaterEnd(shown?.endAt, endAt)) return {
      ended: ended(endAt, lostMessage)
    };
    return {
      error: new ChangeIgnoredError([ "end" ]),
      endAt: endAt,
      serverNow: statusPage.serverNow()
    };
  } catch (error) {
    if (!isRefusedChange(error)) throw error;
    return {
      error: error,
      endAt: endAt,
      serverNow: error.serverDate ?? statusPage.serverNow()
    };
  }
}

async function endRefused(statusPage, window, first) {
  const known = await refreshWindow(statusPage, window);
  const settled = await endWithoutChange(statusPage, known);
  if (settled !== void 0) return settled;
  if (known.isUnread && isOver(known, statusPage.serverNow())) throw first.error;
  const fields = {
    ...known.texts,
    ...known.startAt && {
      startAt: known.startAt
    }
  };
  let refused = first;
  do {
    const wanted = later(latest(refused.serverNow, statusPage.serverNow()), secondTryAheadMs);
    if (!endsBefore(wanted, known)) return ended(latestEnd(known) ?? wanted);
    const next = await tryEnd(statusPage, known, wanted, fields);
    if ("ended" in next) return next.ended;
    refused = next;
  } while (!liesAhead(refused.endAt, refused.serverNow));
  const last = later(refused.serverNow, lastTryAheadMs);
  if (!endsBefore(last, known)) throw refused.error;
  const next = await tryEnd(statusPage, known, last, namesOtherField(refused.error) ? {} : fields);
  if ("ended" in next) return next.ended;
  throw next.error;
}

function endsBefore(wanted, window) {
  const endAt = latestEnd(window);
  return endAt === void 0 || wanted < endAt;
}

function namesOtherField(error) {
  return error instanceof StatusPageError && /title|message|start/i.test(error.serverMessage ?? "");
}

// CONCATENATED MODULE: ./lib/deployment/create-once.js
const searchAfterMs = secondMs;

const secondSearchAfterMs = 3 * secondMs;

const sendAndSearchMs = 2 * secondMs;

const nextTryMs = searchAfterMs + secondSearchAfterMs + sendAndSearchMs;

async function makeOnce(making) {
  let lost;
  for (;;) {
    if (lost !== void 0 && making.leftMs() < nextTryMs) throw making.doubt(lost, "absent");
    try {
      return {
        made: await making.make(),
        found: false,
        again: lost !== void 0
      };
    } catch (error) {
      if (!(error instanceof StatusPageError)) throw error;
      if (error.fate !== "unknown") {
        if (lost === void 0) throw error;
        throw making.doubt(lost, "absent", error.fixable ? error : void 0);
      }
      const before = lost;
      lost = error;
      const found = await searchUntilSure(making, lost);
      if (found !== void 0) return {
        made: found.made,
        found: true,
        again: before !== void 0
      };
      if (before !== void 0 && error.fixable && before.status === error.status) throw error;
    }
  }
}

async function searchUntilSure(making, lost) {
  const {search: search, wait: wait, doubt: doubt, leftMs: leftMs} = making;
  let lastSearch = "unclear";
  let absences = 0;
  while (search !== void 0) {
    await wait(absences === 0 ? searchAfterMs : secondSearchAfterMs);
    const result = await search().catch(() => {});
    if (result === void 0) break;
    if (typeof result === "object") return result;
    lastSearch = result;
    if (result === "unclear") break;
    absences += 1;
    if (lost.code !== "timeout" && absences === 2) return;
    if (leftMs() === 0) break;
  }
  throw doubt(lost, lastSearch);
}

class UncertainCreateError extends ExplainedError {
  name="UncertainCreateError";
  what;
  reference;
  cause;
  lastSearch;
  refusal;
  constructor(what, reference, cause, lastSearch, refusal) {
    super(`the ${what} may have been created`);
    this.what = what;
    this.reference = reference;
    this.cause = cause;
    this.lastSearch = lastSearch;
    this.refusal = refusal;
  }
  get title() {
    return this.refusal?.title ?? "may exist";
  }
  get fixable() {
    return this.refusal !== void 0 || this.cause.fixable;
  }
  get exit() {
    return (this.refusal ?? this.cause).exit;
  }
  get causeKey() {
    return `${this.name} ${this.cause.causeKey} ${this.refusal?.causeKey ?? ""}`;
  }
  explain(background) {
    const doubt = this.explainDoubt(background);
    if (this.refusal === void 0) return doubt;
    const {happened: happened, todo: todo} = this.refusal.explain(background);
    return {
      happened: `${happened}. Before that, ${doubt.happened}`,
      todo: `${todo} ${doubt.todo}`
    };
  }
  explainDoubt(background) {
    const {cause: cause, what: what, reference: reference, lastSearch: lastSearch} = this;
    const sent = `${cause.explain(background).happened}, after the request had been sent`;
    const wasAbsent = lastSearch === "absent";
    if (what === "entry") {
      const doubt = wasAbsent ? "The last search did not find the entry, but it may still appear" : "The entry may exist";
      return {
        happened: `${sent}. ${doubt}`,
        todo: "Check the timeline of the incident, and add what is missing."
      };
    }
    const mark = reference === void 0 ? "the newest one" : `"Ref: ${reference}" in its message`;
    const record = what === "maintenance" ? "window" : "incident";
    if (wasAbsent) return {
      happened: `${sent}. The last search did not find the ${record}, but it may still appear`,
      todo: `Check the page later for ${mark}, and end it if you do not want it.`
    };
    return {
      happened: `${sent}. The ${record} may exist`,
      todo: `It was not sent again, so that there are never two. Check the page for ${mark}, and end it if you do not want it.`
    };
  }
}

function createOnce({kind: kind, reference: reference, make: make, search: search, wait: wait, leftMs: leftMs}) {
  return makeOnce({
    make: make,
    search: search && (async () => {
      const {open: open, provenAbsent: provenAbsent} = await search();
      return open[0] !== void 0 ? {
        made: open[0]
      } : provenAbsent ? "absent" : "unclear";
    }),
    doubt: (...doubt) => new UncertainCreateError(kind, reference, ...doubt),
    wait: wait,
    leftMs: leftMs
  });
}

// CONCATENATED MODULE: ./lib/deployment/plan.js
function isShared({own: own, hasKey: hasKey}) {
  return !own && hasKey;
}

const toleratedSkewMs = 30 * secondMs;

function planTimes({startAt: startAt, durationMs: durationMs}, now) {
  const start = floorSecond(startAt ?? now);
  return {
    startAt: start,
    endAt: later(start, durationMs)
  };
}

function timesOnServerClock(plan, openedAt, serverNow) {
  if (plan.startAt !== void 0 || openedAt === void 0) return;
  const moved = planTimes(plan, serverNow);
  return Math.abs(msBetween(openedAt, moved.startAt)) > toleratedSkewMs ? moved : void 0;
}

function planCreation({statusPage: statusPage, note: note}, plan, page) {
  const {title: title, notifySubscribers: notifySubscribers} = plan;
  const message = withReference(plan.message, plan.reference);
  const common = {
    pageId: page.id,
    title: title,
    message: message,
    notifySubscribers: notifySubscribers
  };
  if (plan.kind === "maintenance") {
    let times = planTimes(plan, statusPage.serverNow());
    const takeServerTimes = () => {
      const moved = timesOnServerClock(plan, times.startAt, statusPage.serverNow());
      if (moved === void 0) return false;
      times = moved;
      note(times);
      return true;
    };
    const send = () => statusPage.createWindow({
      ...common,
      ...times
    });
    const make = async () => {
      takeServerTimes();
      try {
        return await send();
      } catch (error) {
        if (!isRefusal(error, times, statusPage.serverNow()) || !takeServerTimes()) throw error;
        return send();
      }
    };
    return {
      texts: {
        title: title,
        message: message
      },
      announce: () => times,
      make: make
    };
  }
  const {componentId: componentId, state: state} = plan;
  return {
    texts: {
      title: title,
      message: message
    },
    announce: () => ({
      state: state,
      startAt: statusPage.serverNow()
    }),
    make: () => statusPage.createIncident({
      ...common,
      componentId: componentId,
      state: state
    })
  };
}

function isRefusal(error, {endAt: endAt}, serverNow) {
  if (!(error instanceof StatusPageError)) return false;
  return error.code === "invalid" || error.status === 409 && endAt <= serverNow;
}

// CONCATENATED MODULE: ./lib/deployment/supersede.js
function reasonToSupersede(ending, afterwards) {
  const {mainFinished: mainFinished, keptOwn: keptOwn, openedIncident: openedIncident} = afterwards;
  if (!mainFinished || ending.why === "skipped") return;
  if (ending.why === "success") return "success";
  switch (ending.action) {
   case "resolve":
    return;

   case "keep":
    return keptOwn ? "kept" : void 0;

   case "incident":
    return openedIncident || keptOwn ? "kept" : void 0;
  }
}

function planSuperseding(context, reason) {
  const {windows: windows, incidents: incidents} = findOlder(context);
  const {key: key} = context.ours;
  const isUnedited = ({record: record}) => isUntouched(record, key, context.givenState);
  return {
    windows: windows,
    incidents: incidents.filter(isUnedited),
    touched: incidents.filter(older => !isUnedited(older)),
    inProgress: [],
    words: reason === "success" ? "resolve" : "cancel"
  };
}

function runsToAsk({windows: windows, incidents: incidents}, ours) {
  const others = [ ...windows, ...incidents ].filter(({reference: reference}) => reference.run !== ours.run);
  const ids = others.map(({reference: reference}) => runIdOf(reference)).filter(id => id !== void 0);
  return [ ...new Set(ids) ];
}

function spareRuns(plan, running) {
  const runs = ({reference: reference}) => running.has(runIdOf(reference) ?? "");
  return {
    ...plan,
    windows: plan.windows.filter(older => !runs(older)),
    incidents: plan.incidents.filter(older => !runs(older)),
    inProgress: [ ...plan.windows, ...plan.incidents ].filter(runs)
  };
}

function findOlder({ours: ours, ownIds: ownIds, windows: windows, incidents: incidents, now: now}) {
  const ofEarlier = records => records.flatMap(record => {
    const reference = openingReference(record);
    if (reference === void 0 || !isOwn(reference) || ownIds.has(record.id)) return [];
    return reference.of === "deployment" && isOlder(reference, ours) ? [ {
      record: record,
      reference: reference
    } ] : [];
  });
  const soon = later(now, secondMs);
  return {
    windows: ofEarlier(windows.filter(window => isOpenWindow(window, soon))).filter(({record: record, reference: reference}) => hasBegun(record, reference, now)),
    incidents: ofEarlier(incidents.filter(isOpenIncident))
  };
}

function hasBegun({startAt: startAt}, reference, now) {
  return startAt !== void 0 && (startAt <= now || isForNow(startAt, reference));
}

function isForNow(startAt, {openedAt: openedAt}) {
  return msBetween(openedAt, startAt) <= toleratedSkewMs;
}

function isOlder(found, ours) {
  if (found.key !== ours.key) return false;
  if (found.run !== ours.run) return opensBefore(found, ours);
  return found.owner === ours.owner && isEarlierAttempt(found, ours);
}

function opensBefore(found, ours) {
  const order = msBetween(floorSecond(ours.openedAt), floorSecond(found.openedAt));
  return order < 0 || order === 0 && compareRuns(found.run, ours.run) < 0;
}

function isEarlierAttempt(found, ours) {
  if (found.attempt !== void 0 && ours.attempt !== void 0) return found.attempt < ours.attempt;
  return floorSecond(found.openedAt) < floorSecond(ours.openedAt);
}

// CONCATENATED MODULE: ./lib/deployment/failure-plan.js
const failureState = incidentStates.investigating;

function planFailure(incidents, ours) {
  const [oldest] = findFailures(incidents, ours.key).toSorted(byOpening);
  if (oldest === void 0) return {
    action: "open"
  };
  const {record: incident, reference: reference} = oldest;
  const seen = {
    ...incident,
    state: incident.state ?? failureState
  };
  return {
    action: isUntouched(seen, ours.key, failureState) ? "add" : "leave",
    incident: incident,
    reference: reference
  };
}

function planRecovery(incidents, ours, mayEndOwnRun) {
  const mayEnd = found => isBefore(found, ours) || mayEndOwnRun && isOwn(found) && found.run === ours.run && found.attempt === ours.attempt;
  const earlier = findFailures(incidents, ours.key).filter(({record: record, reference: reference}) => {
    const newest = newestReference(record);
    return mayEnd(reference) && (newest === void 0 || newest.key !== ours.key || mayEnd(newest));
  });
  const isUnedited = ({record: record}) => isUntouched(record, ours.key, failureState);
  return {
    resolve: earlier.filter(isUnedited),
    touched: earlier.filter(older => !isUnedited(older))
  };
}

function findFailures(incidents, key) {
  return incidents.filter(isOpenIncident).flatMap(record => {
    const reference = openingReference(record);
    if (reference?.of !== "failure" || reference.key !== key || !isOwn(reference)) return [];
    return [ {
      record: record,
      reference: reference
    } ];
  });
}

function isBefore(found, ours) {
  if (!isOwn(found)) return false;
  if (found.run !== ours.run) return opensBefore(found, ours);
  if (found.attempt === void 0 || ours.attempt === void 0) return isOlder(found, ours);
  return found.attempt < ours.attempt;
}

function byOpening({reference: one}, {reference: other}) {
  return one.openedAt.getTime() - other.openedAt.getTime() || compareRuns(one.run, other.run);
}

// CONCATENATED MODULE: ./lib/deployment/find.js
const mostReadSingly = 20;

async function findOpen(statusPage, kind, pageId, match) {
  return searchIn(await fetchShown(statusPage, kind, pageId), match);
}

async function fetchShown(statusPage, kind, pageId, wanted = {}, isAgain = false) {
  const {wantsMessage: wantsMessage = true, asListed: asListed = () => false} = wanted;
  const listing = await (kind === "maintenance" ? statusPage.fetchWindows(pageId) : statusPage.fetchIncidents(pageId));
  const isOpenNow = record => isOpen(record, statusPage.serverNow());
  const isInFull = record => (record.showsMessage || !wantsMessage) && showsWhetherOpen(record);
  const inPart = listing.records.filter(record => isOpenNow(record) && !isInFull(record) && !asListed(record));
  const read = await Promise.all(inPart.slice(0, mostReadSingly).map(record => fetchIfThere(statusPage, kind, record.id)));
  const isGone = read.includes(void 0);
  if (isGone && !isAgain) return fetchShown(statusPage, kind, pageId, wanted, true);
  const inFull = new Map(inPart.slice(0, mostReadSingly).map(({id: id}, index) => [ id, read[index] ]));
  const records = listing.records.flatMap(record => inFull.has(record.id) ? inFull.get(record.id) ?? [] : record);
  const open = records.filter(isOpenNow);
  const over = records.filter(record => !isOpenNow(record));
  const complete = listing.complete && !isGone && open.every(record => record.showsMessage || asListed(record));
  return {
    open: open,
    over: over,
    complete: complete,
    listedWhole: listing.complete,
    newestFirst: isNewestFirst(listing.records)
  };
}

async function findLost(statusPage, lost) {
  return searchLostIn(statusPage, await fetchShown(statusPage, lost.kind, lost.pageId), lost);
}

function searchLostIn(statusPage, shown, {match: match, announced: announced, begunAt: begunAt}) {
  const search = searchIn(shown, match);
  const begunThere = later(begunAt, statusPage.clockOffsetMs() ?? 0);
  const mayBeOurs = announced !== void 0 && shown.open.some(resembling(announced, begunThere));
  return {
    ...search,
    provenAbsent: search.provenAbsent && !mayBeOurs
  };
}

function searchIn({open: open, complete: complete}, match) {
  const found = inOrder(open.filter(match));
  return {
    open: found,
    provenAbsent: found.length === 0 && complete
  };
}

function showsWhetherOpen(record) {
  return (record.kind === "maintenance" ? record.endAt : record.state) !== void 0;
}

function inOrder(records) {
  const byId = records.toSorted((a, b) => compareIds(a.id, b.id));
  const starts = byId.flatMap(({startAt: startAt}) => startAt === void 0 ? [] : [ startAt ]);
  if (starts.length < byId.length) return byId;
  return byId.toSorted((a, b) => Number(a.startAt) - Number(b.startAt));
}

function isNewestFirst(records) {
  return records.every((record, index) => {
    const next = records[index + 1];
    return next === void 0 || isNewer(record, next);
  });
}

function isNewer(one, other) {
  const times = [ one.createdAt ?? one.startAt, other.createdAt ?? other.startAt ];
  const [first, second] = times.map(time => time?.getTime());
  if (first !== void 0 && second !== void 0 && first !== second) return first > second;
  const areNumbers = [ one, other ].every(({id: id}) => /^\d+$/.test(id));
  return areNumbers && compareIds(one.id, other.id) > 0;
}

function compareIds(a, b) {
  return a.length - b.length || Number(a > b) - Number(a < b);
}

class UnlocatedError extends ExplainedError {
  name="UnlocatedError";
  title="may exist";
  fixable=false;
  exit="unreachable";
  explain() {
    const why = this.message || "the lists of the API do not show enough to tell";
    return {
      happened: `it may be on the page, but searching the page failed: ${why}`,
      todo: "Check the page, and end it manually if it is there."
    };
  }
}

const lookAgainAfterMs = 3 * secondMs;

async function locate({statusPage: statusPage, deployment: deployment}, record, fetchFirst = (kind, pageId) => fetchShown(statusPage, kind, pageId)) {
  if (record.stage === "open") return withDuplicates(fetchFirst, record);
  const {kind: kind, page: page, title: title} = record;
  const reference = parseReference(record.reference ?? "");
  if (reference === void 0 || page === void 0) throw new UnlocatedError("there is no reference to search for");
  const lost = {
    kind: kind,
    pageId: page.id,
    match: carrying(reference, title),
    announced: title === void 0 ? void 0 : {
      ...record,
      title: title
    },
    begunAt: deployment.startedAt
  };
  let search = searchLostIn(statusPage, await fetchFirst(kind, page.id), lost);
  if (search.open.length === 0 && deployment.stage === "opening") {
    await statusPage.wait(lookAgainAfterMs);
    search = await findLost(statusPage, lost);
  }
  if (search.open.length === 0 && !search.provenAbsent) throw new UnlocatedError;
  return {
    open: search.open.map(found => asFound(record, found))
  };
}

async function withDuplicates(fetchList, record) {
  const {id: id, kind: kind, page: page, title: title, mayHaveDuplicate: mayHaveDuplicate} = record;
  const reference = parseReference(record.reference ?? "");
  if (!mayHaveDuplicate || reference === void 0 || page === void 0) return {
    open: [ record ]
  };
  try {
    const {open: open} = searchIn(await fetchList(kind, page.id), carrying(reference, title));
    const others = open.filter(found => found.id !== id).map(found => asFound(record, found));
    return {
      open: [ record, ...others ]
    };
  } catch (unsearched) {
    return {
      open: [ record ],
      unsearched: unsearched
    };
  }
}

function asFound(record, found) {
  return {
    ...record,
    stage: "open",
    id: found.id,
    title: found.title ?? record.title,
    ...found.kind === "maintenance" ? {
      startAt: found.startAt ?? record.startAt,
      endAt: found.endAt ?? record.endAt
    } : {
      startAt: found.startAt ?? found.createdAt ?? record.startAt,
      state: found.state
    }
  };
}

// CONCATENATED MODULE: ./lib/deployment/incident.js
async function openFailureIncident(statusPage, failure) {
  const plan = await planIncident(statusPage, failure);
  const isNew = plan === "unlisted" || plan.action === "open";
  const added = isNew ? void 0 : await addToEarlier(statusPage, plan, failure);
  return added ?? createFailureIncident(statusPage, failure, plan !== "unlisted");
}

async function planIncident(statusPage, {pageId: pageId, identity: identity}) {
  if (identity === void 0) return "unlisted";
  try {
    const {open: open, complete: complete} = await fetchShown(statusPage, "incident", pageId);
    const plan = planFailure(await fetchTimelines(statusPage, open, failureOf(identity)), identity);
    if (plan.action === "open" && !complete) throw new UnlocatedError;
    return plan;
  } catch (error) {
    if (error instanceof StatusPageError && error.code === "forbidden") return "unlisted";
    throw error;
  }
}

async function addToEarlier(statusPage, {action: action, incident: incident, reference: reference}, {title: newTitle, message: message, identity: identity}) {
  const {id: id, state: state = failureState, title: title = newTitle} = incident;
  const isRecoverable = action === "add" && incident.state !== void 0;
  const found = {
    id: id,
    reference: formatReference(reference),
    state: state,
    title: title,
    created: false,
    isRecoverable: isRecoverable
  };
  if (action === "leave") return found;
  try {
    const entry = withReference(message, identity && failureOf(identity));
    const {result: result} = await addEntry(statusPage, id, entry, new Map([ [ id, incident ] ]));
    return result === "kept" ? {
      ...found,
      said: entry
    } : void 0;
  } catch (error) {
    if (error instanceof StatusPageError && error.code === "not-found") return;
    throw error;
  }
}

async function createFailureIncident(statusPage, failure, isListed) {
  const {pageId: pageId, identity: identity, title: title, notifySubscribers: notifySubscribers} = failure;
  const reference = identity && failureOf(identity);
  const written = reference && formatReference(reference);
  const message = withReference(failure.message, reference);
  const fields = {
    pageId: pageId,
    componentId: void 0,
    title: title,
    message: message,
    state: failureState,
    notifySubscribers: notifySubscribers
  };
  const lost = {
    kind: "incident",
    pageId: pageId,
    announced: {
      title: title
    },
    begunAt: ownNow(statusPage)
  };
  const {made: made, again: again} = await createOnce({
    kind: "incident",
    reference: written,
    make: () => statusPage.createIncident(fields),
    search: reference && (() => findLost(statusPage, {
      ...lost,
      match: carrying(reference, title)
    })),
    wait: statusPage.wait,
    leftMs: statusPage.leftMs
  });
  const showsState = made.kind === "incident" && made.state !== void 0;
  const isRecoverable = isListed && openingReference(made) !== void 0 && showsState;
  return {
    id: made.id,
    reference: written,
    state: failureState,
    title: title,
    created: true,
    said: message,
    isRecoverable: isRecoverable,
    ...again && {
      mayHaveDuplicate: true
    }
  };
}

async function resolveIncident(statusPage, id, message, justRead) {
  const before = await readBefore(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return "already-resolved";
  await addEntryOnce(statusPage, id, {
    message: message,
    state: incidentStates.resolved
  }, before);
  return "resolved";
}

async function addEntry(statusPage, id, message, justRead) {
  const before = await readBefore(statusPage, id, justRead);
  if (before?.state === incidentStates.resolved) return {
    result: "already-resolved",
    before: before
  };
  await addEntryOnce(statusPage, id, {
    message: message
  }, before);
  return {
    result: "kept",
    before: before
  };
}

async function readBefore(statusPage, id, justRead) {
  return justRead?.has(id) ? justRead.get(id) : readIncident(statusPage, id, {
    mustExist: true
  });
}

async function addEntryOnce(statusPage, id, entry, before) {
  await makeOnce({
    make: () => statusPage.addEntry(id, entry),
    search: async () => {
      const arrived = hasArrived(entry, before, await statusPage.fetchIncident(id));
      return arrived === void 0 ? "unclear" : arrived ? {
        made: void 0
      } : "absent";
    },
    doubt: (...doubt) => new UncertainCreateError("entry", void 0, ...doubt),
    wait: statusPage.wait,
    leftMs: statusPage.leftMs
  });
}

function hasArrived({message: message, state: state}, before, now) {
  if (state !== void 0 && now.state !== void 0) {
    if (now.state !== state) return false;
    const isChange = before?.state === void 0 ? state === incidentStates.resolved : before.state !== state;
    if (isChange) return true;
  }
  if (now.timeline === void 0) return;
  if (before?.timeline !== void 0) return now.timeline.length > before.timeline.length;
  return now.timeline.some(entry => mayBe(entry.message, message)) ? void 0 : false;
}

function mayBe(shown, sent) {
  if (shown === void 0 || sent === void 0) return shown === void 0;
  const inOneLine = text => linesOf(text).join(" ").replace(/\s+/g, " ").trim();
  return inOneLine(sent).startsWith(inOneLine(shown).replace(/(\u2026|\.{3})$/, ""));
}

// CONCATENATED MODULE: ./lib/deployment/end-record.js
function isBesides({phase: phase}) {
  return phase === "opening-incident" || phase === "recovering" || phase === "superseding";
}

function hasEndedEarly(ended) {
  return ended.result === "already-over" && ended.isEarly === true;
}

function endRecord(context, record, ending) {
  const {words: words} = context;
  const {why: why} = ending;
  if (record.takenOver && why !== "success") return Promise.resolve({
    record: record,
    phase: "keeping",
    result: "left"
  });
  if (endsNow(ending, record.kind)) {
    const text = why === "success" ? words.resolve : words.cancel;
    return end_record_attempt(context, record, "ending", () => endNow(context, record, text));
  }
  return end_record_attempt(context, record, "keeping", () => keep(context, record, why === "failure" ? words.failure : words.cancel));
}

function undoRecord(context, record) {
  return end_record_attempt(context, record, "undoing", async () => {
    if (!record.created || record.mailed) return endNow(context, record, context.words.cancel);
    await deleteRecord(context.statusPage, record.kind, record.id);
    return {
      result: "deleted"
    };
  });
}

function nextRunOf({deployment: deployment, needsKey: needsKey, isRemembered: isRemembered}) {
  if (!needsKey) return deployment.hasKey ? "by-key" : "ends-it";
  return isRemembered ? "by-file" : "needs-key";
}

function failedEntry(record, phase, error) {
  return {
    record: record,
    phase: phase,
    result: "failed",
    error: error
  };
}

async function end_record_attempt(context, record, phase, work) {
  const createdAt = record.created ? context.deployment.startedAt : void 0;
  try {
    return {
      record: record,
      phase: phase,
      ...await whileNew({
        statusPage: context.statusPage,
        createdAt: createdAt
      }, work)
    };
  } catch (error) {
    const isMissing = error instanceof StatusPageError && error.code === "not-found";
    return {
      record: record,
      phase: phase,
      result: isMissing ? "missing" : "failed",
      error: error
    };
  }
}

async function endNow(context, record, text) {
  if (record.kind === "incident") {
    const message = fillWords(context, text, record);
    const result = await resolveIncident(context.statusPage, record.id, message, context.justRead);
    const resolved = {
      ...record,
      state: incidentStates.resolved
    };
    return {
      result: result,
      record: resolved,
      ...result === "resolved" && {
        said: message
      }
    };
  }
  const isOurs = record.reference !== void 0 && !record.referenceLost;
  const mayBeStale = context.deployment.stage === "opening";
  const window = {
    ...record,
    isOurs: isOurs,
    mayBeStale: mayBeStale,
    findTexts: () => findTexts(context, record),
    findShown: async () => context.findShown?.(record)
  };
  const end = await endWindow(context.statusPage, window);
  if (end.result === "deleted") return {
    result: end.result
  };
  if (end.result === "already-over") return concludeOver(record, end.at);
  const ended = {
    ...record,
    endAt: end.at,
    putOffTo: void 0
  };
  return {
    result: end.result,
    record: ended,
    lostMessage: end.lostMessage
  };
}

function concludeOver(record, endAt) {
  const isEarlier = endAt !== void 0 && record.endAt !== void 0 && msBetween(endAt, record.endAt) > secondMs;
  const isEarly = isEarlier || record.endedEarly;
  return {
    result: "already-over",
    record: {
      ...record,
      endAt: endAt,
      putOffTo: void 0
    },
    ...isEarly && {
      isEarly: isEarly
    }
  };
}

async function findTexts(context, record) {
  return await (context.findTexts?.(record)) ?? {};
}

async function keep(context, record, text) {
  if (record.kind === "incident") {
    const identity = identityOf(context.deployment);
    const message = withReference(fillWords(context, text, record), identity);
    const {result: result, before: before} = await addEntry(context.statusPage, record.id, message, context.justRead);
    if (result !== "kept") return {
      result: result
    };
    const given = record.state ?? incidentStates.investigating;
    const untouched = before !== void 0 && identity !== void 0 && isUntouched(before, identity.key, given);
    return {
      result: result,
      said: message,
      isUntouched: untouched
    };
  }
  return isOver(record, context.statusPage.serverNow()) ? concludeOver(record, record.endAt) : {
    result: "kept"
  };
}

function fillWords({statusPage: statusPage, deployment: deployment}, text, {startAt: startAt, endAt: endAt}) {
  const {tag: tag} = deployment;
  const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
  return fillPlaceholders(text, {
    startedAt: startedAt,
    now: statusPage.serverNow(),
    endAt: endAt,
    tag: tag
  });
}

function identityOf({identity: identity}) {
  const reference = parseReference(identity ?? "");
  return reference !== void 0 && isOwn(reference) ? reference : void 0;
}

// CONCATENATED MODULE: ./lib/deployment/older.js
function createPageLists({statusPage: statusPage, deployment: deployment}, page, ending) {
  const ended = deployment.records.filter(({kind: kind}) => endsNow(ending, kind));
  const asListed = record => ended.some(({kind: kind, id: id}) => kind === record.kind && id === record.id);
  const lists = new Map;
  const start = kind => fetchShown(statusPage, kind, page.id, {
    asListed: asListed
  }).then(shown => ({
    shown: shown
  }), reason => ({
    reason: reason
  }));
  return {
    page: page,
    fetch: kind => {
      const list = lists.get(kind) ?? start(kind);
      lists.set(kind, list);
      return list;
    }
  };
}

function findTextsIn(lists) {
  return async ({id: id, kind: kind}) => {
    const listed = await lists.fetch(kind);
    const shown = "shown" in listed ? listed.shown.open.find(one => one.id === id) : void 0;
    return shown === void 0 ? {} : textsOf(shown);
  };
}

const longestDelayMs = 500;

function findShownIn(lists, {statusPage: statusPage}) {
  return async ({id: id, kind: kind}) => {
    const listed = await Promise.race([ lists.fetch(kind), statusPage.wait(longestDelayMs) ]);
    if (listed === void 0 || "reason" in listed) return;
    return [ ...listed.shown.open, ...listed.shown.over ].filter(isWindow).find(one => one.id === id);
  };
}

function fetchFrom(lists) {
  return async kind => {
    const listed = await lists.fetch(kind);
    if ("reason" in listed) throw listed.reason;
    return listed.shown;
  };
}

async function endOlder(context, ours, ending, lists, own) {
  const reason = reasonToSupersede(ending, describeAfterwards(own));
  if (reason === void 0) return [];
  const kind = context.deployment.records[0]?.kind ?? "maintenance";
  const listed = await lists.fetch(kind);
  if ("reason" in listed) return [ unlisted(kind, lists.page, "superseding", listed.reason) ];
  const ownIds = new Set(own.flatMap(({record: record}) => record.kind === kind ? record.id ?? [] : []));
  const others = listed.shown.open.filter(({id: id}) => !ownIds.has(id));
  const listing = {
    ours: ours,
    ownIds: ownIds,
    windows: others.filter(isWindow),
    incidents: await fetchTimelines(context.statusPage, others, ours),
    now: context.statusPage.serverNow(),
    givenState: stateGivenBy(context)
  };
  const plan = planSuperseding(listing, reason);
  const {windows: windows, incidents: incidents, touched: touched, inProgress: inProgress, words: words} = spareRuns(plan, await context.findRunning(runsToAsk(plan, ours)));
  const text = words === "resolve" ? context.words.resolve : context.words.cancel;
  const toRecord = ({record: record}) => olderRecord(lists.page, record);
  const end = one => {
    const record = toRecord(one);
    const read = one.record.kind === "incident" && {
      justRead: new Map([ [ record.id, one.record ] ])
    };
    return end_record_attempt(context, record, "superseding", () => endNow({
      ...context,
      ...read
    }, record, text));
  };
  return [ ...await Promise.all([ ...windows, ...incidents ].map(end)), ...touched.map(one => ({
    record: toRecord(one),
    phase: "superseding",
    result: "edited"
  })), ...inProgress.map(one => ({
    record: toRecord(one),
    phase: "superseding",
    result: "running"
  })), ...listed.shown.complete ? [] : [ unlisted(kind, lists.page, "superseding") ] ];
}

async function recover(context, ours, lists, record) {
  const listed = await lists.fetch("incident");
  if ("reason" in listed) return [ unlisted("incident", lists.page, "recovering", listed.reason) ];
  const incidents = await fetchTimelines(context.statusPage, listed.shown.open, failureOf(ours));
  const {resolve: resolve, touched: touched} = planRecovery(incidents, ours, !context.deployment.own);
  const resolved = resolve.map(one => {
    const incident = olderRecord(lists.page, one.record);
    const text = fillWords(context, context.words.resolve, record ?? incident);
    return end_record_attempt(context, incident, "recovering", async () => {
      const justRead = new Map([ [ incident.id, one.record ] ]);
      const result = await resolveIncident(context.statusPage, incident.id, text, justRead);
      const now = {
        ...incident,
        state: incidentStates.resolved
      };
      return {
        result: result,
        record: now,
        ...result === "resolved" && {
          said: text
        }
      };
    });
  });
  return [ ...await Promise.all(resolved), ...touched.map(({record: one}) => ({
    record: olderRecord(lists.page, one),
    phase: "recovering",
    result: "edited"
  })), ...listed.shown.complete ? [] : [ unlisted("incident", lists.page, "recovering") ] ];
}

async function promiseNextRun(context, entries, lists) {
  return Promise.all(entries.map(async entry => {
    if (entry.result !== "kept") return entry;
    const listed = await lists.fetch(entry.record.kind);
    if ("reason" in listed) return entry;
    const {record: record} = entry;
    const shown = listed.shown.open.find(({id: id}) => id === record.id);
    if (shown === void 0) return record.kind === "maintenance" ? checkKept(context, record, entry) : entry;
    const kept = {
      ...entry,
      record: record.kind === "maintenance" ? asFound(record, shown) : record
    };
    return isForNextRun(shown, entry, context.statusPage.serverNow()) ? {
      ...kept,
      nextRun: nextRunOf(context)
    } : kept;
  }));
}

async function checkKept({statusPage: statusPage}, record, entry) {
  if (record.stage !== "open") return entry;
  try {
    const seen = await refreshWindow(statusPage, record);
    return isOver(seen, statusPage.serverNow()) ? {
      ...entry,
      ...concludeOver(record, seen.endAt)
    } : entry;
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    return {
      record: record,
      phase: entry.phase,
      result: "missing",
      error: error
    };
  }
}

function isForNextRun(shown, {isUntouched: isUntouched}, now) {
  const reference = openingReference(shown);
  if (reference === void 0 || !isOwn(reference)) return false;
  return isWindow(shown) ? hasBegun(shown, reference, now) : isUntouched === true;
}

function describeAfterwards(own) {
  return {
    mainFinished: true,
    keptOwn: own.some(isKept),
    openedIncident: own.some(({result: result}) => result === "incident-opened")
  };
}

function isKept({phase: phase, result: result, record: record}) {
  const isLeft = phase === "opening-incident" && result === "failed" && record.stage === "open";
  return (result === "kept" || isLeft) && !record.takenOver;
}

function stateGivenBy({deployment: deployment}) {
  return deployment.records.find(({kind: kind}) => kind === "incident")?.state ?? incidentStates.investigating;
}

function olderRecord(page, found) {
  const opening = openingReference(found);
  const reference = opening && formatReference(opening);
  return asFound(unconfirmedRecord(found.kind, page, reference), found);
}

function unlisted(kind, page, phase, reason) {
  return {
    record: unconfirmedRecord(kind, page),
    phase: phase,
    result: "unlisted",
    ...reason !== void 0 && {
      reason: reason
    }
  };
}

function isWindow(record) {
  return record.kind === "maintenance";
}

// CONCATENATED MODULE: ./lib/deployment/end.js
async function end(context, ending) {
  const {deployment: deployment, statusPage: statusPage} = context;
  if (deployment.pageNames !== void 0) {
    let pages;
    try {
      pages = await findPages(statusPage, deployment.pageNames);
    } catch (error) {
      return deployment.records.flatMap(record => describeUnlocated(record, ending, error));
    }
    const records = pages.flatMap(page => deployment.records.map(record => ({
      ...record,
      page: {
        ...page
      }
    })));
    return end({
      ...context,
      deployment: {
        ...deployment,
        pageNames: void 0,
        records: records
      }
    }, ending);
  }
  const records = deployment.records.filter(({stage: stage}) => stage !== "gone" && stage !== "not-sent");
  const byPage = Map.groupBy(records, ({page: page}) => page?.id);
  const listsBeside = 2 * byPage.size <= requestsAtOnce;
  const pages = [ ...byPage.values() ].map(ofPage => endPage(context, ending, ofPage, listsBeside));
  return (await Promise.all(pages)).flat();
}

function describeUnlocated(record, ending, error) {
  if (ending.action === "incident" && record.kind === "maintenance") return [ failedEntry(record, "opening-incident", error) ];
  if (record.stage === "opening") return [ failedEntry(record, "ending", error) ];
  const unlisted = phase => ({
    record: record,
    phase: phase,
    result: "unlisted",
    reason: error
  });
  return [ ...mayMeetOlder(ending) ? [ unlisted("superseding") ] : [], ...ending.recovers ? [ unlisted("recovering") ] : [] ];
}

async function endPage(given, ending, records, listsBeside) {
  const page = records[0]?.page;
  const identity = identityOf(given.deployment);
  if (page === void 0 || identity === void 0) return endOwn(given, ending, records);
  const lists = createPageLists(given, page, ending);
  const kind = records[0]?.kind ?? "maintenance";
  const sendsForOwn = kind === "incident" || ending.action !== "keep";
  const isListed = given.deployment.own && listsBeside && sendsForOwn && mayMeetOlder(ending);
  if (isListed) lists.fetch(kind);
  const context = {
    findTexts: findTextsIn(lists),
    ...isListed && {
      findShown: findShownIn(lists, given)
    },
    ...given
  };
  const own = await endOwn(context, ending, records, lists);
  const promised = context.deployment.own ? await promiseNextRun(context, own, lists) : own;
  const older = context.deployment.own ? await endOlder(context, identity, ending, lists, promised) : [];
  const last = own.at(-1)?.record ?? records.at(-1);
  const recovered = ending.recovers ? await recover(context, identity, lists, last) : [];
  return [ ...promised, ...older, ...recovered ];
}

async function endOwn(context, ending, records, lists) {
  let incident;
  const openOnce = record => {
    incident ??= openIncident(context, record);
    return incident;
  };
  const ended = await eachRecord(records, "ending", async record => {
    const needsIncident = ending.action === "incident" && record.kind === "maintenance";
    const opened = needsIncident ? await openOnce(record) : void 0;
    if (record.stage === "missed") return [];
    if (opened?.result === "failed") return [];
    const {open: open, unsearched: unsearched} = await locate(context, record, lists && fetchFrom(lists));
    if (open.length === 0) return [ {
      record: record,
      phase: "ending",
      result: "absent"
    } ];
    return [ ...await Promise.all(open.map(one => endRecord(context, one, ending))), ...describeUnsearched(record, unsearched) ];
  });
  return incident === void 0 ? ended : [ await incident, ...ended ];
}

async function openIncident(context, record) {
  const {statusPage: statusPage, words: words, deployment: deployment} = context;
  const {page: page} = record;
  if (page === void 0) return failedEntry(record, "opening-incident", new UserError("unknown page", unknownPage));
  const title = fillWords(context, words.failureTitle, record);
  const message = fillWords(context, words.failure, record);
  const notifySubscribers = words.notifyOnFailure;
  try {
    const failure = {
      identity: identityOf(deployment),
      pageId: page.id,
      title: title,
      message: message,
      notifySubscribers: notifySubscribers
    };
    const {said: said, isRecoverable: isRecoverable, ...opened} = await openFailureIncident(statusPage, failure);
    const mailed = notifySubscribers && opened.created;
    const incident = {
      kind: "incident",
      page: page,
      stage: "open",
      mailed: mailed,
      ...opened
    };
    const nextRun = isRecoverable && context.nextRunRecovers && nextRunOf({
      ...context,
      isRemembered: false
    });
    return {
      record: incident,
      phase: "opening-incident",
      result: "incident-opened",
      ...nextRun && {
        nextRun: nextRun
      },
      ...said && {
        said: said
      }
    };
  } catch (error) {
    return failedEntry(record, "opening-incident", error);
  }
}

const unknownPage = "Could not open the incident of the failure: its page is unknown. Name the status page.";

function describeUnsearched(record, reason) {
  if (reason === void 0) return [];
  const {kind: kind, page: page, reference: reference} = record;
  const second = unconfirmedRecord(kind, page, reference);
  return [ {
    record: second,
    phase: "superseding",
    result: "unsearched",
    reason: reason
  } ];
}

function undo(context) {
  const {deployment: deployment} = context;
  return eachRecord(deployment.records, "undoing", async record => {
    if (record.stage === "missed") return [];
    if (isLeftToOthers(deployment, record)) return [ {
      record: record,
      phase: "undoing",
      result: "left-to-others"
    } ];
    const isOlder = !record.created && (record.stage === "open" || deployment.stage === "failed");
    if (isOlder) return [ {
      record: record,
      phase: "undoing",
      result: "left"
    } ];
    const {open: open, unsearched: unsearched} = await locate(context, record);
    if (open.length === 0) return [ {
      record: record,
      phase: "undoing",
      result: "absent"
    } ];
    return [ ...await Promise.all(open.map(one => undoRecord(context, one))), ...describeUnsearched(record, unsearched) ];
  });
}

function isLeftToOthers({own: own, hasKey: hasKey}, record) {
  if (record.stage !== "opening" && record.stage !== "open") return false;
  const reference = parseReference(record.reference ?? "");
  if (own) return !record.created && reference !== void 0 && !isOwn(reference);
  return hasKey && !(record.created && record.stage === "open");
}

async function eachRecord(records, phase, work) {
  const entries = records.filter(({stage: stage}) => stage !== "gone" && stage !== "not-sent").map(record => work(record).catch(error => [ failedEntry(record, phase, error) ]));
  return (await Promise.all(entries)).flat();
}

// CONCATENATED MODULE: ./lib/statuspage/manual-commands.js
function commandToEnd(target, named) {
  if (target.host === "terminal") return ownCommand("resolve", target, named);
  const id = encodeURIComponent(named.id);
  if (named.kind === "maintenance") return curl("PATCH", `${trim(target)}/maintenances/${id}`, "'{\"end_at\":\"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'\"}'");
  const body = {
    incident_state_id: incidentStates.resolved,
    message: "Resolved."
  };
  return curl("POST", `${trim(target)}/incidents/${id}/updates`, quote(JSON.stringify(body)));
}

function commandToDelete(target, named) {
  if (target.host === "terminal") return ownCommand("delete", target, named);
  const list = named.kind === "maintenance" ? "maintenances" : "incidents";
  return curl("DELETE", `${trim(target)}/${list}/${encodeURIComponent(named.id)}`);
}

function commandToUpdate(target, named, texts) {
  if ([ ...texts.values() ].some(text => /\p{C}|[\u2028\u2029]/u.test(text))) return;
  const flags = [ ...texts ].map(([name, text]) => ` --${name}=${quote(text)}`);
  return `${ownCommand("update", target, named)}${flags.join("")}`;
}

const programName = "statuspage-me";

function ownCommand(operation, target, {kind: kind, id: id}) {
  const api = trim(target) === defaultApiUrl ? "" : ` --api-url ${quote(trim(target))}`;
  const key = target.keyFile === void 0 ? "" : ` --api-key-file ${quote(target.keyFile)}`;
  return `${target.program ?? programName} ${operation} --kind ${kind} --id ${quote(id)}${key}${api}`;
}

function curl(method, url, quotedBody) {
  const body = quotedBody === void 0 ? "" : ` -H 'Content-Type: application/json' -d ${quotedBody}`;
  return `curl -X ${method} ${quote(url)} -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"${body}`;
}

function quote(text) {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function trim({apiUrl: apiUrl}) {
  return apiUrl.replace(/\/+$/, "");
}

// CONCATENATED MODULE: ./lib/messages/record.js
function describeKind(kind) {
  return kind === "maintenance" ? "maintenance window" : "incident";
}

function describeRecord({kind: kind, title: title, id: id, page: page}) {
  const named = title === void 0 ? "" : ` "${title}"`;
  const numbered = id === void 0 ? "" : ` (id ${id})`;
  const on = page === void 0 ? "" : ` on ${describePage(page)}`;
  return forLog(`the ${describeKind(kind)}${named}${numbered}${on}`);
}

function describePageOf({page: page}) {
  return page === void 0 ? "" : forLog(describePage(page));
}

function describeSentTwice(record, todo) {
  if (record.stage !== "open" || !record.mayHaveDuplicate) return "";
  const which = record.reference === void 0 ? "" : ` with "Ref: ${record.reference}" in its message`;
  const where = record.page === void 0 ? "" : ` on ${describePageOf(record)}`;
  const second = `A second ${describeKind(record.kind)}${which} may still appear${where}.`;
  return ` The request for it was sent twice, because the first response was lost. ${second} ${todo}`;
}

function describeState(state) {
  if (state === void 0) return "open";
  return describeIncidentState(state).replace(/[^\p{L}\p{N}-]+/gu, " ").trim() || "open";
}

function describeAnnounced({kind: kind, stage: stage, startAt: startAt, endAt: endAt, state: state}, now) {
  if (stage === "gone") return "removed";
  if (kind === "incident") return describeState(state);
  return startAt === void 0 || endAt === void 0 ? "times unknown" : describeSpan(startAt, endAt, now);
}

function describeMoves({startAt: startAt, startBefore: startBefore, endAt: endAt, endBefore: endBefore, putOffTo: putOffTo}, now) {
  const perhaps = putOffTo === void 0 ? "" : "may have ";
  const say = (what, before, after) => before === void 0 || after === void 0 || Math.abs(msBetween(before, after)) <= secondMs ? "" : ` This deployment ${what} ${describeMove(before, after, now)}.`;
  return [ say("moved its start", startBefore, startAt), say(`${perhaps}moved its end`, endBefore, putOffTo ?? endAt) ].join("");
}

function isUnknownRecord(error) {
  return error instanceof StatusPageError && error.code === "not-found" && recordIdOf(error.call) !== void 0;
}

// CONCATENATED MODULE: ./lib/messages/ending-failure.js
function commandsToEnd(record, {commands: commands, now: now, why: why, host: host}, named = "it", refusal) {
  const {kind: kind, id: id, startAt: startAt} = record;
  if (id === void 0 || commands === void 0) return [];
  const cannotEnd = kind === "maintenance" && (isRefusedChange(refusal) || refusal instanceof ChangeIgnoredError);
  if (cannotEnd || startAt !== void 0 && startAt > now) return [ {
    doing: `delete ${named}`,
    command: commandToDelete(commands, {
      kind: kind,
      id: id
    })
  } ];
  if (why === "asked" && host.kind === "terminal") return [];
  const end = kind === "maintenance" ? "end" : "resolve";
  return [ {
    doing: `${end} ${named}`,
    command: commandToEnd(commands, {
      kind: kind,
      id: id
    })
  } ];
}

function describeFailed(group, context) {
  const [first] = group;
  const failure = describeFailure(describePhase(group), first.error, {
    page: first.record.page,
    visible: context.visible,
    nameOf: context.host.nameOf,
    needed: context.host.needed
  });
  const left = group.filter(({record: record, error: cause}) => record.stage !== "missed" && !isUnknownRecord(cause));
  const stays = left.map(({record: record}) => describeRest(record, context));
  const commands = left.flatMap(({record: record, error: cause}) => commandsToEnd(record, context, left.length === 1 ? "it" : describeRecord(record), cause));
  const level = group.some(context.isFatal) ? error : warning;
  return level(titleOf(first.error), [ failure, ...stays ].join("\n"), commands);
}

function describePhase(group) {
  const records = list(group.map(({record: record}) => describeRecord(record)));
  const pages = list(group.map(({record: record}) => describePageOf(record)));
  const [{phase: phase, record: record}] = group;
  switch (phase) {
   case "opening-incident":
    return `open the incident of the failure${pages && ` on ${pages}`}`;

   case "recovering":
    return `resolve the incident of an earlier failure${pages && ` on ${pages}`}`;

   case "superseding":
    return `end ${records} of an earlier run`;

   case "keeping":
    return `add an update to ${records}`;

   case "undoing":
    return `undo ${records}`;

   case "ending":
    return record.kind === "maintenance" ? `end ${records}` : `resolve ${records}`;
  }
}

function describeRest(record, {now: now}) {
  const what = `${describeRecord(record)}${record.stage === "open" ? "" : ", if it is there,"}`;
  const until = record.endAt === void 0 ? "" : ` at ${describeTime(record.endAt, now)}`;
  const stays = record.kind === "maintenance" ? `${capitalize(what)} ends by itself${until}.` : `${capitalize(what)} stays open until you resolve it.`;
  return record.page?.url === void 0 ? stays : `${stays} The page: ${forLog(record.page.url)}.`;
}

// CONCATENATED MODULE: ./lib/messages/unlisted.js
function describeUnlisted(unlisted, background) {
  const groups = Map.groupBy(unlisted, one => {
    if (one.reason === void 0) return "incomplete";
    return missingScopes([ one ]).length > 0 ? "missing scope" : causeOf(one.reason);
  });
  return [ ...groups.values() ].map(group => {
    const [first] = group;
    const what = list([ ...new Set(group.map(describeWhat)) ]);
    const pages = [ ...new Set(group.map(describeWhere)) ];
    const where = `${what} on ${list(pages)}`;
    if (first.reason === void 0) return info(`There may be more ${where}: ${pages.length === 1 ? "its list does" : "their lists do"} not show everything.`);
    const scopes = missingScopes(group);
    const why = scopes.length === 0 ? explain(first.reason, background).happened : `the API key most likely does not have the scope${scopes.length === 1 ? "" : "s"} ${list(scopes)}`;
    return info(`Did not search for ${where}: ${forLog(why)}.`);
  });
}

function missingScopes(group) {
  const scopes = group.flatMap(one => {
    if (!(one.reason instanceof StatusPageError)) return [];
    return titleOf(one.reason) === "missing scope" ? one.reason.call.scope ?? [] : [];
  });
  return [ ...new Set(scopes) ];
}

function describeWhat({phase: phase}) {
  return phase === "recovering" ? "incidents of earlier failures" : "notices that earlier runs left";
}

function describeWhere({record: {page: page}}) {
  return page === void 0 ? "the status page" : forLog(describePage(page));
}

function unlisted_describeUnsearched(ended, background) {
  const {record: record} = ended;
  const why = "reason" in ended ? explain(ended.reason, background).happened : "its list could not be read";
  return warning("two notices", `Could not search for a second ${describeKind(record.kind)} with "Ref: ${record.reference}" on ${describePageOf(record)}, which may be there because its request was sent twice: ${forLog(why)}. Check the page.`);
}

// CONCATENATED MODULE: ./lib/messages/ending.js
function describeEndings(ended, context) {
  const failures = ended.filter(one => one.result === "failed");
  const done = ended.flatMap(one => one.result === "failed" ? [] : describeDone(one, context) ?? []);
  const unlisted = ended.flatMap(one => one.result === "unlisted" ? [ one ] : []);
  const groups = Map.groupBy(failures, ({phase: phase, error: thrown}) => `${phase} ${causeOf(thrown)}`);
  return [ ...done, ...describeUnlisted(unlisted, context.host), ...[ ...groups.values() ].map(group => describeFailed(group, context)) ];
}

function describeDone(ended, context) {
  const {record: record, phase: phase, result: result} = ended;
  const what = describeRecord(record);
  const {now: now, why: why} = context;
  switch (result) {
   case "ended":
    return describeEnded(ended, now);

   case "resolved":
    return info(`Resolved ${what}${describeOrigin(phase)}.`);

   case "deleted":
    return info(`Deleted ${what}: ${why === "undone" ? "nothing was deployed" : "it had not begun"}.`);

   case "incident-opened":
    return describeIncident(ended, context);

   case "kept":
    return describeKept(ended, context);

   case "left":
   case "left-to-others":
    return describeLeft(ended, context);

   case "already-over":
    return describeOver(ended, context);

   case "already-resolved":
    return info(`Nothing to do: ${what} is already resolved.`);

   case "missing":
    return ending_describeMissing(ended, context);

   case "absent":
    return info(`Nothing to end: ${what} was not found. If it appears later, ${describeLater(record)}`);

   case "edited":
    return describeEdited(ended, now);

   case "running":
    return describeRunning(record, commandsToEnd(record, context));

   case "unlisted":
    return;

   case "unsearched":
    return unlisted_describeUnsearched(ended, context.host);
  }
}

const aheadMs = 10 * secondMs;

function describeEnded(ended, now) {
  const {record: record, phase: phase} = ended;
  const {endAt: endAt = now} = record;
  const what = `${describeRecord(record)}${describeOrigin(phase)}`;
  const end = describeTime(endAt, now);
  if ("lostMessage" in ended && ended.lostMessage) return warning("message emptied", `Ended ${what} at ${end}, but its message is empty now: StatusPage.me empties what a change does not send. Write the message again in the dashboard if visitors read past windows.`);
  if (msBetween(now, endAt) <= aheadMs) return info(`Ended ${what} at ${end}.`);
  return info(`Moved the end of ${what} to ${end}: the server accepts no earlier end.`);
}

function ending_describeMissing({record: record, phase: phase}, context) {
  const gone = `${describeRecord(record)} no longer exists, or this key cannot see it.`;
  if (phase !== "keeping") return info(`Nothing to do: ${gone}`);
  const happened = `The deployment ${describeWhy(context)}, but ${gone}`;
  return warning(titleOfEnd(context.why), `${happened} Visitors see no notice of it.`);
}

function describeLater({kind: kind}) {
  return kind === "maintenance" ? "it ends by itself." : "resolve it manually.";
}

function describeKept(ended, context) {
  const {record: record} = ended;
  const {why: why} = context;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}, so`;
  const next = describeNextRun(ended, context);
  const end = commandsToEnd(record, context);
  if (record.kind === "incident") return warning(titleOfEnd(why), `${happened} ${what} stays open, and its last update says so.${next}`, end);
  const until = record.endAt === void 0 ? "its announced end" : describeTime(record.endAt, context.now);
  return warning(titleOfEnd(why), `${happened} ${what} stays until ${until}.${next}`, end);
}

function describeNextRun(ended, {host: host}) {
  if (!("nextRun" in ended) || ended.nextRun === void 0) return "";
  const end = ended.record.kind === "maintenance" ? "end" : "resolve";
  if (ended.nextRun === "needs-key") return ` Next time, give ${host.nameOf("deployment-key")}, so that a later run can ${end} what this one leaves.`;
  if (ended.nextRun === "reuses-it") return ` The next deployment with the same ${host.nameOf("deployment-key")} reuses it, and ends it if it succeeds.`;
  const isOfStep = host.kind === "runner" && ended.nextRun !== "by-key";
  const unless = ended.phase === "opening-incident" ? ", unless a person edits it" : "";
  if (isOfStep) return ` The next successful run of this step ${end}s it${unless}.`;
  const inputs = `${host.nameOf("on-failure", "incident")} or ${host.nameOf("recover", "true")}`;
  const next = host.kind === "runner" ? `success with the same ${host.nameOf("deployment-key")}` : "success";
  if (ended.phase === "opening-incident") return ` The next ${next} resolves it, if it has ${inputs}${unless}.`;
  if (host.kind === "runner") return ` The next ${next} ${end}s it.`;
  if (ended.nextRun === "ends-it") return ` The next successful run of this CI job ${end}s it.`;
  const same = ended.nextRun === "by-file" ? "state file" : host.nameOf("deployment-key");
  return ` The next successful deployment with the same ${same} ${end}s it.`;
}

function describeOrigin(phase) {
  switch (phase) {
   case "recovering":
    return " (opened after an earlier failure)";

   case "superseding":
    return " (of an earlier run)";

   case "ending":
   case "keeping":
   case "undoing":
   case "opening-incident":
    return "";
  }
}

function describeLeft({record: record, result: result}, context) {
  const moved = describeMoves(record, context.now);
  const isShared = result === "left-to-others";
  const title = isShared ? "shared key" : "left as it was";
  const what = `Left ${describeRecord(record)} ${isShared || moved !== "" ? "on the page" : "as it was"}`;
  if (record.stage !== "open") {
    const why = isShared ? ", if it is there, because other jobs with this deployment key may use it." : ": an earlier attempt may have opened it. Check the page.";
    return warning(title, `${what}${why}`);
  }
  const why = isShared ? ", because other jobs with this deployment key may use it." : ": it was open before this run.";
  return warning(title, `${what}${why}${moved}`, commandsToEnd(record, context));
}

function titleOfEnd(why) {
  return why === "cancelled" ? "deployment cancelled" : "deployment failed";
}

function describeWhy({why: why}) {
  switch (why) {
   case "failure":
    return "failed";

   case "cancelled":
    return "was cancelled or timed out";

   case "skipped":
    return "was skipped";

   case "success":
    return "succeeded";

   case "undone":
    return "did not begin";

   case "asked":
   case "unknown":
    return "ended";
  }
}

const stepMs = 5 * minuteMs;

function describeOver(ended, context) {
  const {record: record, phase: phase} = ended;
  const {why: why, now: now, host: host} = context;
  const {startAt: startAt, endAt: endAt = now} = record;
  const what = describeRecord(record);
  const at = describeTime(endAt, now);
  const isEarly = hasEndedEarly(ended);
  const duration = host.nameOf("duration");
  const todo = startAt === void 0 ? `Set a longer ${duration}.` : `Set ${duration} to ${formatDuration(Math.ceil(msBetween(startAt, now) / stepMs) * stepMs)} or more.`;
  if (phase === "keeping") {
    const over = isEarly ? `had ended at ${at} already` : `was over by ${at}`;
    const happened = `The deployment ${describeWhy(context)}, but ${what} ${over}. Visitors see no notice of it.`;
    return warning(titleOfEnd(why), isEarly ? happened : `${happened} ${todo}`);
  }
  const isOurEnd = phase !== "superseding" && why !== "undone" && why !== "asked";
  if (isEarly || !isOurEnd) return info(`Nothing to do: ${what} ended at ${at}.`);
  const gap = formatDuration(msBetween(endAt, now));
  const text = `${capitalize(what)} ended by itself at ${at}, ${gap} before the deployment ended. ${todo}`;
  return warning("duration too short", text);
}

function describeIncident(ended, context) {
  const {record: record} = ended;
  const {why: why} = context;
  const what = describeRecord(record);
  const happened = `The deployment ${describeWhy(context)}`;
  const todo = describeNextRun(ended, context);
  const end = commandsToEnd(record, context);
  if (record.created) {
    const sentTwice = describeSentTwice(record, "Check the page later, and resolve the other one too.");
    return warning(titleOfEnd(why), `${happened}, and ${what} was opened.${todo}${sentTwice}`, end);
  }
  if ("said" in ended) return warning(titleOfEnd(why), `${happened}, and ${what} of an earlier failure got an update.${todo}`, end);
  return warning("edited by a person", `${happened}. A person has edited ${what} of an earlier failure, so it stays.${todo}`, end);
}

function describeEdited({record: record, phase: phase}, now) {
  const origin = phase === "recovering" ? "an earlier failure" : "an earlier run";
  const left = `Left ${describeRecord(record)} of ${origin} as it is`;
  if (record.state === void 0) return info(`${left}: its state is not shown, so a person may have edited it.`);
  return notice("edited by a person", `${left}: a person has edited it (${describeAnnounced(record, now)}).`);
}

function describeRunning(record, end) {
  return warning("run in progress", `${capitalize(describeRecord(record))} is from another run that is still in progress, so it stays.`, end);
}

// CONCATENATED MODULE: ./lib/messages/verdict.js
function describeOpeningVerdict(opened, now) {
  const shown = opened.map(({record: record}) => record).filter(isShown);
  const [first] = shown;
  const missing = opened.filter(({record: record}) => !isShown(record));
  if (first === void 0) return describeNoNotice(missing);
  const but = missing.length === 0 ? "" : ` (no notice on ${namesOf(missing, "the other pages")})`;
  return `${heading(...describeOnPage(first, now), shown)}${but}`;
}

function describeNoNotice(missing) {
  const sure = missing.every(({record: record}) => record.stage !== "opening");
  const thrown = missing.map(({error: error}) => error).find(error => error !== void 0);
  const what = `${sure ? "no notice" : "maybe no notice"}, ${describeCause(thrown)} (the deployment continued)`;
  return heading("\u26a0\ufe0f", what, missing.map(({record: record}) => record));
}

function describeOnPage(record, now) {
  const {kind: kind, startAt: startAt, endAt: endAt} = record;
  if (kind === "incident") return [ "\ud83d\udd34", `incident open (${describeAnnounced(record, now)})` ];
  if (startAt !== void 0 && liesAhead(startAt, now)) return [ "\ud83d\udcc5", `maintenance announced for ${describeAnnounced(record, now)}` ];
  return [ "\ud83d\udd27", "under maintenance" + (endAt === void 0 ? "" : ` until ${describeTime(endAt, now)}`) ];
}

function isShown({stage: stage}) {
  return stage === "open" || stage === "not-sent";
}

function describeCause(error) {
  const cause = error instanceof UncertainCreateError ? error.cause : error;
  if (!(cause instanceof StatusPageError)) return "it could not be opened";
  if (cause.status !== void 0) return `StatusPage.me answered ${cause.status}`;
  const sent = cause.code === "timeout" || cause.code === "reset";
  return sent ? "StatusPage.me did not answer" : "StatusPage.me could not be reached";
}

function describeEndingVerdict(ended, {why: why, now: now}) {
  const left = ended.filter(one => isLeft(one, now));
  const [first] = left;
  if (first !== void 0) return heading(...describeRemaining(first, now), left.map(({record: record}) => record));
  const failed = ended.filter(({result: result}) => result === "failed");
  if (failed.length > 0) return headingOf("\u26a0\ufe0f", describeUndone(failed), failed);
  const opened = ended.filter(({result: result}) => result === "incident-opened");
  if (opened.length > 0) return headingOf("\ud83d\udd34", "incident open", opened);
  const own = ended.filter(({phase: phase}) => phase !== "recovering" && phase !== "superseding");
  const [shown] = own.toSorted((a, b) => Number(wasShown(b)) - Number(wasShown(a)));
  const earlier = ended.filter(one => !own.includes(one) && wasShown(one));
  const also = earlier.length === 0 ? "" : "; also ended what earlier runs left";
  if (shown === void 0) return earlier.length === 0 ? "\u2139\ufe0f Nothing to end was found" : headingOf("\u2705", "ended what earlier runs left", earlier);
  const [sign, what] = verdict_describeEnded(shown, {
    why: why,
    now: now
  });
  const outcome = why === "failure" || why === "cancelled" || why === "skipped" ? ` (${verdict_outcomes[why]})` : "";
  return `${headingOf(sign, `${what}${also}`, own)}${outcome}`;
}

const verdict_outcomes = {
  failure: "the deployment failed",
  cancelled: "the deployment was cancelled",
  skipped: "the deployment was skipped"
};

const presentMs = 1e4;

function isLeft(ended, now) {
  const {record: record, result: result} = ended;
  if (result === "ended") return record.endAt !== void 0 && msBetween(now, record.endAt) > presentMs;
  if (result === "kept" || result === "left" || result === "left-to-others" || result === "running") return true;
  const mayBeThere = record.stage !== "missed" && (record.endAt === void 0 || record.endAt > now);
  return result === "failed" && mayBeThere && !isUnknownRecord(ended.error);
}

function describeRemaining(ended, now) {
  const {kind: kind, id: id, startAt: startAt, endAt: endAt} = ended.record;
  const isUnseen = id === void 0 || ended.result === "failed" && ended.error instanceof NotShownYetError;
  const perhaps = isUnseen ? "maybe " : "";
  if (kind === "incident") return [ "\ud83d\udd34", `${perhaps}incident open` ];
  if (startAt !== void 0 && liesAhead(startAt, now)) return [ "\u26a0\ufe0f", `${perhaps}maintenance still announced for ${describeAnnounced(ended.record, now)}` ];
  const until = endAt === void 0 ? "" : ` until ${describeTime(endAt, now)}`;
  return [ "\u26a0\ufe0f", `${perhaps}still under maintenance${until}` ];
}

function describeUndone([first]) {
  switch (first?.phase) {
   case "opening-incident":
    return "the incident of the failure could not be opened";

   case "recovering":
    return "the incident of an earlier failure could not be resolved";

   default:
    return "not everything could be ended";
  }
}

function wasShown({result: result}) {
  return result === "ended" || result === "resolved";
}

function verdict_describeEnded(ended, {why: why, now: now}) {
  const {record: record, result: result} = ended;
  const {kind: kind, startAt: startAt, endAt: endAt} = record;
  const thing = kind === "maintenance" ? "maintenance" : "incident";
  switch (result) {
   case "deleted":
    return [ "\u2705", `${thing} removed${why === "undone" ? ", nothing was deployed" : ""}` ];

   case "absent":
    return [ "\u2139\ufe0f", `no ${thing} was found to end` ];

   case "missing":
    return [ ended.phase === "keeping" ? "\u2139\ufe0f" : "\u2705", `${thing} no longer exists` ];

   case "already-resolved":
    return [ "\u2705", "incident was already resolved" ];

   case "already-over":
    {
      const over = why === "asked" || hasEndedEarly(ended) ? "had already ended" : "ended by itself";
      return [ "\u2139\ufe0f", `maintenance ${over}${endAt === void 0 ? "" : ` at ${describeTime(endAt, now)}`}` ];
    }

   default:
    {
      const end = kind === "maintenance" ? endAt ?? now : now;
      const after = startAt === void 0 ? "" : ` after ${describeDuration(msBetween(startAt, end))}`;
      return [ "\u2705", `${kind === "maintenance" ? "maintenance ended" : "incident resolved"}${after}` ];
    }
  }
}

function describeFailedOpeningVerdict(undone, now) {
  const left = undone.filter(one => isLeft(one, now));
  const [first] = left;
  if (first !== void 0) {
    const [, what] = describeRemaining(first, now);
    const next = first.result === "failed" ? ", and the post step tries again" : "";
    return headingOf("\u274c", `${what} (the step failed${next})`, left);
  }
  const absent = undone.filter(({result: result}) => result === "absent");
  if (absent.length > 0) return headingOf("\u274c", "maybe a notice, and the post step searches again (the step failed)", absent);
  return headingOf("\u274c", "no notice (the step failed)", undone);
}

function headingOf(sign, what, entries) {
  return heading(sign, what, entries.map(({record: record}) => record));
}

const mostNamed = 3;

function heading(sign, what, records) {
  const names = namesOf(records.map(record => ({
    record: record
  })), "");
  if (names === "") return `${sign} ${capitalize(what)}`;
  return `${sign} ${names}: ${what}`;
}

function namesOf(entries, otherwise) {
  const names = [ ...new Set(entries.map(({record: {page: page}}) => page?.name ?? page?.slug)) ];
  const known = names.filter(name => name !== void 0);
  if (known.length === 0 || known.length < names.length) return otherwise;
  return names.length > mostNamed ? `${names.length} pages` : list(known.map(forMarkdown));
}

// CONCATENATED MODULE: ./lib/operations/host.js
function targetOf({kind: kind, program: program, keyFile: keyFile}, apiUrl) {
  return {
    host: kind,
    program: program,
    keyFile: keyFile,
    apiUrl: apiUrl
  };
}

const leaveAfterMs = 6e3;

const stopSignals = [ "SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP", "SIGQUIT" ];

const otherSignals = [ "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU" ];

function watchSignals() {
  const interruption = new AbortController;
  const stop = () => {
    interruption.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
  };
  for (const signal of stopSignals) process.once(signal, stop);
  for (const signal of otherSignals) process.on(signal, () => {});
  return {
    interruption: interruption.signal,
    stopWatching: () => {
      for (const signal of stopSignals) process.off(signal, stop);
    }
  };
}

// CONCATENATED MODULE: ./lib/messages/summary.js
const mostBytes = 1024e3;

const cut = "This summary was too long and is cut. The log of this step shows everything.";

function renderSummary({verdict: verdict, dryRun: dryRun, records: records, message: message, tables: tables, problems: problems, now: now}) {
  const rehearsal = dryRun ? "Dry run, nothing was sent. Without it: " : "";
  const shown = records.filter(({id: id, stage: stage}) => id !== void 0 || stage === "not-sent");
  const parts = [ `### ${rehearsal}${verdict}`, ...problems.map(quoteProblem) ];
  if (shown.length > 0) parts.push(describeTable(shown, now));
  if (message !== void 0) parts.push(`Visitors read:\n\n${quoteMessage(message)}`);
  if (tables !== void 0) parts.push(tables);
  return `${keepWhatFits(parts).join("\n\n")}\n`;
}

function keepWhatFits(parts) {
  let left = mostBytes;
  const fitting = parts.filter(part => {
    const bytes = Buffer.byteLength(part) + 2;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  return fitting.length === parts.length ? parts : [ ...fitting, cut ];
}

function quoteMessage(text) {
  const quoted = text.split(/\r\n|[\r\n]/).map(line => line.trim() === "" ? ">" : `> ${forMarkdown(line)}  `);
  return quoted.join("\n");
}

function quoteProblem({text: text, commands: commands = []}) {
  const quote = line => `${linkConsole(forMarkdown(line))}  `;
  const quoted = [ ...text.split("\n").map(quote), ...commands.flatMap(({doing: doing, command: command}) => [ quote(`To ${doing} now, use the dashboard of StatusPage.me, or this request:`), `\`\`\`sh\n> ${command}\n> \`\`\`` ]) ];
  return `> ${quoted.join("\n> ")}`;
}

function linkConsole(markdown) {
  return markdown.replaceAll(consoleUrl.replace(":", "&#58;"), `[${consoleUrl}](${consoleUrl})`);
}

function describeTable(records, now) {
  const rows = records.map(record => {
    const {title: title = "", page: page, mailed: mailed} = record;
    const cells = [ page === void 0 ? "" : linkPage(page), forMarkdown(title), describeAnnounced(record, now), mailed ? "yes" : "no" ];
    return `| ${cells.join(" | ")} |`;
  });
  const times = records.every(({kind: kind}) => kind === "incident") ? "State" : "When";
  const both = times === "When" && records.some(({kind: kind}) => kind === "incident") ? " or state" : "";
  return [ `| Page | Visitors see | ${times}${both} | Mail sent |`, "|---|---|---|---|", ...rows ].join("\n");
}

function linkPage(page) {
  const name = forMarkdown(describePage(page));
  return page.url !== void 0 && /^https?:\/\/[^\s()<>|]+$/.test(page.url) ? `[${name}](${page.url})` : name;
}

function alignColumns(rows) {
  const widthOf = column => Math.max(...rows.map(row => (row[column] ?? "").length));
  return rows.map(row => {
    const cells = row.map((cell, column) => cell.padEnd(widthOf(column)));
    return cells.join("  ").trimEnd();
  });
}

function drawTable([head, ...rows]) {
  const line = cells => `| ${cells.join(" | ")} |`;
  return [ line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line) ].join("\n");
}

// CONCATENATED MODULE: ./lib/operations/step.js
function isFatal(error, {onApiError: onApiError, operation: operation}) {
  const isWrongInput = error instanceof UserError && error.exit === "usage";
  return isWrongInput || failsJob(onApiError, operations_operations[operation].opens, isFixable(error));
}

function failsJob(policy, opens, fixable) {
  switch (policy) {
   case "fail":
    return true;

   case "warn":
    return false;

   case "auto":
    return fixable || !opens;
  }
}

function exitAfter(failed) {
  return failed === void 0 ? "done" : exitOf(failed.error);
}

function concludeFailure(doing, error, policy, background) {
  const fatal = isFatal(error, policy);
  const text = describeFailure(doing, error, background);
  return {
    verdict: describeVerdict(fatal, policy),
    messages: [ {
      level: fatal ? "error" : "warning",
      text: text,
      title: titleOf(error)
    } ],
    records: [],
    exit: fatal ? exitOf(error) : "done"
  };
}

function describeVerdict(fatal, {operation: operation}) {
  const {undone: undone} = operations_operations[operation];
  return fatal ? `\u274c ${undone}` : `\u26a0\ufe0f ${undone} (the job continued)`;
}

function reportEnded(ended) {
  const recordsOf = entries => entries.map(({record: record, result: result}) => result === "deleted" || result === "missing" ? {
    ...record,
    stage: "gone"
  } : record);
  return {
    records: recordsOf(ended.filter(one => !isBesides(one))),
    besides: recordsOf(ended.filter(one => isBesides(one) && isShownBeside(one))),
    said: ended.flatMap(one => "said" in one && one.said !== void 0 ? [ one.said ] : [])[0]
  };
}

function isShownBeside({result: result, record: record}) {
  const isLeft = result === "edited" && record.state !== void 0;
  return result === "incident-opened" || result === "resolved" || isLeft;
}

function concludeQuietly(reason) {
  return {
    verdict: void 0,
    messages: [ info(reason) ],
    records: [],
    exit: "done"
  };
}

function concludeInterruption(kind) {
  const rest = {
    runner: "The post step undoes what was opened",
    terminal: "Nothing was opened"
  };
  return concludeQuietly(`Interrupted. ${rest[kind]}.`);
}

function say({log: log, kind: kind}, message) {
  if (isProblem(message)) log[message.level](textOf(message, kind), message.title); else log[message.level](message.text);
}

async function step_report({host: host, clock: clock}, conclusion, dryRun) {
  const {verdict: verdict, messages: messages, records: records, besides: besides = [], said: said, tables: tables, serverNow: now = clock.now()} = conclusion;
  const rehearsal = dryRun ? "Dry run: " : "";
  for (const message of messages) say(host, message.level === "info" ? info(`${rehearsal}${message.text}`) : message);
  if (verdict === void 0) return;
  const problems = messages.filter(isProblem);
  const shown = [ ...records, ...besides ];
  await host.addSummary(renderSummary({
    verdict: verdict,
    dryRun: dryRun,
    records: shown,
    message: said,
    tables: tables,
    problems: problems,
    now: now
  }));
}

function stepExitCode({exit: exit}) {
  if (exit === "done" || exit === "interrupted") return exitCodes[exit];
  return exitCodes.failed;
}

// CONCATENATED MODULE: ./lib/operations/end/end.js
const endingBudgetMs = 29 * secondMs;

async function endRemembered(dependencies, readRequest, fails = false) {
  const deployment = handoffOf(dependencies).memory.recall();
  if (deployment === void 0) return finishQuietly("This step opened nothing, so its post step has nothing to end.");
  const {own: own, records: records, stage: stage} = deployment;
  if (records.every(record => record.stage === "gone" || record.stage === "missed" && !own)) return finishQuietly("Nothing to end: nothing is left on the page.");
  if (stage === "open" && !own) return finishQuietly("Left on the page, because auto-resolve is false. End it with resolve.");
  try {
    return await endDeployment(dependencies, deployment, readRequest());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const apiUrl = deployment.apiUrl === defaultApiUrl ? defaultApiUrl : void 0;
    return giveUp(dependencies, deployment, error, {
      isFatal: () => true,
      fails: fails,
      apiUrl: apiUrl
    });
  }
}

async function endDeployment(dependencies, deployment, {outcome: outcome, values: values, isFatal: isGivenFatal}) {
  const apiKey = values["api-key"];
  const fails = values["on-api-error"] === "fail";
  const isFatal = isGivenFatal ?? (one => isIncident(one) && (fails || !isNotShownYet(one)));
  const apiUrl = values["api-url"].href;
  if (apiKey === void 0) return giveUp(dependencies, deployment, new MissingKeyError(dependencies.host.kind), {
    isFatal: isFatal,
    fails: fails,
    apiUrl: apiUrl
  });
  if (deployment.apiUrl !== apiUrl) {
    const otherApi = describeOtherApi(deployment.apiUrl, apiUrl, dependencies.host.nameOf("api-url"));
    return giveUp(dependencies, deployment, otherApi, {
      isFatal: () => true,
      fails: fails,
      apiUrl: void 0
    });
  }
  const settings = {
    ...values,
    "dry-run": false
  };
  const statusPage = dependencies_connect(dependencies, settings, apiKey, endingBudgetMs, deployment.clockOffsetMs);
  const findRunning = findRunningBy(dependencies, values["github-token"]);
  const nextRunRecovers = deployment.own && endingOf("success", values).recovers === true;
  const needsKey = !deployment.hasKey && hashKey(dependencies.frame.run, void 0) === void 0;
  const isRemembered = handoffOf(dependencies).isLasting === true;
  const words = dependencies_wordsOf(values);
  const context = {
    statusPage: statusPage,
    words: words,
    deployment: deployment,
    findRunning: findRunning,
    nextRunRecovers: nextRunRecovers,
    needsKey: needsKey,
    isRemembered: isRemembered
  };
  const why = deployment.stage === "open" ? outcome : "undone";
  if (why === "undone" && deployment.records.every(record => isLeftToOthers(deployment, record))) return finishQuietly("Left on the page, if it is there, because other jobs with this deployment key may use it.");
  const ended = why === "undone" ? await undo(context) : await end(context, endingOf(why, values));
  return finish(ended, {
    why: why,
    isFatal: isFatal,
    host: dependencies.host,
    now: statusPage.serverNow(),
    commands: targetOf(dependencies.host, apiUrl)
  }, fails);
}

function endingOf(outcome, values) {
  const {"on-failure": onFailure, "on-cancel": onCancel} = values;
  const recovers = values.recover ?? [ onFailure, onCancel ].includes("incident");
  return decideEnding(outcome, onFailure, onCancel, recovers);
}

function describeOtherApi(remembered, given, input) {
  return new UserError("other api-url", `Could not end the notice: it was opened at ${remembered}, but ${input} is now ${given}. The API key is sent only to that address. Set ${input} to ${remembered} if you trust it.`);
}

function giveUp({clock: clock, host: host}, {records: records}, error, {isFatal: mayFail, fails: fails, apiUrl: apiUrl}) {
  const left = records.filter(({stage: stage}) => stage === "opening" || stage === "open");
  const commands = apiUrl === void 0 ? void 0 : targetOf(host, apiUrl);
  const context = {
    why: "unknown",
    isFatal: mayFail,
    host: host,
    now: clock.now(),
    commands: commands
  };
  return finish(left.map(record => failedEntry(record, "ending", error)), context, fails);
}

function finish(ended, context, fails) {
  const incidentLeft = ended.some(one => one.result === "failed" && isIncident(one));
  const conclusion = {
    verdict: ended.every(({result: result}) => result === "unlisted") ? void 0 : describeEndingVerdict(ended, context),
    messages: describeEndings(ended, context),
    ...reportEnded(ended),
    serverNow: context.now,
    exit: fails && incidentLeft ? "failed" : "done"
  };
  return {
    conclusion: conclusion,
    ended: ended
  };
}

function finishQuietly(reason) {
  return {
    conclusion: concludeQuietly(reason),
    ended: []
  };
}

function isIncident({record: record, phase: phase}) {
  return record.kind === "incident" || phase === "opening-incident";
}

function isNotShownYet(ended) {
  return "error" in ended && ended.error instanceof NotShownYetError;
}

function toOutputs(records, now) {
  const each = records.map(record => toRecordOutput(record, now));
  const [first] = each;
  return {
    id: each.map(({id: id}) => id),
    kind: first?.kind,
    "status-page-id": each.map(one => one["status-page-id"]),
    url: each.map(({url: url}) => url),
    title: first?.title,
    "start-at": first?.["start-at"],
    "end-at": first?.["end-at"],
    state: first?.state,
    created: first?.created ?? false,
    marker: first?.marker,
    records: each
  };
}

function toRecordOutput(record, now) {
  const {kind: kind, id: id, page: page, title: title, startAt: startAt, endAt: endAt, created: created, reference: reference} = record;
  const isOpen = id !== void 0;
  return {
    id: id,
    kind: kind,
    "status-page-id": page?.id,
    url: page?.url,
    title: title,
    "start-at": isOpen ? startAt : void 0,
    "end-at": isOpen ? endAt : void 0,
    state: isOpen ? stateOf(record, now) : void 0,
    created: isOpen && created,
    marker: isOpen ? reference : void 0
  };
}

function stateOf({kind: kind, startAt: startAt, endAt: endAt, state: state}, now) {
  if (kind === "incident") return state === void 0 ? void 0 : describeIncidentState(state);
  return stateOfWindow({
    startAt: startAt,
    endAt: endAt
  }, now);
}

const joinedByCommas = [ "id", "status-page-id", "url", "swept" ];

const noId = "none";

function formatOutput(name, value) {
  if (value === void 0) return name === "id" ? noId : "";
  if (value instanceof Date) return time_formatTime(value);
  if (joinedByCommas.includes(name) && Array.isArray(value)) {
    const isEmpty = value.every(part => part === void 0);
    return isEmpty ? formatOutput(name, void 0) : value.map(part => formatOutput(name, part)).join(",");
  }
  if (name === "records" && Array.isArray(value)) return JSON.stringify(value.map(formatRecord));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function formatRecord(record) {
  const fields = Object.entries(record);
  return Object.fromEntries(fields.map(([name, value]) => [ name, typeof value === "boolean" ? value : formatOutput(name, value) ]));
}

// CONCATENATED MODULE: ./lib/operations/keyed.js
function findKeyed(statusPage, {key: key, pages: pages, kind: kind}) {
  const wanted = kind === void 0 ? kinds : [ kind ];
  return Promise.all(pages.map(async page => {
    const found = await proveEmpty(statusPage, page, await Promise.all(wanted.map(one => findOfKind(statusPage, page, one, key))));
    const all = found.flatMap(({targets: targets}) => targets);
    const ahead = all.filter(target => isAhead(target, statusPage.serverNow()));
    const begun = all.filter(target => !ahead.includes(target));
    const hasOpen = begun.some(target => !("error" in target));
    return {
      page: page,
      targets: hasOpen ? begun : all,
      ahead: hasOpen ? ahead.flatMap(target => "error" in target ? [] : [ target.record ]) : [],
      over: found.flatMap(({over: over}) => over)
    };
  }));
}

async function findOfKind(statusPage, page, kind, key) {
  const record = unconfirmedRecord(kind, page);
  try {
    const shown = await fetchShown(statusPage, kind, page.id);
    const match = ofKey({
      key: key
    });
    const {open: open, provenAbsent: provenAbsent} = searchIn(shown, match);
    if (open.length === 0 && !provenAbsent) throw new UnlocatedError;
    const now = statusPage.serverNow();
    const isEnding = seen => seen.kind === "maintenance" && stateOfWindow(seen, now) === "past";
    const over = [ ...shown.over.filter(match), ...open.filter(isEnding) ].map(seen => asFound(record, seen));
    return {
      kind: kind,
      isEmpty: shown.open.length + shown.over.length === 0,
      targets: open.filter(seen => !isEnding(seen)).map(seen => ({
        record: withItsReference(asFound(record, seen), seen),
        seen: seen
      })),
      over: over.toSorted((one, other) => Number(other.startAt) - Number(one.startAt))
    };
  } catch (error) {
    return {
      kind: kind,
      isEmpty: false,
      targets: [ {
        record: record,
        error: error
      } ],
      over: []
    };
  }
}

function withItsReference(record, seen) {
  const reference = openingReference(seen);
  return reference === void 0 ? record : {
    ...record,
    reference: formatReference(reference)
  };
}

async function proveEmpty(statusPage, page, found) {
  const isSeen = found.some(({isEmpty: isEmpty, targets: targets}) => !isEmpty && targets.every(target => !("error" in target)));
  if (isSeen || !found.some(({isEmpty: isEmpty}) => isEmpty)) return found;
  try {
    await provePage(statusPage, page);
    return found;
  } catch (error) {
    return found.map(one => one.isEmpty ? {
      ...one,
      targets: [ {
        record: unconfirmedRecord(one.kind, page),
        error: error
      } ]
    } : one);
  }
}

function isAhead(target, now) {
  if ("error" in target || target.record.kind === "incident") return false;
  return target.record.startAt !== void 0 && liesAhead(target.record.startAt, now);
}

function describeNothingOpen(over) {
  const [last] = over;
  if (last !== void 0) return info(`Nothing to do: ${describeRecord(last)} is over already.`);
  return warning("nothing found", "Nothing open was found for this deployment key. Check the deployment key, the status page and the kind: a notice with another key stays.");
}

function describeAhead(record) {
  return info(`Left ${describeRecord(record)} as it is: it has not begun.`);
}

function namedRecord({id: id, kind: kind, page: page}) {
  return {
    kind: kind,
    page: page,
    stage: "open",
    id: id,
    created: false,
    mailed: false
  };
}

// CONCATENATED MODULE: ./lib/operations/targets.js
function fetchNamed(statusPage, named) {
  return Promise.all(named.map(async one => {
    const {id: id, kind: kind, page: page} = one;
    const blank = namedRecord(one);
    try {
      const found = await fetchUnlessForbidden(statusPage, kind, id);
      if (found === void 0) return {
        record: blank,
        seen: void 0
      };
      const onGiven = found.pageId === void 0 || found.pageId === page?.id;
      return {
        record: {
          ...asFound(blank, found),
          page: onGiven ? blank.page : {
            id: found.pageId
          }
        },
        seen: found
      };
    } catch (error) {
      return {
        record: blank,
        error: error
      };
    }
  }));
}

function nameOnly(named) {
  return {
    record: namedRecord(named),
    seen: void 0
  };
}

async function fetchUnlessForbidden(statusPage, kind, id) {
  try {
    return await fetchRecord(statusPage, kind, id);
  } catch (error) {
    if (isForbiddenRead(kind, error)) return;
    throw error;
  }
}

function splitLeftOut(entries, {kind: kind}) {
  if (kind !== void 0) return {
    seen: entries,
    leftOut: []
  };
  const isFound = ({record: {page: page}}) => entries.some(({record: record}) => record.id !== void 0 && record.page?.id === page?.id);
  const whyOf = entry => {
    if (isForbiddenRead(entry.record.kind, entry.error)) return "forbidden";
    return entry.error instanceof UnlocatedError && isFound(entry) ? "unseen" : void 0;
  };
  const leftOut = kinds.flatMap(one => {
    const [why] = entries.filter(({record: record}) => record.kind === one).flatMap(entry => whyOf(entry) ?? []);
    return why === void 0 ? [] : [ {
      kind: one,
      why: why
    } ];
  });
  if (kinds.every(one => leftOut.some(left => left.kind === one && left.why === "forbidden"))) return {
    seen: entries,
    leftOut: []
  };
  return {
    seen: entries.filter(entry => whyOf(entry) === void 0),
    leftOut: leftOut
  };
}

function isForbiddenRead(kind, error) {
  return error instanceof StatusPageError && error.code === "forbidden" && error.call.scope === `${kind}s:read`;
}

function nameRecords({id: ids, kind: kind}, pages) {
  if (ids === void 0 || kind === void 0) return;
  const only = pages.length === 1 ? pages[0] : void 0;
  return ids.flatMap((id, index) => {
    if (id === noId || ids.indexOf(id) !== index) return [];
    return [ {
      id: id,
      kind: kind,
      page: pages.length === ids.length ? pages[index] : only
    } ];
  });
}

async function findTargets(statusPage, values, run, read) {
  const named = nameRecords(values, []);
  if (named !== void 0) return {
    targets: read ? await fetchNamed(statusPage, named) : named.map(nameOnly),
    leftOut: [],
    ahead: [],
    over: []
  };
  const {kind: kind, "deployment-key": key, "status-page": names = []} = values;
  const keyed = {
    key: hashKey(run, key) ?? "",
    pages: await findPages(statusPage, names),
    kind: kind
  };
  const found = await findKeyed(statusPage, keyed);
  const {seen: seen, leftOut: leftOut} = splitLeftOut(found.flatMap(({targets: targets}) => targets), keyed);
  const besides = {
    ahead: found.flatMap(({ahead: ahead}) => ahead),
    over: found.flatMap(({over: over}) => over)
  };
  return {
    targets: seen,
    leftOut: leftOut,
    ...besides
  };
}

function describeLeftOut({kind: kind, why: why}, {nameOf: nameOf}) {
  const name = describeKind(kind);
  if (why === "forbidden") return info(`Did not search ${name}s: the API key may not read them.`);
  const others = kinds.filter(other => other !== kind).join();
  return warning("incomplete list", `The API does not show every ${name} of the page, so one with this deployment key may be missing. Check the page, or use ${nameOf("kind", others)} if the key is used for nothing else.`);
}

// CONCATENATED MODULE: ./lib/operations/change/apply.js
function changeEach(targets, change) {
  return Promise.all(targets.map(async target => {
    if ("error" in target) return {
      ...target,
      result: "failed"
    };
    try {
      return {
        record: target.record,
        ...await change(target)
      };
    } catch (error) {
      return {
        record: target.record,
        result: "failed",
        error: error
      };
    }
  }));
}

function isMissing(error) {
  return error instanceof StatusPageError && error.code === "not-found";
}

function update(statusPage, targets, change) {
  return changeEach(targets, async ({record: record, seen: seen}) => {
    if (seen?.kind === "incident" || record.kind === "incident") return updateIncident(statusPage, record, seen?.kind === "incident" ? seen : void 0, change);
    return updateWindow(statusPage, record, seen, change);
  });
}

async function updateIncident(statusPage, record, seen, {title: title, message: message, state: state}) {
  if (title === void 0 && message === void 0 && state === void 0) return {
    result: "not-meant"
  };
  const shown = title === void 0 ? void 0 : await changeTitle(statusPage, record.id, title);
  const entry = {
    ...message !== void 0 && {
      message: message
    },
    ...state !== void 0 && {
      state: state
    }
  };
  const titleStays = shown !== void 0 && shown.title === seen?.title && shown.title !== title;
  try {
    if (Object.keys(entry).length > 0) await addEntryOnce(statusPage, record.id, entry, seen);
  } catch (error) {
    if (title === void 0 || titleStays || !(error instanceof ExplainedError)) throw error;
    throw new OnlyTitleChangedError(error);
  }
  if (titleStays) throw new ChangeIgnoredError([ "title" ]);
  return {
    result: "updated",
    record: {
      ...record,
      title: title ?? record.title,
      state: state ?? record.state
    }
  };
}

class OnlyTitleChangedError extends ExplainedError {
  name="OnlyTitleChangedError";
  cause;
  fixable;
  exit;
  title;
  constructor(cause) {
    super();
    this.cause = cause;
    this.fixable = cause.fixable;
    this.exit = cause.exit;
    this.title = cause.title;
  }
  explain(background) {
    const {happened: happened, todo: todo} = this.cause.explain(background);
    return {
      happened: `${happened}. Its title was changed before that, and stays`,
      todo: todo
    };
  }
}

async function changeTitle(statusPage, id, title) {
  const answered = await statusPage.changeIncident(id, {
    title: title
  });
  if (answered?.title !== void 0 || statusPage.isDryRun) return answered;
  return readIncident(statusPage, id);
}

async function updateWindow(statusPage, record, seen, {title: title, message: message, durationMs: durationMs}) {
  if (title === void 0 && message === void 0 && durationMs === void 0) return {
    result: "not-meant"
  };
  const mustSee = message !== void 0 || durationMs !== void 0;
  const window = seen ?? await (mustSee ? statusPage.fetchWindow(record.id) : readWindow(statusPage, record.id));
  const endAt = durationMs === void 0 ? void 0 : ceilSecond(later(statusPage.serverNow(), durationMs));
  if (endAt !== void 0 && window !== void 0 && !isOpenWindow(window, statusPage.serverNow())) throw new UserError("change ignored", `Could not move the end of window ${record.id}: it is over. Open a new one.`, "failed");
  const change = {
    ...title !== void 0 && {
      title: title
    },
    ...message !== void 0 && {
      message: keepReference(message, window)
    },
    ...endAt !== void 0 && {
      endAt: endAt
    }
  };
  const target = {
    id: record.id,
    texts: window ? textsOf(window) : {}
  };
  const {shown: shown} = await changeWindowInFull(statusPage, target, change, window);
  const isHidden = message !== void 0 && shown?.showsMessage !== true && !statusPage.isDryRun;
  const ignored = ignoredBy(isHidden ? await readWindow(statusPage, record.id) : shown, change, window);
  if (ignored.length > 0) throw new ChangeIgnoredError(ignored);
  return {
    result: "updated",
    record: {
      ...record,
      title: title ?? record.title,
      endAt: endAt ?? record.endAt
    }
  };
}

function ignoredBy(shown, change, before) {
  const isKept = (now, sent, old) => sent !== void 0 && now !== void 0 && now === old && now !== sent;
  return [ ...isKept(shown?.title, change.title, before?.title) ? [ "title" ] : [], ...isKept(shown?.message, change.message, before?.message) ? [ "message" ] : [], ...isOtherTime(shown?.endAt, change.endAt) ? [ "end" ] : [] ];
}

function keepReference(message, window) {
  if (window?.showsMessage !== true) throw new UserError("reference lost", "Could not change the message of the window: the API does not show the old one, so its reference would be lost. Change only the title or the end.", "failed");
  return replaceText(window.message ?? "", message);
}

function deleteEach(statusPage, targets) {
  return changeEach(targets, async ({record: record, seen: seen}) => {
    const removed = {
      ...record,
      stage: "gone"
    };
    try {
      await deleteRecord(statusPage, record.kind, record.id);
      return {
        result: "deleted",
        record: removed
      };
    } catch (error) {
      if (seen !== void 0 && isMissing(error)) return {
        result: "missing",
        record: removed
      };
      throw error;
    }
  });
}

// CONCATENATED MODULE: ./lib/operations/change/change.js
const changingBudgetMs = 19 * secondMs;

async function changeStep(dependencies, request, apiKey) {
  const {operation: operation, values: values} = request;
  const policy = {
    onApiError: values["on-api-error"],
    operation: operation
  };
  const statusPage = dependencies_connect(dependencies, values, apiKey, changingBudgetMs);
  let found;
  try {
    found = await findTargets(statusPage, values, dependencies.frame.run, operation === "update");
  } catch (error) {
    return concludeFailure("look up the status page", error, policy, dependencies.host);
  }
  const changed = await change(statusPage, request, found);
  const fails = one => one.result === "failed" && isFatal(one.error, policy);
  const visible = await fetchVisible(statusPage, changed.map(one => "error" in one && one.error));
  const background = {
    ...dependencies.host,
    visible: visible
  };
  const now = statusPage.serverNow();
  const messages = [ ...found.leftOut.map(one => describeLeftOut(one, dependencies.host)), ...changed.map(one => describeChange(one, operation, fails(one) ? "error" : "warning", now, background)), ...found.ahead.map(describeAhead), ...changed.length === 0 ? [ describeNothing(request, found, dependencies.host) ] : [] ];
  const records = changed.map(({record: record}) => record);
  return {
    verdict: describeChangeVerdict(changed),
    messages: messages,
    records: records,
    serverNow: now,
    exit: nothingToUpdate(operation, changed) ? "not-found" : exitAfter(changed.find(fails))
  };
}

function change(statusPage, request, {targets: targets}) {
  if (request.operation === "delete") return deleteEach(statusPage, targets);
  const {title: title, message: message, state: state, duration: durationMs} = request.values;
  return update(statusPage, targets, {
    title: title,
    message: message,
    state: state,
    durationMs: durationMs
  });
}

function nothingToUpdate(operation, changed) {
  return operation === "update" && changed.length === 0;
}

function describeNothing(request, {over: over}, {nameOf: nameOf}) {
  const message = describeNothingOpen(over);
  if (request.operation === "delete") return message;
  const [last] = over;
  if (last === void 0) return error("nothing found", message.text);
  const {title: title, message: text} = request.values;
  const hasText = title !== void 0 || text !== void 0;
  const undone = hasText ? "Your text was not published" : "Nothing was changed";
  const opening = last.kind === "maintenance" ? "open-maintenance" : "open-incident";
  const byId = ` To change this one all the same, use ${nameOf("id", last.id)} and ${nameOf("kind", last.kind)}.`;
  return error("nothing found", `${undone}, because ${describeRecord(last)} is over already. Open a new notice with ${opening}.${hasText || last.kind === "incident" ? byId : ""}`);
}

function describeChange(changed, operation, level, now, background) {
  const {record: record} = changed;
  const what = describeRecord(record);
  switch (changed.result) {
   case "updated":
    return info(`Updated ${what}: ${describeAnnounced(record, now)}.`);

   case "deleted":
    return info(`Deleted ${what}, from the page and its history.`);

   case "missing":
    return info(`Nothing to delete: ${what} no longer exists, or this key cannot see it.`);

   case "not-meant":
    return info(`Left ${what} as it is: none of the inputs apply to its kind.`);

   case "failed":
    return {
      level: level,
      title: titleOf(changed.error),
      text: describeFailure(`${operation} ${what}`, changed.error, {
        ...background,
        page: record.page
      })
    };
  }
}

function describeChangeVerdict(changed) {
  const words = {
    updated: "updated",
    deleted: "deleted",
    missing: "already gone",
    failed: "not changed"
  };
  const results = Object.keys(words);
  const counted = results.flatMap(result => {
    const count = changed.filter(one => one.result === result).length;
    return count === 0 ? [] : [ {
      count: count,
      word: words[result]
    } ];
  });
  const meant = changed.filter(({result: result}) => result !== "not-meant").map(({record: record}) => record);
  const [only] = meant;
  if (only === void 0) return "\u26a0\ufe0f Nothing to change was found";
  const sign = changed.some(({result: result}) => result === "failed") ? "\u274c" : "\u2705";
  const thing = only.kind === "maintenance" ? "maintenance" : "incident";
  const what = meant.length === 1 ? counted.map(({word: word}) => `${thing} ${word}`) : counted.map(({count: count, word: word}) => `${count} ${word}`);
  return heading(sign, what.join(", "), meant);
}

// CONCATENATED MODULE: ./lib/operations/check/judge.js
function judgeKey({grants: grants, pages: pages, causes: causes}, {required: required, pageNames: pageNames}) {
  const needed = pageNames.every(isPageId) ? findRequiredScopes(required) : withPages(findRequiredScopes(required));
  const unclear = needed.filter(({scope: scope}) => grants[scope] === "unknown");
  const isNeeded = scope => needed.some(one => one.scope === scope);
  return {
    needed: needed,
    advised: scopes.filter(scope => isNeeded(scope) || pairs.some(({write: write, read: read}) => read === scope && isNeeded(write))),
    unread: pairs.flatMap(({write: write, read: read}) => grants[write] === "granted" && grants[read] === "missing" ? [ read ] : []),
    missing: needed.filter(({scope: scope}) => grants[scope] === "missing"),
    unclear: unclear,
    cause: unclear[0] && causes.get(unclear[0].scope),
    unchecked: pages === void 0 ? pageNames.filter(isPageId) : [],
    unseen: pages === void 0 ? void 0 : findUnseen(pageNames, pages),
    tooStrong: scopes.every(scope => grants[scope] === "granted")
  };
}

const pairs = [ {
  write: "incidents:write",
  read: "incidents:read"
}, {
  write: "maintenances:write",
  read: "maintenances:read"
} ];

function withPages(needed) {
  return scopes.flatMap(scope => {
    const {by: by = []} = needed.find(one => one.scope === scope) ?? {};
    if (scope === "status-pages:read") return [ {
      scope: scope,
      by: [ ...by, "status-page" ]
    } ];
    return by.length === 0 ? [] : [ {
      scope: scope,
      by: by
    } ];
  });
}

function listScopeNeeds() {
  return operationNames.flatMap(operation => {
    const {scopes: all, scopesAtTimes: atTimes, inputs: inputs} = rowOf(operation);
    if (!Object.hasOwn(inputs, "kind")) return [ {
      operation: operation,
      kind: void 0,
      scopes: all,
      atTimes: atTimes
    } ];
    return kinds.map(kind => {
      const ofKind = scope => !kinds.some(other => other !== kind && isAbout(scope, other));
      return {
        operation: operation,
        kind: kind,
        scopes: all.filter(ofKind),
        atTimes: atTimes.filter(ofKind)
      };
    });
  });
}

function findRequiredScopes(required) {
  const opened = kinds.filter(kind => required.some(one => opens(one, kind)));
  const meant = opened.length === 0 ? kinds : opened;
  const needs = listScopeNeeds().filter(({kind: kind}) => kind === void 0 || meant.includes(kind));
  return scopes.flatMap(scope => {
    const operationsFor = needs.filter(need => required.includes(need.operation) && need.scopes.includes(scope));
    const named = required.includes(scope) ? [ "require" ] : [];
    const by = [ ...new Set([ ...operationsFor.map(({operation: operation}) => operation), ...named ]) ];
    return by.length === 0 ? [] : [ {
      scope: scope,
      by: by
    } ];
  });
}

function opens(required, kind) {
  const operation = operationNames.find(name => name === required);
  if (operation === void 0) return false;
  const row = rowOf(operation);
  return row.opens && row.scopes.some(scope => isAbout(scope, kind));
}

function isAbout(scope, kind) {
  return scope.startsWith(`${kind}s:`);
}

function rowOf(operation) {
  return operations_operations[operation];
}

// CONCATENATED MODULE: ./lib/operations/check/describe.js
function toCheckOutputs(check) {
  const {grants: grants = nothingKnown, pages: pages = []} = check ?? {};
  return {
    scopes: grants,
    pages: pages
  };
}

const scopeHead = [ "Scope", "This key", "Needed by", "At times by" ];

const pagesScope = "status-pages:read";

const operationHead = [ "Operation", "Smallest set of scopes", "At times also" ];

function describeCheckLines({grants: grants, pages: pages}, {unchecked: unchecked}, nameOf) {
  const uses = scopes.map(scope => [ scope, grants[scope], describeMainUse(scope) ]);
  const lines = [ ...alignColumns([ scopeHead.slice(0, -1), ...uses ]), "", ...alignColumns([ operationHead, ...listScopeNeeds().flatMap(splitScopes) ]), "At times: to end what earlier runs left, in a re-run, with a deployment-key,", "and if an input asks for more. For a page given by slug or name, every", `operation also needs ${pagesScope}.`, "", describePages(pages, grants, unchecked), ...(pages ?? []).map(page => lineToPaste(page, nameOf)) ];
  return lines.map(result);
}

function describeCheckTables({grants: grants, pages: pages}, judgement) {
  const {unchecked: unchecked} = judgement;
  const code = names => names.map(name => `\`${name}\``).join(", ");
  const uses = scopes.map(scope => [ inCode(describeScope(scope)), ...describeUse(scope, grants) ]);
  const needs = listScopeNeeds().map(need => describeScopes(need, code));
  const unread = describeUnread(judgement);
  return [ ...unread === void 0 ? [] : [ inCode(unread) ], drawTable([ scopeHead, ...uses ]), "At times: to end what earlier runs left, in a re-run, with a `deployment-key`, for a page given by slug or name, and if an input asks for more.", drawTable([ operationHead, ...needs ]), describePages(pages, grants, unchecked), ...pages === void 0 || pages.length === 0 ? [] : renderPages(pages) ].join("\n\n");
}

function inCode(text) {
  return text.replaceAll(/[\w-]+:\w+/g, "`$&`");
}

const mostPageBytes = 524288;

function renderPages(pages) {
  const lines = [];
  let bytes = 0;
  for (const page of pages) {
    const line = lineToPaste(page, nameInWorkflow);
    bytes += Buffer.byteLength(forMarkdownBlock(line));
    if (bytes > mostPageBytes) break;
    lines.push(line);
  }
  const left = pages.length - lines.length;
  const cut = `Too long to show: ${left} more. The log of this step and the output \`pages\` have all ${pages.length}.`;
  return [ forMarkdownBlock(lines.join("\n")), ...left === 0 ? [] : [ cut ] ];
}

function describeJudgement(judgement, fails, background) {
  const {missing: missing, unclear: unclear, cause: cause, unseen: unseen, tooStrong: tooStrong} = judgement;
  const messages = [];
  const add = (isError, title, {happened: happened, todo: todo}) => {
    messages.push((isError ? error : warning)(title, forLog(`${happened}. ${todo}`)));
  };
  if (missing.length > 0) add(fails(true), "missing scope", {
    happened: `The API key does not have ${list(missing.map(need => describeNeed(need, background)))}`,
    todo: `Create a key at ${consoleUrl} with ${scopesToChoose(judgement)}. Then ${adviseToStoreKey(background)}.${describe_insteadOf(missing, background)} If the key already has them, its owner may only be a viewer of the page, or StatusPage.me may be blocking the key for a while.`
  });
  if (unclear.length > 0) {
    const why = cause === void 0 ? "" : `: ${cause.explain(background).happened}`;
    add(fails(false), "unknown scope", {
      happened: `Could not find out whether the API key has ${list(unclear.map(need => describeNeed(need, background)))}${why}`,
      todo: `Compare the scopes of the key at ${consoleUrl} with this list.`
    });
  }
  if (unseen !== void 0) messages.push(error(titleOf(unseen), describeFailure("see every page", unseen, background)));
  if (tooStrong) add(false, "too many scopes", {
    happened: "The API key works, but it has every scope, like every key that was created without choosing any",
    todo: `Create one at ${consoleUrl} with ${scopesToChoose(judgement)}. Then revoke this one.${describeLesser(judgement)}`
  });
  return messages;
}

function describe_insteadOf(missing, {nameOf: nameOf}) {
  if (!missing.some(({by: by}) => by.join() === "status-page")) return "";
  return ` Or give the UUID of the page in ${nameOf("status-page")}, which needs no scope.`;
}

function scopesToChoose({advised: advised, missing: missing}) {
  if (advised.length === 0) return "only the scopes of its operations";
  const all = advised.map(scope => missing.some(one => one.scope === scope) ? scope : describeScope(scope));
  return `${all.length === 1 ? "this scope" : "these scopes"}: ${list(all)}`;
}

function describeLesser({needed: needed, advised: advised}) {
  const more = advised.filter(scope => needed.every(one => one.scope !== scope));
  return more.length === 0 ? "" : ` Without ${list(more)} it works too, but ${losses}.`;
}

function describeUnread({unread: unread, missing: missing, tooStrong: tooStrong}) {
  if (unread.length === 0 || missing.length > 0 || tooStrong) return;
  return `Without ${list(unread)}, ${losses}.`;
}

const losses = "a later run does not end what a failed run left, and deployment keys do not work";

function describeCheckVerdict({needed: needed, advised: advised, unread: unread, missing: missing, ...rest}) {
  const {unclear: unclear, unseen: unseen, tooStrong: tooStrong} = rest;
  if (missing.length > 0) return `The key does not have ${describe_names(missing)}`;
  if (unclear.length > 0) return `Unknown whether the key has ${describe_names(unclear)}`;
  if (unseen !== void 0) return "The key cannot see every page that was named";
  if (tooStrong) return "The key works, but it has every scope";
  if (advised.some(scope => unread.includes(scope))) return `The key works with the smallest set of scopes: ${describe_names(needed)}`;
  return needed.length === 0 ? "The key works" : `The key works and has every required scope: ${describe_names(needed)}`;
}

function describe_names(needed) {
  return list(needed.map(({scope: scope}) => describeScope(scope)));
}

function describeNeed({scope: scope, by: by}, {nameOf: nameOf}) {
  const asking = by.map(one => one === "require" || one === "status-page" ? nameOf(one) : one);
  const otherSpelling = /\((.+)\)$/.exec(describeScope(scope))?.[1];
  return `${scope} (for ${[ list(asking), otherSpelling ].filter(Boolean).join("; ")})`;
}

function describeUse(scope, grants) {
  return [ grants[scope], describe_namesOf(scope, "scopes"), describe_namesOf(scope, "atTimes") ];
}

function describeMainUse(scope) {
  const always = describe_namesOf(scope, "scopes");
  const atTimes = describe_namesOf(scope, "atTimes");
  if (atTimes === "\u2013") return always;
  if (always !== "\u2013") return `${always}; others at times`;
  return `at times: ${atTimes.split(", ").length === operationNames.length ? "every operation" : atTimes}`;
}

function describe_namesOf(scope, way) {
  const needs = listScopeNeeds().filter(need => need[way].includes(scope));
  return [ ...new Set(needs.map(({operation: operation}) => operation)) ].join(", ") || "\u2013";
}

function describeScopes(need, write) {
  const {operation: operation, kind: kind, scopes: always, atTimes: atTimes} = need;
  const name = kind === void 0 ? operation : `${operation} (${describeKind(kind)})`;
  return [ name, always.length === 0 ? "any" : write(always), write(atTimes) ];
}

function splitScopes({atTimes: atTimes, ...need}) {
  const own = {
    ...need,
    atTimes: atTimes.filter(scope => scope !== pagesScope)
  };
  const columns = describeScopes(own, names => names.join("\n") || "\u2013").map(cell => cell.split("\n"));
  const height = Math.max(...columns.map(({length: length}) => length));
  return Array.from({
    length: height
  }, (_, at) => columns.map(column => column[at] ?? ""));
}

function describePages(pages, grants, unchecked) {
  if (pages === void 0 && unchecked.length > 0) {
    const why = grants["status-pages:read"] === "unknown" ? "could not be listed" : "cannot be listed without the scope status-pages:read";
    return `Not checked whether the key sees ${list(unchecked)}, because status pages ${why}. A notice on a page given by UUID works without that. The first deployment shows whether the UUID is right.`;
  }
  if (pages === void 0 && grants["status-pages:read"] === "unknown") return "The status pages could not be listed.";
  if (pages === void 0) return "The key may not list status pages, so none can be shown. With the scope status-pages:read it can.";
  if (pages.length === 0) return "The key sees no status page.";
  const count = pages.length === 1 ? "one status page" : `${pages.length} status pages`;
  return `The key sees ${count}. To copy:`;
}

function lineToPaste(page, nameOf) {
  return forLog(`${nameOf("status-page", page.id)} # ${describePage(page)}`);
}

// CONCATENATED MODULE: ./lib/operations/check/check.js
const checkingBudgetMs = 19 * secondMs;

function exitOfJudgement({missing: missing, unclear: unclear}) {
  if (missing.length > 0) return "scope-missing";
  return unclear.length > 0 ? "unreachable" : "not-found";
}

async function checkStep(dependencies, {values: values}, apiKey) {
  const policy = {
    onApiError: values["on-api-error"],
    operation: "check"
  };
  const statusPage = dependencies_connect(dependencies, {
    ...values,
    "dry-run": false
  }, apiKey, checkingBudgetMs);
  let check;
  try {
    check = await checkKey(statusPage);
  } catch (nothingKnown) {
    return concludeFailure(operations_operations.check.doing, nothingKnown, policy, dependencies.host);
  }
  const judgement = judgeKey(check, {
    required: values.require,
    pageNames: values["status-page"] ?? []
  });
  const verdict = describeCheckVerdict(judgement);
  const fails = fixable => failsJob(policy.onApiError, operations_operations.check.opens, fixable);
  const found = describeJudgement(judgement, fails, dependencies.host);
  const isReady = found.length === 0;
  const unread = describeUnread(judgement);
  return {
    verdict: `${isReady ? "\u2705" : "\u26a0\ufe0f"} ${verdict}`,
    messages: [ ...isReady ? [ info(verdict) ] : found, ...unread === void 0 ? [] : [ info(unread) ], ...describeCheckLines(check, judgement, dependencies.host.nameOf) ],
    records: [],
    tables: describeCheckTables(check, judgement),
    outputs: toCheckOutputs(check),
    exit: found.some(({level: level}) => level === "error") ? exitOfJudgement(judgement) : "done"
  };
}

async function checkKey(statusPage) {
  const probing = scopes.filter(scope => scope !== check_pagesScope).map(async scope => [ scope, await statusPage.probeScope(scope) ]);
  const [listed, ...probed] = await Promise.allSettled([ listPages(statusPage), ...probing ]);
  const {pages: pages, probe: probe} = check_unwrap(listed);
  const probes = new Map([ [ check_pagesScope, probe ], ...probed.map(check_unwrap) ]);
  const causes = scopes.flatMap(scope => {
    const cause = probes.get(scope)?.cause;
    return cause === void 0 ? [] : [ [ scope, cause ] ];
  });
  const grants = scopes.map(scope => [ scope, probes.get(scope)?.grant ?? "unknown" ]);
  return {
    grants: Object.fromEntries(grants),
    pages: pages,
    causes: new Map(causes)
  };
}

const check_pagesScope = "status-pages:read";

async function listPages(statusPage) {
  try {
    return {
      pages: await statusPage.fetchPages(),
      probe: {
        grant: "granted"
      }
    };
  } catch (error) {
    if (!(error instanceof StatusPageError)) throw error;
    if (error.code !== "forbidden" && error.code !== "blocked") throw error;
    return {
      pages: void 0,
      probe: judgeProbe(error)
    };
  }
}

function check_unwrap(settled) {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

// CONCATENATED MODULE: ./lib/operations/gate/judge.js
function verdictOf(result) {
  switch (result.seen) {
   case "nothing":
    return "open";

   case "record":
    return "closed";

   case "uptime":
    return result.uptimePercent < result.terms.minPercent ? "closed" : "open";

   case "unmeasured":
   case "no-monitors":
   case "in-part":
   case "failed":
    return "unknown";
  }
}

function isOpenGate(results, letsUnknownPass) {
  return results.every(result => {
    const verdict = verdictOf(result);
    if (verdict !== "unknown") return verdict === "open";
    return letsUnknownPass && !(result.seen === "failed" && result.error instanceof UserError);
  });
}

function mayOpen(results) {
  return !results.some(result => result.seen === "no-monitors" || result.seen === "unmeasured" && result.why !== "not-told" || result.seen === "failed" && result.lasting);
}

function isClosedByFailures(results) {
  const closing = results.filter(result => verdictOf(result) !== "open");
  return closing.every(result => result.seen === "record" && openingReference(result.record)?.of === "failure");
}

function judgeRecords(page, test, {open: open, extent: extent, pageUnproved: pageUnproved}, ours, now) {
  const standing = open.filter(record => record.kind === "incident" || isUnderWay(record, now));
  const others = standing.filter(record => ours === void 0 || openingReference(record)?.key !== ours);
  const found = others.map(record => ({
    seen: "record",
    page: page,
    record: record
  }));
  if (extent === "in-part") return [ ...found, {
    seen: "in-part",
    page: page,
    test: test
  } ];
  if (found.length > 0) return found;
  const perhapsIncomplete = extent === "perhaps-incomplete";
  return [ {
    seen: "nothing",
    page: page,
    test: test,
    ours: standing.length - others.length,
    perhapsIncomplete: perhapsIncomplete,
    pageUnproved: pageUnproved
  } ];
}

const justEndedMs = 2 * secondMs;

function isUnderWay({startAt: startAt, endAt: endAt}, now) {
  const liesAhead = startAt !== void 0 && startAt > now;
  const isEnding = endAt !== void 0 && msBetween(now, endAt) <= justEndedMs;
  return !liesAhead && !isEnding;
}

function judgeUptime({page: page, monitor: monitor}, availability, terms) {
  const {uptimePercent: uptimePercent, downtimeSeconds: downtimeSeconds} = availability;
  if (uptimePercent === void 0) return {
    seen: "unmeasured",
    pages: [ page ],
    name: monitor.name ?? monitor.id,
    why: "not-told"
  };
  return {
    seen: "uptime",
    page: page,
    monitor: monitor,
    uptimePercent: uptimePercent,
    downtimeSeconds: downtimeSeconds,
    terms: terms
  };
}

function usedBudgetPercent(uptimePercent, minPercent) {
  return minPercent >= 100 ? void 0 : (100 - uptimePercent) / (100 - minPercent) * 100;
}

const askEveryMs = 30 * secondMs;

function planNextAsk(askedAt, endsAt) {
  const next = later(askedAt, askEveryMs);
  if (next > endsAt) return;
  return later(next, askEveryMs) > endsAt ? endsAt : next;
}

function chooseMonitors(names, seen) {
  const all = seen.flatMap(({page: page, monitors: monitors}) => monitors.map(monitor => ({
    page: page,
    monitor: monitor
  })));
  const results = [];
  const chosen = new Set;
  const split = findSplitName(names ?? [], all.flatMap(({monitor: monitor}) => monitor.name ?? []));
  for (const name of names ?? []) {
    const found = matchMonitors(name, all);
    for (const one of found) chosen.add(one);
    const pages = seen.map(({page: page}) => page);
    if (found.length === 0) results.push({
      seen: "unmeasured",
      pages: pages,
      name: name,
      why: "missing",
      split: split
    });
  }
  if (names === void 0) {
    for (const one of all) chosen.add(one);
    for (const {page: page, monitors: monitors, whole: whole} of seen) if (!whole) results.push({
      seen: "in-part",
      page: page,
      test: "uptime"
    }); else if (monitors.length === 0) results.push({
      seen: "no-monitors",
      page: page
    });
  }
  const isDisabled = ({monitor: monitor}) => monitor.enabled === false;
  const disabled = [ ...chosen ].filter(isDisabled).map(({page: page, monitor: monitor}) => ({
    seen: "unmeasured",
    pages: [ page ],
    name: monitor.name ?? monitor.id,
    why: "disabled"
  }));
  return {
    watched: [ ...chosen ].filter(one => !isDisabled(one)),
    results: [ ...results, ...disabled ]
  };
}

function matchMonitors(name, all) {
  const byId = all.filter(({monitor: monitor}) => monitor.id === name);
  return byId.length > 0 ? byId : all.filter(({monitor: monitor}) => monitor.name?.toLowerCase() === name.toLowerCase());
}

// CONCATENATED MODULE: ./lib/operations/gate/describe.js
function toGateOutputs(passed, reasons) {
  return {
    passed: passed,
    reasons: reasons
  };
}

const head = [ "Gate", "Checked", "Found" ];

function describeGateLines({results: results, ...frame}) {
  return alignColumns([ head, ...results.map(result => toRow(result, frame).map(forLog)) ]);
}

function describeGateTable({results: results, ...frame}) {
  return drawTable([ head, ...results.map(result => toRow(result, frame).map(forMarkdown)) ]);
}

function describeReasons(results, frame) {
  const seen = results.flatMap(result => {
    const isShownElsewhere = result.seen === "failed" || result.seen === "nothing";
    return isShownElsewhere || verdictOf(result) === "open" ? [] : [ `${capitalize(describeReason(result, frame))}.` ];
  });
  return [ ...seen, ...describeFailedChecks(results.filter(result => result.seen === "failed"), frame) ];
}

function describeFailedChecks(failures, frame) {
  const groups = Map.groupBy(failures, ({about: about, error: thrown}) => isUnknownPage(thrown) ? `unknown page ${about?.page.id}` : causeOf(thrown));
  return [ ...groups.values() ].map(group => {
    const [{about: about, error: thrown, visible: visible}] = group;
    const things = group.map(one => one.about === void 0 ? "" : describeTest(one.about.page, one.about.test));
    const named = list([ ...new Set(things) ].filter(thing => thing !== ""));
    return describeFailure(`check ${named || "the status pages"}`, thrown, {
      ...frame,
      page: about?.page,
      visible: visible
    });
  });
}

function describeGateVerdict({results: results, passed: passed}) {
  if (!passed) return "The gate is closed";
  const isUnknown = results.some(result => verdictOf(result) === "unknown");
  return isUnknown ? "The gate passes, but not everything could be checked" : "The gate is open";
}

const describe_mostReasons = 10;

function describeGate(story) {
  const {results: results, passed: passed, waitedMs: waitedMs, nameOf: nameOf, kind: kind} = story;
  if (results.every(result => verdictOf(result) === "open")) return describeIncomplete(results);
  const told = kind === "terminal" ? results.filter(({seen: seen}) => seen === "failed") : results;
  const reasons = describeReasons(told, story);
  const more = reasons.length > describe_mostReasons ? [ reasons.length - describe_mostReasons + " more are in the table." ] : [];
  const lines = [ ...reasons.slice(0, describe_mostReasons), ...more ];
  if (passed) {
    const happened = `Could not check everything, and the gate passes because of ${nameOf("on-api-error", "warn")}.`;
    return [ warning("check failed", [ `${happened} Check the page before you deploy.`, ...lines ].join("\n")) ];
  }
  const waited = waitedMs > 0 ? ` after waiting ${describeDuration(waitedMs)}` : "";
  const closed = `The gate is closed${waited}${lines.length === 0 ? ", as the table shows" : ""}.`;
  const isShort = lines.length < 2 && !lines[0]?.includes("\n");
  const todo = describeTodo(story, isShort);
  const text = isShort ? [ closed, ...lines, todo ].join(" ") : [ `${closed} ${todo}`, ...lines ].join("\n");
  return [ error("gate closed", text) ];
}

function describeTodo({results: results, nameOf: nameOf}, isShort) {
  const bypass = nameOf("bypass", "true");
  if (isClosedByFailures(results)) {
    const why = "Only an incident of a failed deployment closes it.";
    return `${why} To deploy the fix, give gate and deploy the same ${nameOf("deployment-key")}, or use ${bypass}.`;
  }
  const hotfix = `For a hotfix, use ${bypass}.`;
  if (mayOpen(results)) return `Deploy later, or let the gate wait with ${nameOf("wait-for", "15m")}. ${hotfix}`;
  return isShort ? hotfix : `Fix the reasons below. ${hotfix}`;
}

function describeIncomplete(results) {
  const pages = results.flatMap(one => one.seen === "nothing" && one.perhapsIncomplete ? [ one.page ] : []);
  if (pages.length === 0) return [];
  const happened = `No open incident was found on ${list(pages.map(describePage))}`;
  const why = "but the API shows only 200, so there may be others";
  return [ warning("incomplete list", forLog(`${happened}, ${why}. Delete incidents that are long over.`)) ];
}

function describeRound({results: results, ...frame}, next) {
  const {now: now} = frame;
  const reasons = describeReasons(results, frame);
  const more = reasons.length > 1 ? ` ${reasons.length - 1} more.` : "";
  return `Closed at ${describeTime(now, now)}, asking again at ${next.toISOString().slice(11, 19)} UTC. ${reasons[0]}${more}`;
}

const bypassedVerdict = "\u26a0\ufe0f The gate was bypassed, and nothing was checked";

function describeBypassed(nameOf) {
  const bypass = nameOf("bypass", "true");
  return warning("gate bypassed", `The gate was bypassed by ${bypass}, and nothing was checked. Remove it once the hotfix is deployed.`);
}

function toRow(result, frame) {
  const verdict = verdictOf(result);
  switch (result.seen) {
   case "nothing":
    return [ verdict, describeTest(result.page, result.test), describe_describeNothing(result) ];

   case "record":
    return [ verdict, describeRecord(asShown(result)), describeStanding(result, frame.now) ];

   case "uptime":
    return [ verdict, describeMonitor(result), describeUptime(result) ];

   case "unmeasured":
    return [ verdict, describeUnmeasured(result), explainUnmeasured(result, frame) ];

   case "no-monitors":
    return [ verdict, describeTest(result.page, "uptime"), "the page has no monitor" ];

   case "in-part":
    return [ verdict, describeTest(result.page, result.test), "the API does not show everything" ];

   case "failed":
    {
      const {about: about} = result;
      const lookedAt = about === void 0 ? "the status pages" : describeTest(about.page, about.test);
      return [ verdict, lookedAt, "could not be checked" ];
    }
  }
}

function describeReason(result, frame) {
  switch (result.seen) {
   case "record":
    return forLog(`${describeRecord(asShown(result))} is ${describeStanding(result, frame.now)}`);

   case "uptime":
    return forLog(`the error budget of ${describeMonitor(result)} is spent: ${describeUptime(result)}`);

   case "unmeasured":
    return forLog(`the uptime of ${describeUnmeasured(result)} is not known: ${explainUnmeasured(result, frame)}`);

   case "no-monitors":
    return forLog(`${describeTest(result.page, "uptime")} is not known: the page has no monitor`);

   case "in-part":
    return forLog(`${describeTest(result.page, result.test)}: the API does not show all, so one may be missing`);
  }
}

function describeTest(page, test) {
  const things = {
    incident: "the incidents",
    maintenance: "the maintenance windows",
    uptime: "the uptime"
  };
  return `${things[test]} of ${describePage(page)}`;
}

function describe_describeNothing({test: test, ours: ours, perhapsIncomplete: perhapsIncomplete, pageUnproved: pageUnproved}) {
  const none = test === "incident" ? "none is open" : "none is under way";
  const own = ours === 0 ? "" : `, except ${ours} of this deployment`;
  const incomplete = perhapsIncomplete ? "; the list is perhaps incomplete" : "";
  const unproved = pageUnproved ? "; the key may not read pages, so it may not see this one" : "";
  return `${none}${own}${incomplete}${unproved}`;
}

function describeStanding({record: record, page: page}, now) {
  const announced = describeAnnounced(asShown({
    record: record,
    page: page
  }), now);
  if (record.kind === "maintenance") return `under way: ${announced}`;
  return announced === "open" ? "open" : `open: ${announced}`;
}

function asShown({record: record, page: page}) {
  const {kind: kind, id: id, title: title, startAt: startAt} = record;
  const more = record.kind === "incident" ? {
    state: record.state
  } : {
    endAt: record.endAt
  };
  return {
    kind: kind,
    page: page,
    id: id,
    title: title,
    startAt: startAt,
    ...more,
    stage: "open",
    created: false,
    mailed: false
  };
}

function describeMonitor({monitor: monitor, page: page}) {
  const named = monitor.name === void 0 ? "" : ` "${monitor.name}"`;
  return `the monitor${named} (id ${monitor.id}) on ${describePage(page)}`;
}

function describeUptime({uptimePercent: uptimePercent, downtimeSeconds: downtimeSeconds, terms: terms}) {
  const {minPercent: minPercent, period: period} = terms;
  const used = usedBudgetPercent(uptimePercent, minPercent);
  const parts = [ `up ${uptimePercent} % over ${period}`, `at least ${minPercent} % asked for`, ...used === void 0 ? [] : [ `${Math.round(used)} % of the error budget used` ], ...downtimeSeconds === void 0 ? [] : [ `${describeDuration(downtimeSeconds * secondMs)} down` ] ];
  return parts.join(", ");
}

function describeUnmeasured({name: name, pages: pages}) {
  return `the monitor "${name}" on ${list(pages.map(describePage), "or")}`;
}

function explainUnmeasured({why: why, split: split}, {nameOf: nameOf}) {
  switch (why) {
   case "missing":
    if (split !== void 0) return `this key sees none; put double quotes around a name with a comma: "${split}"`;
    return `this key sees no such monitor; check ${nameOf("monitors")}`;

   case "disabled":
    return `it is disabled; name the monitors that count in ${nameOf("monitors")}`;

   case "not-told":
    return "the API shows none, as for a new monitor";
  }
}

// CONCATENATED MODULE: ./lib/operations/gate/ask.js
async function askGate(client, question) {
  const statusPage = readPagesOnce(client);
  let pages;
  try {
    pages = await findPages(statusPage, question.pages);
  } catch (error) {
    return [ {
      seen: "failed",
      about: void 0,
      error: error,
      lasting: isLasting(error)
    } ];
  }
  const {kinds: kinds, ours: ours, uptime: uptime} = question;
  const records = pages.flatMap(page => kinds.map(kind => lookForRecords(statusPage, page, kind, ours)));
  const measured = uptime === void 0 ? [] : [ measureUptime(statusPage, pages, uptime) ];
  const results = (await Promise.all([ ...records, ...measured ])).flat();
  return results.some(meetsUnknownPage) ? nameVisible(statusPage, results) : results;
}

function readPagesOnce(statusPage) {
  const reads = new Map;
  const fetchPage = id => {
    const read = reads.get(id) ?? statusPage.fetchPage(id);
    reads.set(id, read);
    return read;
  };
  return {
    ...statusPage,
    fetchPage: fetchPage
  };
}

async function lookForRecords(statusPage, page, kind, ours) {
  try {
    const shown = await fetchShown(statusPage, kind, page.id, {
      wantsMessage: ours !== void 0
    });
    const isEmpty = shown.open.length + shown.over.length === 0;
    const needsProof = isEmpty && page.name === void 0 && page.slug === void 0;
    const pageUnproved = needsProof && await provePage(statusPage, page) === "not-allowed";
    const standing = {
      open: shown.open,
      extent: extentOf(kind, shown),
      pageUnproved: pageUnproved
    };
    return judgeRecords(page, kind, standing, ours, statusPage.serverNow());
  } catch (error) {
    return [ failedCheck(page, kind, error) ];
  }
}

function extentOf(kind, {open: open, over: over, listedWhole: listedWhole, newestFirst: newestFirst}) {
  const isFull = kind === "incident" && open.length + over.length >= longestIncidentList;
  if (isFull && newestFirst) return "perhaps-incomplete";
  return listedWhole && !isFull ? "whole" : "in-part";
}

async function measureUptime(statusPage, pages, question) {
  const failures = [];
  const seen = await Promise.all(pages.map(async page => {
    try {
      return [ await fetchMonitorsOf(statusPage, page) ];
    } catch (error) {
      failures.push(failedCheck(page, "uptime", error));
      return [];
    }
  }));
  const {watched: watched, results: results} = chooseMonitors(question.monitors, seen.flat());
  const sure = results.filter(one => failures.length === 0 || one.seen !== "unmeasured" || one.why !== "missing");
  const measured = watched.map(one => measureMonitor(statusPage, one, question));
  return [ ...failures, ...sure, ...await Promise.all(measured) ];
}

async function measureMonitor(statusPage, watched, terms) {
  const {page: page, monitor: monitor} = watched;
  try {
    const {minPercent: minPercent, period: period} = terms;
    return judgeUptime(watched, await statusPage.fetchAvailability(monitor.id, period), {
      minPercent: minPercent,
      period: period
    });
  } catch (error) {
    return failedCheck(page, "uptime", error);
  }
}

async function fetchMonitorsOf(statusPage, page) {
  let refusal;
  try {
    const {monitors: monitors, showsAllMonitors: showsAllMonitors, ...seen} = await statusPage.fetchPage(page.id);
    if (showsAllMonitors) return {
      page: {
        ...seen,
        ...page
      },
      monitors: monitors,
      whole: true
    };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    refusal = error;
  }
  try {
    const {records: records, complete: complete} = await statusPage.fetchMonitors();
    const monitors = records.filter(({pageId: pageId}) => pageId === page.id);
    return {
      page: page,
      monitors: monitors,
      whole: complete && records.every(({pageId: pageId}) => pageId !== void 0)
    };
  } catch (error) {
    throw isForbidden(error) && refusal !== void 0 ? refusal : error;
  }
}

function failedCheck(page, test, error) {
  return {
    seen: "failed",
    about: {
      page: page,
      test: test
    },
    error: error,
    lasting: isLasting(error)
  };
}

function isLasting(error) {
  if (!(error instanceof StatusPageError)) return true;
  return error.fixable && (error.code !== "not-found" || isUnknownPage(error));
}

function isForbidden(error) {
  return error instanceof StatusPageError && error.code === "forbidden";
}

function meetsUnknownPage(result) {
  return result.seen === "failed" && result.about !== void 0 && isUnknownPage(result.error);
}

async function nameVisible(statusPage, results) {
  const visible = await statusPage.fetchPages().catch(() => {});
  return results.map(result => meetsUnknownPage(result) ? {
    ...result,
    visible: visible
  } : result);
}

// CONCATENATED MODULE: ./lib/operations/gate/gate.js
const roundBudgetMs = 19 * secondMs;

async function gateStep(dependencies, {values: values}) {
  const {host: host, frame: frame, clock: clock} = dependencies;
  if (values.bypass) {
    const messages = [ describeBypassed(host.nameOf) ];
    return {
      verdict: bypassedVerdict,
      messages: messages,
      records: [],
      outputs: toGateOutputs(true, []),
      exit: "done"
    };
  }
  const apiKey = values["api-key"];
  if (apiKey === void 0) return concludeGate(gate_judge(dependencies, values, [ await explainMissingKey(dependencies) ]));
  const statusPage = dependencies_connect(dependencies, {
    ...values,
    "dry-run": false
  }, apiKey, roundBudgetMs);
  const question = makeQuestion(values, frame.run);
  const endsAt = later(frame.startedAt, values["wait-for"]);
  for (let askedAt = frame.startedAt; ;askedAt = clock.now()) {
    const results = await askGate(statusPage.until(later(askedAt, roundBudgetMs)), question);
    if (frame.interruption.aborted) return concludeStop();
    const story = gate_judge(dependencies, values, results, askedAt);
    const next = planNextAsk(askedAt, endsAt);
    if (story.passed || next === void 0 || !mayOpen(results)) return concludeGate(story);
    host.log.info(describeRound(story, next));
    await clock.sleep(msBetween(clock.now(), next), frame.interruption);
    if (frame.interruption.aborted) return concludeStop();
  }
}

function makeQuestion(values, run) {
  const {"deployment-key": key, "min-uptime": minPercent, "uptime-period": period, monitors: monitors} = values;
  const kinds = [];
  if (!values["allow-incidents"]) kinds.push("incident");
  if (!values["allow-maintenance"]) kinds.push("maintenance");
  return {
    pages: values["status-page"],
    kinds: kinds,
    ours: key === void 0 ? void 0 : hashKey(run, key),
    uptime: minPercent === void 0 ? void 0 : {
      minPercent: minPercent,
      period: period,
      monitors: monitors
    }
  };
}

async function explainMissingKey({host: host}) {
  const why = await host.explainMissingSecrets();
  const error = why === void 0 ? new MissingKeyError(host.kind) : new MissingSecretsError(why);
  return {
    seen: "failed",
    about: void 0,
    error: error,
    lasting: true
  };
}

function gate_judge({frame: frame, clock: clock, host: host}, values, results, askedAt = frame.startedAt) {
  const passed = isOpenGate(results, values["on-api-error"] === "warn");
  return {
    results: results,
    passed: passed,
    waitedMs: msBetween(frame.startedAt, askedAt),
    now: clock.now(),
    nameOf: host.nameOf,
    needed: host.needed,
    kind: host.kind
  };
}

function concludeGate(story) {
  const verdict = describeGateVerdict(story);
  const reasons = describeReasons(story.results, story);
  const passedSign = reasons.length === 0 ? "\u2705" : "\u26a0\ufe0f";
  return {
    verdict: `${story.passed ? passedSign : "\u274c"} ${verdict}`,
    messages: [ ...describeGateLines(story).map(result), ...reasons.length === 0 ? [ result(verdict) ] : [], ...describeGate(story) ],
    records: [],
    tables: describeGateTable(story),
    outputs: toGateOutputs(story.passed, reasons),
    exit: story.passed ? "done" : "gate-closed"
  };
}

function concludeStop() {
  const reason = "Interrupted while checking the gate, so it stays closed.";
  return {
    ...concludeQuietly(reason),
    outputs: toGateOutputs(false, [ reason ])
  };
}

// CONCATENATED MODULE: ./lib/operations/needed-scopes.js
function neededScopes({operation: operation, values: values}, missing) {
  const {scopes: always, scopesAtTimes: scopesAtTimes, opens: opens, inputs: inputs} = operations_operations[operation];
  const given = values;
  const changesIncidents = given["on-failure"] === "incident" || given["on-cancel"] === "incident" || given.recover === true;
  const isOnEither = Object.hasOwn(inputs, "kind");
  const kind = given.kind ?? kinds.find(one => needed_scopes_isAbout(missing, one));
  if (isOnEither && kind === void 0) return [ missing ];
  const isOfOther = scope => isOnEither && kinds.some(one => one !== kind && needed_scopes_isAbout(scope, one));
  const finds = opens && given.marker !== false || given["deployment-key"] !== void 0;
  const isAskedFor = scope => {
    switch (scope) {
     case "status-pages:read":
      return needed_scopes_names(given["status-page"]).some(name => !isPageId(name));

     case "analytics:read":
      return given["min-uptime"] !== void 0;

     case "maintenances:read":
      return operation === "gate" ? given["allow-maintenance"] === false : finds;

     default:
      return finds;
    }
  };
  return scopes.filter(scope => scope === missing || changesIncidents && needed_scopes_isAbout(scope, "incident") || !isOfOther(scope) && (always.includes(scope) || scopesAtTimes.includes(scope) && isAskedFor(scope)));
}

function needed_scopes_isAbout(scope, kind) {
  return scope.startsWith(`${kind}s:`);
}

function needed_scopes_names(given) {
  return Array.isArray(given) ? given : [];
}

// CONCATENATED MODULE: ./lib/deployment/times.js
const nearMs = 15 * minuteMs;

function mayTakeOver(window, now) {
  return window.startAt === void 0 || msBetween(now, window.startAt) <= nearMs;
}

function startsNear({startAt: startAt}, askedStart, now) {
  if (startAt === void 0) return true;
  const hasBegun = startAt <= now && askedStart <= later(now, nearMs);
  return hasBegun || Math.abs(msBetween(startAt, askedStart)) <= nearMs;
}

function adoptionChange(window, {durationMs: durationMs}, takenOver, now) {
  const liesAhead = window.startAt !== void 0 && window.startAt > now;
  const startAt = liesAhead && takenOver ? floorSecond(now) : void 0;
  const begins = startAt ?? (window.startAt === void 0 ? now : latest(window.startAt, now));
  const endAt = ceilSecond(later(begins, durationMs));
  const tooShort = window.endAt !== void 0 && window.endAt < endAt;
  if (startAt === void 0 && !tooShort) return;
  return {
    ...startAt && {
      startAt: startAt
    },
    ...tooShort && {
      endAt: endAt
    }
  };
}

class TimesKeptError extends ExplainedError {
  name="TimesKeptError";
  title="clocks differ";
  fixable=false;
  exit="failed";
  lateMs;
  cause;
  constructor(lateMs, cause) {
    super("the window keeps the times of our clock");
    this.lateMs = lateMs;
    this.cause = cause;
  }
  explain(background) {
    const {cause: cause, lateMs: lateMs} = this;
    const gap = `${describeDuration(Math.abs(lateMs))} ${lateMs > 0 ? "after" : "before"}`;
    const {happened: happened} = cause.explain(background);
    const {host: host} = cause instanceof NotShownYetError ? cause.cause : cause;
    return {
      happened: `${happened}. The window is open, but by the clock of ${host} it begins and ends ${gap} the intended times`,
      todo: "Correct the clock of this machine."
    };
  }
}

async function moveTimes({statusPage: statusPage, note: note}, window, change, mustShow = false) {
  if (change.endAt !== void 0) note({
    putOffTo: change.endAt
  });
  let changed;
  try {
    changed = await changeWindowInFull(statusPage, window, change);
  } catch (error) {
    if (error instanceof StatusPageError && error.fate !== "unknown") note({
      putOffTo: void 0
    });
    if (error instanceof MessageUnseenError) note({
      ...change,
      ...change.endAt && {
        putOffTo: void 0
      }
    });
    throw error;
  }
  const {shown: answered, emptiesUnsent: emptiesUnsent, lostMessage: lostMessage} = changed;
  const isHidden = mustShow && answered?.startAt === void 0 && !statusPage.isDryRun;
  const shown = isHidden ? await readWindow(statusPage, window.id) : answered;
  const startStays = isOtherTime(shown?.startAt, change.startAt);
  const endStays = isOtherTime(shown?.endAt, change.endAt);
  note({
    ...change.startAt && {
      startAt: startStays ? shown?.startAt : change.startAt
    },
    ...change.endAt && {
      endAt: endStays ? shown?.endAt : change.endAt,
      putOffTo: void 0
    },
    ...emptiesUnsent && {
      emptiesUnsent: emptiesUnsent
    },
    ...lostMessage && {
      referenceLost: true
    }
  });
  if (startStays || endStays) throw new ChangeIgnoredError([ ...startStays ? [ "start" ] : [], ...endStays ? [ "end" ] : [] ]);
}

async function moveToServerClock(writer, window, opened, times, createdAt) {
  const {statusPage: statusPage} = writer;
  try {
    await whileNew({
      statusPage: statusPage,
      createdAt: createdAt,
      withinMs: longestInMainMs
    }, () => moveTimes(writer, window, times));
  } catch (error) {
    const isClock = error instanceof NotShownYetError || error instanceof StatusPageError && error.code === "invalid";
    if (!isClock) throw error;
    throw new TimesKeptError(msBetween(times.startAt, opened.startAt ?? times.startAt), error);
  }
}

// CONCATENATED MODULE: ./lib/deployment/settle.js
const settleMs = 2 * secondMs;

const youngMs = 10 * secondMs;

class DuplicateError extends ExplainedError {
  name="DuplicateError";
  title="two notices";
  fixable=false;
  kind;
  leftId;
  cause;
  constructor(kind, leftId, cause) {
    super(`there may be two open ${kind}s of one key`);
    this.kind = kind;
    this.leftId = leftId;
    this.cause = cause;
  }
  get exit() {
    return exitOf(this.cause);
  }
  get causeKey() {
    return `${this.name} ${this.leftId} ${this.cause instanceof ExplainedError ? this.cause.causeKey : ""}`;
  }
  explain(background) {
    const {cause: cause, kind: kind, leftId: leftId} = this;
    const record = kind === "maintenance" ? "window" : "incident";
    const {happened: happened} = explain(cause, background);
    if (leftId === void 0) return {
      happened: `another job may have opened one at the same moment, and searching the page failed: ${happened}`,
      todo: `Check the page. If two ${record}s of this deployment are open, end the newer one.`
    };
    return {
      happened: `another job opened one at the same moment, and the ${record} that this job opened (id ${leftId}) may still be there: ${happened}`,
      todo: "Check the page, and delete it if it is there."
    };
  }
}

function isYoung({createdAt: createdAt}, {statusPage: statusPage}) {
  return createdAt === void 0 || msBetween(createdAt, statusPage.serverNow()) < youngMs;
}

function isMeant(record, plan, now) {
  if (plan.kind !== "maintenance" || record.kind !== "maintenance") return true;
  return startsNear(record, plan.startAt ?? now, now);
}

async function settle({statusPage: statusPage}, plan, pageId, chosen, isOurs) {
  const {kind: kind, identity: identity} = plan;
  if (identity === void 0) return {
    record: chosen
  };
  await statusPage.wait(settleMs);
  try {
    const shared = sharedWith(identity);
    const match = record => shared(record) && isMeant(record, plan, statusPage.serverNow());
    const {open: open, provenAbsent: provenAbsent} = await findOpen(statusPage, kind, pageId, match);
    if (!isOurs) return {
      record: open[0] ?? (provenAbsent ? void 0 : chosen)
    };
    const seen = open.some(({id: id}) => id === chosen.id);
    return {
      record: (seen ? open : inOrder([ chosen, ...open ]))[0]
    };
  } catch (cause) {
    return {
      record: chosen,
      doubt: new DuplicateError(kind, void 0, cause)
    };
  }
}

// CONCATENATED MODULE: ./lib/operations/open/describe.js
function describeOpenings(plan, opened, ender, now) {
  const unreferenced = opened.flatMap(({record: record}) => record.referenceLost ? [ record ] : []);
  const each = opened.flatMap(({record: record, way: way, beside: beside}) => {
    const unmoved = beside ? [ describeUnmoved(beside, now) ] : [];
    if (record.stage !== "open") return unmoved;
    const mail = record.mailed ? "; subscribers get mail" : "";
    return [ info(`${describeWay(way ?? (record.created ? "created" : "adopted"))} ${describeRecord(record)}: ${describeAnnounced(record, now)}${mail}.${describeFuture(plan, ender)}`), ...unmoved, ...describeDuplicate(plan, record, ender) ];
  });
  return unreferenced.length === 0 ? each : [ ...each, describeLostReference(unreferenced) ];
}

function describeDuplicate({own: own, hasKey: hasKey}, record, ender) {
  const byHand = hasKey ? "To end both, use resolve with this deployment key." : "Check the page later, and end the other one too.";
  const text = describeSentTwice(record, own ? `${ender} searches for it and ends both.` : byHand).trim();
  if (text === "") return [];
  return [ own ? info(text) : warning("may exist", text) ];
}

function describeLostReference(records) {
  const pages = list(records.map(({page: page}) => page === void 0 ? "" : forLog(describePage(page))));
  return warning("reference lost", `StatusPage.me shows the message on ${pages} without its last line "Ref: \u2026". A re-run, another job or a later run cannot find this notice, so only this job can end it, by its id. Shorten the message if StatusPage.me cuts it.`);
}

function describeUnmoved(record, now) {
  const start = record.startAt === void 0 ? "later" : `at ${describeTime(record.startAt, now)}`;
  return warning("announcement not started early", `Could not start ${describeRecord(record)} early: StatusPage.me did not move its start, so it still begins ${start}. This deployment opens a window of its own. A success ends both.`);
}

function describeWay(way) {
  switch (way) {
   case "created":
    return "Opened";

   case "adopted":
    return "Reusing";

   case "taken-over":
    return "Took over";
  }
}

function describeFuture(plan, ender) {
  if (!plan.own) return " It stays until resolve ends it.";
  return ` ${ender} ${plan.kind === "maintenance" ? "ends" : "resolves"} it after a success.`;
}

function describeOpeningFailures(plan, opened, background) {
  const failures = opened.filter(({error: error}) => error !== void 0);
  const groups = Map.groupBy(failures, one => `${describeStep(one)} ${causeOf(one.error)}`);
  return [ ...groups.values() ].map(group => {
    const [first] = group;
    const pages = list(group.map(({record: record}) => record.page === void 0 ? "" : describePage(record.page)));
    const doing = `${describeStep(first)} the ${describeKind(plan.kind)} on ${pages}`;
    return {
      text: describeFailure(doing, first.error, {
        ...background,
        page: first.record.page
      }),
      title: titleOf(first.error)
    };
  });
}

function describeStep({record: record, error: error}) {
  if (error instanceof DuplicateError) return "agree with other jobs on";
  return record.stage === "open" ? "set the times of" : "open";
}

function describeUnwritten(thrown, background) {
  return {
    text: describeFailure("write the outputs of this step", thrown, background),
    title: "outputs not written"
  };
}

function describeUnsaved(thrown, background) {
  return {
    text: describeFailure("save what was opened", thrown, background),
    title: "state not saved"
  };
}

function warnThatAnyEndCounts(values) {
  const chosen = [ "on-failure", "on-cancel" ].filter(name => values[name] === "incident");
  const ends = {
    "on-failure": "failure",
    "on-cancel": "cancel or timeout"
  };
  const every = list(chosen.map(name => ends[name]), "or");
  return warning("open to every failure", `${list(chosen.map(name => `${name}: incident`))} is set without outcome, so every ${every} of the job opens an incident. That includes one after the deploy, such as in a test or in another action's post step. Set outcome to the outcome of the deploy step, as the README shows.`);
}

function describeUnpublished(request, opened, host) {
  return opened.flatMap(({record: record, reused: reused}) => {
    const texts = reused === void 0 ? [] : unpublishedTexts(request, reused);
    if (texts.length === 0 || record.id === void 0) return [];
    const {kind: kind, id: id} = record;
    const command = host.kind === "terminal" ? commandToPublish(request, {
      kind: kind,
      id: id
    }, texts, host) : void 0;
    const how = {
      runner: ` To publish what you wrote, use operation: update with kind: ${kind} and id: ${id}.`,
      terminal: command === void 0 ? " To publish what you wrote, use update with its id." : ""
    };
    const other = describe_isShared(record, reused) ? ` For a second notice, use another ${host.nameOf("deployment-key")}.` : "";
    return [ warning("message not published", `Did not publish your ${list(texts)}, because ${describeRecord(record)} is already open.${how[host.kind]}${other}`, command === void 0 ? void 0 : [ {
      doing: "publish your text",
      command: command
    } ]) ];
  });
}

function commandToPublish({values: values}, named, texts, host) {
  const given = texts.map(name => [ name, values[name] ?? "" ]);
  return commandToUpdate(targetOf(host, values["api-url"].href), named, new Map(given));
}

function describe_isShared({takenOver: takenOver}, reused) {
  const opening = reused && openingReference(reused);
  return !takenOver && opening !== void 0 && !isOwn(opening);
}

function unpublishedTexts({operation: operation, values: values}, reused) {
  const {title: title, message: message} = values;
  const isOurs = operation === "open-maintenance" && message === operations_operations[operation].inputs.message.default;
  const shown = openingText(reused);
  return [ ...isOther(reused.title, title) && isOther(reused.title, title && shorten(title)) ? [ "title" ] : [], ...!isOurs && isOther(shown && withoutReference(shown), message) ? [ "message" ] : [] ];
}

function openingText(record) {
  if (record.message !== void 0 || record.kind === "maintenance") return record.message;
  const opening = openingReference(record);
  const ends = [ record.timeline?.at(0), record.timeline?.at(-1) ].map(entry => entry?.message);
  return ends.find(text => text !== void 0 && opening !== void 0 && referenceOf(text)?.run === opening.run);
}

function isOther(shown, given) {
  return shown !== void 0 && given !== void 0 && lettersOf(shown) !== lettersOf(given);
}

function lettersOf(text) {
  return linesOf(text).join(" ").replace(/[^\p{L}\p{N}]+/gu, "");
}

// CONCATENATED MODULE: ./lib/deployment/open-record.js
function mayFindEarlier(plan) {
  const {own: own, identity: identity, mayBeRepeated: mayBeRepeated} = plan;
  if (identity === void 0) return false;
  return isShared(plan) || own && mayBeRepeated || mayTakeOverAny(plan);
}

function mayTakeOverAny({own: own, hasKey: hasKey, kind: kind}) {
  return own && hasKey && kind === "maintenance";
}

async function findEarlier(statusPage, plan, page) {
  const {identity: identity, kind: kind} = plan;
  if (identity === void 0 || !mayFindEarlier(plan)) return;
  const shown = await fetchShown(statusPage, kind, page.id);
  const now = statusPage.serverNow();
  if (isShared(plan)) {
    const {open: open, provenAbsent: provenAbsent} = searchIn(shown, sharedWith(identity));
    const record = open.find(one => isMeant(one, plan, now));
    if (record !== void 0) return {
      record: record,
      way: "adopted"
    };
    if (!provenAbsent && open.length === 0) throw new UnlocatedError;
    return;
  }
  if (plan.mayBeRepeated) {
    const {open: open, provenAbsent: provenAbsent} = searchIn(shown, ofThisStep(identity));
    const [record, ...others] = open;
    if (record !== void 0 && others.length === 0) return {
      record: record,
      way: "adopted"
    };
    if (record === void 0 && !provenAbsent) throw new UnlocatedError;
    const known = record === void 0 ? plan.remembered.find(({pageId: pageId}) => pageId === page.id) : void 0;
    const unlisted = known && await findRemembered(statusPage, kind, known, identity);
    if (unlisted !== void 0) return {
      record: unlisted,
      way: "adopted"
    };
  }
  if (!mayTakeOverAny(plan)) return;
  const announced = searchIn(shown, sharedWith(identity)).open;
  const record = announced.find(one => one.kind === "maintenance" && mayTakeOver(one, now) && openingReference(one)?.run !== identity.run);
  return record && {
    record: record,
    way: "taken-over"
  };
}

async function openRecord(writer, plan, page, earlier) {
  if (earlier === void 0) return createRecord(writer, plan, page);
  const {record: chosen, way: way} = earlier;
  const mayBeDoubled = isShared(plan) && isYoung(chosen, writer);
  const {record: record, doubt: doubt} = mayBeDoubled ? await settle(writer, plan, page.id, chosen, false) : {
    record: chosen
  };
  if (record === void 0) return createRecord(writer, plan, page);
  if (way === "taken-over") return takeOver(writer, plan, page, record);
  await adopt(writer, plan, record, way);
  if (doubt !== void 0) throw doubt;
  return way;
}

async function takeOver(writer, plan, page, record) {
  try {
    await adopt(writer, plan, record, "taken-over");
    return "taken-over";
  } catch (error) {
    const startStays = error instanceof ChangeIgnoredError && error.fields.includes("start");
    const liesAhead = record.startAt !== void 0 && record.startAt > writer.statusPage.serverNow();
    if (!startStays && !(liesAhead && isRefusedChange(error))) throw error;
    writer.keepBeside();
    return createRecord(writer, plan, page);
  }
}

async function adopt(writer, plan, record, way) {
  const {statusPage: statusPage} = writer;
  writer.noteReused(record);
  writer.noteOpen(record.id, {
    created: false,
    mailed: false,
    ...seenIn(record),
    ...referenceOfRecord(record),
    ...way === "taken-over" && {
      takenOver: true
    }
  });
  if (plan.kind !== "maintenance" || record.kind !== "maintenance") return;
  const change = adoptionChange(record, plan, way === "taken-over", statusPage.serverNow());
  if (change === void 0) return;
  const createdAt = record.createdAt && later(record.createdAt, -(statusPage.clockOffsetMs() ?? 0));
  const target = {
    id: record.id,
    texts: textsOf(record),
    isOurs: true,
    mustKeepText: true
  };
  await whileNew({
    statusPage: statusPage,
    createdAt: createdAt
  }, () => moveTimes(writer, target, change, change.startAt !== void 0));
}

async function createRecord(writer, plan, page) {
  const {statusPage: statusPage, note: note} = writer;
  const {kind: kind, reference: reference} = plan;
  const {texts: texts, announce: announce, make: make} = planCreation(writer, plan, page);
  note({
    created: true,
    mailed: plan.notifySubscribers,
    ...kind === "maintenance" && announce()
  });
  const createdAt = ownNow(statusPage);
  const search = reference === void 0 ? void 0 : () => {
    const announced = {
      ...announce(),
      title: plan.title
    };
    const match = carrying(reference, plan.title);
    return searchLost(statusPage, plan, {
      kind: kind,
      pageId: page.id,
      match: match,
      announced: announced,
      begunAt: createdAt
    });
  };
  const {made: made, found: found, again: again} = await createOnce({
    kind: kind,
    reference: reference && formatReference(reference),
    make: make,
    search: search,
    wait: statusPage.wait,
    leftMs: statusPage.leftMs
  });
  const announced = {
    ...announce(),
    ...found && !isShared(plan) && shownTimes(made)
  };
  const known = {
    ...announced,
    created: !(found && isShared(plan)),
    ...again && {
      mayHaveDuplicate: true
    },
    ...reference && hidesReference(made, reference) && {
      referenceLost: true
    }
  };
  if (statusPage.isDryRun) {
    note(known);
    return "created";
  }
  writer.noteOpen(made.id, known);
  if (reference !== void 0 && !made.showsMessage && openingReference(made) === void 0) {
    const read = await readRecord(statusPage, kind, made.id);
    if (read !== void 0 && hidesReference(read, reference)) note({
      referenceLost: true
    });
  }
  if (found && isShared(plan)) writer.noteReused(made);
  if (isShared(plan)) {
    const {record: agreed, doubt: doubt} = await settle(writer, plan, page.id, made, true);
    if (doubt !== void 0) throw doubt;
    if (agreed !== void 0 && agreed.id !== made.id) {
      const left = found ? void 0 : await tryToDelete(statusPage, plan, made.id, createdAt);
      await adopt(writer, plan, agreed, "adopted");
      if (left !== void 0) throw left;
      return "adopted";
    }
  }
  const moved = plan.kind === "maintenance" && timesOnServerClock(plan, announced.startAt, statusPage.serverNow());
  if (moved) await moveToServerClock(writer, {
    id: made.id,
    texts: texts,
    mustKeepText: true
  }, announced, moved, createdAt);
  return found && isShared(plan) ? "adopted" : "created";
}

function shownTimes(made) {
  if (made.kind !== "maintenance") return {};
  const {startAt: startAt, endAt: endAt} = made;
  return {
    ...startAt && {
      startAt: startAt
    },
    ...endAt && {
      endAt: endAt
    }
  };
}

function hidesReference(made, reference) {
  return made.message !== void 0 && !carrying(reference)(made);
}

async function tryToDelete(statusPage, {kind: kind}, id, createdAt) {
  try {
    await whileNew({
      statusPage: statusPage,
      createdAt: createdAt,
      withinMs: longestInMainMs
    }, () => deleteRecord(statusPage, kind, id));
    return;
  } catch (error) {
    return new DuplicateError(kind, id, error);
  }
}

async function searchLost(statusPage, plan, lost) {
  const search = await findLost(statusPage, lost);
  return plan.kind === "incident" && plan.componentId !== void 0 ? {
    ...search,
    provenAbsent: false
  } : search;
}

function referenceOfRecord(record) {
  const found = openingReference(record);
  return found === void 0 ? {} : {
    reference: formatReference(found)
  };
}

function seenIn(record) {
  return {
    ...record.title !== void 0 && {
      title: record.title
    },
    startAt: record.startAt,
    ...record.kind === "maintenance" ? {
      endAt: record.endAt,
      startBefore: record.startAt,
      endBefore: record.endAt
    } : {
      state: record.state
    }
  };
}

// CONCATENATED MODULE: ./lib/deployment/open.js
function keepFailure(memory) {
  let hasBegun = false;
  let failure;
  return {
    recall: memory.recall,
    failure: () => failure,
    remember: deployment => {
      try {
        memory.remember(deployment);
        hasBegun = true;
      } catch (error) {
        if (!hasBegun || !(error instanceof Error)) throw error;
        failure ??= error;
      }
    }
  };
}

async function begin(plan, {statusPage: statusPage, clock: clock, memory: memory, isFatal: isFatal}) {
  const records = plan.pages.map(page => startRecord(plan, page));
  const deployment = startDeployment(plan, statusPage, clock.now(), records);
  const remember = () => {
    deployment.clockOffsetMs = statusPage.clockOffsetMs();
    memory.remember(deployment);
  };
  remember();
  const searches = await Promise.allSettled(plan.pages.map(page => findEarlier(statusPage, plan, page)));
  const stopped = searches.some(search => search.status === "rejected" && isFatal(search.reason));
  const beside = new Map;
  const reused = new Map;
  const openOne = async (page, index) => {
    const search = searches[index];
    if (search?.status === "rejected") throw search.reason;
    if (stopped) return;
    const write = record => {
      records[index] = record;
      remember();
    };
    const current = () => records[index] ?? startRecord(plan, page);
    const writer = {
      statusPage: statusPage,
      note: known => write({
        ...current(),
        ...known
      }),
      noteOpen: (id, known) => write({
        ...current(),
        ...known,
        stage: "open",
        id: id
      }),
      noteReused: record => reused.set(index, record),
      keepBeside: () => {
        reused.delete(index);
        beside.set(index, current());
        records.push(current());
        write(startRecord(plan, page));
      }
    };
    return openRecord(writer, plan, page, search?.value);
  };
  const ways = await Promise.allSettled(plan.pages.map(openOne));
  const opened = ways.map((way, index) => {
    const error = way.status === "rejected" ? way.reason : void 0;
    const record = conclude(records[index], {
      error: error,
      inSearch: searches[index]?.status === "rejected",
      plan: plan,
      dryRun: statusPage.isDryRun
    });
    records[index] = record;
    return {
      record: record,
      way: way.status === "fulfilled" ? way.value : void 0,
      error: error,
      reused: reused.get(index),
      beside: beside.get(index)
    };
  });
  remember();
  return {
    deployment: deployment,
    opened: opened
  };
}

function rememberUnlocated(plan, names, error, {statusPage: statusPage, clock: clock, memory: memory}) {
  if (!plan.own || wasRefused(error) && !mayOpenIncident(plan)) return;
  const stage = plan.mayBeRepeated && plan.identity !== void 0 ? "opening" : "missed";
  const deployment = startDeployment(plan, statusPage, clock.now(), [ startRecord(plan, void 0, stage) ]);
  memory.remember({
    ...deployment,
    stage: "open",
    pageNames: [ ...names ]
  });
}

function conclude(record, {error: error, inSearch: inSearch, plan: plan, dryRun: dryRun}) {
  if (record.stage !== "opening" || error instanceof UncertainCreateError) return record;
  if (error === void 0 && dryRun) return {
    ...record,
    stage: "not-sent"
  };
  if (wasRefused(error)) return {
    ...record,
    stage: mayOpenIncident(plan) ? "missed" : "gone"
  };
  return inSearch && plan.own ? record : {
    ...record,
    stage: "missed"
  };
}

function mayOpenIncident(plan) {
  return plan.kind === "maintenance" && plan.mayOpenIncident;
}

function wasRefused(error) {
  return error === void 0 || error instanceof ExplainedError && error.fixable;
}

function startRecord(plan, page, stage = "opening") {
  const {kind: kind, reference: reference, title: title} = plan;
  return {
    kind: kind,
    page: page && {
      ...page
    },
    reference: reference && formatReference(reference),
    stage: stage,
    title: shorten(title),
    created: !mayFindEarlier(plan),
    mailed: false
  };
}

function startDeployment(plan, statusPage, startedAt, records) {
  const {own: own, hasKey: hasKey, identity: identity, tag: tag} = plan;
  return {
    version: 2,
    stage: "opening",
    apiUrl: statusPage.apiUrl.href,
    own: own,
    hasKey: hasKey,
    identity: identity && formatReference(identity),
    startedAt: startedAt,
    tag: tag,
    records: records
  };
}

// CONCATENATED MODULE: ./lib/operations/open/plan.js
function makePlan(request, {pages: pages, run: run, now: now, random: random, earlier: earlier}) {
  const {values: values} = request;
  const key = values["deployment-key"];
  const startAt = request.operation === "open-maintenance" ? startOf(request.values.start, now) : now;
  const liesAhead = startAt > now;
  const own = values["auto-resolve"] ?? !liesAhead;
  const kind = request.operation === "open-maintenance" ? "maintenance" : "incident";
  const title = values.title ?? (liesAhead ? "Scheduled maintenance" : "Maintenance in progress");
  const fresh = values.marker ? identify(run, key, {
    kind: kind,
    title: title,
    now: now,
    random: random
  }) : void 0;
  const continues = run.outsideCi && earlier ? identityOf(earlier) : void 0;
  const remembered = openRecordsOf(earlier, kind);
  const identity = fresh && continues ? continueAs(fresh, continues) : fresh;
  const common = {
    pages: pages,
    title: title,
    message: values.message,
    notifySubscribers: values["notify-subscribers"],
    own: own,
    hasKey: key !== void 0,
    identity: identity,
    reference: identity && (own ? identity : sharedReference(identity, key !== void 0)),
    mayBeRepeated: mayBeRepeated(run) || continues !== void 0 || remembered.length > 0,
    remembered: remembered,
    tag: run.tag
  };
  if (request.operation === "open-incident") {
    const {state: state, "component-id": componentId} = request.values;
    return {
      ...common,
      kind: "incident",
      state: state,
      componentId: componentId
    };
  }
  const {duration: duration, "on-failure": onFailure, "on-cancel": onCancel} = request.values;
  return {
    ...common,
    kind: "maintenance",
    startAt: isNow(request.values.start) ? void 0 : startAt,
    durationMs: duration,
    mayOpenIncident: own && [ onFailure, onCancel ].includes("incident")
  };
}

function continueAs(fresh, continues) {
  const next = {
    ...fresh,
    key: continues.key
  };
  return fresh.owner === continues.owner ? {
    ...next,
    run: continues.run,
    attempt: void 0
  } : next;
}

function openRecordsOf(earlier, kind) {
  return (earlier?.records ?? []).flatMap(record => record.stage === "open" && record.kind === kind && record.page !== void 0 ? [ {
    id: record.id,
    pageId: record.page.id,
    createdAt: record.created ? earlier?.startedAt : void 0
  } ] : []);
}

function sharedReference(identity, hasKey) {
  const key = hasKey ? identity.key : run_hash([ "alone", formatReference(identity) ], keyLength);
  return {
    of: identity.of,
    key: key,
    run: identity.run
  };
}

function identify(run, key, {kind: kind, title: title, now: now, random: random}) {
  return {
    of: "deployment",
    key: hashKey(run, key) ?? run_hash([ "run", run.id ], keyLength),
    run: encodeRun(run.id),
    attempt: run.attempt,
    owner: hashOwner(run, kind, title),
    openedAt: floorSecond(now),
    random: Math.floor(random() * 36 ** randomLength).toString(36).padStart(randomLength, "0")
  };
}

function isNow(start) {
  return "afterMs" in start && start.afterMs === 0;
}

// CONCATENATED MODULE: ./lib/operations/open/open.js
const openingBudgetMs = 15 * secondMs;

const mainBudgetMs = 19 * secondMs;

const proofBudgetMs = 5 * secondMs;

async function openStep(dependencies, request, apiKey) {
  const {host: host, frame: frame, clock: clock, random: random, handoff: handoff} = dependencies;
  const {values: values} = request;
  const policy = {
    onApiError: values["on-api-error"],
    operation: request.operation
  };
  const statusPage = dependencies_connect(dependencies, values, apiKey, openingBudgetMs);
  const planOn = pages => makePlan(request, {
    pages: pages,
    run: frame.run,
    now: clock.now(),
    random: random,
    earlier: handoff?.earlier
  });
  const memory = keepFailure(values["dry-run"] ? noMemory : handoffOf(dependencies).memory);
  const context = {
    statusPage: statusPage,
    clock: clock,
    memory: memory
  };
  let pages;
  try {
    pages = await findPages(statusPage, values["status-page"]);
  } catch (unknownPages) {
    if (frame.interruption.aborted) return concludeInterruption(host.kind);
    if (!isFatal(unknownPages, policy) && handoff?.earlier === void 0) rememberUnlocated(planOn([]), values["status-page"], unknownPages, context);
    return concludeFailure("look up the status page", unknownPages, policy, host);
  }
  const plan = planOn(pages);
  const opening = {
    dependencies: dependencies,
    request: request,
    policy: policy,
    statusPage: statusPage,
    plan: plan
  };
  const proof = await proveFailureIncident(opening);
  if ("failure" in proof) return proof.failure;
  const begun = await begin(plan, {
    ...context,
    isFatal: thrown => isFatal(thrown, policy)
  });
  const thrown = begun.opened.map(({error: error}) => error);
  const visible = await fetchVisible(statusPage, thrown);
  if (frame.interruption.aborted) {
    if (host.kind === "runner") return concludeInterruption(host.kind);
    return undoAtOnce(dependencies, request, apiKey, begun, memory);
  }
  return concludeOpening(opening, begun, memory, {
    visible: visible,
    remarks: proof.remarks
  });
}

async function proveFailureIncident({dependencies: dependencies, request: request, policy: policy, statusPage: statusPage, plan: plan}) {
  if (plan.kind !== "maintenance" || !plan.mayOpenIncident) return {
    remarks: []
  };
  const {host: host, handoff: handoff} = dependencies;
  const {values: values, hasEmptyOutcome: hasEmptyOutcome} = request;
  const remarks = [];
  const refusal = await findRefusal(statusPage.within(proofBudgetMs));
  const doing = "make sure that a failure can open an incident";
  if (refusal !== void 0) {
    if (isFixable(refusal) && isFatal(refusal, policy)) return {
      failure: concludeFailure(doing, refusal, policy, host)
    };
    const text = describeFailure(doing, refusal, host);
    remarks.push(isFixable(refusal) ? warning(titleOf(refusal), text) : info(text));
  }
  const isEndedByJobStatus = handoff === void 0 && values.outcome === "job" && !hasEmptyOutcome;
  if (isEndedByJobStatus) remarks.push(warnThatAnyEndCounts(values));
  return {
    remarks: remarks
  };
}

async function concludeOpening({dependencies: dependencies, request: request, policy: policy, statusPage: statusPage, plan: plan}, begun, memory, {visible: visible, remarks: remarks}) {
  const {host: host, frame: frame} = dependencies;
  const {opened: opened, deployment: deployment} = begun;
  const failed = opened.find(one => one.error !== void 0 && isFatal(one.error, policy))?.error;
  const unwritten = failed === void 0 ? writeOutputs(host, begun, statusPage.serverNow()) : void 0;
  if (failed === void 0 && unwritten === void 0) {
    deployment.stage = "open";
    memory.remember(deployment);
  }
  const unsaved = memory.failure();
  const failures = [ ...describeOpeningFailures(plan, opened, {
    ...host,
    visible: visible
  }), ...unsaved === void 0 ? [] : [ describeUnsaved(unsaved, host) ], ...unwritten === void 0 || unsaved !== void 0 ? [] : [ describeUnwritten(unwritten, host) ] ];
  const fatal = failed ?? unwritten ?? unsaved;
  if (fatal !== void 0) {
    const untilEnd = statusPage.until(later(frame.startedAt, mainBudgetMs));
    const context = {
      statusPage: untilEnd,
      words: dependencies_wordsOf(request.values),
      findRunning: noneRunning,
      deployment: deployment
    };
    return failOpening(context, {
      host: host,
      memory: memory,
      failures: failures,
      exit: exitOf(fatal)
    });
  }
  const now = statusPage.serverNow();
  const messages = [ ...describeOpenings(plan, opened, handoffOf(dependencies).ender, now), ...describeUnpublished(request, opened, host), ...remarks, ...failures.map(failure => ({
    level: "warning",
    ...failure
  })) ];
  const isLater = !statusPage.isDryRun && plan.own;
  const verdict = isLater ? open_describeMissing(opened) : describeOpeningVerdict(opened, now);
  return {
    ...goOn(plan, begun, messages, now),
    verdict: verdict,
    hasOutputs: true
  };
}

function writeOutputs(host, {deployment: deployment}, now) {
  try {
    host.setOutputs(toOutputs(deployment.records, now));
    return;
  } catch (unwritten) {
    return unwritten;
  }
}

async function undoAtOnce(dependencies, {values: values}, apiKey, {deployment: deployment}, memory) {
  dependencies.host.log.info("Interrupted. Undoing what was opened.");
  const {frame: frame} = dependencies;
  const afterwards = dependencies_withoutInterruption(dependencies);
  const statusPage = dependencies_connect({
    ...afterwards,
    frame: {
      ...afterwards.frame,
      startedAt: frame.startedAt
    }
  }, values, apiKey, mainBudgetMs, deployment.clockOffsetMs);
  return failOpening({
    statusPage: statusPage,
    words: dependencies_wordsOf(values),
    deployment: deployment,
    findRunning: noneRunning
  }, {
    host: dependencies.host,
    memory: memory,
    failures: [],
    exit: "interrupted"
  });
}

async function findRefusal(statusPage) {
  try {
    await statusPage.proveIncidentsWrite();
    return;
  } catch (refusal) {
    return refusal;
  }
}

function open_describeMissing(opened) {
  const missing = opened.filter(({record: record}) => record.stage === "missed" || record.stage === "gone");
  return missing.length === 0 ? void 0 : describeNoNotice(missing);
}

async function failOpening(context, {host: host, memory: memory, failures: failures, exit: exit}) {
  const {deployment: deployment, statusPage: statusPage} = context;
  deployment.stage = "failed";
  memory.remember(deployment);
  const undone = await undo(context);
  const isUncertain = ({result: result}) => result === "failed" || result === "absent";
  deployment.records = undone.filter(isUncertain).map(({record: record}) => record);
  memory.remember(deployment);
  const now = statusPage.serverNow();
  const commands = targetOf(host, statusPage.apiUrl.href);
  const describeContext = {
    why: "undone",
    isFatal: () => false,
    host: host,
    now: now,
    commands: commands
  };
  const messages = [ ...failures.map(failure => ({
    level: "error",
    ...failure
  })), ...describeEndings(undone, describeContext) ];
  return {
    verdict: describeFailedOpeningVerdict(undone, now),
    messages: messages,
    records: [],
    exit: exit
  };
}

function goOn(plan, {opened: opened, deployment: deployment}, messages, now) {
  const created = opened.some(({way: way}) => way === "created");
  const said = created ? withReference(plan.message, plan.reference) : void 0;
  return {
    messages: messages,
    records: deployment.records,
    said: said,
    serverNow: now,
    exit: "done"
  };
}

// CONCATENATED MODULE: ./lib/operations/resolve/resolve.js
const resolvingBudgetMs = 19 * secondMs;

async function resolveStep(dependencies, request, apiKey) {
  const {values: values} = request;
  const policy = {
    onApiError: values["on-api-error"],
    operation: "resolve"
  };
  const statusPage = dependencies_connect(dependencies, values, apiKey, resolvingBudgetMs);
  let resolved;
  try {
    resolved = await resolveTargets(dependencies, statusPage, values);
  } catch (error) {
    return concludeFailure("look up the status page", error, policy, dependencies.host);
  }
  const {ended: ended, leftOut: leftOut, ahead: ahead, over: over} = resolved;
  const why = values.outcome === "job" ? "asked" : values.outcome;
  const fails = one => one.result === "failed" && isFatal(one.error, policy);
  const commands = targetOf(dependencies.host, statusPage.apiUrl.href);
  const {host: host} = dependencies;
  const visible = await fetchVisible(statusPage, ended.map(one => "error" in one && one.error));
  const context = {
    why: why,
    visible: visible,
    isFatal: fails,
    host: host,
    now: statusPage.serverNow(),
    commands: commands
  };
  const isNothing = ended.every(({phase: phase}) => phase === "recovering");
  return {
    verdict: describeEndingVerdict(ended, context),
    messages: [ ...leftOut.map(one => describeLeftOut(one, dependencies.host)), ...ahead.map(describeAhead), ...describeEndings(ended, context), ...isNothing ? [ describeNothingOpen(over) ] : [] ],
    ...reportEnded(ended),
    serverNow: context.now,
    exit: exitAfter(ended.find(fails))
  };
}

function endingFor(values) {
  if (values.outcome === "job") return {
    action: "resolve",
    why: "success"
  };
  return endingOf(values.outcome, values["deployment-key"] === void 0 ? {
    ...values,
    recover: false
  } : values);
}

async function resolveTargets(dependencies, statusPage, values) {
  const {frame: frame, clock: clock, random: random} = dependencies;
  const {run: run} = frame;
  const {id: ids, kind: kind, "deployment-key": key, "status-page": names = []} = values;
  const deployment = {
    version: 2,
    stage: "open",
    apiUrl: statusPage.apiUrl.href,
    own: false,
    hasKey: key !== void 0,
    identity: formatReference(identify(run, key, {
      kind: "maintenance",
      title: "",
      now: clock.now(),
      random: random
    })),
    startedAt: clock.now(),
    tag: run.tag,
    records: []
  };
  const context = {
    statusPage: statusPage,
    words: dependencies_wordsOf(values),
    deployment: deployment,
    findRunning: noneRunning
  };
  const ending = endingFor(values);
  const needsPages = ids === void 0 || ending.action === "incident" || ending.recovers;
  const pages = needsPages ? await findPages(statusPage, names) : [];
  const named = nameRecords(values, pages);
  if (named !== void 0) return resolveByIds(context, ending, named);
  return resolveByKey(context, ending, {
    key: hashKey(run, key) ?? "",
    pages: pages,
    kind: kind
  });
}

async function resolveByIds(context, ending, named) {
  const records = [];
  const failures = [];
  const justRead = new Map;
  const windows = new Map;
  for (const target of await fetchNamed(context.statusPage, named)) {
    if ("error" in target) {
      failures.push(failedEntry(target.record, "ending", target.error));
      continue;
    }
    const {record: record, seen: seen} = target;
    if (seen?.kind === "maintenance") windows.set(record.id, seen); else justRead.set(record.id, seen);
    if (ending.recovers && record.page === void 0) failures.push(cannotRecover(record));
    records.push(record);
  }
  const findTexts = async ({id: id}) => {
    const {title: title, message: message} = windows.get(id) ?? {};
    return {
      title: title,
      message: message
    };
  };
  const ended = await endAll({
    ...context,
    justRead: justRead,
    findTexts: findTexts
  }, ending, records);
  return {
    ended: [ ...failures, ...ended.map(missingIsFailure) ],
    leftOut: [],
    ahead: [],
    over: []
  };
}

async function resolveByKey(context, ending, keyed) {
  const found = await findKeyed(context.statusPage, keyed);
  const {seen: seen, leftOut: leftOut} = splitLeftOut(found.flatMap(({targets: targets}) => targets), keyed);
  const failures = seen.flatMap(target => "error" in target ? [ failedEntry(target.record, "ending", target.error) ] : []);
  const texts = new Map(seen.flatMap(target => "seen" in target && target.seen?.kind === "maintenance" ? [ [ target.record.id, textsOf(target.seen) ] ] : []));
  const findTexts = async ({id: id}) => texts.get(id) ?? {};
  const records = found.flatMap(({page: page, targets: targets, over: over}) => {
    const open = targets.flatMap(target => "error" in target ? [] : [ target.record ]);
    if (open.length > 0) return open;
    if (ending.action === "incident") return over.slice(0, 1);
    return ending.recovers ? [ {
      kind: "maintenance",
      page: page,
      stage: "missed",
      created: false,
      mailed: false
    } ] : [];
  });
  const ended = await endAll({
    ...context,
    findTexts: findTexts
  }, ending, records);
  const now = context.statusPage.serverNow();
  const besides = {
    ahead: found.flatMap(({ahead: ahead}) => ahead),
    over: found.flatMap(({over: over}) => over)
  };
  return {
    ended: [ ...failures, ...ended.map(one => promiseReuse(one, now)) ],
    leftOut: leftOut,
    ...besides
  };
}

function promiseReuse(entry, now) {
  const {kind: kind, startAt: startAt, reference: reference = ""} = entry.record;
  const parsed = parseReference(reference);
  const isShared = parsed !== void 0 && !isOwn(parsed);
  const isReused = entry.result === "kept" && kind === "maintenance" && isShared && startAt !== void 0 && startAt <= now;
  return isReused ? {
    ...entry,
    nextRun: "reuses-it"
  } : entry;
}

function endAll(context, ending, records) {
  return end({
    ...context,
    deployment: {
      ...context.deployment,
      records: records
    }
  }, ending);
}

function cannotRecover(record) {
  const problem = "Could not resolve the incident of an earlier failure: its page is unknown. Name the status page.";
  return failedEntry(record, "recovering", new UserError("unknown page", problem));
}

function missingIsFailure(entry) {
  return entry.result === "missing" && entry.phase !== "recovering" ? {
    ...entry,
    result: "failed"
  } : entry;
}

// CONCATENATED MODULE: ./lib/operations/sweep/describe.js
function describeSweep({swept: swept, incomplete: incomplete, unproved: unproved, blindness: blindness}, isFatal, background) {
  const resolved = swept.filter(({result: result}) => result === "resolved");
  return [ ...resolved.map(({record: record, runId: runId}) => info(`Resolved ${describeRecord(record)}: run ${runId} ended without resolving it.`)), ...describeSpared(swept), ...incomplete.map(page => info(`The list of incidents on ${forLog(describePage(page))} may not have shown all.`)), ...unproved.map(page => info(`The list of incidents on ${forLog(describePage(page))} is empty; the key may not read pages, so it may not see this one.`)), ...describeFailures(swept, isFatal, background), ...blindness === void 0 ? [] : [ (isFatal(blindness) ? error : warning)(titleOf(blindness), describeFailure("ask GitHub about the runs", blindness, background)) ] ];
}

function describeSweepVerdict({swept: swept, incomplete: incomplete, unproved: unproved, blindness: blindness}) {
  const count = swept.filter(({result: result}) => result === "resolved").length;
  const done = `Resolved ${count} ${incidents(count)} left open by runs that died`;
  if (blindness !== void 0 || swept.some(({result: result}) => result === "failed")) return `\u26a0\ufe0f Partly failed. ${count === 0 ? "No incident was resolved" : done}`;
  if (count === 0 && incomplete.length + unproved.length > 0) return "\u26a0\ufe0f No incident left open by a run that died was found, but the lists may not have shown all";
  return `\u2705 ${count === 0 ? "No incident was left open by a run that died" : done}`;
}

function describeSweptText({swept: swept}) {
  return swept.some(({result: result}) => result === "resolved") ? abandonedMessage : void 0;
}

function toSweepOutputs({swept: swept} = {
  swept: []
}) {
  const ids = swept.filter(({result: result}) => result === "resolved").map(({record: record}) => record.id);
  return {
    swept: ids
  };
}

const reasons = {
  "in-progress": "of a run in progress",
  "unknown-run": "of a run that GitHub does not know in this repository",
  touched: "that the post step or a person has edited",
  unclear: "that does not show who edited it",
  "not-ours": "that no step opened for itself",
  over: "that was resolved meanwhile"
};

function describeSpared(swept) {
  const counted = Object.entries(reasons).flatMap(([result, reason]) => {
    const count = swept.filter(one => one.result === result).length;
    return count === 0 ? [] : [ `${count} ${reason}` ];
  });
  if (counted.length > 0) return [ info(`Left as they are: ${list(counted)}.`) ];
  return swept.some(({result: result}) => result === "failed") ? [] : [ info("No other open incident was found.") ];
}

function describeFailures(swept, isFatal, background) {
  const failures = swept.filter(one => one.result === "failed");
  const groups = Map.groupBy(failures, ({record: record, error: thrown}) => `${record.id === void 0} ${causeOf(thrown)}`);
  return [ ...groups.values() ].map(group => describe_describeFailed(group, isFatal, background));
}

function describe_describeFailed(group, isFatal, background) {
  const [first] = group;
  const level = isFatal(first.error) ? error : warning;
  return level(titleOf(first.error), describeFailure(describeDoing(group), first.error, {
    ...background,
    page: first.record.page
  }));
}

const describe_mostNamed = 3;

function describeDoing(group) {
  const [{record: record}] = group;
  if (record.id === void 0) return `list the incidents on ${list(group.map(one => forLog(one.record.page === void 0 ? "" : describePage(one.record.page))))}`;
  if (group.length > describe_mostNamed) return `sweep ${group.length} incidents`;
  return `sweep ${list(group.map(one => describeRecord(one.record)))}`;
}

function incidents(count) {
  return count === 1 ? "incident" : "incidents";
}

// CONCATENATED MODULE: ./lib/domain/workflow-runs.js
class WorkflowRunsError extends ExplainedError {
  name="WorkflowRunsError";
  title="workflow runs";
  code;
  status;
  detail;
  constructor(failure) {
    super(workflow_runs_describe(failure));
    this.code = failure.code;
    this.status = failure.status;
    this.detail = failure.detail;
  }
  get fixable() {
    return this.code === "unauthorized" || this.code === "forbidden" || this.code === "invisible";
  }
  get exit() {
    return workflow_runs_exitOfCode(this.code);
  }
  get causeKey() {
    return this.code;
  }
  explain(background) {
    const happened = this.message.replace(/^(The|Interrupted|There)\b/, word => word.toLowerCase());
    return {
      happened: happened,
      todo: adviseOnGitHub(this.code, background)
    };
  }
}

function workflow_runs_describe(failure) {
  const reasons = [ failure.status, failure.detail ].filter(reason => reason !== void 0);
  const reason = reasons.length === 0 ? "" : ` (${reasons.join(": ")})`;
  switch (failure.code) {
   case "unauthorized":
    if (failure.status === void 0) return "The token for GitHub is empty, or holds characters that no token has";
    return `GitHub refused the token${reason}`;

   case "forbidden":
    return `GitHub does not let this token read workflow runs, which needs "actions: read"${reason}`;

   case "rate-limited":
    return `GitHub's rate limit is used up${reason}, and GitHub asks to wait ${describeDuration(failure.waitMs ?? 0)}, which is too long for this step`;

   case "unreachable":
    return `GitHub gave no usable answer about a workflow run${reason}`;

   case "invisible":
    return "GitHub shows none of the runs, not even this one, so the token may not see the repository";

   case "interrupted":
    return "Interrupted before GitHub had answered about a workflow run";

   case "out-of-time":
    return "There was no time left to ask GitHub about a workflow run";
  }
}

function adviseOnGitHub(code, {nameOf: nameOf}) {
  const token = `Set ${nameOf("github-token")} to a token that may read workflow runs.`;
  const permission = 'In a workflow, that is ${{ github.token }} in a job with the permission "actions: read".';
  switch (code) {
   case "unauthorized":
   case "forbidden":
   case "invisible":
    return `${token} ${permission}`;

   case "rate-limited":
   case "unreachable":
   case "interrupted":
   case "out-of-time":
    return "You need not change anything. Run it again later to continue with what is left.";
  }
}

function workflow_runs_exitOfCode(code) {
  switch (code) {
   case "unauthorized":
    return "key-refused";

   case "forbidden":
    return "scope-missing";

   case "invisible":
    return "not-found";

   case "rate-limited":
   case "interrupted":
   case "unreachable":
    return code;

   case "out-of-time":
    return "unreachable";
  }
}

// CONCATENATED MODULE: ./lib/operations/sweep/incidents.js
async function sweep(statusPage, pages, {runs: runs, ownRunId: ownRunId}) {
  const answers = [];
  const fetchState = async runId => {
    const state = await runs.fetchState(runId);
    answers.push(state);
    return state;
  };
  const sweeper = {
    statusPage: statusPage,
    fetchState: fetchState,
    firstWrite: void 0,
    refusal: void 0
  };
  const lists = await Promise.all(pages.map(page => listOpen(statusPage, page)));
  const seen = new Set;
  const incidents = lists.flatMap(({page: page, open: open}) => open.map(incident => ({
    page: page,
    incident: incident
  }))).filter(({incident: {id: id}}) => !seen.has(id) && seen.add(id));
  const swept = await Promise.all(incidents.map(({page: page, incident: incident}) => sweepOne(sweeper, page, incident)));
  const knowsNone = answers.length > 0 && answers.every(state => state === "unknown");
  return {
    swept: [ ...lists.flatMap(({failure: failure}) => failure ?? []), ...swept ],
    incomplete: lists.filter(({complete: complete}) => !complete).map(({page: page}) => page),
    unproved: lists.filter(({isProved: isProved}) => !isProved).map(({page: page}) => page),
    blindness: knowsNone && ownRunId !== void 0 ? await findBlindness(runs, ownRunId) : void 0
  };
}

async function findBlindness(runs, ownRunId) {
  try {
    return await runs.fetchState(ownRunId) === "unknown" ? new WorkflowRunsError({
      code: "invisible"
    }) : void 0;
  } catch (error) {
    return error;
  }
}

async function listOpen(statusPage, page) {
  try {
    const {records: records, complete: complete} = await statusPage.fetchIncidents(page.id);
    const needsProof = records.length === 0 && page.name === void 0 && page.slug === void 0;
    const isProved = !needsProof || await provePage(statusPage, page) === "proved";
    return {
      page: page,
      open: records.filter(incident => !isResolved(incident)),
      complete: complete,
      isProved: isProved
    };
  } catch (error) {
    const record = unconfirmedRecord("incident", page);
    return {
      page: page,
      open: [],
      complete: true,
      isProved: true,
      failure: {
        record: record,
        result: "failed",
        error: error
      }
    };
  }
}

async function sweepOne(sweeper, page, listed) {
  const record = asFound(unconfirmedRecord("incident", page), listed);
  try {
    const {result: result, runId: runId} = await judgeAndResolve(sweeper, listed);
    const now = result === "resolved" ? {
      ...record,
      state: incidentStates.resolved
    } : record;
    return {
      record: now,
      result: result,
      ...runId !== void 0 && {
        runId: runId
      }
    };
  } catch (error) {
    if (!(error instanceof StatusPageError)) return {
      record: record,
      result: "failed",
      error: error
    };
    if (error.code === "not-found") return {
      record: record,
      result: "over"
    };
    return {
      record: record,
      result: "failed",
      error: error
    };
  }
}

async function judgeAndResolve(sweeper, listed) {
  const {statusPage: statusPage, fetchState: fetchState} = sweeper;
  const shown = listed.showsMessage ? listed : await statusPage.fetchIncident(listed.id);
  const own = ownReferenceOf(shown);
  if (own === void 0) return {
    result: "not-ours"
  };
  const runId = runIdOf(own);
  if (runId === void 0) return {
    result: "unknown-run"
  };
  if (incidents_isUntouched(shown, own) === false) return {
    result: "touched",
    runId: runId
  };
  if (sweeper.refusal !== void 0) throw sweeper.refusal;
  const state = await fetchState(runId);
  if (state !== "completed") return {
    result: state === "unknown" ? "unknown-run" : "in-progress",
    runId: runId
  };
  const now = await statusPage.fetchIncident(listed.id);
  if (isResolved(now)) return {
    result: "over",
    runId: runId
  };
  const seen = ownReferenceOf(now);
  const isSame = seen !== void 0 && formatReference(seen) === formatReference(own);
  const untouched = isSame && incidents_isUntouched(now, own);
  if (untouched === void 0) return {
    result: "unclear",
    runId: runId
  };
  if (!untouched) return {
    result: "touched",
    runId: runId
  };
  await incidents_resolveIncident(sweeper, now);
  return {
    result: "resolved",
    runId: runId
  };
}

async function incidents_resolveIncident(sweeper, incident) {
  if (sweeper.firstWrite !== void 0) await sweeper.firstWrite.catch(() => {});
  if (sweeper.refusal !== void 0) throw sweeper.refusal;
  const entry = {
    message: abandonedMessage,
    state: incidentStates.resolved
  };
  const write = addEntryOnce(sweeper.statusPage, incident.id, entry, incident).catch(error => {
    const isRefusal = error instanceof StatusPageError && [ "forbidden", "blocked", "unauthorized" ].includes(error.code);
    if (isRefusal) sweeper.refusal = error;
    throw error;
  });
  sweeper.firstWrite ??= write;
  await write;
}

function ownReferenceOf(incident) {
  const reference = openingReference(incident);
  return reference !== void 0 && reference.of === "deployment" && isOwn(reference) ? reference : void 0;
}

function incidents_isUntouched({state: state, timeline: timeline = []}, reference) {
  const [first, ...later] = timeline;
  if (later.length > 0) return false;
  if (first?.message === void 0 || state === void 0) return;
  if (first.state !== void 0 && first.state !== state) return false;
  return referencesIn(first.message).some(({key: key, run: run}) => key === reference.key && run === reference.run) ? true : void 0;
}

function isResolved({state: state}) {
  return state === incidentStates.resolved;
}

// CONCATENATED MODULE: ./lib/operations/sweep/sweep.js
const sweepingBudgetMs = 5 * minuteMs;

const sweep_askingBudgetMs = sweepingBudgetMs - 30 * secondMs;

async function sweepStep(dependencies, {values: values}, apiKey) {
  const {host: host, frame: frame, clock: clock} = dependencies;
  const policy = {
    onApiError: values["on-api-error"],
    operation: "sweep"
  };
  const statusPage = dependencies_connect(dependencies, values, apiKey, sweepingBudgetMs);
  let pages;
  try {
    pages = await findPages(statusPage, values["status-page"]);
  } catch (unknownPages) {
    return concludeFailure("look up the status page", unknownPages, policy, host);
  }
  const token = values["github-token"];
  const runs = host.workflowRuns({
    token: token,
    deadline: later(frame.startedAt, sweep_askingBudgetMs),
    clock: clock,
    interruption: frame.interruption
  });
  const found = await sweep(statusPage, pages, {
    runs: runs,
    ownRunId: host.kind === "runner" ? frame.run.id : void 0
  });
  const outputs = toSweepOutputs(values["dry-run"] ? void 0 : found);
  if (frame.interruption.aborted) return {
    ...concludeQuietly("Interrupted. Run it again to continue with what is left."),
    outputs: outputs
  };
  const fails = thrown => isFatal(thrown, policy);
  const failures = found.swept.filter(one => one.result === "failed").map(({error: error}) => ({
    error: error
  }));
  const blindness = found.blindness === void 0 ? [] : [ {
    error: found.blindness
  } ];
  const visible = await fetchVisible(statusPage, failures.map(({error: error}) => error));
  const failed = [ ...blindness, ...failures ].find(({error: error}) => fails(error));
  return {
    verdict: describeSweepVerdict(found),
    messages: describeSweep(found, fails, {
      ...host,
      visible: visible
    }),
    records: found.swept.filter(({result: result}) => result === "resolved").map(({record: record}) => record),
    said: describeSweptText(found),
    serverNow: statusPage.serverNow(),
    outputs: outputs,
    exit: exitAfter(failed)
  };
}

// CONCATENATED MODULE: ./lib/operations/perform.js
async function perform(dependencies, given, adapt = request => request) {
  const {host: host, clock: clock} = dependencies;
  maskSecrets(host.log, given.texts);
  try {
    const {request: request, ignored: ignored} = readRequest(given, clock.now());
    return await performRequest(dependencies, adapt(request), ignored);
  } catch (error) {
    const operation = operationNames.find(name => name === given.texts.operation) ?? "open-maintenance";
    const conclusion = concludeFailure("run the step", error, {
      onApiError: "auto",
      operation: operation
    }, host);
    return perform_finish(dependencies, operation, conclusion, false);
  }
}

async function performRequest(given, request, ignored = []) {
  const needed = missing => neededScopes(request, missing);
  const dependencies = {
    ...given,
    host: {
      ...given.host,
      needed: needed
    }
  };
  for (const message of describeFrame(dependencies, request, ignored)) say(dependencies.host, message);
  let conclusion;
  try {
    conclusion = await performOperation(dependencies, request);
  } catch (error) {
    const policy = {
      onApiError: request.values["on-api-error"],
      operation: request.operation
    };
    conclusion = concludeFailure("run the step", error, policy, dependencies.host);
  }
  return perform_finish(dependencies, request.operation, conclusion, isRehearsal(request));
}

async function perform_finish(dependencies, operation, reached, dryRun) {
  const {host: host, frame: frame, clock: clock} = dependencies;
  let conclusion = frame.interruption.aborted ? {
    ...reached,
    exit: "interrupted"
  } : reached;
  try {
    if (!conclusion.hasOutputs) host.setOutputs(outputsOf(operation, conclusion, clock.now()));
  } catch (unwritten) {
    conclusion = withoutOutputs(conclusion, describeUnwritten(unwritten, host));
  }
  await step_report(dependencies, conclusion, dryRun);
  return conclusion;
}

function withoutOutputs(conclusion, failure) {
  if (conclusion.exit !== "done") return conclusion;
  return {
    ...conclusion,
    messages: [ ...conclusion.messages, {
      level: "error",
      ...failure
    } ],
    exit: "failed"
  };
}

function isRehearsal({operation: operation, values: values}) {
  const {scopes: scopes} = operations_operations[operation];
  return values["dry-run"] && scopes.some(scope => scope.endsWith(":write"));
}

function outputsOf(operation, conclusion, now) {
  const {outputs: outputs, messages: messages, records: records, serverNow: serverNow = now} = conclusion;
  if (outputs !== void 0) return outputs;
  switch (operation) {
   case "check":
    return toCheckOutputs();

   case "gate":
    return toGateOutputs(false, messages.filter(isProblem).map(({text: text}) => text));

   case "sweep":
    return toSweepOutputs();

   case "open-maintenance":
   case "open-incident":
   case "update":
   case "resolve":
   case "delete":
    return toOutputs(records, serverNow);
  }
}

async function performOperation(dependencies, request) {
  if ("id" in request.values && request.values.id?.every(id => id === noId)) return concludeQuietly(`Nothing was opened, so there is nothing to ${request.operation}.`);
  if (request.operation === "gate") return gateStep(dependencies, request);
  const apiKey = request.values["api-key"];
  if (apiKey === void 0) return withoutKey(dependencies, request);
  switch (request.operation) {
   case "open-maintenance":
   case "open-incident":
    return openStep(dependencies, request, apiKey);

   case "resolve":
    return resolveStep(dependencies, request, apiKey);

   case "update":
   case "delete":
    return changeStep(dependencies, request, apiKey);

   case "check":
    return checkStep(dependencies, request, apiKey);

   case "sweep":
    return sweepStep(dependencies, request, apiKey);
  }
}

function describeFrame({host: host}, request, ignored) {
  const {operation: operation, values: values} = request;
  const messages = [];
  const api = values["api-url"];
  if (ignored.length > 0) messages.push(info(`Not used by ${operation}, and ignored: ${list(ignored)}.`));
  if (api.hostname !== "statuspage.me") messages.push(info(`Using the API at ${api.host}.`));
  if (values["dry-run"]) {
    const same = `Dry run: the same as without it, because ${operation} writes nothing.`;
    const rehearsal = "Dry run: everything is read and checked, nothing is sent.";
    messages.push(info(isRehearsal(request) ? rehearsal : same));
  }
  if (host.event === "pull_request_target") messages.push(warning("pull_request_target", pullRequestTarget));
  return messages;
}

const pullRequestTarget = "This workflow runs on pull_request_target, so untrusted users may publish text on the status page, and may read the API key. Deploy on push instead, or after the merge.";

async function withoutKey({host: host}, {operation: operation, values: values}) {
  const {doing: doing, undone: undone} = operations_operations[operation];
  const why = await host.explainMissingSecrets();
  if (why === void 0) {
    const policy = {
      onApiError: values["on-api-error"],
      operation: operation
    };
    return concludeFailure(doing, new MissingKeyError(host.kind), policy, host);
  }
  const message = notice("no secrets", `Could not ${doing}: ${why}. Nothing was sent to the status page, and the job continues.`);
  return {
    verdict: `\u26a0\ufe0f ${undone}: ${why} (the job continued)`,
    messages: [ message ],
    records: [],
    exit: "done"
  };
}

// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = process.getBuiltinModule("node:fs");

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);

// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/utils.js
function utils_toCommandValue(input) {
  if (input === null || input === void 0) return ""; else if (typeof input === "string" || input instanceof String) return input;
  return JSON.stringify(input);
}

function toCommandProperties(annotationProperties) {
  if (!Object.keys(annotationProperties).length) return {};
  return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn
  };
}

// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/command.js
function command_issueCommand(command, properties, message) {
  const cmd = new Command(command, properties, message);
  process.stdout.write(cmd.toString() + external_os_.EOL);
}

const CMD_STRING = "::";

class Command {
  constructor(command, properties, message) {
    if (!command) command = "missing.command";
    this.command = command;
    this.properties = properties;
    this.message = message;
  }
  toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
      cmdStr += " ";
      let first = true;
      for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
        const val = this.properties[key];
        if (val) {
          if (first) first = false; else cmdStr += ",";
          cmdStr += `${key}=${escapeProperty(val)}`;
        }
      }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
  }
}

function escapeData(s) {
  return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(s) {
  return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = process.getBuiltinModule("crypto");

// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);

// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/file-command.js
function file_command_issueFileCommand(command, message) {
  const filePath = process.env[`GITHUB_${command}`];
  if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
  if (!external_fs_.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
  external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
    encoding: "utf8"
  });
}

function file_command_prepareKeyValueMessage(key, value) {
  const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
  const convertedValue = utils_toCommandValue(value);
  if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
  if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
  return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}

// CONCATENATED MODULE: external "path"
process.getBuiltinModule("path");

external_os_.platform();

external_os_.arch();

var ExitCode;

(function(ExitCode) {
  ExitCode[ExitCode["Success"] = 0] = "Success";
  ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));

function core_setSecret(secret) {
  command_issueCommand("add-mask", {}, secret);
}

function getInput(name, options) {
  const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
  if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
  if (options && options.trimWhitespace === false) return val;
  return val.trim();
}

function setOutput(name, value) {
  const filePath = process.env["GITHUB_OUTPUT"] || "";
  if (filePath) return file_command_issueFileCommand("OUTPUT", file_command_prepareKeyValueMessage(name, value));
  process.stdout.write(external_os_.EOL);
  command_issueCommand("set-output", {
    name: name
  }, utils_toCommandValue(value));
}

function core_debug(message) {
  command_issueCommand("debug", {}, message);
}

function core_error(message, properties = {}) {
  command_issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function core_warning(message, properties = {}) {
  command_issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function core_notice(message, properties = {}) {
  command_issueCommand("notice", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function core_info(message) {
  process.stdout.write(message + external_os_.EOL);
}

function saveState(name, value) {
  const filePath = process.env["GITHUB_STATE"] || "";
  if (filePath) return file_command_issueFileCommand("STATE", file_command_prepareKeyValueMessage(name, value));
  command_issueCommand("save-state", {
    name: name
  }, utils_toCommandValue(value));
}

function getState(name) {
  return process.env[`STATE_${name}`] || "";
}

// CONCATENATED MODULE: ./lib/github/step-location.js
function readStepLocation(variables) {
  return {
    workflow: nameWorkflow(variables),
    branch: nameBranch(variables),
    choices: readChoices(variables.GITHUB_EVENT_NAME, readEvent(variables.GITHUB_EVENT_PATH))
  };
}

function nameWorkflow({GITHUB_WORKFLOW_REF: file = "", GITHUB_WORKFLOW: name = ""}) {
  return (file.includes("@refs/") ? file.split("@refs/") : file.split("@"))[0] || name;
}

function nameBranch(variables) {
  const {GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name = "", GITHUB_HEAD_REF: head = ""} = variables;
  if (type === "tag" || name === "") return;
  return head === "" ? name : `${name} ${head}`;
}

function readChoices(event, payload) {
  if (event === "workflow_dispatch") return {
    inputs: asObject(asObject(payload)?.inputs)
  };
  if (event !== "deployment") return {};
  const environment = asObject(asObject(payload)?.deployment)?.environment;
  return typeof environment === "string" ? {
    environment: environment
  } : {};
}

function readEvent(path) {
  try {
    return path ? JSON.parse((0, external_node_fs_namespaceObject.readFileSync)(path, "utf8")) : void 0;
  } catch {
    return;
  }
}

function asObject(value) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? {
    ...value
  } : void 0;
}

// CONCATENATED MODULE: ./node_modules/yocto-queue/index.js
class Node {
  value;
  next;
  constructor(value) {
    this.value = value;
  }
}

class Queue {
  #head;
  #tail;
  #size;
  constructor() {
    this.clear();
  }
  enqueue(value) {
    const node = new Node(value);
    if (this.#head) {
      this.#tail.next = node;
      this.#tail = node;
    } else {
      this.#head = node;
      this.#tail = node;
    }
    this.#size++;
  }
  dequeue() {
    const current = this.#head;
    if (!current) return;
    this.#head = this.#head.next;
    this.#size--;
    if (!this.#head) this.#tail = void 0;
    return current.value;
  }
  peek() {
    if (!this.#head) return;
    return this.#head.value;
  }
  clear() {
    this.#head = void 0;
    this.#tail = void 0;
    this.#size = 0;
  }
  get size() {
    return this.#size;
  }
  * [Symbol.iterator]() {
    let current = this.#head;
    while (current) {
      yield current.value;
      current = current.next;
    }
  }
  * drain() {
    while (this.#head) yield this.dequeue();
  }
}

// CONCATENATED MODULE: ./node_modules/p-limit/index.js
function pLimit(concurrency) {
  let rejectOnClear = false;
  if (typeof concurrency === "object") ({concurrency: concurrency, rejectOnClear: rejectOnClear = false} = concurrency);
  validateConcurrency(concurrency);
  if (typeof rejectOnClear !== "boolean") throw new TypeError("Expected `rejectOnClear` to be a boolean");
  const queue = new Queue;
  let activeCount = 0;
  const resumeNext = () => {
    if (activeCount < concurrency && queue.size > 0) {
      activeCount++;
      queue.dequeue().run();
    }
  };
  const next = () => {
    activeCount--;
    resumeNext();
  };
  const run = async (function_, resolve, arguments_) => {
    const result = (async () => function_(...arguments_))();
    resolve(result);
    try {
      await result;
    } catch {}
    next();
  };
  const enqueue = (function_, resolve, reject, arguments_) => {
    const queueItem = {
      reject: reject
    };
    new Promise(internalResolve => {
      queueItem.run = internalResolve;
      queue.enqueue(queueItem);
    }).then(run.bind(void 0, function_, resolve, arguments_));
    if (activeCount < concurrency) resumeNext();
  };
  const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
    enqueue(function_, resolve, reject, arguments_);
  });
  Object.defineProperties(generator, {
    activeCount: {
      get: () => activeCount
    },
    pendingCount: {
      get: () => queue.size
    },
    clearQueue: {
      value() {
        if (!rejectOnClear) {
          queue.clear();
          return;
        }
        const abortError = AbortSignal.abort().reason;
        while (queue.size > 0) queue.dequeue().reject(abortError);
      }
    },
    concurrency: {
      get: () => concurrency,
      set(newConcurrency) {
        validateConcurrency(newConcurrency);
        concurrency = newConcurrency;
        queueMicrotask(() => {
          while (activeCount < concurrency && queue.size > 0) resumeNext();
        });
      }
    },
    map: {
      async value(iterable, function_) {
        const promises = [];
        try {
          Array.from(iterable, (value, index) => {
            const promise = generator(function_, value, index);
            promises.push(promise);
            return promise;
          });
        } catch (error) {
          for (const promise of promises) promise.catch(() => {});
          throw error;
        }
        return Promise.all(promises);
      }
    }
  });
  return generator;
}

function validateConcurrency(concurrency) {
  if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) throw new TypeError("Expected `concurrency` to be a number from 1 and up");
}

// CONCATENATED MODULE: ./lib/github/octokit.js
const requestTimeoutMs = 10 * secondMs;

const silent = () => {};

const log = {
  debug: silent,
  info: silent,
  warn: silent,
  error: silent
};

function createAskForRun({token: token, repository: repository, apiUrl: apiUrl, signal: signal}) {
  const [owner = "", repo = ""] = repository.split("/");
  const load = async () => {
    const [{getOctokit: getOctokit}, {createConnection: createConnection}] = await Promise.all([ Promise.all([ __nccwpck_require__.e(580), __nccwpck_require__.e(319), __nccwpck_require__.e(811) ]).then(__nccwpck_require__.bind(__nccwpck_require__, 9319)), Promise.all([ __nccwpck_require__.e(580), __nccwpck_require__.e(941) ]).then(__nccwpck_require__.bind(__nccwpck_require__, 4941)) ]);
    const request = {
      fetch: createFetch(createConnection(process.env).send, requestTimeoutMs)
    };
    return getOctokit(token, {
      baseUrl: apiUrl.replace(/\/+$/, ""),
      userAgent: "statuspage-me-action",
      log: log,
      request: request
    });
  };
  let octokit;
  return async (runId, timeoutMs) => {
    const over = new AbortController;
    const stop = () => over.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal?.addEventListener("abort", stop);
    try {
      octokit ??= load();
      const {status: status, headers: headers, data: data} = await (await octokit).request({
        method: "GET",
        url: "/repos/{owner}/{repo}/actions/runs/{run_id}",
        owner: owner,
        repo: repo,
        run_id: runId,
        exclude_pull_requests: true,
        request: {
          signal: over.signal,
          log: log
        }
      });
      return {
        status: status,
        headers: headers,
        data: data
      };
    } catch (error) {
      if (over.signal.aborted) return {
        detail: `no answer within ${describeDuration(timeoutMs)}`
      };
      return replyOf(error) ?? {
        detail: reasonOf(error)
      };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  };
}

function replyOf(error) {
  return octokit_isObject(error) && octokit_isObject(error.response) ? error.response : void 0;
}

function reasonOf(error) {
  if (!octokit_isObject(error)) return String(error);
  const {cause: cause, message: message} = error;
  if (!(cause instanceof wire.c)) return String(error.code ?? message);
  const {code: code, detail: detail = code, proxy: proxy} = cause;
  return proxy === void 0 ? detail : `proxy ${proxy}: ${detail}`;
}

function octokit_isObject(value) {
  return typeof value === "object" && value !== null;
}

const mostRedirects = 5;

const withoutBody = [ 204, 205, 304 ];

function createFetch(send, timeoutMs) {
  return async (address, {headers: wanted, signal: signal} = {}) => {
    const headers = new Headers(wanted);
    let url = new URL(address instanceof Request ? address.url : address);
    for (let redirects = 0; ;redirects += 1) {
      const request = {
        method: "GET",
        url: url,
        headers: Object.fromEntries(headers),
        body: void 0,
        timeoutMs: timeoutMs
      };
      const reply = await send({
        ...request,
        signal: signal ?? void 0
      });
      const {location: location} = reply.headers;
      if (reply.status < 300 || reply.status >= 400 || location === void 0 || redirects === mostRedirects) return new Response(withoutBody.includes(reply.status) ? null : reply.text, reply);
      const next = new URL(location, url);
      if (next.origin !== url.origin) headers.delete("authorization");
      url = next;
    }
  };
}

// CONCATENATED MODULE: ./lib/github/workflow-runs.js
const sideBySide = 4;

const workflow_runs_firstWaitMs = .5 * secondMs;

const workflow_runs_mostAttempts = 5;

const mostUnanswered = 3;

function createWorkflowRuns(options) {
  const {token: token, clock: clock, deadline: deadline, signal: signal} = options;
  const limit = pLimit(sideBySide);
  const asked = new Map;
  const askForRun = createAskForRun(options);
  let resumeAt = new Date(0);
  let timesLimited = 0;
  let lastLimit;
  let unansweredInARow = 0;
  let givenUp;
  const failure = (code, about = {}) => new WorkflowRunsError({
    ...about,
    code: code,
    detail: about.detail && sentenceOf(about.detail.replaceAll(token, "***"))
  });
  const giveUp = error => {
    givenUp = error;
    return error;
  };
  const waitForTurn = async () => {
    for (;;) {
      const now = clock.now();
      const waitMs = msBetween(now, resumeAt);
      if (signal?.aborted) throw failure("interrupted");
      if (givenUp !== void 0) throw givenUp;
      if (waitMs > 0 && resumeAt >= deadline) throw failure("rate-limited", {
        ...lastLimit && aboutOf(lastLimit),
        waitMs: waitMs
      });
      if (now >= deadline) throw failure("out-of-time");
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
    }
  };
  const noteLimits = reply => {
    const now = clock.now();
    if (isRateLimited(reply)) {
      if (resumeAt <= now) timesLimited += 1;
      lastLimit = reply;
    }
    resumeAt = latest(resumeAt, later(now, planPause(reply, timesLimited, now)));
  };
  const ask = async runId => {
    if (!isSendable(token)) throw failure("unauthorized");
    let attempts = 0;
    for (;;) {
      await waitForTurn();
      const reply = await askForRun(runId, Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)));
      if ("status" in reply) {
        noteLimits(reply);
        if (isRateLimited(reply)) continue;
        const state = workflow_runs_readState(reply, runId);
        if (state !== void 0) {
          unansweredInARow = 0;
          timesLimited = 0;
          return state;
        }
        if (reply.status === 401) throw giveUp(failure("unauthorized", aboutOf(reply)));
        if (reply.status === 403) throw giveUp(failure("forbidden", aboutOf(reply)));
      }
      if (signal?.aborted) throw failure("interrupted");
      attempts += 1;
      const waitMs = planRepetition(reply, attempts, clock.now());
      if (waitMs === void 0 || later(clock.now(), waitMs) >= deadline) {
        unansweredInARow += 1;
        const error = failure("unreachable", aboutOf(reply));
        throw unansweredInARow < mostUnanswered ? error : giveUp(error);
      }
      await clock.sleep(waitMs, signal);
    }
  };
  return {
    fetchState: runId => {
      const state = asked.get(runId) ?? limit(ask, runId);
      asked.set(runId, state);
      return state;
    }
  };
}

function workflow_runs_readState({status: status, data: data}, runId) {
  if (status === 404) return "unknown";
  if (status !== 200 || !octokit_isObject(data) || String(data.id) !== runId) return;
  if (data.status === "completed") return "completed";
  return typeof data.status === "string" || data.status === null ? "in-progress" : void 0;
}

function isRateLimited(reply) {
  if (reply.status === 429) return true;
  if (reply.status !== 403) return false;
  const {headers: headers} = reply;
  const signs = headers["retry-after"] !== void 0 || String(headers["x-ratelimit-remaining"]) === "0";
  return signs || /rate limit/i.test(messageOf(reply) ?? "");
}

function planPause(reply, times, now) {
  const {headers: headers} = reply;
  const refused = isRateLimited(reply);
  const serverNow = new Date(String(headers.date));
  const present = Number.isNaN(serverNow.getTime()) ? now : serverNow;
  const retryAfterMs = refused ? parseRetryAfter(workflow_runs_textOf(headers["retry-after"]), present) : void 0;
  const reset = workflow_runs_textOf(headers["x-ratelimit-reset"]) ?? "";
  if (retryAfterMs !== void 0) return Math.min(dayMs, Math.max(secondMs, retryAfterMs));
  if (String(headers["x-ratelimit-remaining"]) === "0" && /^\d{1,12}$/.test(reset)) return Math.min(dayMs, Math.max(0, msBetween(present, new Date(Number(reset) * secondMs))) + secondMs);
  return refused ? Math.min(dayMs, minuteMs * 2 ** Math.max(0, times - 1)) : 0;
}

function planRepetition(reply, attempts, now) {
  if (attempts >= workflow_runs_mostAttempts) return;
  const backoffMs = workflow_runs_firstWaitMs * 2 ** (attempts - 1);
  if (!("status" in reply)) return backoffMs;
  if (reply.status >= 400 && reply.status < 500 && reply.status !== 408) return;
  return Math.min(dayMs, Math.max(backoffMs, parseRetryAfter(workflow_runs_textOf(reply.headers["retry-after"]), now) ?? 0));
}

function workflow_runs_textOf(header) {
  return header === void 0 ? void 0 : String(header);
}

function messageOf({data: data}) {
  return octokit_isObject(data) && typeof data.message === "string" ? data.message : void 0;
}

function aboutOf(reply) {
  return "status" in reply ? {
    status: reply.status,
    detail: messageOf(reply)
  } : reply;
}

function isSendable(token) {
  return /^[\x21-\x7e]+$/.test(token);
}

// CONCATENATED MODULE: ./lib/github/runner.js
const variable = name => process.env[name] ?? "";

function readRunnerInputs() {
  const read = name => getInput(name, {
    trimWhitespace: name !== "api-key"
  });
  return {
    kind: "runner",
    texts: Object.fromEntries(inputs_inputNames.map(name => [ name, read(name) ])),
    unknownNames: Object.keys(process.env).flatMap(name => /^INPUT_(.+)$/.exec(name)?.[1]?.toLowerCase() ?? []).filter(name => !inputs_inputNames.includes(name)),
    nameOf: nameInWorkflow
  };
}

function createRunnerFrame({texts: texts}, interruption) {
  return {
    startedAt: new Date(Date.now() - process.uptime() * 1e3),
    interruption: interruption,
    run: runner_identify(texts.matrix)
  };
}

function createRunnerHost() {
  const masks = [];
  const conceal = text => masks.reduce((rest, mask) => mask(rest), text);
  return {
    kind: "runner",
    nameOf: nameInWorkflow,
    log: {
      mask: secret => {
        core_setSecret(secret);
        masks.push(createMask(secret));
      },
      debug: line => core_debug(conceal(line)),
      info: line => core_info(conceal(line)),
      result: line => core_info(conceal(line)),
      notice: (text, title) => core_notice(conceal(text), annotation(title)),
      warning: (text, title) => core_warning(conceal(text), annotation(title)),
      error: (text, title) => core_error(conceal(text), annotation(title))
    },
    setOutputs: outputs => {
      for (const [name, value] of Object.entries(outputs)) runner_setOutput(name, conceal(formatOutput(name, value)));
    },
    saveState: (name, text) => runner_saveState(name, conceal(text)),
    savedState: name => getState(name) || void 0,
    addSummary: async markdown => {
      const file = variable("GITHUB_STEP_SUMMARY");
      if (file === "") return;
      try {
        (0, external_node_fs_namespaceObject.appendFileSync)(file, `${conceal(markdown)}\n`);
      } catch (error) {
        core_debug(`No summary: ${error}`);
      }
    },
    workflowRuns: ({interruption: interruption, ...access}) => createWorkflowRuns({
      ...access,
      repository: variable("GITHUB_REPOSITORY"),
      apiUrl: variable("GITHUB_API_URL") || "https://api.github.com",
      signal: interruption
    }),
    event: variable("GITHUB_EVENT_NAME"),
    explainMissingSecrets: async () => {
      const {context: context} = await Promise.all([ __nccwpck_require__.e(580), __nccwpck_require__.e(319), __nccwpck_require__.e(811) ]).then(__nccwpck_require__.bind(__nccwpck_require__, 9319));
      const source = context.payload.pull_request?.head?.repo;
      return explainMissingSecrets({
        actor: context.actor,
        event: variable("GITHUB_EVENT_NAME"),
        repository: variable("GITHUB_REPOSITORY"),
        pullRequestFrom: source === null ? "deleted" : source?.full_name
      });
    }
  };
}

function runner_saveState(name, text) {
  try {
    saveState(name, text);
  } catch (error) {
    throw new UserError("state not saved", `Could not save the state for the post step: ${runner_reasonOf(error)}. Check the disk of the runner.`, "failed");
  }
}

function runner_setOutput(name, text) {
  try {
    setOutput(name, text);
  } catch (error) {
    throw new UserError("outputs not written", `Could not write the outputs of this step: ${runner_reasonOf(error)}. Check the disk of the runner.`, "failed");
  }
}

function runner_reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function annotation(title) {
  return {
    title: `StatusPage.me: ${title}`
  };
}

function runner_identify(matrix) {
  const server = variable("GITHUB_SERVER_URL").replace(/\/+$/, "");
  const repository = variable("GITHUB_REPOSITORY");
  const id = variable("GITHUB_RUN_ID");
  return {
    server: server,
    repository: repository,
    ...readStepLocation(process.env),
    id: id,
    attempt: Number(variable("GITHUB_RUN_ATTEMPT")) || 1,
    job: variable("GITHUB_JOB"),
    leg: parseMatrix(matrix ?? "") ?? "",
    step: variable("GITHUB_ACTION"),
    tag: variable("GITHUB_REF_TYPE") === "tag" ? variable("GITHUB_REF_NAME") : void 0,
    url: id === "" ? void 0 : `${server}/${repository}/actions/runs/${id}`
  };
}

function explainMissingSecrets({actor: actor, event: event, repository: repository, pullRequestFrom: pullRequestFrom}) {
  if (actor === "dependabot[bot]") return "Dependabot gets no secrets of Actions";
  const isFromFork = pullRequestFrom !== void 0 && pullRequestFrom !== repository;
  if (isFromFork && event !== "pull_request_target") return "a pull request from a fork gets no secrets";
  return;
}

// CONCATENATED MODULE: ./lib/github/steps.js
function runMain() {
  const given = readRunnerInputs();
  const context = {
    host: createRunnerHost(),
    frame: createRunnerFrame(given, watchSignals().interruption)
  };
  return withNetwork(context, dependencies => mainStep(dependencies, given));
}

function runPost() {
  const given = readRunnerInputs();
  const context = {
    host: createRunnerHost(),
    frame: createRunnerFrame(given, (new AbortController).signal)
  };
  return withNetwork(context, dependencies => postStep(dependencies, given));
}

async function mainStep(dependencies, given) {
  return stepExitCode(await perform(dependencies, given));
}

async function postStep(dependencies, given) {
  maskSecrets(dependencies.host.log, given.texts);
  let conclusion;
  try {
    ({conclusion: conclusion} = await endRemembered(dependencies, () => readEndRequest(given), given.texts["on-api-error"] === "fail"));
    if (conclusion.verdict !== void 0) conclusion = withEmptyOutcome(conclusion, given);
  } catch (error) {
    conclusion = concludeFailure("end the notice", error, {
      onApiError: "warn",
      operation: "resolve"
    }, dependencies.host);
  }
  await step_report(dependencies, conclusion, false);
  return stepExitCode(conclusion);
}

function readEndRequest(given) {
  const values = readPostInputs(given);
  return {
    values: values,
    outcome: values.outcome === "job" ? values["job-status"] : values.outcome
  };
}

function withEmptyOutcome(conclusion, {texts: texts}) {
  if (texts.outcome !== "") return conclusion;
  const message = warning("no outcome", "outcome is empty, so the status of the job counts. Check the expression: does it name a step of this job by its id?");
  return {
    ...conclusion,
    messages: [ message, ...conclusion.messages ]
  };
}

var __webpack_exports__mainStep = __webpack_exports__.Uq;

var __webpack_exports__postStep = __webpack_exports__.FW;

var __webpack_exports__runMain = __webpack_exports__.VN;

var __webpack_exports__runPost = __webpack_exports__.a2;

export { __webpack_exports__mainStep as mainStep, __webpack_exports__postStep as postStep, __webpack_exports__runMain as runMain, __webpack_exports__runPost as runPost };
