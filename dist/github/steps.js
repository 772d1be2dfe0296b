import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
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
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
__webpack_unused_export__ = closest;


/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 2556:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ WireError),
/* harmony export */   x: () => (/* binding */ toWireError)
/* harmony export */ });
class WireError extends Error {
    code;
    sent;
    detail;
    proxy;
    lasting;
    constructor(code, breakage) {
        super(breakage.detail === undefined ? code : `${code} (${breakage.detail})`);
        this.name = 'WireError';
        this.code = code;
        this.sent = breakage.sent;
        this.detail = breakage.detail;
        this.proxy = breakage.proxy;
        this.lasting = breakage.lasting ?? false;
    }
}
function toWireError(reason, sent, proxy) {
    if (reason instanceof WireError)
        return reason;
    if (reason === 'interrupted' || reason === 'too-large')
        return new WireError(reason, { sent, proxy });
    if (sent) {
        if (reason === 'timeout')
            return new WireError('timeout', { sent, proxy });
        if (codeOf(reason) === 'UND_ERR_HEADERS_OVERFLOW')
            return new WireError('too-large', { sent, proxy, detail: 'headers' });
        return new WireError('reset', { sent, proxy, detail: codeOf(reason) });
    }
    if (reason === 'timeout') {
        return new WireError(proxy === undefined ? 'refused' : 'proxy', { sent, proxy, detail: 'no connection in time' });
    }
    return explainUnsent(reason, proxy);
}
function explainUnsent(reason, proxy) {
    const code = codeOf(reason);
    if (isCertificateCode(code)) {
        return new WireError('certificate', { sent: false, proxy, detail: `${code}: ${messageOf(reason)}` });
    }
    if (proxy !== undefined) {
        const status = /\((\d{3})\)/.exec(messageOf(reason))?.[1];
        const lasting = status?.startsWith('4') ?? false;
        return new WireError('proxy', { sent: false, proxy, detail: status ?? code, lasting });
    }
    const unknownHost = code === 'ENOTFOUND' || code.startsWith('EAI_');
    return new WireError(unknownHost ? 'unknown-host' : 'refused', { sent: false, detail: code });
}
function isCertificateCode(code) {
    return /CERT|SELF_SIGNED|UNABLE_TO_|ISSUER|CRL_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH|^ERR_(TLS|SSL)_|^EPROTO$/.test(code);
}
function codeOf(reason) {
    const { code, name } = asError(reason);
    return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}
function messageOf(reason) {
    const { message } = asError(reason);
    return typeof message === 'string' ? message : '';
}
function asError(reason) {
    return typeof reason === 'object' && reason !== null ? reason : {};
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
var __webpack_exports__ = {};

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Uq: () => (/* binding */ mainStep),
  FW: () => (/* binding */ postStep),
  VN: () => (/* binding */ runMain),
  a2: () => (/* binding */ runPost)
});

;// CONCATENATED MODULE: ./lib/domain/secret.js
const leastRun = 8;
const secret_layers = 3;
function createMask(secret) {
    const forms = formsOf(secret);
    return (text) => {
        const hidden = [];
        let layer = { text, starts: undefined };
        for (let depth = 0; depth <= secret_layers && layer !== undefined; depth += 1) {
            for (const form of forms)
                hidden.push(...findRuns(layer, form));
            layer = readEscapes(layer);
        }
        return hidden.length === 0 ? text : cutOut(text, hidden);
    };
}
const inLowerCase = (text) => text.toLowerCase();
const inStandardDigits = (text) => text.replaceAll('-', '+').replaceAll('_', '/');
function formsOf(secret) {
    if (secret === '')
        return [];
    const plain = formOf([secret.toLowerCase()], leastRun, inLowerCase);
    if (secret.length < leastRun)
        return [plain];
    const hex = formOf([Buffer.from(secret).toString('hex')], 2 * leastRun, inLowerCase);
    const base64 = [0, 1, 2].map((before) => Buffer.from(`${'x'.repeat(before)}${secret}`)
        .toString('base64')
        .replace(/=*$/, '')
        .slice(Math.ceil((before * 4) / 3), -1));
    return [plain, hex, formOf(base64, leastRun, inStandardDigits)];
}
function formOf(texts, most, read) {
    const length = Math.min(most, ...texts.map((text) => text.length));
    const pieces = texts.flatMap((text) => Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length)));
    return { length, pieces: new Set(pieces), read };
}
function findRuns({ text, starts }, { length, pieces, read }) {
    const found = [];
    const sought = read(text);
    const placeOf = (at) => starts?.[at] ?? at;
    for (let at = 0; at + length <= sought.length; at += 1) {
        if (pieces.has(sought.slice(at, at + length)))
            found.push([placeOf(at), placeOf(at + length)]);
    }
    return found;
}
const escapes = /\\u\{?0*([0-9a-f]{2})\}?|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x0*([0-9a-f]{2});?|&#0*([0-9]{2,3});?|\\([!-~])|&(amp|lt|gt|quot|apos|lowbar|percnt|bsol|sol);/gi;
const entities = {
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", lowbar: '_', percnt: '%', bsol: '\\', sol: '/' },
};
function readEscapes({ text, starts }) {
    const places = [];
    let read = '';
    let next = 0;
    const copyUpTo = (end) => {
        read += text.slice(next, end);
        for (; next < end; next += 1)
            places.push(starts?.[next] ?? next);
    };
    for (const match of text.matchAll(escapes)) {
        copyUpTo(match.index);
        read += characterOf(match);
        places.push(starts?.[next] ?? next);
        next += match[0].length;
    }
    if (next === 0)
        return undefined;
    copyUpTo(text.length);
    return { text: read, starts: [...places, starts?.[text.length] ?? text.length] };
}
function characterOf([, unicode, byte, percent, hex, decimal, itself, name]) {
    if (itself !== undefined)
        return itself;
    if (name !== undefined)
        return entities[name.toLowerCase()] ?? '?';
    const digits = unicode ?? byte ?? percent ?? hex;
    return String.fromCharCode(digits === undefined ? Number(decimal) : Number.parseInt(digits, 16));
}
function cutOut(text, hidden) {
    let shown = '';
    let next = 0;
    for (const [start, end] of hidden.toSorted(([a], [b]) => a - b)) {
        if (end <= next)
            continue;
        if (start > next || next === 0)
            shown += `${text.slice(next, start)}***`;
        next = end;
    }
    return shown + text.slice(next);
}

;// CONCATENATED MODULE: ./lib/domain/time.js
const secondMs = 1_000;
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
function formatTime(date) {
    return `${floorSecond(date).toISOString().slice(0, 19)}Z`;
}
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
function parseTime(text) {
    if (!rfc3339.test(text))
        return undefined;
    const date = new Date(text);
    const day = Number(text.slice(8, 10));
    const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
    return Number.isNaN(date.getTime()) || day > lastDay ? undefined : date;
}
const time_short = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const iso = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
function parseDuration(text) {
    const parts = time_short.exec(text) ?? iso.exec(text);
    if (parts === null || parts.slice(1).every((part) => part === undefined))
        return undefined;
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
    return days * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs;
}
function formatDuration(ms) {
    const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
    const parts = splitDuration(Math.ceil(ms / unit) * unit);
    const text = parts.map(([count, letter]) => `${count}${letter}`).join('');
    return text === '' ? '0s' : text;
}
const words = { d: 'd', h: 'h', m: 'min', s: 's' };
function describeDuration(ms) {
    const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
    const parts = splitDuration(Math.round(Math.max(0, ms) / unit) * unit);
    return parts.length === 0 ? '0 s' : parts.map(([count, letter]) => `${count} ${words[letter]}`).join(' ');
}
function splitDuration(ms) {
    const counts = [
        [Math.floor(ms / dayMs), 'd'],
        [Math.floor((ms % dayMs) / hourMs), 'h'],
        [Math.floor((ms % hourMs) / minuteMs), 'm'],
        [Math.floor((ms % minuteMs) / secondMs), 's'],
    ];
    return counts.filter(([count]) => count > 0);
}
function describeTime(date, now) {
    return `${dayOf(date) === dayOf(now) ? '' : `${dayOf(date)} `}${timeOfDay(date, 5)} UTC`;
}
function describeSpan(start, end, now) {
    const lengthMs = msBetween(start, end);
    const digits = lengthMs < 2 * minuteMs ? 8 : 5;
    const [from, to] = [timeOfDay(start, digits), timeOfDay(end, digits)];
    const day = dayOf(start) === dayOf(now) ? '' : `${dayOf(start)} `;
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
    return 'at' in start ? start.at : later(now, start.afterMs);
}

;// CONCATENATED MODULE: ./lib/domain/text.js

const abandonedMessage = 'The update that opened this notice ended without closing it.';
function fillPlaceholders(text, { startedAt, now, endAt, tag }) {
    const values = {
        elapsed: describeDuration(msBetween(startedAt, now)),
        'end-at': endAt && describeTime(endAt, now),
        tag,
    };
    return text.replace(/ ?\{(elapsed|end-at|tag)\}/g, (found, name) => {
        const value = values[name];
        if (value === undefined)
            return '';
        return found.startsWith(' ') ? ` ${value}` : value;
    });
}
function list(words, last = 'and') {
    return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
const ciCommands = [
    [/##(?=\w*\[)/g, '# #'],
    [/^([^\S\n]*):(?=:)/gm, '$1: '],
    [/\bsection_(?=(?:start|end):)/g, 'section_ '],
    [/^(-(?=--[ \t]|--$)|\+(?=\+\+[ \t]|\+\+$)|~(?=~~[ \t]|~~$)|\^(?=\^\^[ \t]|\^\^$))/gm, '$1 '],
];
function withoutCommands(text) {
    return ciCommands.reduce((rest, [command, harmless]) => rest.replace(command, harmless), text);
}
function forTerminal(text) {
    return withoutCommands(text.replace(/\r\n/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, ''));
}
function toJson(value, write) {
    const json = JSON.stringify(value, (_name, inner) => (typeof inner === 'string' ? write(inner) : inner));
    const toEscape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return json.replace(/[\p{Cc}\p{Bidi_Control}]/gu, toEscape).replace(/#(?=\w*\[)|_(?=(?:start|end):)/g, toEscape);
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/util.js

// functions
function assertEqual(val) {
    return val;
}
function assertNotEqual(val) {
    return val;
}
function toZod() {
    return (schema) => schema;
}
function assertIs(_arg) { }
function assertNever(_x) {
    throw new Error("Unexpected value in exhaustive check");
}
function assert(_) { }
function getEnumValues(entries) {
    const numericValues = Object.values(entries).filter((v) => typeof v === "number");
    const values = Object.entries(entries)
        .filter(([k, _]) => numericValues.indexOf(+k) === -1)
        .map(([_, v]) => v);
    return values;
}
function joinValues(array, separator = "|") {
    return array.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
    if (typeof value === "bigint")
        return value.toString();
    return value;
}
// the accessor lives on a shared prototype: an own accessor makes every box a dictionary-mode object (~360 B and a slow load per read against ~100 B and an inlined getter here)
class Cached {
    constructor(getter) {
        this._getter = getter;
        this._value = undefined;
    }
    get value() {
        const getter = this._getter;
        if (getter !== undefined) {
            this._value = getter();
            this._getter = undefined;
        }
        return this._value;
    }
}
function cached(getter) {
    return new Cached(getter);
}
function nullish(input) {
    return input === null || input === undefined;
}
function cleanRegex(source) {
    const start = source.startsWith("^") ? 1 : 0;
    const end = source.endsWith("$") ? source.length - 1 : source.length;
    return source.slice(start, end);
}
function floatSafeRemainder(val, step) {
    const ratio = val / step;
    const roundedRatio = Math.round(ratio);
    // `val` and `step` each round to a double before the division rounds again, so a true decimal multiple's quotient can sit up to 1.5 of these scaled epsilons from the integer. A 1x tolerance therefore rejected 2.03 as a multiple of 0.07; 4x covers the worst case with margin.
    const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
    if (Math.abs(ratio - roundedRatio) < tolerance)
        return 0;
    return ratio - roundedRatio;
}
const EVALUATING = /* @__PURE__*/ (/* unused pure expression or super */ null && (Symbol("evaluating")));
function defineLazy(object, key, getter) {
    let value = undefined;
    Object.defineProperty(object, key, {
        get() {
            if (value === EVALUATING) {
                // Circular reference detected, return undefined to break the cycle
                return undefined;
            }
            if (value === undefined) {
                value = EVALUATING;
                value = getter();
            }
            return value;
        },
        set(v) {
            Object.defineProperty(object, key, {
                value: v,
                // configurable: true,
            });
            // object[key] = v;
        },
        configurable: true,
    });
}
function objectClone(obj) {
    return Object.create(Object.getPrototypeOf(obj), Object.getOwnPropertyDescriptors(obj));
}
function assignProp(target, prop, value) {
    Object.defineProperty(target, prop, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
    });
}
/**
 * Whichever object a def's `shape` currently answers from: the one the caller passed until the first read, the frozen copy after it.
 *
 * Its keys and descriptors read without invoking anything, which is what lets a discriminated union check its discriminator, and the cycle walk read a shape, without resolving a getter that references the schema being constructed. A def that answers `shape` from an accessor of its own has none.
 */
function rawShape(def) {
    const desc = Object.getOwnPropertyDescriptor(def, "shape");
    return desc?.get ? desc.get.raw : desc?.value;
}
// where a builder reads its source's keys and descriptors, resolving only a shape a def answers for itself. A shape resolves by object spread, so only its enumerable keys are ever part of it.
function sourceShape(schema) {
    return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
// a key whose value is not settled yet, self-caching so every read after the first gets the same one
function deferProp(target, key, getter) {
    Object.defineProperty(target, key, {
        get() {
            const value = getter();
            assignProp(this, key, value);
            return value;
        },
        enumerable: true,
        configurable: true,
    });
}
// Writes a settled key. A plain assignment is much cheaper than `defineProperty` and produces the same descriptor, but it runs whatever setter already answers to the key \u2014 an accessor this shape deferred, or an inherited one, which `__proto__` has on every object and prototype pollution can add for any name.
function putProp(target, key, value) {
    if (key in target)
        assignProp(target, key, value);
    else
        target[key] = value;
}
/**
 * Copies `keys` of `source`'s shape onto `target`, each value passed through `wrap`.
 *
 * A key the source has resolved is copied through now, so the derived shape states it outright and nothing has to resolve it to learn what it holds. A key the source still defers stays deferred, and reads back through the source's own `shape`, so it resolves once and both shapes get that one schema.
 */
function mirrorShape(target, source, keys, wrap) {
    const raw = sourceShape(source);
    for (const key of keys) {
        const desc = Object.getOwnPropertyDescriptor(raw, key);
        if (!desc.enumerable)
            continue;
        if (desc.get) {
            deferProp(target, key, () => {
                const value = source._zod.def.shape[key];
                return wrap ? wrap(value, key) : value;
            });
        }
        else
            putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
    }
}
// same, for a plain shape a caller passed rather than a schema's
function mirrorProps(target, source) {
    for (const key of Reflect.ownKeys(source)) {
        const desc = Object.getOwnPropertyDescriptor(source, key);
        if (!desc.enumerable)
            continue;
        if (desc.get)
            deferProp(target, key, () => source[key]);
        else
            putProp(target, key, desc.value);
    }
}
function mergeDefs(...defs) {
    const mergedDescriptors = {};
    for (const def of defs) {
        const descriptors = Object.getOwnPropertyDescriptors(def);
        Object.assign(mergedDescriptors, descriptors);
    }
    return Object.defineProperties({}, mergedDescriptors);
}
function cloneDef(schema) {
    return mergeDefs(schema._zod.def);
}
function getElementAtPath(obj, path) {
    if (!path)
        return obj;
    return path.reduce((acc, key) => acc?.[key], obj);
}
function promiseAllObject(promisesObj) {
    const keys = Object.keys(promisesObj);
    const promises = keys.map((key) => promisesObj[key]);
    return Promise.all(promises).then((results) => {
        const resolvedObj = {};
        for (let i = 0; i < keys.length; i++) {
            resolvedObj[keys[i]] = results[i];
        }
        return resolvedObj;
    });
}
function randomString(length = 10) {
    const chars = "abcdefghijklmnopqrstuvwxyz";
    let str = "";
    for (let i = 0; i < length; i++) {
        str += chars[Math.floor(Math.random() * chars.length)];
    }
    return str;
}
function esc(str) {
    return JSON.stringify(str);
}
function slugify(input) {
    return input
        .toLowerCase()
        .trim()
        .replace(/[^\w\s-]/g, "")
        .replace(/[\s_-]+/g, "-")
        .replace(/^-+|-+$/g, "");
}
const captureStackTrace = ("captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => { });
function util_isObject(data) {
    return typeof data === "object" && data !== null && !Array.isArray(data);
}
const allowsEval = /* @__PURE__*/ (/* unused pure expression or super */ null && (cached(() => {
    // Skip the probe under `jitless`: strict CSPs report the caught `new Function` as a `securitypolicyviolation` even though the throw is swallowed.
    if (globalConfig.jitless) {
        return false;
    }
    // @ts-ignore
    if (typeof navigator !== "undefined" && navigator?.userAgent?.includes("Cloudflare")) {
        return false;
    }
    try {
        const F = Function;
        new F("");
        return true;
    }
    catch (_) {
        return false;
    }
})));
function isPlainObject(o) {
    if (util_isObject(o) === false)
        return false;
    // modified constructor
    const ctor = o.constructor;
    if (ctor === undefined)
        return true;
    if (typeof ctor !== "function")
        return true;
    // modified prototype
    const prot = ctor.prototype;
    if (util_isObject(prot) === false)
        return false;
    // ctor doesn't have static `isPrototypeOf`
    if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) {
        return false;
    }
    return true;
}
function shallowClone(o) {
    if (isPlainObject(o))
        return { ...o };
    if (Array.isArray(o))
        return [...o];
    if (o instanceof Map)
        return new Map(o);
    if (o instanceof Set)
        return new Set(o);
    return o;
}
function numKeys(data) {
    let keyCount = 0;
    for (const key in data) {
        if (Object.prototype.hasOwnProperty.call(data, key)) {
            keyCount++;
        }
    }
    return keyCount;
}
const getParsedType = (data) => {
    const t = typeof data;
    switch (t) {
        case "undefined":
            return "undefined";
        case "string":
            return "string";
        case "number":
            return Number.isNaN(data) ? "nan" : "number";
        case "boolean":
            return "boolean";
        case "function":
            return "function";
        case "bigint":
            return "bigint";
        case "symbol":
            return "symbol";
        case "object":
            if (Array.isArray(data)) {
                return "array";
            }
            if (data === null) {
                return "null";
            }
            if (data.then && typeof data.then === "function" && data.catch && typeof data.catch === "function") {
                return "promise";
            }
            if (typeof Map !== "undefined" && data instanceof Map) {
                return "map";
            }
            if (typeof Set !== "undefined" && data instanceof Set) {
                return "set";
            }
            if (typeof Date !== "undefined" && data instanceof Date) {
                return "date";
            }
            // @ts-ignore
            if (typeof File !== "undefined" && data instanceof File) {
                return "file";
            }
            return "object";
        default:
            throw new Error(`Unknown data type: ${t}`);
    }
};
const propertyKeyTypes = /* @__PURE__*/ new Set(["string", "number", "symbol"]);
const primitiveTypes = /* @__PURE__*/ new Set([
    "string",
    "number",
    "bigint",
    "boolean",
    "symbol",
    "undefined",
]);
function escapeRegex(str) {
    return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
// zod-specific utils
function clone(inst, def, params) {
    const cl = new inst._zod.constr(def ?? inst._zod.def);
    if (!def || params?.parent)
        cl._zod.parent = inst;
    return cl;
}
function normalizeParams(_params) {
    const params = _params;
    if (!params)
        return {};
    if (typeof params === "string")
        return { error: () => params };
    if (params?.message !== undefined) {
        if (params?.error !== undefined)
            throw new Error("Cannot specify both `message` and `error` params");
        params.error = params.message;
    }
    delete params.message;
    if (typeof params.error === "string")
        return { ...params, error: () => params.error };
    return params;
}
function createTransparentProxy(getter) {
    let target;
    return new Proxy({}, {
        get(_, prop, receiver) {
            target ?? (target = getter());
            return Reflect.get(target, prop, receiver);
        },
        set(_, prop, value, receiver) {
            target ?? (target = getter());
            return Reflect.set(target, prop, value, receiver);
        },
        has(_, prop) {
            target ?? (target = getter());
            return Reflect.has(target, prop);
        },
        deleteProperty(_, prop) {
            target ?? (target = getter());
            return Reflect.deleteProperty(target, prop);
        },
        ownKeys(_) {
            target ?? (target = getter());
            return Reflect.ownKeys(target);
        },
        getOwnPropertyDescriptor(_, prop) {
            target ?? (target = getter());
            return Reflect.getOwnPropertyDescriptor(target, prop);
        },
        defineProperty(_, prop, descriptor) {
            target ?? (target = getter());
            return Reflect.defineProperty(target, prop, descriptor);
        },
    });
}
function stringifyPrimitive(value) {
    if (typeof value === "bigint")
        return value.toString() + "n";
    if (typeof value === "string")
        return `"${value}"`;
    return `${value}`;
}
function optionalKeys(shape) {
    return Object.keys(shape).filter((k) => {
        return shape[k]._zod.optin !== undefined && shape[k]._zod.optout === "optional";
    });
}
// Wrapped in a `@__PURE__` IIFE: esbuild never tree-shakes a top-level initializer that contains a member access on `Number`, so the bare object literal survived into every bundle.
const NUMBER_FORMAT_RANGES = /*@__PURE__*/ (/* unused pure expression or super */ null && ((() => ({
    safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    int32: [-2147483648, 2147483647],
    uint32: [0, 4294967295],
    float32: [-3.4028234663852886e38, 3.4028234663852886e38],
    float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
}))()));
const BIGINT_FORMAT_RANGES = {
    int64: [/* @__PURE__*/ BigInt("-9223372036854775808"), /* @__PURE__*/ BigInt("9223372036854775807")],
    uint64: [/* @__PURE__*/ BigInt(0), /* @__PURE__*/ BigInt("18446744073709551615")],
};
function pick(schema, mask) {
    const currDef = schema._zod.def;
    const checks = currDef.checks;
    const hasChecks = checks && checks.length > 0;
    if (hasChecks) {
        throw new Error(".pick() cannot be used on object schemas containing refinements");
    }
    const newShape = {};
    mirrorShape(newShape, schema, maskedKeys(schema, mask));
    return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
// the mask keys that select something, checked against the source's shape without resolving it
function maskedKeys(schema, mask) {
    const raw = sourceShape(schema);
    const keys = [];
    // `for...in` skips symbols, so a symbol in the mask would select nothing
    for (const key of Reflect.ownKeys(mask)) {
        if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) {
            throw new Error(`Unrecognized key: "${String(key)}"`);
        }
        if (mask[key])
            keys.push(key);
    }
    return keys;
}
function omit(schema, mask) {
    const currDef = schema._zod.def;
    const checks = currDef.checks;
    const hasChecks = checks && checks.length > 0;
    if (hasChecks) {
        throw new Error(".omit() cannot be used on object schemas containing refinements");
    }
    const omitted = new Set(maskedKeys(schema, mask));
    const newShape = {};
    mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
    return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
function extend(schema, shape) {
    if (!isPlainObject(shape)) {
        throw new Error("Invalid input to extend: expected a plain object");
    }
    const checks = schema._zod.def.checks;
    const hasChecks = checks && checks.length > 0;
    if (hasChecks) {
        // Only throw if new shape overlaps with existing shape. Use getOwnPropertyDescriptor to check key existence without accessing values
        const existingShape = sourceShape(schema);
        for (const key of Reflect.ownKeys(shape)) {
            if (Object.getOwnPropertyDescriptor(existingShape, key) !== undefined) {
                throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
            }
        }
    }
    return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
// the source's keys, then the caller's overlaid on top
function extended(schema, shape) {
    const newShape = {};
    mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
    mirrorProps(newShape, shape);
    return newShape;
}
function safeExtend(schema, shape) {
    if (!isPlainObject(shape)) {
        throw new Error("Invalid input to safeExtend: expected a plain object");
    }
    return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function merge(a, b) {
    if (!b?._zod?.def) {
        throw new Error("Invalid input to merge: expected an object schema. To merge a plain shape, use `.extend()`.");
    }
    if (a._zod.def.checks?.length) {
        throw new Error(".merge() cannot be used on object schemas containing refinements. Use .safeExtend() instead.");
    }
    const newShape = {};
    mirrorShape(newShape, a, Reflect.ownKeys(sourceShape(a)));
    mirrorShape(newShape, b, Reflect.ownKeys(sourceShape(b)));
    const def = mergeDefs(a._zod.def, {
        shape: newShape,
        get catchall() {
            return b._zod.def.catchall;
        },
        checks: b._zod.def.checks ?? [],
    });
    return clone(a, def);
}
function partial(Class, schema, mask, name = "partial") {
    const currDef = schema._zod.def;
    const checks = currDef.checks;
    const hasChecks = checks && checks.length > 0;
    if (hasChecks) {
        throw new Error(`.${name}() cannot be used on object schemas containing refinements`);
    }
    const selected = mask ? new Set(maskedKeys(schema, mask)) : undefined;
    const newShape = {};
    mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), Class &&
        ((value, key) => (selected && !selected.has(key) ? value : new Class({ type: "optional", innerType: value }))));
    return clone(schema, mergeDefs(schema._zod.def, { shape: newShape, checks: [] }));
}
function required(Class, schema, mask) {
    const selected = mask ? new Set(maskedKeys(schema, mask)) : undefined;
    const newShape = {};
    mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), (value, key) => 
    // overwrite with non-optional
    selected && !selected.has(key) ? value : new Class({ type: "nonoptional", innerType: value }));
    return clone(schema, mergeDefs(schema._zod.def, { shape: newShape }));
}
// invalid_type | too_big | too_small | invalid_format | not_multiple_of | unrecognized_keys | invalid_union | invalid_key | invalid_element | invalid_value | custom
function aborted(x, startIndex = 0) {
    if (x.aborted === true)
        return true;
    for (let i = startIndex; i < x.issues.length; i++) {
        if (x.issues[i]?.continue !== true) {
            return true;
        }
    }
    return false;
}
// Checks for explicit abort (continue === false), as opposed to implicit abort (continue === undefined). Used to respect `abort: true` in .refine() even for checks that have a `when` function.
function explicitlyAborted(x, startIndex = 0) {
    if (x.aborted === true)
        return true;
    for (let i = startIndex; i < x.issues.length; i++) {
        if (x.issues[i]?.continue === false) {
            return true;
        }
    }
    return false;
}
function prefixIssues(path, issues) {
    return issues.map((iss) => {
        var _a;
        (_a = iss).path ?? (_a.path = []);
        iss.path.unshift(path);
        return iss;
    });
}
function unwrapMessage(message) {
    return typeof message === "string" ? message : message?.message;
}
/* A check holds no link back to the schema it is attached to \u2014 the same check instance is shared by every clone of that schema \u2014 so the owner is stamped onto the issues a check just raised, at the only point where both are in scope. Runs on the failure path only; `start` is the issue count from before the check ran. */
/** The leading size checks of `defChecks` that set an upper bound, each paired with it. */
function sizeCaps(defChecks) {
    const caps = [];
    for (const ch of defChecks ?? []) {
        const d = ch._zod.def;
        // a later check may rewrite the value
        if (!/_(length|size)$|_equals$/.test(d.check))
            break;
        const max = d.maximum ?? d.length ?? d.size;
        if (max >= 0)
            caps.push([max, ch]);
    }
    return caps;
}
function attachSchema(issues, start, inst) {
    var _a;
    for (let i = start; i < issues.length; i++) {
        (_a = issues[i]).schema ?? (_a.schema = inst);
    }
}
function finalizeIssue(iss, ctx, config) {
    var _a;
    // A schema that raised an issue itself owns it outright, and outranks any stamp an enclosing check left in `attachSchema`. String formats and z.custom() are schema and check at once, so when they act as a check they defer to that stamp instead.
    const traits = iss.inst?._zod?.traits;
    if (traits?.has("$ZodType")) {
        if (traits.has("$ZodCheck"))
            (_a = iss).schema ?? (_a.schema = iss.inst);
        else
            iss.schema = iss.inst;
    }
    // Decreasing specificity, first map to return a message wins. `inst` is whatever raised the issue, so a check's own map outranks the owning schema's.
    const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : undefined;
    const message = iss.message
        ? iss.message
        : (unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ??
            unwrapMessage(schemaError?.(iss)) ??
            unwrapMessage(ctx?.error?.(iss)) ??
            unwrapMessage(config.customError?.(iss)) ??
            unwrapMessage(config.localeError?.(iss)) ??
            "Invalid input");
    // an explicit own-key copy beats object rest with excluded keys, which v8 routes through a generic runtime call; Object.keys rather than for-in so an issue pushed with a prototype does not leak inherited keys, and an own __proto__ key is dropped rather than assigned through the setter
    const full = {};
    for (const k of Object.keys(iss)) {
        if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__")
            continue;
        full[k] = iss[k];
    }
    full.path ?? (full.path = []);
    full.message = message;
    if (ctx?.reportInput) {
        full.input = iss.input;
    }
    return full;
}
function getSizableOrigin(input) {
    if (input instanceof Set)
        return "set";
    if (input instanceof Map)
        return "map";
    // @ts-ignore
    if (input instanceof File)
        return "file";
    return "unknown";
}
const highSurrogate = /[\uD800-\uDBFF]/;
// Code points in `str`: a surrogate pair counts once, a lone surrogate as itself. Hand-rolled because the string iterator allocates and runs ~250x slower on this path; the regex probe exits ~50x quicker for a string with no astral characters.
function codePointLength(str) {
    const units = str.length;
    if (!highSurrogate.test(str))
        return units;
    let count = units;
    for (let i = 0; i < units - 1; i++) {
        if ((str.charCodeAt(i) & 0xfc00) === 0xd800 && (str.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
            count--;
            i++;
        }
    }
    return count;
}
function getLengthableOrigin(input) {
    if (Array.isArray(input))
        return "array";
    if (typeof input === "string")
        return "string";
    return "unknown";
}
function parsedType(data) {
    const t = typeof data;
    switch (t) {
        case "number": {
            return Number.isNaN(data) ? "nan" : "number";
        }
        case "object": {
            if (data === null) {
                return "null";
            }
            if (Array.isArray(data)) {
                return "array";
            }
            const obj = data;
            if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) {
                return obj.constructor.name;
            }
        }
    }
    return t;
}
function util_issue(...args) {
    const [iss, input, inst] = args;
    if (typeof iss === "string") {
        return {
            message: iss,
            code: "custom",
            input,
            inst,
        };
    }
    return { ...iss };
}
function cleanEnum(obj) {
    return Object.entries(obj)
        .filter(([k, _]) => {
        // return true if NaN, meaning it's not a number, thus a string key
        return Number.isNaN(Number.parseInt(k, 10));
    })
        .map((el) => el[1]);
}
// Codec utility functions
function base64ToUint8Array(base64) {
    const binaryString = atob(base64);
    const bytes = new Uint8Array(binaryString.length);
    for (let i = 0; i < binaryString.length; i++) {
        bytes[i] = binaryString.charCodeAt(i);
    }
    return bytes;
}
function uint8ArrayToBase64(bytes) {
    let binaryString = "";
    for (let i = 0; i < bytes.length; i++) {
        binaryString += String.fromCharCode(bytes[i]);
    }
    return btoa(binaryString);
}
function base64urlToUint8Array(base64url) {
    const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
    const padding = "=".repeat((4 - (base64.length % 4)) % 4);
    return base64ToUint8Array(base64 + padding);
}
function uint8ArrayToBase64url(bytes) {
    return uint8ArrayToBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
function hexToUint8Array(hex) {
    const cleanHex = hex.replace(/^0x/, "");
    if (cleanHex.length % 2 !== 0) {
        throw new Error("Invalid hex string length");
    }
    const bytes = new Uint8Array(cleanHex.length / 2);
    for (let i = 0; i < cleanHex.length; i += 2) {
        bytes[i / 2] = Number.parseInt(cleanHex.slice(i, i + 2), 16);
    }
    return bytes;
}
function uint8ArrayToHex(bytes) {
    return Array.from(bytes)
        .map((b) => b.toString(16).padStart(2, "0"))
        .join("");
}
// instanceof
class Class {
    constructor(..._args) { }
}
//////////    PROTOTYPE INSTALLERS     //////////
//
// Members live on the prototype and materialize per instance on first read, which keeps own-property count under the step where V8 stops using inline slots. Changing anything here means re-measuring runtime, memory and bundle size together \u2014 see "The three axes" in AGENTS.md.
/**
 * Installs a trait's members on its prototype. Each value builds that member for the instance on first read; the built value shadows the accessor as an own property, so a detached `const { parse } = schema` keeps working.
 *
 * Call this from a `proto` initializer, which runs once per prototype \u2014 never per instance.
 */
function members(proto, table) {
    for (const key in table) {
        const desc = Object.getOwnPropertyDescriptor(table, key);
        // a getter installs as written, so it stays live: `description` reads through to the registry on every access. not enumerable: an object literal's is, and a prototype member never was
        if (desc.get)
            Object.defineProperty(proto, key, { ...desc, enumerable: false });
        // a method materializes bound on first read, which is what keeps a detached member working: `const opt = schema.optional; opt()`
        else
            defineBound(proto, key, desc.value);
    }
}
/** Shadows a prototype member with an own value, so a getter that builds from the instance runs once. */
function own(inst, key, value, enumerable = true) {
    Object.defineProperty(inst, key, { configurable: true, writable: true, enumerable, value });
    return value;
}
/** Like {@link own}, for a member that was never an own data property and has to stay out of `Object.keys`. */
function hide(inst, key, value) {
    return own(inst, key, value, false);
}
/** Adds members a table derives from the instance: each builds on first read and shadows as own data, and assignment shadows the same way, as when these were own properties. */
function derived(computes, table) {
    for (const key in computes) {
        const compute = computes[key];
        // an object literal's accessor is configurable and enumerable, and `members` copies the descriptor as written
        Object.defineProperty(table, key, {
            configurable: true,
            enumerable: true,
            get() {
                return own(this, key, compute(this));
            },
            set(value) {
                own(this, key, value);
            },
        });
    }
    return table;
}
function defineBound(proto, key, fn) {
    Object.defineProperty(proto, key, {
        configurable: true,
        get() {
            // vitest's spyOn calls a prototype getter bare to find the function it wraps, so a nullish receiver answers the raw method
            return this == null ? fn : own(this, key, fn.bind(this));
        },
        set(value) {
            own(this, key, value);
        },
    });
}
/** Returns the prototype to install on, or `undefined` if this group is already installed on it. */
function claim(inst, sentinel) {
    const proto = Object.getPrototypeOf(inst);
    // Runs on every construction, so `in` rather than the costlier `hasOwnProperty.call`. Sentinels are keys the group itself defines.
    return sentinel in proto ? undefined : proto;
}
// The internals whose init chain is installing. A second call for the same one is a derived constructor overriding its base, so it must not construct another schema in between or the override is dropped.
let installing;
// Set while a getter is running, so a value that resolved through a recursion break is not memoized. One shared descriptor shadows the key for the duration, which costs no per-key allocation.
let broke = false;
const breaker = {
    configurable: true,
    get() {
        broke = true;
        return undefined;
    },
};
/**
 * Installs a lazily-derived internal on the `_zod` prototype of `inst`'s
 * constructor, computed from the internals object itself and cached there on
 * first read. One accessor per constructor rather than one per instance.
 */
function defineLazyInternal(inst, key, compute) {
    const proto = Object.getPrototypeOf(inst._zod);
    if (key in proto && installing !== inst._zod) {
        // A repeat construction: everything is installed already. Cleared here so the reference is not held past the first construction of every type.
        installing = undefined;
        return;
    }
    installing = inst._zod;
    Object.defineProperty(proto, key, {
        configurable: true,
        get() {
            // Shadowed before computing so a re-entrant read from a recursive schema resolves to undefined instead of running the getter again.
            Object.defineProperty(this, key, breaker);
            const outer = broke;
            broke = false;
            try {
                const value = compute(this);
                // A result that resolved through a recursion break is recomputed once the graph is complete; everything else memoizes, undefined included.
                if (broke)
                    delete this[key];
                else
                    Object.defineProperty(this, key, { configurable: true, writable: true, value });
                broke = broke || outer;
                return value;
            }
            catch (err) {
                // A compute that threw memoizes nothing, so a later read runs it again and fails the same way. The shadow goes with it, since leaving it installed would answer undefined for every later read.
                delete this[key];
                broke = broke || outer;
                throw err;
            }
        },
        set(value) {
            Object.defineProperty(this, key, { configurable: true, writable: true, value });
        },
    });
}
/**
 * Installs `key` on `inst`'s prototype, computed by `make` on first read and cached there as an own
 * data property. One accessor per constructor rather than one per instance, because an own accessor
 * puts every instance after the first into v8 dictionary mode. The key doubles as the sentinel.
 */
function installLazyProp(inst, key, make, enumerable) {
    const proto = claim(inst, key);
    if (!proto)
        return;
    Object.defineProperty(proto, key, {
        configurable: true,
        get() {
            // Shadowed before computing, so a re-entrant read from a self-referential shape resolves to undefined instead of running the getter again. A data property rather than an accessor: an own accessor is the dictionary-mode transition this exists to avoid.
            const desc = { configurable: true, writable: true, enumerable, value: undefined };
            Object.defineProperty(this, key, desc);
            // a compute that throws leaves the shadow behind, so later reads answer undefined instead of re-throwing; `defineLazy` did the same, and `defineLazyInternal`'s delete-on-catch would cost bytes in every bundle for a case only a throwing user getter reaches
            desc.value = make(this);
            Object.defineProperty(this, key, desc);
            return desc.value;
        },
        set(value) {
            Object.defineProperty(this, key, { configurable: true, writable: true, enumerable, value });
        },
    });
}
/** Marks the thunk `_catch` synthesises for a constant catch value. `Function.length` cannot tell that thunk from a user callback \u2014 rest and defaulted parameters both report arity 0 \u2014 and a user callback reads `ctx.error`, whose issues only finalize correctly against the caller's per-parse error map. Provenance can say what arity cannot. A plain string key rather than `Symbol.for`, whose call at module scope no bundler can prove pure \u2014 the same shape that anchored `urlCanParse` into every build. */
const CONSTANT_CATCH = "~constantCatch";
/** Wraps a constant catch value in a thunk tagged with {@link CONSTANT_CATCH}. */
function constantCatch(value) {
    const fn = () => value;
    fn[CONSTANT_CATCH] = true;
    return fn;
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/core.js
var _a;

/** A special constant with type `never` */
const NEVER = /*@__PURE__*/ Object.freeze({
    status: "aborted",
});
/* Shared descriptor for installing `_zod`; defineProperty reads it
 * synchronously, so reusing one object avoids a per-instance allocation. */
const _zodDesc = { value: undefined, enumerable: false };
// null where suppressing the capture would be unrecoverable: `parse()` puts the frames back with `captureStackTrace`, so without it the throw would lose its stack. also latched to null once `stackTraceLimit` proves unassignable, which a realm can do at any point by hardening Error
let _E = "captureStackTrace" in Error ? Error : null;
// v8 captures a stack trace inside the Error constructor, which dominates a failed parse; costs only the frames, and parse() restores those. the constructor must RUN: Object.create is cheaper and passes instanceof, but Error.isError and util.types.isNativeError check an internal slot
function newError(Definition) {
    const E = _E;
    if (E) {
        const saved = E.stackTraceLimit;
        if (typeof saved === "number") {
            try {
                E.stackTraceLimit = 0;
            }
            catch {
                _E = null;
                return new Definition();
            }
            try {
                return new Definition();
            }
            finally {
                E.stackTraceLimit = saved;
            }
        }
    }
    return new Definition();
}
function $constructor(name, initializer, 
/** This trait's members, installed once on every prototype that composes it. They cannot be declared in the initializer above: that runs per instance, and the prototype is shared. */
proto, params) {
    // Prototype for this constructor's `_zod` internals. Lazily-derived fields (`values`, `pattern`, `optin`, \u2026) install here once rather than as an accessor on every instance.
    const zodProto = {};
    // Assigning the fields in the constructor body is what gives instances in-object slots; building the object literally and reparenting it costs a second allocation and a generic property copy.
    function Internals(def) {
        this.def = def;
        this.constr = _;
        this.traits = new Set();
    }
    Internals.prototype = zodProto;
    const protoMembers = proto;
    // One trait's members land on every prototype whose chain composes it, so the answer is per prototype rather than per trait.
    const initialized = protoMembers && new WeakSet();
    function init(inst, def) {
        if (!inst._zod) {
            _zodDesc.value = new Internals(def);
            try {
                Object.defineProperty(inst, "_zod", _zodDesc);
            }
            finally {
                // Cleared even on throw, so the shared descriptor never leaks one instance's internals into the next.
                _zodDesc.value = undefined;
            }
        }
        else if (inst._zod.traits.has(name)) {
            return;
        }
        inst._zod.traits.add(name);
        initializer(inst, def);
        if (initialized) {
            // `super(def)` from a user subclass gives `this` a prototype the subclass owns, and installing there would overwrite whatever the subclass declared. `constr` built the instance, so its prototype is the one below the subclass's that should carry the members. A receiver whose chain never reaches that prototype installs on its own, which for a plain object handed straight to `init` means `Object.prototype` \u2014 unchanged from before.
            const own = Object.getPrototypeOf(inst);
            const ctorProto = inst._zod.constr.prototype;
            let up = own;
            while (up && up !== ctorProto)
                up = Object.getPrototypeOf(up);
            const target = up ?? own;
            if (!initialized.has(target)) {
                initialized.add(target);
                members(target, protoMembers);
            }
        }
        // support prototype modifications; for-in avoids the array allocation of Object.keys on the (usually empty) prototype
        const proto = _.prototype;
        for (const k in proto) {
            if (!Object.prototype.hasOwnProperty.call(proto, k))
                continue;
            if (!(k in inst)) {
                inst[k] = proto[k].bind(inst);
            }
        }
    }
    // doesn't work if Parent has a constructor with arguments
    const Parent = params?.Parent ?? Object;
    class Definition extends Parent {
    }
    Object.defineProperty(Definition, "name", { value: name });
    function _(def) {
        const inst = params?.Parent ? newError(Definition) : this;
        init(inst, def);
        const deferred = inst._zod.deferred;
        if (deferred) {
            for (const fn of deferred) {
                fn();
            }
            // Released: initializers run once, and the list would otherwise be retained for the schema's lifetime.
            inst._zod.deferred = undefined;
        }
        // Global post-processor hook. Internal: installed by `import "zod/compile"` to enable AOT compilation for every constructed schema. Runs last, once the instance is fully built, because it hands the instance to compile(). The post-processor is expected to be reentrancy-guarded by its own implementation.
        const pp = globalThis.__zod_globalConfig?.postProcessor;
        if (pp)
            pp(inst);
        return inst;
    }
    Object.defineProperty(_, "init", { value: init });
    Object.defineProperty(_, Symbol.hasInstance, {
        value: (inst) => {
            if (params?.Parent && inst instanceof params.Parent)
                return true;
            return inst?._zod?.traits?.has(name);
        },
    });
    Object.defineProperty(_, "name", { value: name });
    return _;
}
//////////////////////////////   UTILITIES   ///////////////////////////////////////
const $brand = /*@__PURE__*/ (/* unused pure expression or super */ null && (Symbol("zod_brand")));
class $ZodAsyncError extends Error {
    constructor() {
        super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
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
    if (newConfig)
        Object.assign(core_globalConfig, newConfig);
    return core_globalConfig;
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/checks.js
// import { $ZodType } from "./schemas.js";



const $ZodCheck = /*@__PURE__*/ $constructor("$ZodCheck", (inst, def) => {
    var _a;
    inst._zod ?? (inst._zod = {});
    inst._zod.def = def;
    (_a = inst._zod).onattach ?? (_a.onattach = []);
});
/** Default `when` for size-based checks: run only on non-nullish values with a `size`. */
const _whenHasSize = (payload) => {
    const val = payload.value;
    return !util.nullish(val) && val.size !== undefined;
};
/** Default `when` for length-based checks: run only on non-nullish values with a `length`. */
const _whenHasLength = (payload) => {
    const val = payload.value;
    return !nullish(val) && val.length !== undefined;
};
const numericOriginMap = {
    number: "number",
    bigint: "bigint",
    object: "date",
};
const $ZodCheckLessThan = /*@__PURE__*/ $constructor("$ZodCheckLessThan", (inst, def) => {
    $ZodCheck.init(inst, def);
    const origin = numericOriginMap[typeof def.value];
    inst._zod.check = (payload) => {
        if (def.inclusive ? payload.value <= def.value : payload.value < def.value) {
            return;
        }
        payload.issues.push({
            origin: numericOriginMap[typeof payload.value] ?? origin,
            code: "too_big",
            maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
            input: payload.value,
            inclusive: def.inclusive,
            inst,
            continue: !def.abort,
        });
    };
});
const $ZodCheckGreaterThan = /*@__PURE__*/ $constructor("$ZodCheckGreaterThan", (inst, def) => {
    $ZodCheck.init(inst, def);
    const origin = numericOriginMap[typeof def.value];
    inst._zod.check = (payload) => {
        if (def.inclusive ? payload.value >= def.value : payload.value > def.value) {
            return;
        }
        payload.issues.push({
            origin: numericOriginMap[typeof payload.value] ?? origin,
            code: "too_small",
            minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
            input: payload.value,
            inclusive: def.inclusive,
            inst,
            continue: !def.abort,
        });
    };
});
const $ZodCheckMultipleOf = 
/*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckMultipleOf", (inst, def) => {
    $ZodCheck.init(inst, def);
    inst._zod.check = (payload) => {
        if (typeof payload.value !== typeof def.value)
            throw new Error("Cannot mix number and bigint in multiple_of check.");
        const isMultiple = typeof payload.value === "bigint"
            ? // `value % 0n` throws, and nothing is a multiple of zero \u2014 the number branch already fails this way via NaN
                def.value !== BigInt(0) && payload.value % def.value === BigInt(0)
            : util.floatSafeRemainder(payload.value, def.value) === 0;
        if (isMultiple)
            return;
        payload.issues.push({
            origin: typeof payload.value,
            code: "not_multiple_of",
            divisor: def.value,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckNumberFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckNumberFormat", (inst, def) => {
    $ZodCheck.init(inst, def); // no format checks
    def.format = def.format || "float64";
    const isInt = def.format?.includes("int");
    const origin = isInt ? "int" : "number";
    const [minimum, maximum] = util.NUMBER_FORMAT_RANGES[def.format];
    inst._zod.check = (payload) => {
        const input = payload.value;
        if (isInt) {
            if (!Number.isInteger(input)) {
                // invalid_format issue
                // payload.issues.push({
                //   expected: def.format,
                //   format: def.format,
                //   code: "invalid_format",
                //   input,
                //   inst,
                // });
                // invalid_type issue
                payload.issues.push({
                    expected: origin,
                    format: def.format,
                    code: "invalid_type",
                    continue: false,
                    input,
                    inst,
                });
                return;
                // not_multiple_of issue
                // payload.issues.push({
                //   code: "not_multiple_of",
                //   origin: "number",
                //   input,
                //   inst,
                //   divisor: 1,
                // });
            }
            if (!Number.isSafeInteger(input)) {
                if (input > 0) {
                    // too_big
                    payload.issues.push({
                        input,
                        code: "too_big",
                        maximum: Number.MAX_SAFE_INTEGER,
                        note: "Integers must be within the safe integer range.",
                        inst,
                        origin,
                        inclusive: true,
                        continue: !def.abort,
                    });
                }
                else {
                    // too_small
                    payload.issues.push({
                        input,
                        code: "too_small",
                        minimum: Number.MIN_SAFE_INTEGER,
                        note: "Integers must be within the safe integer range.",
                        inst,
                        origin,
                        inclusive: true,
                        continue: !def.abort,
                    });
                }
                return;
            }
        }
        if (input < minimum) {
            payload.issues.push({
                origin: "number",
                input,
                code: "too_small",
                minimum,
                inclusive: true,
                inst,
                continue: !def.abort,
            });
        }
        if (input > maximum) {
            payload.issues.push({
                origin: "number",
                input,
                code: "too_big",
                maximum,
                inclusive: true,
                inst,
                continue: !def.abort,
            });
        }
    };
})));
const $ZodCheckBigIntFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckBigIntFormat", (inst, def) => {
    $ZodCheck.init(inst, def); // no format checks
    const [minimum, maximum] = util.BIGINT_FORMAT_RANGES[def.format];
    inst._zod.check = (payload) => {
        const input = payload.value;
        if (input < minimum) {
            payload.issues.push({
                origin: "bigint",
                input,
                code: "too_small",
                minimum: minimum,
                inclusive: true,
                inst,
                continue: !def.abort,
            });
        }
        if (input > maximum) {
            payload.issues.push({
                origin: "bigint",
                input,
                code: "too_big",
                maximum,
                inclusive: true,
                inst,
                continue: !def.abort,
            });
        }
    };
})));
const $ZodCheckMaxSize = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckMaxSize", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasSize);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const size = input.size;
        if (size <= def.maximum)
            return;
        payload.issues.push({
            origin: util.getSizableOrigin(input),
            code: "too_big",
            maximum: def.maximum,
            inclusive: true,
            input,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckMinSize = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckMinSize", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasSize);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const size = input.size;
        if (size >= def.minimum)
            return;
        payload.issues.push({
            origin: util.getSizableOrigin(input),
            code: "too_small",
            minimum: def.minimum,
            inclusive: true,
            input,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckSizeEquals = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckSizeEquals", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasSize);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const size = input.size;
        if (size === def.size)
            return;
        const tooBig = size > def.size;
        payload.issues.push({
            origin: util.getSizableOrigin(input),
            ...(tooBig ? { code: "too_big", maximum: def.size } : { code: "too_small", minimum: def.size }),
            inclusive: true,
            exact: true,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckMaxLength = /*@__PURE__*/ $constructor("$ZodCheckMaxLength", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const units = input.length;
        // Strings are measured in Unicode code points, not UTF-16 units. A code point is at most two units, so a string that already fits in units fits in code points; only an overflow has to be counted.
        const length = typeof input === "string" && units > def.maximum ? codePointLength(input) : units;
        if (length <= def.maximum)
            return;
        const origin = getLengthableOrigin(input);
        payload.issues.push({
            origin,
            code: "too_big",
            maximum: def.maximum,
            inclusive: true,
            input,
            inst,
            continue: !def.abort,
        });
    };
});
const $ZodCheckMinLength = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckMinLength", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const units = input.length;
        // A code point is one or two UTF-16 units, so fewer units than the floor can never reach it and twice the floor always clears it. Only in between is the exact count in doubt.
        const length = typeof input === "string" && units >= def.minimum && units < def.minimum * 2
            ? util.codePointLength(input)
            : units;
        if (length >= def.minimum)
            return;
        const origin = util.getLengthableOrigin(input);
        payload.issues.push({
            origin,
            code: "too_small",
            minimum: def.minimum,
            inclusive: true,
            input,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckLengthEquals = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckLengthEquals", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
    inst._zod.check = (payload) => {
        const input = payload.value;
        const units = input.length;
        // A code point is one or two UTF-16 units, so outside `[length, length * 2]` units the target is missed either way \u2014 and missed in the same direction in both measures.
        const length = typeof input === "string" && units >= def.length && units <= def.length * 2
            ? util.codePointLength(input)
            : units;
        if (length === def.length)
            return;
        const origin = util.getLengthableOrigin(input);
        const tooBig = length > def.length;
        payload.issues.push({
            origin,
            ...(tooBig ? { code: "too_big", maximum: def.length } : { code: "too_small", minimum: def.length }),
            inclusive: true,
            exact: true,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckStringFormat = /*@__PURE__*/ $constructor("$ZodCheckStringFormat", (inst, def) => {
    var _a, _b;
    $ZodCheck.init(inst, def);
    if (def.pattern)
        (_a = inst._zod).check ?? (_a.check = (payload) => {
            def.pattern.lastIndex = 0;
            if (def.pattern.test(payload.value))
                return;
            payload.issues.push({
                origin: "string",
                code: "invalid_format",
                format: def.format,
                input: payload.value,
                ...(def.pattern ? { pattern: def.pattern.toString() } : {}),
                inst,
                continue: !def.abort,
            });
        });
    else
        (_b = inst._zod).check ?? (_b.check = () => { });
});
const $ZodCheckRegex = /*@__PURE__*/ $constructor("$ZodCheckRegex", (inst, def) => {
    $ZodCheckStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        def.pattern.lastIndex = 0;
        if (def.pattern.test(payload.value))
            return;
        payload.issues.push({
            origin: "string",
            code: "invalid_format",
            format: "regex",
            input: payload.value,
            pattern: def.pattern.toString(),
            inst,
            continue: !def.abort,
        });
    };
});
const $ZodCheckLowerCase = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckLowerCase", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.lowercase);
    $ZodCheckStringFormat.init(inst, def);
})));
const $ZodCheckUpperCase = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckUpperCase", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.uppercase);
    $ZodCheckStringFormat.init(inst, def);
})));
const $ZodCheckIncludes = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckIncludes", (inst, def) => {
    $ZodCheck.init(inst, def);
    const escapedRegex = util.escapeRegex(def.includes);
    // `String.prototype.includes(sub, position)` matches `sub` at `position`
    // OR LATER, so the pattern must allow at least `position` leading chars
    // (`{N,}`), not exactly `position` chars (`{N}`).
    const pattern = new RegExp(typeof def.position === "number" ? `^.{${def.position},}${escapedRegex}` : escapedRegex);
    def.pattern = pattern;
    inst._zod.check = (payload) => {
        if (payload.value.includes(def.includes, def.position))
            return;
        payload.issues.push({
            origin: "string",
            code: "invalid_format",
            format: "includes",
            includes: def.includes,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckStartsWith = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckStartsWith", (inst, def) => {
    $ZodCheck.init(inst, def);
    const pattern = new RegExp(`^${util.escapeRegex(def.prefix)}.*`);
    def.pattern ?? (def.pattern = pattern);
    inst._zod.check = (payload) => {
        if (payload.value.startsWith(def.prefix))
            return;
        payload.issues.push({
            origin: "string",
            code: "invalid_format",
            format: "starts_with",
            prefix: def.prefix,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckEndsWith = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckEndsWith", (inst, def) => {
    $ZodCheck.init(inst, def);
    const pattern = new RegExp(`.*${util.escapeRegex(def.suffix)}$`);
    def.pattern ?? (def.pattern = pattern);
    inst._zod.check = (payload) => {
        if (payload.value.endsWith(def.suffix))
            return;
        payload.issues.push({
            origin: "string",
            code: "invalid_format",
            format: "ends_with",
            suffix: def.suffix,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
///////////////////////////////////
/////    $ZodCheckProperty    /////
///////////////////////////////////
function handleCheckPropertyResult(result, payload, property) {
    if (result.issues.length) {
        payload.issues.push(...util.prefixIssues(property, result.issues));
    }
}
const $ZodCheckProperty = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckProperty", (inst, def) => {
    $ZodCheck.init(inst, def);
    inst._zod.check = (payload) => {
        const result = def.schema._zod.run({
            value: payload.value[def.property],
            issues: [],
        }, {});
        if (result instanceof Promise) {
            return result.then((result) => handleCheckPropertyResult(result, payload, def.property));
        }
        handleCheckPropertyResult(result, payload, def.property);
        return;
    };
})));
const $ZodCheckProperties = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckProperties", (inst, def) => {
    $ZodCheck.init(inst, def);
    util.hide(inst, Symbol.iterator, function* () {
        yield inst;
    });
    // key and schema snapshotted together: reading one live and the other cached lets a later mutation of the caller's shape object pair a stale key with a missing schema
    let entries;
    inst._zod.check = (payload) => {
        // the base schema already typed the value, so only a nullish one is rejected here: the properties read on a primitive too, matching z.property() on a string's length
        if (payload.value == null) {
            payload.issues.push({ expected: "object", code: "invalid_type", input: payload.value, inst });
            return undefined;
        }
        entries ?? (entries = Reflect.ownKeys(def.shape).map((key) => [key, def.shape[key]]));
        const input = payload.value;
        let proms;
        for (const [key, schema] of entries) {
            const result = schema._zod.run({ value: input[key], issues: [] }, {});
            if (result instanceof Promise) {
                proms ?? (proms = []);
                proms.push(result.then((result) => handleCheckPropertyResult(result, payload, key)));
            }
            else {
                handleCheckPropertyResult(result, payload, key);
            }
        }
        if (proms)
            return Promise.all(proms).then(() => undefined);
        return undefined;
    };
})));
const $ZodCheckMimeType = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckMimeType", (inst, def) => {
    $ZodCheck.init(inst, def);
    const mimeSet = new Set(def.mime);
    inst._zod.check = (payload) => {
        if (mimeSet.has(payload.value.type))
            return;
        payload.issues.push({
            code: "invalid_value",
            values: def.mime,
            input: payload.value.type,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCheckOverwrite = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCheckOverwrite", (inst, def) => {
    $ZodCheck.init(inst, def);
    inst._zod.check = (payload) => {
        payload.value = def.tx(payload.value);
    };
})));

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/regexes.js

/**
 * @deprecated CUID v1 is deprecated by its authors due to information leakage
 * (timestamps embedded in the id). Use {@link cuid2} instead.
 * See https://github.com/paralleldrive/cuid.
 */
const cuid = /^[cC][0-9a-z]{6,}$/;
const cuid2 = /^[0-9a-z]+$/;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;
const xid = /^[0-9a-vA-V]{20}$/;
const ksuid = /^[A-Za-z0-9]{27}$/;
const nanoid = /^[a-zA-Z0-9_-]{21}$/;
function nanoidOfLength(length) {
    return new RegExp(`^[a-zA-Z0-9_-]{${length}}$`);
}
/** ISO 8601-1 duration regex. Does not support the 8601-2 extensions like negative durations or fractional/negative components. */
const duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
/** Implements ISO 8601-2 extensions like explicit +- prefixes, mixing weeks with other units, and fractional/negative components. */
const extendedDuration = /^[-+]?P(?!$)(?:(?:[-+]?\d+Y)|(?:[-+]?\d+[.,]\d+Y$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:(?:[-+]?\d+W)|(?:[-+]?\d+[.,]\d+W$))?(?:(?:[-+]?\d+D)|(?:[-+]?\d+[.,]\d+D$))?(?:T(?=[\d+-])(?:(?:[-+]?\d+H)|(?:[-+]?\d+[.,]\d+H$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:[-+]?\d+(?:[.,]\d+)?S)?)??$/;
/** A regex for any UUID-like identifier: 8-4-4-4-12 hex pattern */
const guid = /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;
/** Returns a regex for validating an RFC 9562/4122 UUID.
 *
 * @param version Optionally specify a version 1-8. If no version is specified, all versions are supported. */
const uuid = (version) => {
    if (!version)
        return /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
    return new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
};
const uuid4 = /*@__PURE__*/ (/* unused pure expression or super */ null && (uuid(4)));
const uuid6 = /*@__PURE__*/ (/* unused pure expression or super */ null && (uuid(6)));
const uuid7 = /*@__PURE__*/ (/* unused pure expression or super */ null && (uuid(7)));
/** Practical email validation */
const email = /^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
/** Equivalent to the HTML5 input[type=email] validation implemented by browsers. Source: https://developer.mozilla.org/en-US/docs/Web/HTML/Element/input/email */
const html5Email = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/** The classic emailregex.com regex for RFC 5322-compliant emails */
const rfc5322Email = /^(([^<>()\[\]\\.,;:\s@"]+(\.[^<>()\[\]\\.,;:\s@"]+)*)|(".+"))@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}])|(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}))$/;
/** A loose regex that allows Unicode characters, enforces length limits, and that's about it. */
const unicodeEmail = /^[^\s@"]{1,64}@[^\s@]{1,255}$/u;
const idnEmail = (/* unused pure expression or super */ null && (unicodeEmail));
const browserEmail = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
// from https://thekevinscott.com/emojis-in-javascript/#writing-a-regular-expression
// Single character class, not an alternation: the two properties overlap (U+1F9B0-U+1F9B3), so `(A|B)+` backtracks exponentially on a failed match. The leading lookahead then demands one anchor \u2014 a pictograph, a regional indicator, or the enclosing keycap \u2014 because `\p{Emoji_Component}` on its own covers ASCII digits, `#`, `*`, ZWJ, variation selectors and skin tone modifiers, none of which is an emoji without a base.
const _emoji = (/* unused pure expression or super */ null && (`^(?=[\\s\\S]*[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3])[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$`));
function emoji() {
    return new RegExp(_emoji, "u");
}
const ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
const ipv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$/;
const mac = (delimiter) => {
    const escapedDelim = util.escapeRegex(delimiter ?? ":");
    return new RegExp(`^(?:[0-9A-F]{2}${escapedDelim}){5}[0-9A-F]{2}$|^(?:[0-9a-f]{2}${escapedDelim}){5}[0-9a-f]{2}$`);
};
const cidrv4 = /^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\/([0-9]|[1-2][0-9]|3[0-2])$/;
const cidrv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
// https://stackoverflow.com/questions/7860392/determine-if-string-is-in-base64-using-javascript
const base64 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
// based on https://stackoverflow.com/questions/106179/regular-expression-to-match-dns-hostname-or-ip-address
// export const hostname: RegExp = /^([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+$/;
const hostname = /^(?=.{1,253}\.?$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-0-9a-zA-Z]{0,61}[0-9a-zA-Z])?)*\.?$/;
const domain = /^(?=.{1,253}$)([a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$/;
const httpProtocol = /^https?$/;
// https://blog.stevenlevithan.com/archives/validate-phone-number#r4-3 (regex sans spaces) E.164: leading digit must be 1-9; total digits (excluding '+') between 7-15
const e164 = /^\+[1-9]\d{6,14}$/;
// Credit card shape: 12\u201319 digits, optionally separated by single spaces or single hyphens. ISO/IEC 7812 caps the PAN at 19 digits; 12 is the shortest issued length (Maestro).
const creditCard = /^\d(?:[ -]?\d){11,18}$/;
// ISO 4217 alpha codes from the SIX list, regenerated by scripts/update-iso-4217.ts
const currencyCode = /^(?:AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BHD|BIF|BMD|BND|BOB|BOV|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHE|CHF|CHW|CLF|CLP|CNY|COP|COU|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MXV|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|USN|UYI|UYU|UYW|UZS|VED|VES|VND|VUV|WST|XAD|XAF|XAG|XAU|XBA|XBB|XBC|XBD|XCD|XCG|XDR|XOF|XPD|XPF|XPT|XSU|XTS|XUA|XXX|YER|ZAR|ZMW|ZWG)$/;
// iban electronic format: 2-letter country, check digits 02-98 (the only values `98 - remainder` can produce), 11-30 bban characters
const iban = /^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$/;
const dateSource = (/* unused pure expression or super */ null && (`(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`));
/** Anchors a pattern source. The interpolation lives here rather than at the call site because
 * esbuild will not drop a `@__PURE__` call whose own argument interpolates a variable, but it
 * will drop `anchor(dateSource)`. Keeping it inline pinned `date` into every bundle. */
function regexes_anchor(source) {
    return new RegExp(`^${source}$`);
}
const date = /*@__PURE__*/ (/* unused pure expression or super */ null && (regexes_anchor(dateSource)));
function timeSource(args) {
    const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
    const regex = typeof args.precision === "number"
        ? args.precision === -1
            ? `${hhmm}`
            : args.precision === 0
                ? `${hhmm}:[0-5]\\d`
                : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}`
        : args.seconds
            ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?`
            : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
    return regex;
}
function time(args) {
    return new RegExp(`^${timeSource(args)}$`);
}
// Adapted from https://stackoverflow.com/a/3143231
function datetime(args) {
    const opts = ["Z"];
    // if (args.offset) opts.push(`([+-]\\d{2}:\\d{2})`);
    if (args.offset)
        opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
    // RFC 3339 mandates seconds wherever the time carries a `Z` or an offset, so only the unqualified form `local` adds may omit them
    const qualified = `${timeSource({ precision: args.precision, seconds: true })}(?:${opts.join("|")})`;
    const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
    return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
// the unbounded form of `string()` as a literal, so every plain string shares one instance instead of building its own
const anyString = /^[\s\S]{0,}$/;
const string = (params) => {
    const regex = params ? `[\\s\\S]{${params?.minimum ?? 0},${params?.maximum ?? ""}}` : `[\\s\\S]*`;
    return new RegExp(`^${regex}$`);
};
const bigint = /^-?\d+n?$/;
const integer = /^-?\d+$/;
const number = /^-?\d+(?:\.\d+)?$/;
const regexes_boolean = /^(?:true|false)$/i;
const _null = /^null$/i;

const _undefined = /^undefined$/i;

// regex for string with no uppercase letters
const lowercase = /^[^A-Z]*$/;
// regex for string with no lowercase letters
const uppercase = /^[^a-z]*$/;
// regex for hexadecimal strings (any length)
const hex = /^[0-9a-fA-F]*$/;
// Hash regexes for different algorithms and encodings
// Helper function to create base64 regex with exact length and padding
function fixedBase64(bodyLength, padding) {
    return new RegExp(`^[A-Za-z0-9+/]{${bodyLength}}${padding}$`);
}
// Helper function to create base64url regex with exact length (no padding)
function fixedBase64url(length) {
    return new RegExp(`^[A-Za-z0-9_-]{${length}}$`);
}
// MD5 (16 bytes): base64 = 24 chars total (22 + "==")
const md5_hex = /^[0-9a-fA-F]{32}$/;
const md5_base64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64(22, "==")));
const md5_base64url = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64url(22)));
// SHA1 (20 bytes): base64 = 28 chars total (27 + "=")
const sha1_hex = /^[0-9a-fA-F]{40}$/;
const sha1_base64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64(27, "=")));
const sha1_base64url = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64url(27)));
// SHA256 (32 bytes): base64 = 44 chars total (43 + "=")
const sha256_hex = /^[0-9a-fA-F]{64}$/;
const sha256_base64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64(43, "=")));
const sha256_base64url = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64url(43)));
// SHA384 (48 bytes): base64 = 64 chars total (no padding)
const sha384_hex = /^[0-9a-fA-F]{96}$/;
const sha384_base64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64(64, "")));
const sha384_base64url = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64url(64)));
// SHA512 (64 bytes): base64 = 88 chars total (86 + "==")
const sha512_hex = /^[0-9a-fA-F]{128}$/;
const sha512_base64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64(86, "==")));
const sha512_base64url = /*@__PURE__*/ (/* unused pure expression or super */ null && (fixedBase64url(86)));

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/versions.js
const version = {
    major: 4,
    minor: 6,
    patch: 7,
};

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/schemas.js







const $ZodType = /*@__PURE__*/ $constructor("$ZodType", (inst, def) => {
    var _a;
    inst ?? (inst = {});
    inst._zod.def = def; // set _def property
    inst._zod.bag = inst._zod.bag || {}; // initialize _bag object
    inst._zod.version = version;
    const defChecks = inst._zod.def.checks;
    // if inst is itself a checks.$ZodCheck, run it as a check
    const checks = inst._zod.traits.has("$ZodCheck")
        ? [inst, ...(defChecks ?? [])]
        : defChecks?.length
            ? [...defChecks]
            : [];
    for (const ch of checks) {
        for (const fn of ch._zod.onattach) {
            fn(inst);
        }
    }
    if (checks.length === 0) {
        // deferred initializer inst._zod.parse is not yet defined
        (_a = inst._zod).deferred ?? (_a.deferred = []);
        inst._zod.deferred?.push(() => {
            inst._zod.run = inst._zod.parse;
        });
    }
    else {
        const runChecks = (payload, checks, ctx) => {
            if (payload.memo)
                return payload;
            let isAborted = aborted(payload);
            let asyncResult;
            for (const ch of checks) {
                if (ch._zod.def.when) {
                    if (explicitlyAborted(payload))
                        continue;
                    const shouldRun = ch._zod.def.when(payload);
                    if (!shouldRun)
                        continue;
                }
                else if (isAborted) {
                    continue;
                }
                const currLen = payload.issues.length;
                const _ = ch._zod.check(payload);
                if (_ instanceof Promise && ctx?.async === false) {
                    throw new $ZodAsyncError();
                }
                if (asyncResult || _ instanceof Promise) {
                    asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
                        await _;
                        const nextLen = payload.issues.length;
                        if (nextLen === currLen)
                            return;
                        attachSchema(payload.issues, currLen, inst);
                        if (!isAborted)
                            isAborted = aborted(payload, currLen);
                    });
                }
                else {
                    const nextLen = payload.issues.length;
                    if (nextLen === currLen)
                        continue;
                    attachSchema(payload.issues, currLen, inst);
                    if (!isAborted)
                        isAborted = aborted(payload, currLen);
                }
            }
            if (asyncResult) {
                return asyncResult.then(() => {
                    return payload;
                });
            }
            return payload;
        };
        const handleCanaryResult = (canary, payload, ctx) => {
            // abort if the canary is aborted
            if (aborted(canary)) {
                canary.aborted = true;
                return canary;
            }
            // run checks first, then
            const checkResult = runChecks(payload, checks, ctx);
            if (checkResult instanceof Promise) {
                if (ctx.async === false)
                    throw new $ZodAsyncError();
                return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
            }
            return inst._zod.parse(checkResult, ctx);
        };
        inst._zod.run = (payload, ctx) => {
            if (ctx.skipChecks) {
                return inst._zod.parse(payload, ctx);
            }
            if (ctx.direction === "backward") {
                // run canary initial pass (no checks)
                const canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: true });
                if (canary instanceof Promise) {
                    return canary.then((canary) => {
                        return handleCanaryResult(canary, payload, ctx);
                    });
                }
                return handleCanaryResult(canary, payload, ctx);
            }
            // forward
            const result = inst._zod.parse(payload, ctx);
            if (result instanceof Promise) {
                if (ctx.async === false)
                    throw new $ZodAsyncError();
                return result.then((result) => runChecks(result, checks, ctx));
            }
            return runChecks(result, checks, ctx);
        };
    }
}, {
    // Wrappers extend this by installing a richer factory over it; reading it eagerly would defeat the laziness.
    get "~standard"() {
        return hide(this, "~standard", standardProps(this));
    },
    set "~standard"(value) {
        own(this, "~standard", value);
    },
});
/** The Standard Schema surface for `inst`. Shared so wrappers can extend it without forcing it. */
// a Standard Schema result only reports issues, so a failure finalizes them straight off the raw payload: no ZodError, and no lazy result to read through
const toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
    const ctx = { async: true };
    return toStandardResult((await inst._zod.run({ value, issues: [] }, ctx)), ctx);
}
function standardProps(inst) {
    return {
        validate: (value) => {
            const ctx = { async: false };
            try {
                const r = inst._zod.run({ value, issues: [] }, ctx);
                if (!(r instanceof Promise))
                    return toStandardResult(r, ctx);
            }
            catch (_) { }
            // async function so a synchronously throwing check rejects instead of escaping validate
            return validateAsync(inst, value);
        },
        vendor: "zod",
        version: 1,
    };
}

const $ZodString = /*@__PURE__*/ $constructor("$ZodString", (inst, def) => {
    $ZodType.init(inst, def);
    // a format's own pattern, else unbounded; a template literal derives the check-aware form itself
    inst._zod.pattern = def.pattern ?? anyString;
    inst._zod.parse = (payload, _) => {
        if (def.coerce)
            try {
                payload.value = String(payload.value);
            }
            catch (_) { }
        if (typeof payload.value === "string")
            return payload;
        payload.issues.push({
            expected: "string",
            code: "invalid_type",
            input: payload.value,
            inst,
        });
        return payload;
    };
});
const $ZodStringFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodStringFormat", (inst, def) => {
    // check initialization must come first
    checks.$ZodCheckStringFormat.init(inst, def);
    $ZodString.init(inst, def);
})));
const $ZodGUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodGUID", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.guid);
    $ZodStringFormat.init(inst, def);
})));
const $ZodUUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodUUID", (inst, def) => {
    if (def.version) {
        const versionMap = {
            v1: 1,
            v2: 2,
            v3: 3,
            v4: 4,
            v5: 5,
            v6: 6,
            v7: 7,
            v8: 8,
        };
        const v = versionMap[def.version];
        if (v === undefined)
            throw new Error(`Invalid UUID version: "${def.version}"`);
        def.pattern ?? (def.pattern = regexes.uuid(v));
    }
    else
        def.pattern ?? (def.pattern = regexes.uuid());
    $ZodStringFormat.init(inst, def);
})));
const $ZodEmail = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodEmail", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.email);
    $ZodStringFormat.init(inst, def);
})));
/** The `://` guard rejected the input before the URL constructor saw it. */
const URL_BAD_FORMAT = 1;
/** The URL parser rejected the input. */
const URL_UNPARSEABLE = 2;
function canParseURL(input) {
    try {
        if (typeof URL !== "undefined" && typeof URL.canParse === "function")
            return URL.canParse(input);
        new URL(input);
        return true;
    }
    catch {
        return false;
    }
}
function validateURL(trimmed, def) {
    if (!("normalize" in def) && !("hostname" in def) && !("protocol" in def)) {
        return canParseURL(trimmed) || URL_UNPARSEABLE;
    }
    return parseURLObject(trimmed, def);
}
/** Parses a URL while preserving the non-normalizing HTTP guard. */
function parseURLObject(trimmed, def) {
    // When normalize is off, require :// for http/https URLs. This prevents strings like "http:example.com" or "https:/path" from being silently accepted
    if (!def.normalize && def.protocol?.source === regexes.httpProtocol.source && !/^https?:\/\//i.test(trimmed)) {
        return URL_BAD_FORMAT;
    }
    try {
        if (typeof URL !== "undefined") {
            const URLStatic = URL;
            if (typeof URLStatic.parse === "function")
                return URLStatic.parse(trimmed) ?? URL_UNPARSEABLE;
        }
        // @ts-ignore
        return new URL(trimmed);
    }
    catch {
        return URL_UNPARSEABLE;
    }
}
const asciiTabOrNewline = /[\t\n\r]/g;
/** The URL parser deletes every ASCII tab, LF and CR from its input before it parses, so `new URL("https://exa\nmple.com")` reports on `example.com`. Applying the same deletion to the returned value closes the half of that divergence which can move the host; the parser's other rewrite, stripping C0 controls at the edges, cannot. */
function stripTabAndNewline(value) {
    return value.replace(asciiTabOrNewline, "");
}
function urlHostnameOk(url, hostname) {
    hostname.lastIndex = 0;
    return hostname.test(url.hostname);
}
function urlProtocolOk(url, protocol) {
    protocol.lastIndex = 0;
    return protocol.test(url.protocol.endsWith(":") ? url.protocol.slice(0, -1) : url.protocol);
}
const $ZodURL = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodURL", (inst, def) => {
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        try {
            // Trim whitespace from input
            const trimmed = payload.value.trim();
            const url = validateURL(trimmed, def);
            if (url === URL_BAD_FORMAT) {
                payload.issues.push({
                    code: "invalid_format",
                    format: "url",
                    note: "Invalid URL format",
                    input: payload.value,
                    inst,
                    continue: !def.abort,
                });
                return;
            }
            if (url === URL_UNPARSEABLE) {
                payload.issues.push({
                    code: "invalid_format",
                    format: "url",
                    input: payload.value,
                    inst,
                    continue: !def.abort,
                });
                return;
            }
            if (url === true) {
                payload.value = stripTabAndNewline(trimmed);
                return;
            }
            if (def.hostname && !urlHostnameOk(url, def.hostname)) {
                payload.issues.push({
                    code: "invalid_format",
                    format: "url",
                    note: "Invalid hostname",
                    pattern: def.hostname.source,
                    input: payload.value,
                    inst,
                    continue: !def.abort,
                });
            }
            if (def.protocol && !urlProtocolOk(url, def.protocol)) {
                payload.issues.push({
                    code: "invalid_format",
                    format: "url",
                    note: "Invalid protocol",
                    pattern: def.protocol.source,
                    input: payload.value,
                    inst,
                    continue: !def.abort,
                });
            }
            // Set the output value based on normalize flag
            payload.value = def.normalize ? url.href : stripTabAndNewline(trimmed);
            return;
        }
        catch (_) {
            payload.issues.push({
                code: "invalid_format",
                format: "url",
                input: payload.value,
                inst,
                continue: !def.abort,
            });
        }
    };
})));
const $ZodEmoji = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodEmoji", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.emoji());
    $ZodStringFormat.init(inst, def);
})));
const $ZodNanoID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNanoID", (inst, def) => {
    if (def.length !== undefined && (!Number.isInteger(def.length) || def.length < 1))
        throw new Error(`Invalid nanoid length: ${def.length}`);
    def.pattern ?? (def.pattern = def.length === undefined ? regexes.nanoid : regexes.nanoidOfLength(def.length));
    $ZodStringFormat.init(inst, def);
})));
/**
 * @deprecated CUID v1 is deprecated by its authors due to information leakage
 * (timestamps embedded in the id). Use {@link $ZodCUID2} instead.
 * See https://github.com/paralleldrive/cuid.
 */
const $ZodCUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCUID", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.cuid);
    $ZodStringFormat.init(inst, def);
})));
const $ZodCUID2 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCUID2", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.cuid2);
    $ZodStringFormat.init(inst, def);
})));
const $ZodULID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodULID", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.ulid);
    $ZodStringFormat.init(inst, def);
})));
const $ZodXID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodXID", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.xid);
    $ZodStringFormat.init(inst, def);
})));
const $ZodKSUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodKSUID", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.ksuid);
    $ZodStringFormat.init(inst, def);
})));
const $ZodISODateTime = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodISODateTime", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.datetime(def));
    $ZodStringFormat.init(inst, def);
})));
const $ZodISODate = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodISODate", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.date);
    $ZodStringFormat.init(inst, def);
})));
const $ZodISOTime = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodISOTime", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.time(def));
    $ZodStringFormat.init(inst, def);
})));
const $ZodISODuration = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodISODuration", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.duration);
    $ZodStringFormat.init(inst, def);
})));
const $ZodIPv4 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodIPv4", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.ipv4);
    $ZodStringFormat.init(inst, def);
})));
/** An IPv6 address is written with hex digits, colons and dots, and nothing else. The guard is what makes the check below an IPv6 check: `new URL("http://[...]")` parses an authority, not an address, so `@` and `\` re-delimit it and `"::@1\\"` validates against the host `0.0.0.1`. The URL parser also deletes ASCII tab, LF and CR rather than failing, which is how `"::1\n"` validated as `::1`. */
const ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
function isValidIPv6(value) {
    if (!ipv6Alphabet.test(value))
        return false;
    return canParseURL(`http://[${value}]`);
}
const $ZodIPv6 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodIPv6", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.ipv6);
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (!isValidIPv6(payload.value)) {
            payload.issues.push({
                code: "invalid_format",
                format: "ipv6",
                input: payload.value,
                inst,
                continue: !def.abort,
            });
        }
    };
})));
const $ZodMAC = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodMAC", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.mac(def.delimiter));
    $ZodStringFormat.init(inst, def);
})));
const $ZodCIDRv4 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCIDRv4", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.cidrv4);
    $ZodStringFormat.init(inst, def);
})));
function isValidCIDRv6(value) {
    const parts = value.split("/");
    if (parts.length !== 2)
        return false;
    const [address, prefix] = parts;
    if (!prefix)
        return false;
    const prefixNum = Number(prefix);
    if (`${prefixNum}` !== prefix)
        return false;
    if (prefixNum < 0 || prefixNum > 128)
        return false;
    return isValidIPv6(address);
}
const $ZodCIDRv6 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCIDRv6", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.cidrv6); // not used for validation
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (!isValidCIDRv6(payload.value)) {
            payload.issues.push({
                code: "invalid_format",
                format: "cidrv6",
                input: payload.value,
                inst,
                continue: !def.abort,
            });
        }
    };
})));
//////////////////////////////   ZodBase64   //////////////////////////////
function isValidBase64(data) {
    if (data === "")
        return true;
    // atob ignores whitespace, so reject it up front.
    if (/\s/.test(data))
        return false;
    if (data.length % 4 !== 0)
        return false;
    try {
        // @ts-ignore
        atob(data);
        return true;
    }
    catch {
        return false;
    }
}
// lax on purpose: the quantified regexes.base64 overflows the regex stack on multi-MB input and its leading ^$| alternation leaks through template-literal composition; isValidBase64 enforces length and padding
const base64Charset = /^[0-9a-zA-Z+/]*={0,2}$/;
const $ZodBase64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodBase64", (inst, def) => {
    def.pattern ?? (def.pattern = base64Charset);
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (isValidBase64(payload.value))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: "base64",
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
//////////////////////////////   ZodBase64URL   //////////////////////////////
// lax on purpose: the quantified regexes.base64url overflows the regex stack on multi-MB input; isValidBase64 enforces length on the padded string
const base64urlCharset = /^[A-Za-z0-9_-]*$/;
function isValidBase64URL(data) {
    if (!base64urlCharset.test(data))
        return false;
    const base64 = data.replace(/[-_]/g, (c) => (c === "-" ? "+" : "/"));
    const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, "=");
    return isValidBase64(padded);
}
const $ZodBase64URL = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodBase64URL", (inst, def) => {
    def.pattern ?? (def.pattern = base64urlCharset);
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (isValidBase64URL(payload.value))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: "base64url",
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodE164 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodE164", (inst, def) => {
    def.pattern ?? (def.pattern = regexes.e164);
    $ZodStringFormat.init(inst, def);
})));
//////////////////////////////   ZodCreditCard   //////////////////////////////
const CC_SANITIZE = /[- ]/g;
/** Luhn checksum on a digit-only string. Adapted from valibot (MIT). */
function isLuhnAlgo(digits) {
    let length = digits.length;
    let bit = 1;
    let sum = 0;
    while (length) {
        const value = digits.charCodeAt(--length) - 48;
        bit ^= 1;
        sum += bit ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][value] : value;
    }
    return sum % 10 === 0;
}
function isValidCreditCard(input) {
    if (!regexes.creditCard.test(input))
        return false;
    return isLuhnAlgo(input.replace(CC_SANITIZE, ""));
}
const $ZodCreditCard = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCreditCard", (inst, def) => {
    // Shape only \u2014 the Luhn check below is not expressible as a pattern, so consumers of `pattern` (JSON Schema, template literals) get the length and separator rules alone.
    def.pattern ?? (def.pattern = regexes.creditCard);
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (isValidCreditCard(payload.value))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: "credit_card",
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
//////////////////////////////   ZodIBAN   //////////////////////////////
// iso 7064 mod 97-10 checksum without BigInt
function isIso7064Mod97(iban) {
    let remainder = 0;
    const len = iban.length;
    for (let i = 4; i < len; i++) {
        const code = iban.charCodeAt(i);
        remainder = (code >= 65 ? remainder * 100 + (code - 55) : remainder * 10 + (code - 48)) % 97;
    }
    for (let i = 0; i < 4; i++) {
        const code = iban.charCodeAt(i);
        remainder = (code >= 65 ? remainder * 100 + (code - 55) : remainder * 10 + (code - 48)) % 97;
    }
    return remainder === 1;
}
function isValidIBAN(input) {
    if (!regexes.iban.test(input))
        return false;
    return isIso7064Mod97(input);
}
const $ZodIBAN = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodIBAN", (inst, def) => {
    // shape only \u2014 checksum is not expressible as a pattern
    def.pattern ?? (def.pattern = regexes.iban);
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (isValidIBAN(payload.value))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: "iban",
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
//////////////////////////////   ZodJWT   //////////////////////////////
function isValidJWT(token, algorithm = null) {
    try {
        const tokensParts = token.split(".");
        if (tokensParts.length !== 3)
            return false;
        const [header] = tokensParts;
        if (!header)
            return false;
        // @ts-ignore
        const parsedHeader = JSON.parse(atob(header));
        if ("typ" in parsedHeader && parsedHeader?.typ !== "JWT")
            return false;
        if (!parsedHeader.alg)
            return false;
        if (algorithm && (!("alg" in parsedHeader) || parsedHeader.alg !== algorithm))
            return false;
        return true;
    }
    catch {
        return false;
    }
}
const $ZodJWT = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodJWT", (inst, def) => {
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (isValidJWT(payload.value, def.alg))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: "jwt",
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodCustomStringFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCustomStringFormat", (inst, def) => {
    $ZodStringFormat.init(inst, def);
    inst._zod.check = (payload) => {
        if (def.fn(payload.value))
            return;
        payload.issues.push({
            code: "invalid_format",
            format: def.format,
            input: payload.value,
            inst,
            continue: !def.abort,
        });
    };
})));
const $ZodNumber = /*@__PURE__*/ $constructor("$ZodNumber", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = number;
    inst._zod.parse = (payload, _ctx) => {
        if (def.coerce)
            try {
                payload.value = Number(payload.value);
            }
            catch (_) { }
        const input = payload.value;
        if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) {
            return payload;
        }
        const received = typeof input === "number"
            ? Number.isNaN(input)
                ? "NaN"
                : !Number.isFinite(input)
                    ? String(input)
                    : undefined
            : undefined;
        payload.issues.push({
            expected: "number",
            code: "invalid_type",
            input,
            inst,
            ...(received ? { received } : {}),
        });
        return payload;
    };
});
const $ZodNumberFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNumberFormat", (inst, def) => {
    checks.$ZodCheckNumberFormat.init(inst, def);
    $ZodNumber.init(inst, def); // no format checks
})));
const $ZodBoolean = /*@__PURE__*/ $constructor("$ZodBoolean", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = regexes_boolean;
    inst._zod.parse = (payload, _ctx) => {
        if (def.coerce)
            try {
                payload.value = Boolean(payload.value);
            }
            catch (_) { }
        const input = payload.value;
        if (typeof input === "boolean")
            return payload;
        payload.issues.push({
            expected: "boolean",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
});
const $ZodBigInt = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodBigInt", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = regexes.bigint;
    inst._zod.parse = (payload, _ctx) => {
        if (def.coerce)
            try {
                payload.value = BigInt(payload.value);
            }
            catch (_) { }
        if (typeof payload.value === "bigint")
            return payload;
        payload.issues.push({
            expected: "bigint",
            code: "invalid_type",
            input: payload.value,
            inst,
        });
        return payload;
    };
})));
const $ZodBigIntFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodBigIntFormat", (inst, def) => {
    checks.$ZodCheckBigIntFormat.init(inst, def);
    $ZodBigInt.init(inst, def); // no format checks
})));
const $ZodSymbol = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodSymbol", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (typeof input === "symbol")
            return payload;
        payload.issues.push({
            expected: "symbol",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
})));
const $ZodUndefined = /*@__PURE__*/ $constructor("$ZodUndefined", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = _undefined;
    inst._zod.values = new Set([undefined]);
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (typeof input === "undefined")
            return payload;
        payload.issues.push({
            expected: "undefined",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
});
const $ZodNull = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNull", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = regexes.null;
    inst._zod.values = new Set([null]);
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (input === null)
            return payload;
        payload.issues.push({
            expected: "null",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
})));
const $ZodAny = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodAny", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload) => payload;
})));
const $ZodUnknown = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodUnknown", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload) => payload;
})));
const $ZodNever = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNever", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        payload.issues.push({
            expected: "never",
            code: "invalid_type",
            input: payload.value,
            inst,
        });
        return payload;
    };
})));
const $ZodVoid = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodVoid", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (typeof input === "undefined")
            return payload;
        payload.issues.push({
            expected: "void",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
})));
const $ZodDate = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodDate", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        if (def.coerce) {
            try {
                payload.value = new Date(payload.value);
            }
            catch (_err) { }
        }
        const input = payload.value;
        const isDate = input instanceof Date;
        const isValidDate = isDate && !Number.isNaN(input.getTime());
        if (isValidDate)
            return payload;
        payload.issues.push({
            expected: "date",
            code: "invalid_type",
            input,
            ...(isDate ? { received: "Invalid Date" } : {}),
            inst,
        });
        return payload;
    };
})));
// an oversized container fails its leading size checks before any element is parsed
function capSize(inst, size) {
    const caps = sizeCaps(inst._zod.def.checks);
    if (!caps.length)
        return;
    const cap = Math.min(...caps.map((c) => c[0]));
    const parse = inst._zod.parse;
    inst._zod.parse = (payload, ctx) => {
        const n = size(payload.value);
        if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
            for (const [max, ch] of sizeCaps(inst._zod.def.checks)) {
                if (n > max && ch._zod.def.when(payload)) {
                    const start = payload.issues.length;
                    ch._zod.check(payload);
                    // the value is still the raw input, so no later check may read it
                    payload.issues[start].continue = false;
                    attachSchema(payload.issues, start, inst);
                    return payload;
                }
            }
        }
        return parse(payload, ctx);
    };
}
const arraySize = (input) => (Array.isArray(input) ? input.length : -1);
const mapSize = (input) => (input instanceof Map ? input.size : -1);
const setSize = (input) => (input instanceof Set ? input.size : -1);
function handleArrayResult(result, final, index) {
    if (result.issues.length) {
        final.issues.push(...prefixIssues(index, result.issues));
    }
    final.value[index] = result.value;
}
const $ZodArray = /*@__PURE__*/ $constructor("$ZodArray", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core_globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!Array.isArray(input)) {
            payload.issues.push({
                expected: "array",
                code: "invalid_type",
                input,
                inst,
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
                issues: [],
            }, ctx);
            if (result instanceof Promise) {
                proms.push(result.then((result) => handleArrayResult(result, payload, i)));
            }
            else {
                handleArrayResult(result, payload, i);
                // the element's payload is authoritative here, since handleArrayResult forwards every issue; an object's is not, because it drops a failed absent optional
                if (abortEarly && result.issues.length !== 0 && aborted(result))
                    break;
            }
        }
        if (proms.length) {
            return Promise.all(proms).then(() => payload);
        }
        return payload; //handleArrayResultsAsync(parseResults, final);
    };
    capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
    const isPresent = key in input;
    const isOptionalOut = optout === "optional";
    // The middle rung means "absence permitted, nothing supplied in its place", so an absent key contributes nothing \u2014 whatever the schema made of `undefined` is invented, not substituted. Only `optional` reaches this with a value: `defaulted` substitutes, and a schema that isn't optional-out has to keep the key.
    if (!isPresent && isOptionalOut && optin === "optional") {
        return;
    }
    if (result.issues.length) {
        // For optional-in/out schemas, ignore errors on absent keys.
        if (optin !== undefined && isOptionalOut && !isPresent) {
            return;
        }
        final.issues.push(...prefixIssues(key, result.issues));
    }
    if (!isPresent && optin === undefined) {
        if (!result.issues.length) {
            final.issues.push({
                code: "invalid_type",
                expected: "nonoptional",
                input: undefined,
                path: [key],
            });
        }
        return;
    }
    if (result.value === undefined) {
        if (isPresent || (optin === "defaulted" && !isOptionalOut)) {
            final.value[key] = undefined;
        }
    }
    else {
        final.value[key] = result.value;
    }
}
// one shared instance; a fresh [] per schema cost 56 bytes retained
const NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
    const keys = Object.keys(def.shape);
    const ownSymbols = Object.getOwnPropertySymbols(def.shape);
    const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
    // aliases `keys` when there are no symbols, so a string-only shape keeps one array
    const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
    for (const k of allKeys) {
        if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) {
            throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
        }
    }
    const okeys = optionalKeys(def.shape);
    return {
        ...def,
        allKeys,
        symbolKeys,
        // string-only: handleCatchall matches it against `for...in`, which never yields a symbol
        keySet: new Set(keys),
        numKeys: keys.length,
        optionalKeys: new Set(okeys),
    };
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
    const unrecognized = [];
    const keySet = def.keySet;
    const _catchall = def.catchall._zod;
    const t = _catchall.def.type;
    const optin = _catchall.optin;
    const optout = _catchall.optout;
    // starts at 0, not the current length: the shape phase already ran and may have aborted
    let seen = 0;
    for (const key in input) {
        if (abortEarly && payload.issues.length !== seen) {
            if (aborted(payload, seen))
                break;
            seen = payload.issues.length;
        }
        // Must precede the __proto__ branch: a declared key is not unrecognized, even though the shape loop deliberately strips __proto__ from the parsed output.
        if (keySet.has(key))
            continue;
        // Don't copy an undeclared __proto__ into the result; assignment to a plain {} would replace the result prototype. But in strict mode it is still an unknown key, so report it before skipping.
        if (key === "__proto__") {
            if (t === "never")
                unrecognized.push(key);
            continue;
        }
        if (t === "never") {
            unrecognized.push(key);
            continue;
        }
        const r = _catchall.run({ value: input[key], issues: [] }, ctx);
        if (r instanceof Promise) {
            proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
        }
        else {
            handlePropertyResult(r, payload, key, input, optin, optout);
        }
    }
    if (unrecognized.length) {
        payload.issues.push({
            code: "unrecognized_keys",
            keys: unrecognized,
            input,
            inst,
            // Describes the shape of the input, not the validity of the parsed value, so it never aborts. The parse still fails; the schema's own checks just get to run first, and an enclosing intersection can reconcile the key against a sibling operand.
            continue: true,
        });
    }
    if (!proms.length)
        return payload;
    return Promise.all(proms).then(() => {
        return payload;
    });
}
const $ZodObject = /*@__PURE__*/ $constructor("$ZodObject", (inst, def) => {
    // requires cast because technically $ZodObject doesn't extend
    $ZodType.init(inst, def);
    const desc = Object.getOwnPropertyDescriptor(def, "shape");
    // a cloned def carries its source's accessor, which knows the shape it answers from; adopting that keeps the clone's keys readable without running it
    const sh = desc?.get ? desc.get.raw : (def.shape ?? {});
    if (sh) {
        // Freezes the shape on first read, so its getters resolve once and every later read sees the same schemas.
        const get = () => {
            const newSh = { ...sh };
            Object.defineProperty(def, "shape", { value: newSh });
            get.raw = newSh;
            return newSh;
        };
        get.raw = sh;
        Object.defineProperty(def, "shape", { get });
    }
    const _normalized = cached(() => normalizeDef(def));
    defineLazyInternal(inst, "propValues", (zod) => {
        const shape = zod.def.shape;
        const propValues = {};
        for (const key in shape) {
            const field = shape[key]._zod;
            if (field.values) {
                if (!Object.prototype.hasOwnProperty.call(propValues, key)) {
                    assignProp(propValues, key, new Set());
                }
                for (const v of field.values)
                    propValues[key].add(v);
                // An omittable slot reads back as undefined at a discriminator lookup, so it has to claim undefined: two options that can both omit the key are not discriminable on it.
                if (field.optin !== undefined)
                    propValues[key].add(undefined);
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
                input,
                inst,
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
                if (aborted(payload, seen))
                    break;
                seen = payload.issues.length;
            }
            if (key === "__proto__")
                continue;
            const el = shape[key];
            const optin = el._zod.optin;
            const optout = el._zod.optout;
            const r = el._zod.run({ value: input[key], issues: [] }, ctx);
            if (r instanceof Promise) {
                proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
            }
            else {
                handlePropertyResult(r, payload, key, input, optin, optout);
            }
        }
        if (!catchall) {
            return proms.length ? Promise.all(proms).then(() => payload) : payload;
        }
        return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
    };
});
const $ZodObjectJIT = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodObjectJIT", (inst, def) => {
    // requires cast because technically $ZodObject doesn't extend
    $ZodObject.init(inst, def);
    const superParse = inst._zod.parse;
    const _normalized = util.cached(() => normalizeDef(def));
    const memo = core.globalConfig.memoizer;
    const generateFastpass = (shape) => {
        const normalized = _normalized.value;
        const syms = normalized.symbolKeys;
        // a symbol has no source literal, so it is read as `syms[i]` off the closed-over scope
        const doc = new Doc(["payload", "ctx"], { shape, inst, memo, syms });
        const parseStr = (k) => `shape[${k}]._zod.run({ value: input[${k}], issues: [] }, ctx)`;
        // prefixes in place, like util.prefixIssues. newResult must land before the early return: a catchall runs after this and would otherwise write onto the caller's input
        const prefixStr = (id, k) => `
          let ${id}_ab = false;
          for (let i = 0; i < ${id}.issues.length; i++) {
            const iss = ${id}.issues[i];
            iss.path = iss.path ? [${k}, ...iss.path] : [${k}];
            payload.issues.push(iss);
            if (iss.continue !== true) ${id}_ab = true;
          }
          if (${id}_ab && ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }`;
        doc.write(`const input = payload.value;`);
        const ids = Object.create(null);
        let counter = 0;
        for (const key of normalized.allKeys) {
            ids[key] = `key_${counter++}`;
        }
        // A: preserve key order {
        doc.write(memo ? `const newResult = memo.alloc(inst, payload, {}, ctx);` : `const newResult = {};`);
        for (const key of normalized.allKeys) {
            if (key === "__proto__")
                continue;
            const id = ids[key];
            const k = typeof key === "symbol" ? `syms[${syms.indexOf(key)}]` : util.esc(key);
            const isPresent = `${k} in input`;
            const schema = shape[key];
            const optin = schema?._zod?.optin;
            const isOptionalIn = optin !== undefined;
            const isOptionalOut = schema?._zod?.optout === "optional";
            doc.write(`const ${id} = ${parseStr(k)};`);
            if (isOptionalIn && isOptionalOut) {
                // For optional-in/out schemas, ignore errors on absent keys \u2014 and, like the interpreted path, drop the value produced alongside them. The middle rung goes further: it permits absence without supplying anything in its place, so an absent key contributes nothing at all.
                const assign = optin === "optional" ? `${id}_present` : `${id}.value !== undefined || ${id}_present`;
                doc.write(`
        const ${id}_present = ${isPresent};
        if (!${id}.issues.length || ${id}_present) {
          if (${id}.issues.length) {${prefixStr(id, k)}
          }

          if (${assign}) {
            newResult[${k}] = ${id}.value;
          }
        }

      `);
            }
            else if (!isOptionalIn) {
                doc.write(`
        const ${id}_present = ${isPresent};
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
        if (!${id}_present && !${id}.issues.length) {
          payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: undefined,
            path: [${k}]
          });
          if (ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }
        }

        if (${id}_present) {
          newResult[${k}] = ${id}.value;
        }

      `);
            }
            else {
                doc.write(`
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
      `);
                if (optin === "defaulted") {
                    doc.write(`newResult[${k}] = ${id}.value;`);
                }
                else {
                    doc.write(`
        if (${id}.value !== undefined || ${isPresent}) {
          newResult[${k}] = ${id}.value;
        }
      `);
                }
            }
        }
        doc.write(`payload.value = newResult;`);
        doc.write(`return payload;`);
        // closing `shape` in is what pays: turbofan specializes the parser against that one shape object, so every `shape[k]._zod.run` folds to a known callee. as a parameter it stays a generic load and measures 13% slower even with the forwarding frame gone
        return doc.compile();
    };
    let fastpass;
    const isObject = util.isObject;
    const jit = !core.globalConfig.jitless;
    const allowsEval = util.allowsEval;
    const fastEnabled = jit && allowsEval.value; // && !def.catchall;
    const catchall = def.catchall;
    let value;
    inst._zod.parse = (payload, ctx) => {
        value ?? (value = _normalized.value);
        const input = payload.value;
        if (!isObject(input)) {
            payload.issues.push({
                expected: "object",
                code: "invalid_type",
                input,
                inst,
            });
            return payload;
        }
        if (jit && fastEnabled && ctx?.async === false && ctx.jitless !== true) {
            // always synchronous
            if (!fastpass)
                fastpass = generateFastpass(def.shape);
            payload = fastpass(payload, ctx);
            if (!catchall)
                return payload;
            return handleCatchall([], input, payload, ctx, value, inst, ctx?.abortEarly === true);
        }
        return superParse(payload, ctx);
    };
})));
function handleUnionResults(results, final, inst, ctx) {
    for (const result of results) {
        if (result.issues.length === 0) {
            final.value = result.value;
            return final;
        }
    }
    const nonaborted = results.filter((r) => !aborted(r));
    if (nonaborted.length === 1) {
        final.value = nonaborted[0].value;
        return nonaborted[0];
    }
    final.issues.push({
        code: "invalid_union",
        input: final.value,
        inst,
        errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config()))),
    });
    return final;
}
const $ZodUnion = /*@__PURE__*/ $constructor("$ZodUnion", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted")
        ? "defaulted"
        : zod.def.options.some((o) => o._zod.optin !== undefined)
            ? "optional"
            : undefined);
    defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : undefined);
    defineLazyInternal(inst, "values", (zod) => {
        if (zod.def.options.every((o) => o._zod.values)) {
            return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
        }
        return undefined;
    });
    defineLazyInternal(inst, "pattern", (zod) => {
        if (zod.def.options.every((o) => o._zod.pattern)) {
            const patterns = zod.def.options.map((o) => o._zod.pattern);
            return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
        }
        return undefined;
    });
    const first = def.options.length === 1 ? def.options[0]._zod.run : null;
    inst._zod.parse = (payload, ctx) => {
        if (first) {
            return first(payload, ctx);
        }
        let async = false;
        const results = [];
        for (const option of def.options) {
            const result = option._zod.run({
                value: payload.value,
                issues: [],
            }, ctx);
            if (result instanceof Promise) {
                results.push(result);
                async = true;
            }
            else {
                if (result.issues.length === 0)
                    return result;
                results.push(result);
            }
        }
        if (!async)
            return handleUnionResults(results, payload, inst, ctx);
        return Promise.all(results).then((results) => {
            return handleUnionResults(results, payload, inst, ctx);
        });
    };
});
function handleExclusiveUnionResults(results, final, inst, ctx) {
    const matches = [];
    for (let i = 0; i < results.length; i++) {
        if (results[i].issues.length === 0)
            matches.push(i);
    }
    if (matches.length === 1) {
        final.value = results[matches[0]].value;
        return final;
    }
    if (matches.length === 0) {
        // No matches - same as regular union
        final.issues.push({
            code: "invalid_union",
            input: final.value,
            inst,
            errors: results.map((result) => result.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config()))),
        });
    }
    else {
        // Multiple matches - exclusive union failure
        final.issues.push({
            code: "invalid_union",
            input: final.value,
            inst,
            errors: [],
            inclusive: false,
            matches,
        });
    }
    return final;
}
const $ZodXor = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodXor", (inst, def) => {
    $ZodUnion.init(inst, def);
    def.inclusive = false;
    const first = def.options.length === 1 ? def.options[0]._zod.run : null;
    inst._zod.parse = (payload, ctx) => {
        if (first) {
            return first(payload, ctx);
        }
        let async = false;
        const results = [];
        for (const option of def.options) {
            const result = option._zod.run({
                value: payload.value,
                issues: [],
            }, ctx);
            if (result instanceof Promise) {
                results.push(result);
                async = true;
            }
            else {
                results.push(result);
            }
        }
        if (!async)
            return handleExclusiveUnionResults(results, payload, inst, ctx);
        return Promise.all(results).then((results) => {
            return handleExclusiveUnionResults(results, payload, inst, ctx);
        });
    };
})));
/** Returns the option whose discriminator claims `value`, or throws if ambiguous. */
function getDiscriminatedOption(union, value) {
    const internals = union._zod;
    let map = internals.bag.optionsMap;
    if (!map) {
        map = discriminatorMap(internals.def);
        internals.bag.optionsMap = map;
    }
    const option = map.get(value);
    if (option === null)
        throw new Error(`Ambiguous discriminator value "${String(value)}"`);
    return option;
}
function discriminatorMap(def) {
    const map = new Map();
    for (const option of def.options) {
        const values = option._zod.propValues?.[def.discriminator];
        if (!values || values.size === 0)
            throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
        for (const value of values) {
            if (map.has(value)) {
                if (value !== undefined)
                    throw new Error(`Duplicate discriminator value "${String(value)}"`);
                // keep the collision marked so a later member cannot reclaim it
                map.set(value, null);
            }
            else {
                map.set(value, option);
            }
        }
    }
    return map;
}
const $ZodDiscriminatedUnion = 
/*@__PURE__*/
$constructor("$ZodDiscriminatedUnion", (inst, def) => {
    def.inclusive = false;
    $ZodUnion.init(inst, def);
    const _super = inst._zod.parse;
    defineLazyInternal(inst, "propValues", (zod) => {
        const propValues = {};
        let undefinedCount = 0;
        for (const option of zod.def.options) {
            const pv = option._zod.propValues;
            if (!pv || Object.keys(pv).length === 0)
                throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
            if (pv[zod.def.discriminator]?.has(undefined))
                undefinedCount++;
            for (const [k, v] of Object.entries(pv)) {
                if (!Object.prototype.hasOwnProperty.call(propValues, k)) {
                    assignProp(propValues, k, new Set());
                }
                for (const val of v) {
                    propValues[k].add(val);
                }
            }
        }
        if (!zod.def.unionFallback && undefinedCount > 1)
            propValues[zod.def.discriminator]?.delete(undefined);
        return propValues;
    });
    // Checked now rather than in the lookup map below, so an option that lacks the discriminator fails at the `discriminatedUnion` call instead of on the first object parsed. Options whose shape cannot be enumerated without resolving it \u2014 pipes and lazies \u2014 are left to the map.
    def.options.forEach((option, i) => {
        const propShape = rawShape(option._zod.def);
        if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) {
            throw new Error(`Invalid discriminated union option at index "${i}"`);
        }
    });
    const disc = cached(() => discriminatorMap(def));
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!util_isObject(input)) {
            payload.issues.push({
                code: "invalid_type",
                expected: "object",
                input,
                inst,
            });
            return payload;
        }
        const value = input?.[def.discriminator];
        const opt = disc.value.get(value);
        // forward metadata cannot choose an encoder for an absent tag
        if (opt && (value !== undefined || ctx.direction !== "backward")) {
            return opt._zod.run(payload, ctx);
        }
        // Fall back to union matching when the fast discriminator path fails:
        // - explicitly enabled via unionFallback, or
        // - during backward direction (encode), since codec-based discriminators have different values in forward vs backward directions
        if (def.unionFallback || ctx.direction === "backward") {
            return _super(payload, ctx);
        }
        // no matching discriminator
        payload.issues.push({
            code: "invalid_union",
            errors: [],
            note: "No matching discriminator",
            discriminator: def.discriminator,
            options: Array.from(disc.value.keys()).filter((value) => disc.value.get(value) !== null),
            input,
            path: [def.discriminator],
            inst,
        });
        return payload;
    };
});
const $ZodIntersection = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodIntersection", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        const left = def.left._zod.run({ value: input, issues: [] }, ctx);
        const right = def.right._zod.run({ value: input, issues: [] }, ctx);
        const async = left instanceof Promise || right instanceof Promise;
        if (async) {
            return Promise.all([left, right]).then(([left, right]) => {
                return handleIntersectionResults(payload, left, right);
            });
        }
        return handleIntersectionResults(payload, left, right);
    };
})));
function mergeValues(a, b) {
    // const aType = parse.t(a);
    // const bType = parse.t(b);
    if (a === b) {
        return { valid: true, data: a };
    }
    if (a instanceof Date && b instanceof Date && +a === +b) {
        return { valid: true, data: a };
    }
    if (util.isPlainObject(a) && util.isPlainObject(b)) {
        const bKeys = Object.keys(b);
        const sharedKeys = Object.keys(a).filter((key) => bKeys.indexOf(key) !== -1);
        const newObj = { ...a, ...b };
        if (Object.prototype.hasOwnProperty.call(newObj, "__proto__"))
            delete newObj.__proto__;
        for (const key of sharedKeys) {
            if (key === "__proto__")
                continue;
            const sharedValue = mergeValues(a[key], b[key]);
            if (!sharedValue.valid) {
                return {
                    valid: false,
                    mergeErrorPath: [key, ...sharedValue.mergeErrorPath],
                };
            }
            newObj[key] = sharedValue.data;
        }
        return { valid: true, data: newObj };
    }
    if (Array.isArray(a) && Array.isArray(b)) {
        if (a.length !== b.length) {
            return { valid: false, mergeErrorPath: [] };
        }
        const newArray = [];
        for (let index = 0; index < a.length; index++) {
            const itemA = a[index];
            const itemB = b[index];
            const sharedValue = mergeValues(itemA, itemB);
            if (!sharedValue.valid) {
                return {
                    valid: false,
                    mergeErrorPath: [index, ...sharedValue.mergeErrorPath],
                };
            }
            newArray.push(sharedValue.data);
        }
        return { valid: true, data: newArray };
    }
    return { valid: false, mergeErrorPath: [] };
}
function handleIntersectionResults(result, left, right) {
    // Track which side(s) reject each key. A key rejection is reported only when BOTH sides reject it, so a key owned by one branch survives the other's key schema. strictObject reports these as unrecognized_keys; a record with an open key schema reports one invalid_key per key.
    const unrecKeys = new Map();
    let unrecIssue;
    const keyIssues = new Map();
    const collect = (iss, side) => {
        let keys;
        if (iss.code === "unrecognized_keys" && !iss.path?.length) {
            unrecIssue ?? (unrecIssue = iss);
            keys = iss.keys;
        }
        else if (iss.code === "invalid_key" && iss.origin === "record" && iss.path?.length === 1) {
            const k = String(iss.path[0]);
            if (!keyIssues.has(k))
                keyIssues.set(k, iss);
            keys = [k];
        }
        else {
            return false;
        }
        for (const k of keys) {
            if (!unrecKeys.has(k))
                unrecKeys.set(k, {});
            unrecKeys.get(k)[side] = true;
        }
        return true;
    };
    for (const iss of left.issues) {
        if (!collect(iss, "l"))
            result.issues.push(iss);
    }
    for (const iss of right.issues) {
        if (!collect(iss, "r"))
            result.issues.push(iss);
    }
    // Report only keys rejected by BOTH sides
    const bothKeys = [...unrecKeys].filter(([, f]) => f.l && f.r).map(([k]) => k);
    if (bothKeys.length) {
        const aggregated = unrecIssue ? bothKeys.filter((k) => unrecIssue.keys.includes(k)) : [];
        if (aggregated.length)
            result.issues.push({ ...unrecIssue, keys: aggregated });
        for (const k of bothKeys) {
            if (!aggregated.includes(k) && keyIssues.has(k))
                result.issues.push(keyIssues.get(k));
        }
    }
    const merged = mergeValues(left.value, right.value);
    if (!merged.valid) {
        if (util.aborted(result))
            return result;
        throw new Error(`Unmergable intersection. Error path: ` + `${JSON.stringify(merged.mergeErrorPath)}`);
    }
    result.value = merged.data;
    return result;
}
const $ZodTuple = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodTuple", (inst, def) => {
    $ZodType.init(inst, def);
    const items = def.items;
    const memo = core.globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!Array.isArray(input)) {
            payload.issues.push({
                input,
                inst,
                expected: "tuple",
                code: "invalid_type",
            });
            return payload;
        }
        payload.value = memo ? memo.alloc(inst, payload, [], ctx) : [];
        const proms = [];
        const optinStart = getTupleOptStart(items, "optin");
        const optoutStart = getTupleOptStart(items, "optout");
        if (!def.rest) {
            if (input.length < optinStart) {
                payload.issues.push({
                    code: "too_small",
                    minimum: optinStart,
                    inclusive: true,
                    input,
                    inst,
                    origin: "array",
                });
                return payload;
            }
            if (input.length > items.length) {
                payload.issues.push({
                    code: "too_big",
                    maximum: items.length,
                    inclusive: true,
                    input,
                    inst,
                    origin: "array",
                });
            }
        }
        // Run every item in parallel, collecting results into an indexed array. The post-processing in `handleTupleResults` walks them in order so it can decide whether an absent optional-output error can truncate the tail or must be reported to preserve required output.
        const itemResults = new Array(items.length);
        // only tracked when there is a rest loop to skip
        const abortEarly = def.rest ? ctx?.abortEarly : undefined;
        let itemAborted = false;
        for (let i = 0; i < items.length; i++) {
            const r = items[i]._zod.run({ value: input[i], issues: [] }, ctx);
            if (r instanceof Promise) {
                proms.push(r.then((rr) => {
                    itemResults[i] = rr;
                }));
            }
            else {
                itemResults[i] = r;
                if (abortEarly && !itemAborted && r.issues.length)
                    itemAborted = util.aborted(r);
            }
        }
        // sound because rest is non-empty exactly when every fixed index is present, the one case handleTupleResults cannot discard an item's issues
        if (def.rest && !itemAborted) {
            let i = items.length - 1;
            const rest = input.slice(items.length);
            let seen = payload.issues.length;
            for (const el of rest) {
                if (abortEarly && payload.issues.length !== seen) {
                    if (util.aborted(payload, seen))
                        break;
                    seen = payload.issues.length;
                }
                i++;
                const result = def.rest._zod.run({ value: el, issues: [] }, ctx);
                if (result instanceof Promise) {
                    proms.push(result.then((r) => handleTupleResult(r, payload, i)));
                }
                else {
                    handleTupleResult(result, payload, i);
                }
            }
        }
        if (proms.length) {
            return Promise.all(proms).then(() => handleTupleResults(itemResults, payload, items, input, optoutStart));
        }
        return handleTupleResults(itemResults, payload, items, input, optoutStart);
    };
})));
function getTupleOptStart(items, key) {
    for (let i = items.length - 1; i >= 0; i--) {
        // optin is a three-rung ladder so any rung above `undefined` permits an absent slot; optout stays two-valued.
        const omittable = key === "optin" ? items[i]._zod.optin !== undefined : items[i]._zod.optout === "optional";
        if (!omittable)
            return i + 1;
    }
    return 0;
}
function handleTupleResult(result, final, index) {
    if (result.issues.length) {
        final.issues.push(...util.prefixIssues(index, result.issues));
    }
    final.value[index] = result.value;
}
function handleTupleResults(itemResults, final, items, input, optoutStart) {
    // Walk results in order. Mirror $ZodObject's swallow-on-absent-optional rule, but only after `optoutStart`: the first index where the output tuple tail can be absent.
    for (let i = 0; i < items.length; i++) {
        const r = itemResults[i];
        const isPresent = i < input.length;
        // The array analog of `handlePropertyResult`'s absent-key early return: the middle rung permits absence without supplying anything in its place, so the tail truncates here instead of materializing whatever the item made of `undefined`.
        if (!isPresent && i >= optoutStart && items[i]._zod.optin === "optional") {
            final.value.length = i;
            break;
        }
        if (r.issues.length) {
            if (!isPresent && i >= optoutStart) {
                final.value.length = i;
                break;
            }
            final.issues.push(...util.prefixIssues(i, r.issues));
        }
        final.value[i] = r.value;
    }
    // Drop trailing slots that produced `undefined` for absent input
    // (the array analog of an absent optional key on an object). The
    // `i >= input.length` floor is critical: an explicit `undefined`
    // *inside* the input must be preserved even when the schema is
    // optional-out (e.g. `z.string().or(z.undefined())` accepting an
    // explicit undefined value).
    for (let i = final.value.length - 1; i >= input.length; i--) {
        if (items[i]._zod.optout === "optional" && final.value[i] === undefined) {
            final.value.length = i;
        }
        else {
            break;
        }
    }
    return final;
}
const $ZodRecord = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodRecord", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core.globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!util.isPlainObject(input)) {
            payload.issues.push({
                expected: "record",
                code: "invalid_type",
                input,
                inst,
            });
            return payload;
        }
        // no guard in either loop below: a record's invalid_key aborts but an enclosing intersection can reconcile it, so a stopped loop hides keys the sibling does not own and the intersection then rejects nothing
        const proms = [];
        const values = def.keyType._zod.values;
        if (values && !def.partial) {
            payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
            const recordKeys = new Set();
            for (const key of values) {
                if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
                    recordKeys.add(typeof key === "number" ? key.toString() : key);
                    // A declared __proto__ is stripped but is not an unrecognized key.
                    if (key === "__proto__")
                        continue;
                    const keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
                    if (keyResult instanceof Promise) {
                        throw new Error("Async schemas not supported in object keys currently");
                    }
                    if (keyResult.issues.length) {
                        payload.issues.push({
                            code: "invalid_key",
                            origin: "record",
                            issues: keyResult.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())),
                            input: key,
                            path: [key],
                            inst,
                        });
                        continue;
                    }
                    const outKey = keyResult.value;
                    if (outKey === "__proto__")
                        continue;
                    const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
                    if (result instanceof Promise) {
                        proms.push(result.then((result) => {
                            if (result.issues.length) {
                                payload.issues.push(...util.prefixIssues(key, result.issues));
                            }
                            payload.value[outKey] = result.value;
                        }));
                    }
                    else {
                        if (result.issues.length) {
                            payload.issues.push(...util.prefixIssues(key, result.issues));
                        }
                        payload.value[outKey] = result.value;
                    }
                }
            }
            let unrecognized;
            for (const key in input) {
                if (!recordKeys.has(key)) {
                    if (def.mode === "loose") {
                        // skip __proto__ so it can't replace the result prototype via the assignment setter on the plain {} we build into
                        if (key === "__proto__")
                            continue;
                        payload.value[key] = input[key];
                    }
                    else {
                        unrecognized = unrecognized ?? [];
                        unrecognized.push(key);
                    }
                }
            }
            if (unrecognized && unrecognized.length > 0) {
                payload.issues.push({
                    code: "unrecognized_keys",
                    input,
                    inst,
                    keys: unrecognized,
                    continue: true,
                });
            }
        }
        else {
            payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
            // An enumerable key schema declares which keys the record owns, so a key outside the set is unrecognized. A non-enumerable one (regex, refine) is a constraint every key must satisfy, so a failing key is invalid. Only the former is reconcilable against the other side of an intersection.
            let unrecognized;
            // Reflect.ownKeys for Symbol-key support; filter non-enumerable to match z.object()
            for (const key of Reflect.ownKeys(input)) {
                if (key === "__proto__")
                    continue;
                if (!Object.prototype.propertyIsEnumerable.call(input, key))
                    continue;
                let keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
                if (keyResult instanceof Promise) {
                    throw new Error("Async schemas not supported in object keys currently");
                }
                // Numeric string fallback: if key is a numeric string and failed, retry with Number(key). This handles z.number(), z.literal([1, 2, 3]), and unions containing numeric literals
                const checkNumericKey = typeof key === "string" && regexes.number.test(key) && keyResult.issues.length;
                if (checkNumericKey) {
                    const retryResult = def.keyType._zod.run({ value: Number(key), issues: [] }, ctx);
                    if (retryResult instanceof Promise) {
                        throw new Error("Async schemas not supported in object keys currently");
                    }
                    if (retryResult.issues.length === 0) {
                        keyResult = retryResult;
                    }
                }
                if (keyResult.issues.length) {
                    if (def.mode === "loose") {
                        // Pass through unchanged
                        payload.value[key] = input[key];
                    }
                    else if (values) {
                        unrecognized = unrecognized ?? [];
                        unrecognized.push(key);
                    }
                    else {
                        // Default "strict" behavior: error on invalid key
                        payload.issues.push({
                            code: "invalid_key",
                            origin: "record",
                            issues: keyResult.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())),
                            input: key,
                            path: [key],
                            inst,
                        });
                    }
                    continue;
                }
                // the guard above tests the raw input key, but the key schema can normalize an ordinary key into __proto__; re-check the key we actually write under
                const outKey = keyResult.value;
                if (outKey === "__proto__")
                    continue;
                const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
                if (result instanceof Promise) {
                    proms.push(result.then((result) => {
                        if (result.issues.length) {
                            payload.issues.push(...util.prefixIssues(key, result.issues));
                        }
                        payload.value[outKey] = result.value;
                    }));
                }
                else {
                    if (result.issues.length) {
                        payload.issues.push(...util.prefixIssues(key, result.issues));
                    }
                    payload.value[outKey] = result.value;
                }
            }
            if (unrecognized && unrecognized.length > 0) {
                payload.issues.push({
                    code: "unrecognized_keys",
                    input,
                    inst,
                    keys: unrecognized,
                    continue: true,
                });
            }
        }
        if (proms.length) {
            return Promise.all(proms).then(() => payload);
        }
        return payload;
    };
})));
const $ZodMap = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodMap", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core.globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!(input instanceof Map)) {
            payload.issues.push({
                expected: "map",
                code: "invalid_type",
                input,
                inst,
            });
            return payload;
        }
        const proms = [];
        payload.value = memo ? memo.alloc(inst, payload, new Map(), ctx) : new Map();
        const abortEarly = ctx?.abortEarly;
        let seen = payload.issues.length;
        for (const [key, value] of input) {
            if (abortEarly && payload.issues.length !== seen) {
                if (util.aborted(payload, seen))
                    break;
                seen = payload.issues.length;
            }
            const keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
            const valueResult = def.valueType._zod.run({ value: value, issues: [] }, ctx);
            if (keyResult instanceof Promise || valueResult instanceof Promise) {
                proms.push(Promise.all([keyResult, valueResult]).then(([keyResult, valueResult]) => {
                    handleMapResult(keyResult, valueResult, payload, key, input, inst, ctx);
                }));
            }
            else {
                handleMapResult(keyResult, valueResult, payload, key, input, inst, ctx);
            }
        }
        if (proms.length)
            return Promise.all(proms).then(() => payload);
        return payload;
    };
    capSize(inst, mapSize);
})));
function handleMapResult(keyResult, valueResult, final, key, input, inst, ctx) {
    if (keyResult.issues.length) {
        if (util.propertyKeyTypes.has(typeof key)) {
            final.issues.push(...util.prefixIssues(key, keyResult.issues));
        }
        else {
            final.issues.push({
                code: "invalid_key",
                origin: "map",
                input,
                inst,
                issues: keyResult.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())),
            });
        }
    }
    if (valueResult.issues.length) {
        if (util.propertyKeyTypes.has(typeof key)) {
            final.issues.push(...util.prefixIssues(key, valueResult.issues));
        }
        else {
            final.issues.push({
                origin: "map",
                code: "invalid_element",
                input,
                inst,
                key: key,
                issues: valueResult.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())),
            });
        }
    }
    final.value.set(keyResult.value, valueResult.value);
}
const $ZodSet = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodSet", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core.globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
        const input = payload.value;
        if (!(input instanceof Set)) {
            payload.issues.push({
                input,
                inst,
                expected: "set",
                code: "invalid_type",
            });
            return payload;
        }
        const proms = [];
        payload.value = memo ? memo.alloc(inst, payload, new Set(), ctx) : new Set();
        const abortEarly = ctx?.abortEarly;
        let seen = payload.issues.length;
        for (const item of input) {
            if (abortEarly && payload.issues.length !== seen) {
                if (util.aborted(payload, seen))
                    break;
                seen = payload.issues.length;
            }
            const result = def.valueType._zod.run({ value: item, issues: [] }, ctx);
            if (result instanceof Promise) {
                proms.push(result.then((result) => handleSetResult(result, payload)));
            }
            else
                handleSetResult(result, payload);
        }
        if (proms.length)
            return Promise.all(proms).then(() => payload);
        return payload;
    };
    capSize(inst, setSize);
})));
function handleSetResult(result, final) {
    if (result.issues.length) {
        final.issues.push(...result.issues);
    }
    final.value.add(result.value);
}
const $ZodEnum = /*@__PURE__*/ $constructor("$ZodEnum", (inst, def) => {
    $ZodType.init(inst, def);
    const values = getEnumValues(def.entries);
    const valuesSet = new Set(values);
    inst._zod.values = valuesSet;
    defineLazyInternal(inst, "pattern", (zod) => {
        const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
        // unmatchable fallback, RE2-safe: an empty alternation would compile to /^()$/, which matches ""
        return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
    });
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (valuesSet.has(input)) {
            return payload;
        }
        payload.issues.push({
            code: "invalid_value",
            values,
            input,
            inst,
        });
        return payload;
    };
});
const $ZodLiteral = /*@__PURE__*/ $constructor("$ZodLiteral", (inst, def) => {
    $ZodType.init(inst, def);
    const values = new Set(def.values);
    inst._zod.values = values;
    defineLazyInternal(inst, "pattern", (zod) => {
        const vals = zod.def.values;
        // unmatchable fallback, RE2-safe: an empty alternation would compile to /^()$/, which matches ""
        return new RegExp(vals.length
            ? `^(${vals
                .map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o))
                .join("|")})$`
            : "^[^\\s\\S]$");
    });
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        if (values.has(input)) {
            return payload;
        }
        payload.issues.push({
            code: "invalid_value",
            values: def.values,
            input,
            inst,
        });
        return payload;
    };
});
const $ZodFile = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodFile", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        const input = payload.value;
        // @ts-ignore
        if (input instanceof File)
            return payload;
        payload.issues.push({
            expected: "file",
            code: "invalid_type",
            input,
            inst,
        });
        return payload;
    };
})));
const $ZodTransform = /*@__PURE__*/ $constructor("$ZodTransform", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.optin = "optional";
    core_globalConfig.memoizer?.guard(inst);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            throw new $ZodEncodeError(inst.constructor.name);
        }
        const _out = def.transform(payload.value, payload);
        if (ctx.async) {
            const output = _out instanceof Promise ? _out : Promise.resolve(_out);
            return output.then((output) => {
                payload.value = output;
                return payload;
            });
        }
        if (_out instanceof Promise) {
            throw new $ZodAsyncError();
        }
        payload.value = _out;
        return payload;
    };
});
function handleOptionalResult(payload, result) {
    // A substituting schema that still failed has no usable answer; yield undefined. Its issues are simply dropped: it ran on a payload of its own, so there is no shared array to truncate and nothing of the caller's to lose with it.
    payload.value = result.issues.length ? undefined : result.value;
    return payload;
}
const $ZodOptional = /*@__PURE__*/ $constructor("$ZodOptional", (inst, def) => {
    $ZodType.init(inst, def);
    // .optional() propagates absence rather than substituting for it, so a defaulted inner keeps its rung.
    defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
    inst._zod.optout = "optional";
    defineLazyInternal(inst, "values", (zod) => {
        const values = zod.def.innerType._zod.values;
        return values ? new Set([...values, undefined]) : undefined;
    });
    defineLazyInternal(inst, "pattern", (zod) => {
        const pattern = zod.def.innerType._zod.pattern;
        return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : undefined;
    });
    inst._zod.parse = (payload, ctx) => {
        if (payload.value === undefined) {
            // Only the top rung substitutes a value for absence; everything else leaves it intact, which is what .optional() means.
            if (def.innerType._zod.optin !== "defaulted")
                return payload;
            // Its own payload, for the same reason $ZodCatch gets one: a pipe forwards an unrecognized key through the caller's issues array, and this must not read that as the substituting schema failing and drop it.
            const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
            if (result instanceof Promise)
                return result.then((result) => handleOptionalResult(payload, result));
            return handleOptionalResult(payload, result);
        }
        return def.innerType._zod.run(payload, ctx);
    };
});
const $ZodExactOptional = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodExactOptional", (inst, def) => {
    // Call parent init - inherits optin/optout = "optional"
    $ZodOptional.init(inst, def);
    // Override values/pattern to NOT add undefined
    util.defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
    util.defineLazyInternal(inst, "pattern", (zod) => zod.def.innerType._zod.pattern);
    // Override parse to just delegate (no undefined handling)
    inst._zod.parse = (payload, ctx) => {
        return def.innerType._zod.run(payload, ctx);
    };
})));
const $ZodNullable = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNullable", (inst, def) => {
    $ZodType.init(inst, def);
    util.defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
    util.defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
    util.defineLazyInternal(inst, "pattern", (zod) => {
        const pattern = zod.def.innerType._zod.pattern;
        return pattern ? new RegExp(`^(${util.cleanRegex(pattern.source)}|null)$`) : undefined;
    });
    util.defineLazyInternal(inst, "values", (zod) => {
        return zod.def.innerType._zod.values ? new Set([...zod.def.innerType._zod.values, null]) : undefined;
    });
    inst._zod.parse = (payload, ctx) => {
        // Forward direction (decode): allow null to pass through
        if (payload.value === null)
            return payload;
        return def.innerType._zod.run(payload, ctx);
    };
})));
const $ZodDefault = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodDefault", (inst, def) => {
    $ZodType.init(inst, def);
    // inst._zod.qin = "true";
    inst._zod.optin = "defaulted";
    util.defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            return def.innerType._zod.run(payload, ctx);
        }
        // Forward direction (decode): apply defaults for undefined input
        if (payload.value === undefined) {
            payload.value = def.defaultValue;
            /**
             * $ZodDefault returns the default value immediately in forward direction.
             * It doesn't pass the default value into the validator ("prefault"). There's no reason to pass the default value through validation. The validity of the default is enforced by TypeScript statically. Otherwise, it's the responsibility of the user to ensure the default is valid. In the case of pipes with divergent in/out types, you can specify the default on the `in` schema of your ZodPipe to set a "prefault" for the pipe.   */
            return payload;
        }
        // Forward direction: continue with default handling
        const result = def.innerType._zod.run(payload, ctx);
        if (result instanceof Promise) {
            return result.then((result) => handleDefaultResult(result, def));
        }
        return handleDefaultResult(result, def);
    };
})));
function handleDefaultResult(payload, def) {
    if (payload.value === undefined) {
        payload.value = def.defaultValue;
    }
    return payload;
}
const $ZodPrefault = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodPrefault", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.optin = "defaulted";
    util.defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            return def.innerType._zod.run(payload, ctx);
        }
        // Forward direction (decode): apply prefault for undefined input
        if (payload.value === undefined) {
            payload.value = def.defaultValue;
        }
        return def.innerType._zod.run(payload, ctx);
    };
})));
const $ZodNonOptional = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNonOptional", (inst, def) => {
    $ZodType.init(inst, def);
    util.defineLazyInternal(inst, "values", (zod) => {
        const v = zod.def.innerType._zod.values;
        return v ? new Set([...v].filter((x) => x !== undefined)) : undefined;
    });
    inst._zod.parse = (payload, ctx) => {
        const result = def.innerType._zod.run(payload, ctx);
        if (result instanceof Promise) {
            return result.then((result) => handleNonOptionalResult(result, inst));
        }
        return handleNonOptionalResult(result, inst);
    };
})));
function handleNonOptionalResult(payload, inst) {
    if (!payload.issues.length && payload.value === undefined) {
        payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: payload.value,
            inst,
        });
    }
    return payload;
}
const $ZodSuccess = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodSuccess", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            throw new core.$ZodEncodeError("ZodSuccess");
        }
        const result = def.innerType._zod.run(payload, ctx);
        if (result instanceof Promise) {
            return result.then((result) => {
                payload.value = result.issues.length === 0;
                return payload;
            });
        }
        payload.value = result.issues.length === 0;
        return payload;
    };
})));
function handleCatchResult(payload, result, def, ctx) {
    if (!result.issues.length) {
        payload.value = result.value;
        // The value carries up, so the flag describing it has to carry with it: a back-edge into a node still being parsed must not be frozen by an enclosing readonly, and its checks belong to the node itself. Guarded so the ordinary case adds no own property.
        if (result.memo)
            payload.memo = true;
        return payload;
    }
    // Spread the inner's own payload, not ours: `value` has to stay the input the catch was handed, and the inner ran on a payload of its own so its issues are already private to this call.
    payload.value = def.catchValue({
        ...result,
        value: payload.value,
        error: {
            issues: result.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())),
        },
        input: payload.value,
    });
    return payload;
}
const $ZodCatch = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCatch", (inst, def) => {
    $ZodType.init(inst, def);
    util.defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
    util.defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
    util.defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            return def.innerType._zod.run(payload, ctx);
        }
        // Forward direction (decode): apply catch logic
        const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
        if (result instanceof Promise) {
            return result.then((result) => handleCatchResult(payload, result, def, ctx));
        }
        return handleCatchResult(payload, result, def, ctx);
    };
})));
const $ZodNaN = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodNaN", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
        if (typeof payload.value !== "number" || !Number.isNaN(payload.value)) {
            payload.issues.push({
                input: payload.value,
                inst,
                expected: "nan",
                code: "invalid_type",
            });
            return payload;
        }
        return payload;
    };
})));
const $ZodPipe = /*@__PURE__*/ $constructor("$ZodPipe", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
    defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
    defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
    defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            const right = def.out._zod.run(payload, ctx);
            if (right instanceof Promise) {
                return right.then((right) => handlePipeResult(right, def.in, ctx));
            }
            return handlePipeResult(right, def.in, ctx);
        }
        const left = def.in._zod.run(payload, ctx);
        if (left instanceof Promise) {
            return left.then((left) => handlePipeResult(left, def.out, ctx));
        }
        return handlePipeResult(left, def.out, ctx);
    };
});
function handlePipeResult(left, next, ctx) {
    // Any issue stops the pipe, so a failing refinement never feeds its transform. An unrecognized key is the exception: it describes the input's extra properties, not the value being piped, and an enclosing intersection may yet reconcile it.
    if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
        // prevent further checks
        left.aborted = true;
        return left;
    }
    return next._zod.run({ value: left.value, issues: left.issues }, ctx);
}
const $ZodCodec = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodCodec", (inst, def) => {
    $ZodType.init(inst, def);
    util.defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
    util.defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
    util.defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
    util.defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
    inst._zod.parse = (payload, ctx) => {
        const direction = ctx.direction || "forward";
        if (direction === "forward") {
            const left = def.in._zod.run(payload, ctx);
            if (left instanceof Promise) {
                return left.then((left) => handleCodecAResult(left, def, ctx));
            }
            return handleCodecAResult(left, def, ctx);
        }
        else {
            const right = def.out._zod.run(payload, ctx);
            if (right instanceof Promise) {
                return right.then((right) => handleCodecAResult(right, def, ctx));
            }
            return handleCodecAResult(right, def, ctx);
        }
    };
})));
function handleCodecAResult(result, def, ctx) {
    if (result.issues.length) {
        // prevent further checks
        result.aborted = true;
        return result;
    }
    const direction = ctx.direction || "forward";
    if (direction === "forward") {
        const transformed = def.transform(result.value, result);
        if (transformed instanceof Promise) {
            return transformed.then((value) => handleCodecTxResult(result, value, def.out, ctx));
        }
        return handleCodecTxResult(result, transformed, def.out, ctx);
    }
    else {
        const transformed = def.reverseTransform(result.value, result);
        if (transformed instanceof Promise) {
            return transformed.then((value) => handleCodecTxResult(result, value, def.in, ctx));
        }
        return handleCodecTxResult(result, transformed, def.in, ctx);
    }
}
function handleCodecTxResult(left, value, nextSchema, ctx) {
    // Check if transform added any issues
    if (left.issues.length) {
        left.aborted = true;
        return left;
    }
    return nextSchema._zod.run({ value, issues: left.issues }, ctx);
}
const $ZodPreprocess = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodPreprocess", (inst, def) => {
    $ZodPipe.init(inst, def);
})));
const $ZodReadonly = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodReadonly", (inst, def) => {
    $ZodType.init(inst, def);
    util.defineLazyInternal(inst, "propValues", (zod) => zod.def.innerType._zod.propValues);
    util.defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
    util.defineLazyInternal(inst, "optin", (zod) => zod.def.innerType?._zod?.optin);
    util.defineLazyInternal(inst, "optout", (zod) => zod.def.innerType?._zod?.optout);
    inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
            return def.innerType._zod.run(payload, ctx);
        }
        const result = def.innerType._zod.run(payload, ctx);
        if (result instanceof Promise) {
            return result.then(handleReadonlyResult);
        }
        return handleReadonlyResult(result);
    };
})));
function handleReadonlyResult(payload) {
    // A repeat visit hands back a node that is still being built; freezing it here would make the rest of its keys fail to assign.
    if (!payload.memo)
        payload.value = Object.freeze(payload.value);
    return payload;
}
// a leaf's pattern source with its own checks folded in: the last pattern-carrying check wins, else length bounds narrow the catch-all, else an integer format narrows the number form. the fold lives here instead of on `_zod.pattern` so a bundle without template literals never pays for it
function leafPattern(schema) {
    const def = schema._zod.def;
    let pattern = def.pattern;
    let isInt = !!def.format?.includes("int");
    let minimum;
    let maximum;
    for (const ch of def.checks ?? []) {
        const d = ch._zod.def;
        if (d.pattern)
            pattern = d.pattern;
        isInt || (isInt = !!d.format?.includes("int"));
        const lo = d.minimum ?? d.length;
        const hi = d.maximum ?? d.length;
        if (lo !== undefined && (minimum === undefined || lo > minimum))
            minimum = lo;
        if (hi !== undefined && (maximum === undefined || hi < maximum))
            maximum = hi;
    }
    if (pattern)
        return pattern.source;
    // an empty range matches nothing at runtime, and `{8,5}` is not a legal quantifier
    if (minimum !== undefined && maximum !== undefined && minimum > maximum)
        return "(?!)";
    if (minimum !== undefined || maximum !== undefined)
        return regexes.string({ minimum, maximum }).source;
    const own = schema._zod.pattern;
    return (isInt && own === regexes.number ? regexes.integer : own)?.source;
}
// a part's pattern source. a wrapper's pattern embeds its inner pattern's source verbatim, so the folded form is substituted in place without knowing the wrapper's own composition; a union's options are joined the way the union builds its own pattern
function partPattern(schema) {
    const def = schema._zod.def;
    const own = schema._zod.pattern?.source;
    // lazy resolves its inner on the internals, not the def
    const inner = def.innerType ?? schema._zod.innerType;
    if (inner) {
        const before = inner._zod.pattern?.source;
        const after = partPattern(inner);
        if (own && before && after && after !== before) {
            return own.replace(util.cleanRegex(before), () => util.cleanRegex(after));
        }
        return own;
    }
    if (def.options) {
        const sources = def.options.map(partPattern);
        if (sources.every(Boolean))
            return `^(${sources.map((s) => util.cleanRegex(s)).join("|")})$`;
    }
    return leafPattern(schema);
}
const $ZodTemplateLiteral = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodTemplateLiteral", (inst, def) => {
    $ZodType.init(inst, def);
    const regexParts = [];
    for (const part of def.parts) {
        if (typeof part === "object" && part !== null) {
            // is Zod schema
            const source = partPattern(part);
            if (!source) {
                throw new Error(`Invalid template literal part, no pattern found: ${[...part._zod.traits].shift()}`);
            }
            regexParts.push(util.cleanRegex(source));
        }
        else if (part === null || util.primitiveTypes.has(typeof part)) {
            regexParts.push(util.escapeRegex(`${part}`));
        }
        else {
            throw new Error(`Invalid template literal part: ${part}`);
        }
    }
    inst._zod.pattern = new RegExp(`^${regexParts.join("")}$`);
    inst._zod.parse = (payload, _ctx) => {
        if (typeof payload.value !== "string") {
            payload.issues.push({
                input: payload.value,
                inst,
                expected: "string",
                code: "invalid_type",
            });
            return payload;
        }
        inst._zod.pattern.lastIndex = 0;
        if (!inst._zod.pattern.test(payload.value)) {
            payload.issues.push({
                input: payload.value,
                inst,
                code: "invalid_format",
                format: def.format ?? "template_literal",
                pattern: inst._zod.pattern.source,
            });
            return payload;
        }
        return payload;
    };
})));
const $ZodFunction = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodFunction", (inst, def) => {
    $ZodType.init(inst, def);
    // Defined, not assigned: the classic prototype exposes `_def` as a getter with no setter.
    Object.defineProperty(inst, "_def", { value: def });
    inst._zod.def = def;
    inst.implement = (func) => {
        if (typeof func !== "function") {
            throw new Error("implement() must be called with a function");
        }
        // Defined inline so the closure stays anonymous: binding it to a `const` first names it, which costs 256 bytes per implemented function.
        return Object.defineProperty(function (...args) {
            const parsedArgs = inst._def.input ? parse(inst._def.input, args) : args;
            const result = Reflect.apply(func, this, parsedArgs);
            if (inst._def.output) {
                return parse(inst._def.output, result);
            }
            return result;
        }, "_zod", { value: inst._zod, enumerable: false });
    };
    inst.implementAsync = (func) => {
        if (typeof func !== "function") {
            throw new Error("implementAsync() must be called with a function");
        }
        return Object.defineProperty(async function (...args) {
            const parsedArgs = inst._def.input ? await parseAsync(inst._def.input, args) : args;
            const result = await Reflect.apply(func, this, parsedArgs);
            if (inst._def.output) {
                return await parseAsync(inst._def.output, result);
            }
            return result;
        }, "_zod", { value: inst._zod, enumerable: false });
    };
    inst._zod.parse = (payload, _ctx) => {
        if (typeof payload.value !== "function") {
            payload.issues.push({
                code: "invalid_type",
                expected: "function",
                input: payload.value,
                inst,
            });
            return payload;
        }
        // Check if output is a promise type to determine if we should use async implementation
        const hasPromiseOutput = inst._def.output && inst._def.output._zod.def.type === "promise";
        if (hasPromiseOutput) {
            payload.value = inst.implementAsync(payload.value);
        }
        else {
            payload.value = inst.implement(payload.value);
        }
        return payload;
    };
    inst.input = (...args) => {
        const F = inst.constructor;
        if (Array.isArray(args[0])) {
            return new F({
                type: "function",
                input: new $ZodTuple({
                    type: "tuple",
                    items: args[0],
                    rest: args[1],
                }),
                output: inst._def.output,
            });
        }
        return new F({
            type: "function",
            input: args[0],
            output: inst._def.output,
        });
    };
    inst.output = (output) => {
        const F = inst.constructor;
        return new F({
            type: "function",
            input: inst._def.input,
            output,
        });
    };
    return inst;
})));
const $ZodPromise = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodPromise", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, ctx) => {
        return Promise.resolve(payload.value).then((inner) => def.innerType._zod.run({ value: inner, issues: [] }, ctx));
    };
})));
const $ZodLazy = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("$ZodLazy", (inst, def) => {
    $ZodType.init(inst, def);
    // Cache the resolved inner type on the shared `def` so all clones of this lazy (e.g. via `.describe()`/`.meta()`) share the same inner instance, preserving identity for cycle detection on recursive schemas.
    util.defineLazy(inst._zod, "innerType", () => {
        const d = def;
        if (!d._cachedInner)
            d._cachedInner = def.getter();
        return d._cachedInner;
    });
    util.defineLazyInternal(inst, "pattern", (zod) => zod.innerType?._zod?.pattern);
    util.defineLazyInternal(inst, "propValues", (zod) => zod.innerType?._zod?.propValues);
    util.defineLazyInternal(inst, "optin", (zod) => zod.innerType?._zod?.optin ?? undefined);
    util.defineLazyInternal(inst, "optout", (zod) => zod.innerType?._zod?.optout ?? undefined);
    inst._zod.parse = (payload, ctx) => {
        const inner = inst._zod.innerType;
        return inner._zod.run(payload, ctx);
    };
})));
const $ZodCustom = /*@__PURE__*/ $constructor("$ZodCustom", (inst, def) => {
    $ZodCheck.init(inst, def);
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _) => {
        return payload;
    };
    inst._zod.check = (payload) => {
        const input = payload.value;
        const r = def.fn(input);
        if (r instanceof Promise) {
            return r.then((r) => handleRefineResult(r, payload, input, inst));
        }
        handleRefineResult(r, payload, input, inst);
        return;
    };
});
function handleRefineResult(result, payload, input, inst) {
    if (!result) {
        const _iss = {
            code: "custom",
            input,
            inst, // incorporates params.error into issue reporting
            path: [...(inst._zod.def.path ?? [])], // incorporates params.error into issue reporting
            continue: !inst._zod.def.abort,
            // params: inst._zod.def.params,
        };
        if (inst._zod.def.params)
            _iss.params = inst._zod.def.params;
        payload.issues.push(util_issue(_iss));
    }
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/registries.js
var registries_a;
const $output = /*@__PURE__*/ (/* unused pure expression or super */ null && (Symbol("ZodOutput")));
const $input = /*@__PURE__*/ (/* unused pure expression or super */ null && (Symbol("ZodInput")));
class $ZodRegistry {
    constructor() {
        this._map = new WeakMap();
        this._idmap = new Map();
    }
    add(schema, ..._meta) {
        const meta = _meta[0];
        this._map.set(schema, meta);
        if (meta && typeof meta === "object" && "id" in meta) {
            this._idmap.set(meta.id, schema);
        }
        return this;
    }
    clear() {
        this._map = new WeakMap();
        this._idmap = new Map();
        return this;
    }
    remove(schema) {
        const meta = this._map.get(schema);
        if (meta && typeof meta === "object" && "id" in meta) {
            this._idmap.delete(meta.id);
        }
        this._map.delete(schema);
        return this;
    }
    get(schema) {
        // return this._map.get(schema) as any;
        // inherit metadata
        const p = schema._zod.parent;
        if (p) {
            const pm = { ...(this.get(p) ?? {}) };
            delete pm.id; // do not inherit id
            const f = { ...pm, ...this._map.get(schema) };
            return Object.keys(f).length ? f : undefined;
        }
        return this._map.get(schema);
    }
    has(schema) {
        return this._map.has(schema);
    }
}
// registries
function registry() {
    return new $ZodRegistry();
}
(registries_a = globalThis).__zod_globalRegistry ?? (registries_a.__zod_globalRegistry = registry());
const globalRegistry = globalThis.__zod_globalRegistry;

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/api.js




function snapshotChecks(def) {
    if (def.checks)
        def.checks = [...def.checks];
    return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
    return new Class(snapshotChecks({ type: "string", ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _coercedString(Class, params) {
    return new Class(snapshotChecks({ type: "string", coerce: true, ...util.normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _email(Class, params) {
    return new Class({
        type: "string",
        format: "email",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _guid(Class, params) {
    return new Class({
        type: "string",
        format: "guid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uuid(Class, params) {
    return new Class({
        type: "string",
        format: "uuid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uuidv4(Class, params) {
    return new Class({
        type: "string",
        format: "uuid",
        check: "string_format",
        abort: false,
        version: "v4",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uuidv6(Class, params) {
    return new Class({
        type: "string",
        format: "uuid",
        check: "string_format",
        abort: false,
        version: "v6",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uuidv7(Class, params) {
    return new Class({
        type: "string",
        format: "uuid",
        check: "string_format",
        abort: false,
        version: "v7",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _url(Class, params) {
    return new Class({
        type: "string",
        format: "url",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function api_emoji(Class, params) {
    return new Class({
        type: "string",
        format: "emoji",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _nanoid(Class, params) {
    return new Class({
        type: "string",
        format: "nanoid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
/**
 * @deprecated CUID v1 is deprecated by its authors due to information leakage
 * (timestamps embedded in the id). Use {@link _cuid2} instead.
 * See https://github.com/paralleldrive/cuid.
 */
// @__NO_SIDE_EFFECTS__
function _cuid(Class, params) {
    return new Class({
        type: "string",
        format: "cuid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _cuid2(Class, params) {
    return new Class({
        type: "string",
        format: "cuid2",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _ulid(Class, params) {
    return new Class({
        type: "string",
        format: "ulid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _xid(Class, params) {
    return new Class({
        type: "string",
        format: "xid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _ksuid(Class, params) {
    return new Class({
        type: "string",
        format: "ksuid",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _ipv4(Class, params) {
    return new Class({
        type: "string",
        format: "ipv4",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _ipv6(Class, params) {
    return new Class({
        type: "string",
        format: "ipv6",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _mac(Class, params) {
    return new Class({
        type: "string",
        format: "mac",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _cidrv4(Class, params) {
    return new Class({
        type: "string",
        format: "cidrv4",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _cidrv6(Class, params) {
    return new Class({
        type: "string",
        format: "cidrv6",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _base64(Class, params) {
    return new Class({
        type: "string",
        format: "base64",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _base64url(Class, params) {
    return new Class({
        type: "string",
        format: "base64url",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _e164(Class, params) {
    return new Class({
        type: "string",
        format: "e164",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _creditCard(Class, params) {
    return new Class({
        type: "string",
        format: "credit_card",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _iban(Class, params) {
    return new Class({
        type: "string",
        format: "iban",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _jwt(Class, params) {
    return new Class({
        type: "string",
        format: "jwt",
        check: "string_format",
        abort: false,
        ...util.normalizeParams(params),
    });
}
const TimePrecision = {
    Any: null,
    Minute: -1,
    Second: 0,
    Millisecond: 3,
    Microsecond: 6,
};
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class, params) {
    return new Class({
        type: "string",
        format: "datetime",
        check: "string_format",
        offset: false,
        local: false,
        precision: null,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _isoDate(Class, params) {
    return new Class({
        type: "string",
        format: "date",
        check: "string_format",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _isoTime(Class, params) {
    return new Class({
        type: "string",
        format: "time",
        check: "string_format",
        precision: null,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _isoDuration(Class, params) {
    return new Class({
        type: "string",
        format: "duration",
        check: "string_format",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _number(Class, params) {
    return new Class(snapshotChecks({ type: "number", checks: [], ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _coercedNumber(Class, params) {
    return new Class(snapshotChecks({ type: "number", coerce: true, checks: [], ...util.normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _int(Class, params) {
    return new Class({
        type: "number",
        check: "number_format",
        abort: false,
        format: "safeint",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _float32(Class, params) {
    return new Class({
        type: "number",
        check: "number_format",
        abort: false,
        format: "float32",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _float64(Class, params) {
    return new Class({
        type: "number",
        check: "number_format",
        abort: false,
        format: "float64",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _int32(Class, params) {
    return new Class({
        type: "number",
        check: "number_format",
        abort: false,
        format: "int32",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uint32(Class, params) {
    return new Class({
        type: "number",
        check: "number_format",
        abort: false,
        format: "uint32",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _boolean(Class, params) {
    return new Class({
        type: "boolean",
        ...normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _coercedBoolean(Class, params) {
    return new Class({
        type: "boolean",
        coerce: true,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _bigint(Class, params) {
    return new Class({
        type: "bigint",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _coercedBigint(Class, params) {
    return new Class({
        type: "bigint",
        coerce: true,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _int64(Class, params) {
    return new Class({
        type: "bigint",
        check: "bigint_format",
        abort: false,
        format: "int64",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uint64(Class, params) {
    return new Class({
        type: "bigint",
        check: "bigint_format",
        abort: false,
        format: "uint64",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _symbol(Class, params) {
    return new Class({
        type: "symbol",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function api_undefined(Class, params) {
    return new Class({
        type: "undefined",
        ...normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function api_null(Class, params) {
    return new Class({
        type: "null",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _any(Class) {
    return new Class({
        type: "any",
    });
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class) {
    return new Class({
        type: "unknown",
    });
}
// @__NO_SIDE_EFFECTS__
function _never(Class, params) {
    return new Class({
        type: "never",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _void(Class, params) {
    return new Class({
        type: "void",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _date(Class, params) {
    return new Class({
        type: "date",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _coercedDate(Class, params) {
    return new Class({
        type: "date",
        coerce: true,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _nan(Class, params) {
    return new Class({
        type: "nan",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _lt(value, params) {
    return new checks.$ZodCheckLessThan({
        check: "less_than",
        ...util.normalizeParams(params),
        value,
        inclusive: false,
    });
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
    return new $ZodCheckLessThan({
        check: "less_than",
        ...normalizeParams(params),
        value,
        inclusive: true,
    });
}

// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
    return new checks.$ZodCheckGreaterThan({
        check: "greater_than",
        ...util.normalizeParams(params),
        value,
        inclusive: false,
    });
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
    return new $ZodCheckGreaterThan({
        check: "greater_than",
        ...normalizeParams(params),
        value,
        inclusive: true,
    });
}

// @__NO_SIDE_EFFECTS__
function _positive(params) {
    return _gt(0, params);
}
// negative
// @__NO_SIDE_EFFECTS__
function _negative(params) {
    return _lt(0, params);
}
// nonpositive
// @__NO_SIDE_EFFECTS__
function _nonpositive(params) {
    return _lte(0, params);
}
// nonnegative
// @__NO_SIDE_EFFECTS__
function _nonnegative(params) {
    return _gte(0, params);
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
    return new checks.$ZodCheckMultipleOf({
        check: "multiple_of",
        ...util.normalizeParams(params),
        value,
    });
}
// @__NO_SIDE_EFFECTS__
function _maxSize(maximum, params) {
    return new checks.$ZodCheckMaxSize({
        check: "max_size",
        ...util.normalizeParams(params),
        maximum,
    });
}
// @__NO_SIDE_EFFECTS__
function _minSize(minimum, params) {
    return new checks.$ZodCheckMinSize({
        check: "min_size",
        ...util.normalizeParams(params),
        minimum,
    });
}
// @__NO_SIDE_EFFECTS__
function _size(size, params) {
    return new checks.$ZodCheckSizeEquals({
        check: "size_equals",
        ...util.normalizeParams(params),
        size,
    });
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
    const ch = new $ZodCheckMaxLength({
        check: "max_length",
        ...normalizeParams(params),
        maximum,
    });
    return ch;
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
    return new checks.$ZodCheckMinLength({
        check: "min_length",
        ...util.normalizeParams(params),
        minimum,
    });
}
// @__NO_SIDE_EFFECTS__
function _length(length, params) {
    return new checks.$ZodCheckLengthEquals({
        check: "length_equals",
        ...util.normalizeParams(params),
        length,
    });
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
    return new $ZodCheckRegex({
        check: "string_format",
        format: "regex",
        ...normalizeParams(params),
        pattern,
    });
}
// @__NO_SIDE_EFFECTS__
function _lowercase(params) {
    return new checks.$ZodCheckLowerCase({
        check: "string_format",
        format: "lowercase",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _uppercase(params) {
    return new checks.$ZodCheckUpperCase({
        check: "string_format",
        format: "uppercase",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _includes(includes, params) {
    return new checks.$ZodCheckIncludes({
        check: "string_format",
        format: "includes",
        ...util.normalizeParams(params),
        includes,
    });
}
// @__NO_SIDE_EFFECTS__
function _startsWith(prefix, params) {
    return new checks.$ZodCheckStartsWith({
        check: "string_format",
        format: "starts_with",
        ...util.normalizeParams(params),
        prefix,
    });
}
// @__NO_SIDE_EFFECTS__
function _endsWith(suffix, params) {
    return new checks.$ZodCheckEndsWith({
        check: "string_format",
        format: "ends_with",
        ...util.normalizeParams(params),
        suffix,
    });
}
// @__NO_SIDE_EFFECTS__
function _property(property, schema, params) {
    return new checks.$ZodCheckProperty({
        check: "property",
        property,
        schema,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _properties(shape, params) {
    return new checks.$ZodCheckProperties({
        check: "properties",
        shape,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _mime(types, params) {
    return new checks.$ZodCheckMimeType({
        check: "mime_type",
        mime: types,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
    return new checks.$ZodCheckOverwrite({
        check: "overwrite",
        tx,
    });
}
// normalize
// @__NO_SIDE_EFFECTS__
function _normalize(form) {
    return _overwrite((input) => input.normalize(form));
}
// trim
// @__NO_SIDE_EFFECTS__
function _trim() {
    return _overwrite((input) => input.trim());
}
// toLowerCase
// @__NO_SIDE_EFFECTS__
function _toLowerCase() {
    return _overwrite((input) => input.toLowerCase());
}
// toUpperCase
// @__NO_SIDE_EFFECTS__
function _toUpperCase() {
    return _overwrite((input) => input.toUpperCase());
}
// slugify
// @__NO_SIDE_EFFECTS__
function _slugify() {
    return _overwrite((input) => util.slugify(input));
}
// @__NO_SIDE_EFFECTS__
function _array(Class, element, params) {
    return new Class({
        type: "array",
        element,
        // get element() {
        //   return element;
        // },
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _union(Class, options, params) {
    return new Class({
        type: "union",
        options,
        ...util.normalizeParams(params),
    });
}
function _xor(Class, options, params) {
    return new Class({
        type: "union",
        options,
        inclusive: false,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _discriminatedUnion(Class, discriminator, options, params) {
    return new Class({
        type: "union",
        options: options,
        discriminator,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _intersection(Class, left, right) {
    return new Class({
        type: "intersection",
        left,
        right,
    });
}
// export function _tuple(
//   Class: util.SchemaClass<schemas.$ZodTuple>,
//   items: [],
//   params?: string | $ZodTupleParams
// ): schemas.$ZodTuple<[], null>;
// @__NO_SIDE_EFFECTS__
function _tuple(Class, items, _paramsOrRest, _params) {
    const hasRest = _paramsOrRest instanceof schemas.$ZodType;
    const params = hasRest ? _params : _paramsOrRest;
    const rest = hasRest ? _paramsOrRest : null;
    return new Class({
        type: "tuple",
        items,
        rest,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _record(Class, keyType, valueType, params) {
    return new Class({
        type: "record",
        keyType,
        valueType,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _map(Class, keyType, valueType, params) {
    return new Class({
        type: "map",
        keyType,
        valueType,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _set(Class, valueType, params) {
    return new Class({
        type: "set",
        valueType,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _enum(Class, values, params) {
    const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
    // if (Array.isArray(values)) {
    //   for (const value of values) {
    //     entries[value] = value;
    //   }
    // } else {
    //   Object.assign(entries, values);
    // }
    // const entries: util.EnumLike = {};
    // for (const val of values) {
    //   entries[val] = val;
    // }
    return new Class({
        type: "enum",
        entries,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
/** @deprecated This API has been merged into `z.enum()`. Use `z.enum()` instead.
 *
 * ```ts
 * enum Colors { red, green, blue }
 * z.enum(Colors);
 * ```
 */
function _nativeEnum(Class, entries, params) {
    return new Class({
        type: "enum",
        entries,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _literal(Class, value, params) {
    return new Class({
        type: "literal",
        values: Array.isArray(value) ? value : [value],
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _file(Class, params) {
    return new Class({
        type: "file",
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _transform(Class, fn) {
    return new Class({
        type: "transform",
        transform: fn,
    });
}
// @__NO_SIDE_EFFECTS__
function _optional(Class, innerType) {
    return new Class({
        type: "optional",
        innerType,
    });
}
// @__NO_SIDE_EFFECTS__
function _nullable(Class, innerType) {
    return new Class({
        type: "nullable",
        innerType,
    });
}
// @__NO_SIDE_EFFECTS__
function _default(Class, innerType, defaultValue) {
    return new Class({
        type: "default",
        innerType,
        get defaultValue() {
            return typeof defaultValue === "function" ? defaultValue() : util.shallowClone(defaultValue);
        },
    });
}
// @__NO_SIDE_EFFECTS__
function _nonoptional(Class, innerType, params) {
    return new Class({
        type: "nonoptional",
        innerType,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _success(Class, innerType) {
    return new Class({
        type: "success",
        innerType,
    });
}
// @__NO_SIDE_EFFECTS__
function _catch(Class, innerType, catchValue) {
    return new Class({
        type: "catch",
        innerType,
        catchValue: (typeof catchValue === "function" ? catchValue : util.constantCatch(catchValue)),
    });
}
// @__NO_SIDE_EFFECTS__
function _pipe(Class, in_, out) {
    return new Class({
        type: "pipe",
        in: in_,
        out,
    });
}
// @__NO_SIDE_EFFECTS__
function _readonly(Class, innerType) {
    return new Class({
        type: "readonly",
        innerType,
    });
}
// @__NO_SIDE_EFFECTS__
function _templateLiteral(Class, parts, params) {
    return new Class({
        type: "template_literal",
        parts,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function _lazy(Class, getter) {
    return new Class({
        type: "lazy",
        getter,
    });
}
// @__NO_SIDE_EFFECTS__
function _promise(Class, innerType) {
    return new Class({
        type: "promise",
        innerType,
    });
}
// @__NO_SIDE_EFFECTS__
function _custom(Class, fn, _params) {
    const norm = util.normalizeParams(_params);
    norm.abort ?? (norm.abort = true); // default to abort:false
    const schema = new Class({
        type: "custom",
        check: "custom",
        fn: fn,
        ...norm,
    });
    return schema;
}
// same as _custom but defaults to abort:false
// @__NO_SIDE_EFFECTS__
function _refine(Class, fn, _params) {
    const schema = new Class({
        type: "custom",
        check: "custom",
        fn: fn,
        ...normalizeParams(_params),
    });
    return schema;
}
// @__NO_SIDE_EFFECTS__
function _superRefine(fn, params) {
    const ch = _check((payload) => {
        payload.addIssue = (issue) => {
            if (typeof issue === "string") {
                payload.issues.push(util.issue(issue, payload.value, ch._zod.def));
            }
            else {
                // for Zod 3 backwards compatibility
                const _issue = issue;
                if (_issue.fatal)
                    _issue.continue = false;
                _issue.code ?? (_issue.code = "custom");
                if (!("input" in _issue))
                    _issue.input = payload.value;
                _issue.inst ?? (_issue.inst = ch);
                _issue.continue ?? (_issue.continue = !ch._zod.def.abort); // abort is always undefined, so this is always true...
                payload.issues.push(util.issue(_issue));
            }
        };
        return fn(payload.value, payload);
    }, params);
    return ch;
}
// @__NO_SIDE_EFFECTS__
function _check(fn, params) {
    const ch = new checks.$ZodCheck({
        check: "custom",
        ...util.normalizeParams(params),
    });
    ch._zod.check = fn;
    return ch;
}
// @__NO_SIDE_EFFECTS__
function describe(description) {
    const ch = new $ZodCheck({ check: "describe" });
    ch._zod.onattach = [
        (inst) => {
            const existing = globalRegistry.get(inst) ?? {};
            globalRegistry.add(inst, { ...existing, description });
        },
    ];
    ch._zod.check = () => { }; // no-op check
    return ch;
}
// @__NO_SIDE_EFFECTS__
function meta(metadata) {
    const ch = new $ZodCheck({ check: "meta" });
    ch._zod.onattach = [
        (inst) => {
            const existing = globalRegistry.get(inst) ?? {};
            globalRegistry.add(inst, { ...existing, ...metadata });
        },
    ];
    ch._zod.check = () => { }; // no-op check
    return ch;
}
// @__NO_SIDE_EFFECTS__
function _stringbool(Classes, _params) {
    const params = util.normalizeParams(_params);
    let truthyArray = params.truthy ?? ["true", "1", "yes", "on", "y", "enabled"];
    let falsyArray = params.falsy ?? ["false", "0", "no", "off", "n", "disabled"];
    if (params.case !== "sensitive") {
        truthyArray = truthyArray.map((v) => (typeof v === "string" ? v.toLowerCase() : v));
        falsyArray = falsyArray.map((v) => (typeof v === "string" ? v.toLowerCase() : v));
    }
    const truthySet = new Set(truthyArray);
    const falsySet = new Set(falsyArray);
    const _Codec = Classes.Codec ?? schemas.$ZodCodec;
    const _Boolean = Classes.Boolean ?? schemas.$ZodBoolean;
    const _String = Classes.String ?? schemas.$ZodString;
    const stringSchema = new _String({ type: "string", error: params.error });
    const booleanSchema = new _Boolean({ type: "boolean", error: params.error });
    const codec = new _Codec({
        type: "pipe",
        in: stringSchema,
        out: booleanSchema,
        transform: ((input, payload) => {
            let data = input;
            if (params.case !== "sensitive")
                data = data.toLowerCase();
            if (truthySet.has(data)) {
                return true;
            }
            else if (falsySet.has(data)) {
                return false;
            }
            else {
                payload.issues.push({
                    code: "invalid_value",
                    expected: "stringbool",
                    values: [...truthySet, ...falsySet],
                    input: payload.value,
                    inst: codec,
                    continue: false,
                });
                return {};
            }
        }),
        reverseTransform: ((input, _payload) => {
            if (input === true) {
                return truthyArray[0] || "true";
            }
            else {
                return falsyArray[0] || "false";
            }
        }),
        error: params.error,
    });
    codec._zod.bag.truthy = truthyArray;
    codec._zod.bag.falsy = falsyArray;
    codec._zod.bag.case = params.case ?? "insensitive";
    return codec;
}
// @__NO_SIDE_EFFECTS__
function _stringFormat(Class, format, fnOrRegex, _params = {}) {
    const params = util.normalizeParams(_params);
    const def = {
        check: "string_format",
        type: "string",
        format,
        fn: typeof fnOrRegex === "function" ? fnOrRegex : (val) => fnOrRegex.test(val),
        ...params,
    };
    if (fnOrRegex instanceof RegExp) {
        def.pattern = fnOrRegex;
    }
    const inst = new Class(def);
    return inst;
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/errors.js


/* Computing the message eagerly is expensive (pretty-printed JSON of all
 * issues), so defer it until first read. The accessor functions and
 * descriptors are shared across instances to keep error construction
 * cheap; the computed message is cached on the internals object. The
 * setter preserves plain assignment semantics for consumers that
 * overwrite `message`. */
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
    configurable: true,
};
const _issuesDesc = { value: undefined, enumerable: false };
/* Prototypes that already carry the lazy `toString`. Seeded with the
 * intrinsics so that `init` on a foreign object \u2014 it accepts any object \u2014
 * can never install an accessor onto a prototype we do not own. */
const _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
const initializer = (inst, def) => {
    inst.name = "$ZodError";
    // `_zod` is already non-enumerable: $constructor's init defined it with this same descriptor
    _issuesDesc.value = def;
    Object.defineProperty(inst, "issues", _issuesDesc);
    // Clear the shared slot; a retained `value` pins the last error's issues.
    _issuesDesc.value = undefined;
    Object.defineProperty(inst, "message", _messageDesc);
    /* `toString` lives as a non-enumerable lazy getter on the shared
     * prototype; on first access it caches a per-instance closure so
     * detached usage still works. */
    const proto = Object.getPrototypeOf(inst);
    if (!_installedToString.has(proto)) {
        _installedToString.add(proto);
        Object.defineProperty(proto, "toString", {
            configurable: true,
            enumerable: false,
            get() {
                const value = () => this.message;
                Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
                return value;
            },
            set(value) {
                Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
            },
        });
    }
};
const $ZodError = $constructor("$ZodError", initializer);
const $ZodRealError = $constructor("$ZodError", initializer, undefined, {
    Parent: Error,
});
/** Get-or-create `obj[key]` as an own data property. A path segment naming an inherited member
 * ("toString", "constructor") would otherwise read through to the prototype, and assigning
 * "__proto__" would hit the setter instead of creating a key. */
function node(obj, key, make) {
    if (!Object.prototype.hasOwnProperty.call(obj, key)) {
        if (key === "__proto__") {
            Object.defineProperty(obj, key, { value: make(), writable: true, enumerable: true, configurable: true });
        }
        else {
            obj[key] = make();
        }
    }
    return obj[key];
}
function flattenError(error, mapper = (issue) => issue.message) {
    const fieldErrors = {};
    const formErrors = [];
    for (const sub of error.issues) {
        if (sub.path.length > 0) {
            node(fieldErrors, sub.path[0], () => []).push(mapper(sub));
        }
        else {
            formErrors.push(mapper(sub));
        }
    }
    return { formErrors, fieldErrors };
}
function formatError(error, mapper = (issue) => issue.message) {
    const fieldErrors = { _errors: [] };
    const processError = (error, path = []) => {
        for (const issue of error.issues) {
            if (issue.code === "invalid_union" && issue.errors.length) {
                issue.errors.map((issues) => processError({ issues }, [...path, ...issue.path]));
            }
            else if (issue.code === "invalid_key") {
                processError({ issues: issue.issues }, [...path, ...issue.path]);
            }
            else if (issue.code === "invalid_element") {
                processError({ issues: issue.issues }, [...path, ...issue.path]);
            }
            else {
                const fullpath = [...path, ...issue.path];
                if (fullpath.length === 0) {
                    fieldErrors._errors.push(mapper(issue));
                }
                else {
                    let curr = fieldErrors;
                    let i = 0;
                    while (i < fullpath.length) {
                        const el = fullpath[i];
                        const terminal = i === fullpath.length - 1;
                        // `_errors` is reserved by this legacy format, so merge a matching path segment into the current node instead of treating its array as a child.
                        if (el === "_errors") {
                            if (terminal)
                                curr._errors.push(mapper(issue));
                            i++;
                            continue;
                        }
                        // A path element may collide with an inherited property name such as
                        // "__proto__" or "constructor". Truthiness checks read the prototype
                        // (so no node is created, then ._errors.push throws), and bracket
                        // assignment of "__proto__" hits the setter instead of creating an
                        // own key. Guard the read with hasOwnProperty and create the node
                        // with defineProperty so any path element becomes a real own key.
                        if (!Object.prototype.hasOwnProperty.call(curr, el)) {
                            Object.defineProperty(curr, el, {
                                value: { _errors: [] },
                                enumerable: true,
                                writable: true,
                                configurable: true,
                            });
                        }
                        const node = curr[el];
                        if (terminal) {
                            node._errors.push(mapper(issue));
                        }
                        curr = node;
                        i++;
                    }
                }
            }
        }
    };
    processError(error);
    return fieldErrors;
}
function treeifyError(error, mapper = (issue) => issue.message) {
    const result = { errors: [] };
    const processError = (error, path = []) => {
        var _a;
        for (const issue of error.issues) {
            if (issue.code === "invalid_union" && issue.errors.length) {
                // regular union error
                issue.errors.map((issues) => processError({ issues }, [...path, ...issue.path]));
            }
            else if (issue.code === "invalid_key") {
                processError({ issues: issue.issues }, [...path, ...issue.path]);
            }
            else if (issue.code === "invalid_element") {
                processError({ issues: issue.issues }, [...path, ...issue.path]);
            }
            else {
                const fullpath = [...path, ...issue.path];
                if (fullpath.length === 0) {
                    result.errors.push(mapper(issue));
                    continue;
                }
                let curr = result;
                let i = 0;
                while (i < fullpath.length) {
                    const el = fullpath[i];
                    const terminal = i === fullpath.length - 1;
                    if (typeof el === "string") {
                        curr.properties ?? (curr.properties = {});
                        // el may collide with an inherited property name ("__proto__",
                        // "constructor", ...); ??= reads the prototype so the node is never
                        // created and curr.errors.push throws. Guard with hasOwnProperty and
                        // create the node with defineProperty so "__proto__" becomes a real
                        // own key rather than invoking the prototype setter.
                        if (!Object.prototype.hasOwnProperty.call(curr.properties, el)) {
                            Object.defineProperty(curr.properties, el, {
                                value: { errors: [] },
                                enumerable: true,
                                writable: true,
                                configurable: true,
                            });
                        }
                        curr = curr.properties[el];
                    }
                    else {
                        curr.items ?? (curr.items = []);
                        (_a = curr.items)[el] ?? (_a[el] = { errors: [] });
                        curr = curr.items[el];
                    }
                    if (terminal) {
                        curr.errors.push(mapper(issue));
                    }
                    i++;
                }
            }
        }
    };
    processError(error);
    return result;
}
/** Format a ZodError as a human-readable string in the following form.
 *
 * From
 *
 * ```ts
 * ZodError {
 *   issues: [
 *     {
 *       expected: 'string',
 *       code: 'invalid_type',
 *       path: [ 'username' ],
 *       message: 'Invalid input: expected string'
 *     },
 *     {
 *       expected: 'number',
 *       code: 'invalid_type',
 *       path: [ 'favoriteNumbers', 1 ],
 *       message: 'Invalid input: expected number'
 *     }
 *   ];
 * }
 * ```
 *
 * to
 *
 * ```
 * username
 *   \u2716 Expected number, received string at "username
 * favoriteNumbers[0]
 *   \u2716 Invalid input: expected number
 * ```
 */
function toDotPath(_path) {
    const segs = [];
    const path = _path.map((seg) => (typeof seg === "object" ? seg.key : seg));
    for (const seg of path) {
        if (typeof seg === "number")
            segs.push(`[${seg}]`);
        else if (typeof seg === "symbol")
            segs.push(`[${JSON.stringify(String(seg))}]`);
        else if (/[^\w$]/.test(seg))
            segs.push(`[${JSON.stringify(seg)}]`);
        else {
            if (segs.length)
                segs.push(".");
            segs.push(seg);
        }
    }
    return segs.join("");
}
function prettifyError(error) {
    const lines = [];
    // sort by path length
    const issues = [...error.issues].sort((a, b) => (a.path ?? []).length - (b.path ?? []).length);
    // Process each issue
    for (const issue of issues) {
        lines.push(`\u2716 ${issue.message}`);
        if (issue.path?.length)
            lines.push(`  \u2192 at ${toDotPath(issue.path)}`);
    }
    // Convert Map to formatted string
    return lines.join("\n");
}

;// CONCATENATED MODULE: ./node_modules/zod/v4/core/parse.js



// Always both keys, so the `_params` read site in `_parse` sees one object shape rather than two.
function finalizeParams(callee, params) {
    return { callee: params?.callee ?? callee, Err: params?.Err };
}
const _parse = (_Err) => {
    const fn = (schema, value, _ctx, _params) => {
        const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
        const result = schema._zod.run({ value, issues: [] }, ctx);
        if (result instanceof Promise) {
            throw new $ZodAsyncError();
        }
        if (result.issues.length) {
            const e = new (_params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
            captureStackTrace(e, _params?.callee ?? fn);
            throw e;
        }
        return result.value;
    };
    return fn;
};
const parse_parse = /* @__PURE__*/ _parse($ZodRealError);
const _parseAsync = (_Err) => {
    const fn = async (schema, value, _ctx, params) => {
        const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
        let result = schema._zod.run({ value, issues: [] }, ctx);
        if (result instanceof Promise)
            result = await result;
        if (result.issues.length) {
            const e = new (params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
            captureStackTrace(e, params?.callee ?? fn);
            throw e;
        }
        return result.value;
    };
    return fn;
};
const parse_parseAsync = /* @__PURE__*/ _parseAsync($ZodRealError);
const _safeParse = (_Err) => (schema, value, _ctx) => {
    const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
    const result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise) {
        throw new $ZodAsyncError();
    }
    return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
const safeParse = /* @__PURE__*/ _safeParse($ZodRealError);
// the error is built on the first read of `error`: finalizing the issues and constructing the instance is most of a failing parse, and a caller that only branches on `success` never pays it. a getter in the literal keeps this small; the alternative, one shared accessor descriptor plus a hidden state slot, reads ~15% faster but costs ~75 B gzipped in every bundle
function failure(Err, issues, ctx) {
    let error;
    return {
        success: false,
        get error() {
            if (!error) {
                error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
                // finalizeIssue drops `input`, so the built error holds nothing; keeping the raw issues past this point pins the parsed value for the life of the result
                issues = undefined;
                ctx = undefined;
            }
            return error;
        },
        set error(e) {
            error = e;
            // a replacement makes the getter's branch unreachable, so the captures have to go here too
            issues = undefined;
            ctx = undefined;
        },
    };
}
const _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
    const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
    let result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise)
        result = await result;
    return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
const safeParseAsync = /* @__PURE__*/ _safeParseAsync($ZodRealError);
// registry mirrors of the compiler's sentinels, so this module never imports the compiler
const COMPILE_INVALID = /* @__PURE__ */ (/* unused pure expression or super */ null && (Symbol.for("zod.compile.invalid")));
const COMPILE_FALLBACK = /* @__PURE__ */ (/* unused pure expression or super */ null && (Symbol.for("zod.compile.fallback")));
// Deliberately tiny, because v8 will not inline a body carrying the fallback's object literals and throw. Everything that is not the compiled happy path lives in validateFallback, and that split is worth ~35% on a compiled schema.
const validate = ((schema, value, _ctx) => {
    const validator = schema._zod.bag.validator;
    if (validator !== undefined) {
        if (validator(value) !== COMPILE_INVALID)
            return true;
        // a definite sentinel means the runtime would reject, so skip the re-parse; a ctx can still change the answer
        if (validator.definite === true && _ctx === undefined)
            return false;
    }
    return validateFallback(schema, value, _ctx);
});
function validateFallback(schema, value, _ctx) {
    const ctx = _ctx
        ? { ..._ctx, async: false, abortEarly: true }
        : { async: false, abortEarly: true };
    const fallbackRun = schema._zod.bag.fallbackRun;
    let result;
    if (fallbackRun) {
        // skip nested fast paths on the fallback, so user callbacks keep the at-most-twice bound
        ctx[COMPILE_FALLBACK] = true;
        result = fallbackRun({ value, issues: [] }, ctx);
    }
    else {
        result = schema._zod.run({ value, issues: [] }, ctx);
    }
    if (result instanceof Promise) {
        throw new core.$ZodAsyncError();
    }
    return result.issues.length === 0;
}
// no fast path: the compiler keeps async parses on the runtime, because a promise-returning callback that is not declared async compiles to a throw
const parse_validateAsync = async (schema, value, _ctx) => {
    const ctx = _ctx
        ? { ..._ctx, async: true, abortEarly: true }
        : { async: true, abortEarly: true };
    let result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise)
        result = await result;
    return result.issues.length === 0;
};
const _encode = (_Err) => {
    const parse = _parse(_Err);
    const fn = (schema, value, _ctx, _params) => {
        const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
        return parse(schema, value, ctx, finalizeParams(fn, _params));
    };
    return fn;
};
const encode = /* @__PURE__*/ _encode($ZodRealError);
const _decode = (_Err) => {
    const parse = _parse(_Err);
    const fn = (schema, value, _ctx, _params) => {
        return parse(schema, value, _ctx, finalizeParams(fn, _params));
    };
    return fn;
};
const decode = /* @__PURE__*/ _decode($ZodRealError);
const _encodeAsync = (_Err) => {
    const parseAsync = _parseAsync(_Err);
    const fn = async (schema, value, _ctx, _params) => {
        const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
        return (await parseAsync(schema, value, ctx, finalizeParams(fn, _params)));
    };
    return fn;
};
const encodeAsync = /* @__PURE__*/ _encodeAsync($ZodRealError);
const _decodeAsync = (_Err) => {
    const parseAsync = _parseAsync(_Err);
    const fn = async (schema, value, _ctx, _params) => {
        return await parseAsync(schema, value, _ctx, finalizeParams(fn, _params));
    };
    return fn;
};
const decodeAsync = /* @__PURE__*/ _decodeAsync($ZodRealError);
const _safeEncode = (_Err) => (schema, value, _ctx) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return _safeParse(_Err)(schema, value, ctx);
};
const safeEncode = /* @__PURE__*/ _safeEncode($ZodRealError);
const _safeDecode = (_Err) => (schema, value, _ctx) => {
    return _safeParse(_Err)(schema, value, _ctx);
};
const safeDecode = /* @__PURE__*/ _safeDecode($ZodRealError);
const _safeEncodeAsync = (_Err) => async (schema, value, _ctx) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return _safeParseAsync(_Err)(schema, value, ctx);
};
const safeEncodeAsync = /* @__PURE__*/ _safeEncodeAsync($ZodRealError);
const _safeDecodeAsync = (_Err) => async (schema, value, _ctx) => {
    return _safeParseAsync(_Err)(schema, value, _ctx);
};
const safeDecodeAsync = /* @__PURE__*/ _safeDecodeAsync($ZodRealError);

;// CONCATENATED MODULE: ./node_modules/zod/v4/mini/schemas.js




const ZodMiniType = /*@__PURE__*/ $constructor("ZodMiniType", (inst, def) => {
    if (!inst._zod)
        throw new Error("Uninitialized schema in ZodMiniType.");
    $ZodType.init(inst, def);
    inst.def = def;
    inst.type = def.type;
}, {
    // `with` is an alias for `check`: the same function object, not a wrapper.
    get with() {
        return this.check;
    },
    set with(value) {
        own(this, "with", value);
    },
    parse(data, params) {
        return parse_parse(this, data, params, { callee: this.parse });
    },
    parseAsync(data, params) {
        return parse_parseAsync(this, data, params, { callee: this.parseAsync });
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
            checks: [
                ...(def.checks ?? []),
                ...checks.map((ch) => typeof ch === "function" ? { _zod: { check: ch, def: { check: "custom" }, onattach: [] } } : ch),
            ],
        }, { parent: true });
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
    },
});
const ZodMiniString = /*@__PURE__*/ $constructor("ZodMiniString", (inst, def) => {
    $ZodString.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function schemas_string(params) {
    return _string(ZodMiniString, params);
}
const ZodMiniStringFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniStringFormat", (inst, def) => {
    core.$ZodStringFormat.init(inst, def);
    ZodMiniString.init(inst, def);
})));
const ZodMiniEmail = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniEmail", (inst, def) => {
    core.$ZodEmail.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_email(params) {
    return core._email(ZodMiniEmail, params);
}
const ZodMiniGUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniGUID", (inst, def) => {
    core.$ZodGUID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_guid(params) {
    return core._guid(ZodMiniGUID, params);
}
const ZodMiniUUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniUUID", (inst, def) => {
    core.$ZodUUID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_uuid(params) {
    return core._uuid(ZodMiniUUID, params);
}
// @__NO_SIDE_EFFECTS__
function uuidv4(params) {
    return core._uuidv4(ZodMiniUUID, params);
}
// ZodMiniUUIDv6
// @__NO_SIDE_EFFECTS__
function uuidv6(params) {
    return core._uuidv6(ZodMiniUUID, params);
}
// ZodMiniUUIDv7
// @__NO_SIDE_EFFECTS__
function uuidv7(params) {
    return core._uuidv7(ZodMiniUUID, params);
}
const ZodMiniURL = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniURL", (inst, def) => {
    core.$ZodURL.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function url(params) {
    return core._url(ZodMiniURL, params);
}
// @__NO_SIDE_EFFECTS__
function httpUrl(params) {
    return core._url(ZodMiniURL, {
        protocol: regexes.httpProtocol,
        hostname: regexes.domain,
        ...util.normalizeParams(params),
    });
}
const ZodMiniEmoji = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniEmoji", (inst, def) => {
    core.$ZodEmoji.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_emoji(params) {
    return core._emoji(ZodMiniEmoji, params);
}
const ZodMiniNanoID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNanoID", (inst, def) => {
    core.$ZodNanoID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_nanoid(params) {
    return core._nanoid(ZodMiniNanoID, params);
}
/**
 * @deprecated CUID v1 is deprecated by its authors due to information leakage
 * (timestamps embedded in the id). Use {@link ZodMiniCUID2} instead.
 * See https://github.com/paralleldrive/cuid.
 */
const ZodMiniCUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCUID", (inst, def) => {
    core.$ZodCUID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
/**
 * Validates a CUID v1 string.
 *
 * @deprecated CUID v1 is deprecated by its authors due to information leakage
 * (timestamps embedded in the id). Use {@link cuid2 | `z.cuid2()`} instead.
 * See https://github.com/paralleldrive/cuid.
 */
// @__NO_SIDE_EFFECTS__
function schemas_cuid(params) {
    return core._cuid(ZodMiniCUID, params);
}
const ZodMiniCUID2 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCUID2", (inst, def) => {
    core.$ZodCUID2.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_cuid2(params) {
    return core._cuid2(ZodMiniCUID2, params);
}
const ZodMiniULID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniULID", (inst, def) => {
    core.$ZodULID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_ulid(params) {
    return core._ulid(ZodMiniULID, params);
}
const ZodMiniXID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniXID", (inst, def) => {
    core.$ZodXID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_xid(params) {
    return core._xid(ZodMiniXID, params);
}
const ZodMiniKSUID = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniKSUID", (inst, def) => {
    core.$ZodKSUID.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_ksuid(params) {
    return core._ksuid(ZodMiniKSUID, params);
}
const ZodMiniIPv4 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniIPv4", (inst, def) => {
    core.$ZodIPv4.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_ipv4(params) {
    return core._ipv4(ZodMiniIPv4, params);
}
const ZodMiniIPv6 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniIPv6", (inst, def) => {
    core.$ZodIPv6.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_ipv6(params) {
    return core._ipv6(ZodMiniIPv6, params);
}
const ZodMiniCIDRv4 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCIDRv4", (inst, def) => {
    core.$ZodCIDRv4.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_cidrv4(params) {
    return core._cidrv4(ZodMiniCIDRv4, params);
}
const ZodMiniCIDRv6 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCIDRv6", (inst, def) => {
    core.$ZodCIDRv6.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_cidrv6(params) {
    return core._cidrv6(ZodMiniCIDRv6, params);
}
const ZodMiniMAC = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniMAC", (inst, def) => {
    core.$ZodMAC.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_mac(params) {
    return core._mac(ZodMiniMAC, params);
}
const ZodMiniBase64 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniBase64", (inst, def) => {
    core.$ZodBase64.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_base64(params) {
    return core._base64(ZodMiniBase64, params);
}
const ZodMiniBase64URL = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniBase64URL", (inst, def) => {
    core.$ZodBase64URL.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_base64url(params) {
    return core._base64url(ZodMiniBase64URL, params);
}
const ZodMiniE164 = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniE164", (inst, def) => {
    core.$ZodE164.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_e164(params) {
    return core._e164(ZodMiniE164, params);
}
const ZodMiniCreditCard = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCreditCard", (inst, def) => {
    core.$ZodCreditCard.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_creditCard(params) {
    return core._creditCard(ZodMiniCreditCard, params);
}
const ZodMiniIBAN = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniIBAN", (inst, def) => {
    core.$ZodIBAN.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_iban(params) {
    return core._iban(ZodMiniIBAN, params);
}
const ZodMiniJWT = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniJWT", (inst, def) => {
    core.$ZodJWT.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function jwt(params) {
    return core._jwt(ZodMiniJWT, params);
}
const ZodMiniCustomStringFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCustomStringFormat", (inst, def) => {
    core.$ZodCustomStringFormat.init(inst, def);
    ZodMiniStringFormat.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function stringFormat(format, fnOrRegex, _params = {}) {
    return core._stringFormat(ZodMiniCustomStringFormat, format, fnOrRegex, _params);
}
// @__NO_SIDE_EFFECTS__
function schemas_hostname(_params) {
    return core._stringFormat(ZodMiniCustomStringFormat, "hostname", regexes.hostname, _params);
}
// @__NO_SIDE_EFFECTS__
function schemas_hex(_params) {
    return core._stringFormat(ZodMiniCustomStringFormat, "hex", regexes.hex, _params);
}
// @__NO_SIDE_EFFECTS__
function schemas_currencyCode(_params) {
    return core._stringFormat(ZodMiniCustomStringFormat, "currency_code", regexes.currencyCode, _params);
}
// @__NO_SIDE_EFFECTS__
function hash(alg, params) {
    const enc = params?.enc ?? "hex";
    const format = `${alg}_${enc}`;
    const regex = core.regexes[format];
    // check for unrecognized format
    if (!regex)
        throw new Error(`Unrecognized hash format: ${format}`);
    return core._stringFormat(ZodMiniCustomStringFormat, format, regex, params);
}
const ZodMiniNumber = /*@__PURE__*/ $constructor("ZodMiniNumber", (inst, def) => {
    $ZodNumber.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function schemas_number(params) {
    return _number(ZodMiniNumber, params);
}
const ZodMiniNumberFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNumberFormat", (inst, def) => {
    core.$ZodNumberFormat.init(inst, def);
    ZodMiniNumber.init(inst, def);
})));
function schemas_int(params) {
    return core._int(ZodMiniNumberFormat, params);
}
function float32(params) {
    return core._float32(ZodMiniNumberFormat, params);
}
function float64(params) {
    return core._float64(ZodMiniNumberFormat, params);
}
function int32(params) {
    return core._int32(ZodMiniNumberFormat, params);
}
function uint32(params) {
    return core._uint32(ZodMiniNumberFormat, params);
}
const ZodMiniBoolean = /*@__PURE__*/ $constructor("ZodMiniBoolean", (inst, def) => {
    $ZodBoolean.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function schemas_boolean(params) {
    return _boolean(ZodMiniBoolean, params);
}
const ZodMiniBigInt = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniBigInt", (inst, def) => {
    core.$ZodBigInt.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_bigint(params) {
    return core._bigint(ZodMiniBigInt, params);
}
const ZodMiniBigIntFormat = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniBigIntFormat", (inst, def) => {
    core.$ZodBigIntFormat.init(inst, def);
    ZodMiniBigInt.init(inst, def);
})));
function int64(params) {
    return core._int64(ZodMiniBigIntFormat, params);
}
function uint64(params) {
    return core._uint64(ZodMiniBigIntFormat, params);
}
const ZodMiniSymbol = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniSymbol", (inst, def) => {
    core.$ZodSymbol.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function symbol(params) {
    return core._symbol(ZodMiniSymbol, params);
}
const ZodMiniUndefined = /*@__PURE__*/ $constructor("ZodMiniUndefined", (inst, def) => {
    $ZodUndefined.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function schemas_undefined(params) {
    return api_undefined(ZodMiniUndefined, params);
}

const ZodMiniNull = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNull", (inst, def) => {
    core.$ZodNull.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_null(params) {
    return core._null(ZodMiniNull, params);
}

const ZodMiniAny = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniAny", (inst, def) => {
    core.$ZodAny.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function any() {
    return core._any(ZodMiniAny);
}
const ZodMiniUnknown = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniUnknown", (inst, def) => {
    core.$ZodUnknown.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function unknown() {
    return core._unknown(ZodMiniUnknown);
}
const ZodMiniNever = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNever", (inst, def) => {
    core.$ZodNever.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function never(params) {
    return core._never(ZodMiniNever, params);
}
const ZodMiniVoid = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniVoid", (inst, def) => {
    core.$ZodVoid.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_void(params) {
    return core._void(ZodMiniVoid, params);
}

const ZodMiniDate = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniDate", (inst, def) => {
    core.$ZodDate.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_date(params) {
    return core._date(ZodMiniDate, params);
}
const ZodMiniArray = /*@__PURE__*/ $constructor("ZodMiniArray", (inst, def) => {
    $ZodArray.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function array(element, params) {
    return new ZodMiniArray({
        type: "array",
        element: element,
        ...normalizeParams(params),
    });
}
// .keyof
// @__NO_SIDE_EFFECTS__
function keyof(schema) {
    const shape = schema._zod.def.shape;
    return schemas_enum(Object.keys(shape));
}
const ZodMiniObject = /*@__PURE__*/ $constructor("ZodMiniObject", (inst, def) => {
    $ZodObject.init(inst, def);
    ZodMiniType.init(inst, def);
    installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
});
// @__NO_SIDE_EFFECTS__
function object(shape, params) {
    const def = {
        type: "object",
        shape: shape ?? {},
        ...normalizeParams(params),
    };
    return new ZodMiniObject(def);
}
// strictObject
// @__NO_SIDE_EFFECTS__
function strictObject(shape, params) {
    return new ZodMiniObject({
        type: "object",
        shape,
        catchall: never(),
        ...util.normalizeParams(params),
    });
}
// looseObject
// @__NO_SIDE_EFFECTS__
function looseObject(shape, params) {
    return new ZodMiniObject({
        type: "object",
        shape,
        catchall: unknown(),
        ...util.normalizeParams(params),
    });
}
// object methods
// @__NO_SIDE_EFFECTS__
function schemas_extend(schema, shape) {
    return util.extend(schema, shape);
}
// @__NO_SIDE_EFFECTS__
function schemas_safeExtend(schema, shape) {
    return util.safeExtend(schema, shape);
}
/**
 * @deprecated Use [`z.extend(A, B.shape)`](https://zod.dev/api?id=extend) instead.
 */
// @__NO_SIDE_EFFECTS__
function schemas_merge(a, b) {
    return util.merge(a, b);
}
// @__NO_SIDE_EFFECTS__
function schemas_pick(schema, mask) {
    return util.pick(schema, mask);
}
// .omit
// @__NO_SIDE_EFFECTS__
function schemas_omit(schema, mask) {
    return util.omit(schema, mask);
}
// @__NO_SIDE_EFFECTS__
function schemas_partial(schema, mask) {
    const def = schema._zod.def;
    if (def.type !== "tuple")
        return util.partial(ZodMiniOptional, schema, mask);
    // a refinement was authored against the full arity; partialing would run it on a shorter array
    if (def.checks?.length)
        throw new Error(".partial() cannot be used on tuple schemas containing refinements");
    return util.clone(schema, {
        ...def,
        items: def.items.map((item) => new ZodMiniOptional({ type: "optional", innerType: item })),
    });
}
// @__NO_SIDE_EFFECTS__
function exactPartial(schema, mask) {
    return util.partial(ZodMiniExactOptional, schema, mask, "exactPartial");
}
// @__NO_SIDE_EFFECTS__
function schemas_required(schema, mask) {
    return util.required(ZodMiniNonOptional, schema, mask);
}
// @__NO_SIDE_EFFECTS__
function catchall(inst, catchall) {
    // `mergeDefs` rather than a spread: spreading reads `shape`, and resolving it can mint a whole fresh subtree
    return inst.clone(util.mergeDefs(inst._zod.def, { catchall: catchall }));
}
const ZodMiniUnion = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniUnion", (inst, def) => {
    core.$ZodUnion.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function union(options, params) {
    return new ZodMiniUnion({
        type: "union",
        options: options,
        ...util.normalizeParams(params),
    });
}
const ZodMiniXor = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniXor", (inst, def) => {
    ZodMiniUnion.init(inst, def);
    core.$ZodXor.init(inst, def);
})));
/** Creates an exclusive union (XOR) where exactly one option must match.
 * Unlike regular unions that succeed when any option matches, xor fails if
 * zero or more than one option matches the input. */
function xor(options, params) {
    return new ZodMiniXor({
        type: "union",
        options: options,
        inclusive: false,
        ...util.normalizeParams(params),
    });
}
const ZodMiniDiscriminatedUnion = /*@__PURE__*/ $constructor("ZodMiniDiscriminatedUnion", (inst, def) => {
    $ZodDiscriminatedUnion.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function discriminatedUnion(discriminator, options, params) {
    return new ZodMiniDiscriminatedUnion({
        type: "union",
        options: options,
        discriminator,
        ...normalizeParams(params),
    });
}
const ZodMiniIntersection = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniIntersection", (inst, def) => {
    core.$ZodIntersection.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function intersection(left, right) {
    return new ZodMiniIntersection({
        type: "intersection",
        left: left,
        right: right,
    });
}
const ZodMiniTuple = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniTuple", (inst, def) => {
    core.$ZodTuple.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function tuple(items, _paramsOrRest, _params) {
    const hasRest = _paramsOrRest instanceof core.$ZodType;
    const params = hasRest ? _params : _paramsOrRest;
    const rest = hasRest ? _paramsOrRest : null;
    return new ZodMiniTuple({
        type: "tuple",
        items: items,
        rest,
        ...util.normalizeParams(params),
    });
}
const ZodMiniRecord = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniRecord", (inst, def) => {
    core.$ZodRecord.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function record(keyType, valueType, params) {
    // v3-compat: z.record(valueType, params?) \u2014 defaults keyType to z.string()
    if (!valueType || !valueType._zod) {
        return new ZodMiniRecord({
            type: "record",
            keyType: schemas_string(),
            valueType: keyType,
            ...util.normalizeParams(valueType),
        });
    }
    return new ZodMiniRecord({
        type: "record",
        keyType,
        valueType: valueType,
        ...util.normalizeParams(params),
    });
}
// @__NO_SIDE_EFFECTS__
function partialRecord(keyType, valueType, params) {
    return new ZodMiniRecord({
        type: "record",
        keyType,
        valueType: valueType,
        ...util.normalizeParams(params),
        partial: true,
    });
}
function looseRecord(keyType, valueType, params) {
    return new ZodMiniRecord({
        type: "record",
        keyType,
        valueType: valueType,
        mode: "loose",
        ...util.normalizeParams(params),
    });
}
const ZodMiniMap = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniMap", (inst, def) => {
    core.$ZodMap.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function map(keyType, valueType, params) {
    return new ZodMiniMap({
        type: "map",
        keyType: keyType,
        valueType: valueType,
        ...util.normalizeParams(params),
    });
}
const ZodMiniSet = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniSet", (inst, def) => {
    core.$ZodSet.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function set(valueType, params) {
    return new ZodMiniSet({
        type: "set",
        valueType: valueType,
        ...util.normalizeParams(params),
    });
}
const ZodMiniEnum = /*@__PURE__*/ $constructor("ZodMiniEnum", (inst, def) => {
    $ZodEnum.init(inst, def);
    ZodMiniType.init(inst, def);
    // reuse the parsed value set so a numeric TS enum's reverse-mapping keys stay out
    inst.options = [...inst._zod.values];
});
// @__NO_SIDE_EFFECTS__
function schemas_enum(values, params) {
    const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
    return new ZodMiniEnum({
        type: "enum",
        entries,
        ...normalizeParams(params),
    });
}

// @__NO_SIDE_EFFECTS__
/** @deprecated This API has been merged into `z.enum()`. Use `z.enum()` instead.
 *
 * ```ts
 * enum Colors { red, green, blue }
 * z.enum(Colors);
 * ```
 */
function nativeEnum(entries, params) {
    return new ZodMiniEnum({
        type: "enum",
        entries,
        ...util.normalizeParams(params),
    });
}
const ZodMiniLiteral = /*@__PURE__*/ $constructor("ZodMiniLiteral", (inst, def) => {
    $ZodLiteral.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function literal(value, params) {
    return new ZodMiniLiteral({
        type: "literal",
        values: Array.isArray(value) ? value : [value],
        ...normalizeParams(params),
    });
}
const ZodMiniFile = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniFile", (inst, def) => {
    core.$ZodFile.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function file(params) {
    return core._file(ZodMiniFile, params);
}
const ZodMiniTransform = /*@__PURE__*/ $constructor("ZodMiniTransform", (inst, def) => {
    $ZodTransform.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function transform(fn) {
    return new ZodMiniTransform({
        type: "transform",
        transform: fn,
    });
}
const ZodMiniOptional = /*@__PURE__*/ $constructor("ZodMiniOptional", (inst, def) => {
    $ZodOptional.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function optional(innerType) {
    return new ZodMiniOptional({
        type: "optional",
        innerType: innerType,
    });
}
const ZodMiniExactOptional = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniExactOptional", (inst, def) => {
    core.$ZodExactOptional.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function exactOptional(innerType) {
    return new ZodMiniExactOptional({
        type: "optional",
        innerType: innerType,
    });
}
const ZodMiniNullable = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNullable", (inst, def) => {
    core.$ZodNullable.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function nullable(innerType) {
    return new ZodMiniNullable({
        type: "nullable",
        innerType: innerType,
    });
}
// nullish
// @__NO_SIDE_EFFECTS__
function schemas_nullish(innerType) {
    return optional(nullable(innerType));
}
const ZodMiniDefault = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniDefault", (inst, def) => {
    core.$ZodDefault.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_default(innerType, defaultValue) {
    return new ZodMiniDefault({
        type: "default",
        innerType: innerType,
        get defaultValue() {
            return typeof defaultValue === "function" ? defaultValue() : util.shallowClone(defaultValue);
        },
    });
}
const ZodMiniPrefault = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniPrefault", (inst, def) => {
    core.$ZodPrefault.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function prefault(innerType, defaultValue) {
    return new ZodMiniPrefault({
        type: "prefault",
        innerType: innerType,
        get defaultValue() {
            return typeof defaultValue === "function" ? defaultValue() : util.shallowClone(defaultValue);
        },
    });
}
const ZodMiniNonOptional = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNonOptional", (inst, def) => {
    core.$ZodNonOptional.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function nonoptional(innerType, params) {
    return new ZodMiniNonOptional({
        type: "nonoptional",
        innerType: innerType,
        ...util.normalizeParams(params),
    });
}
const ZodMiniSuccess = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniSuccess", (inst, def) => {
    core.$ZodSuccess.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function success(innerType) {
    return new ZodMiniSuccess({
        type: "success",
        innerType: innerType,
    });
}
const ZodMiniCatch = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCatch", (inst, def) => {
    core.$ZodCatch.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function schemas_catch(innerType, catchValue) {
    return new ZodMiniCatch({
        type: "catch",
        innerType: innerType,
        catchValue: (typeof catchValue === "function" ? catchValue : core.util.constantCatch(catchValue)),
    });
}

const ZodMiniNaN = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniNaN", (inst, def) => {
    core.$ZodNaN.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function nan(params) {
    return core._nan(ZodMiniNaN, params);
}
const ZodMiniPipe = /*@__PURE__*/ $constructor("ZodMiniPipe", (inst, def) => {
    $ZodPipe.init(inst, def);
    ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function pipe(in_, out) {
    return new ZodMiniPipe({
        type: "pipe",
        in: in_,
        out: out,
    });
}
const ZodMiniCodec = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniCodec", (inst, def) => {
    ZodMiniPipe.init(inst, def);
    core.$ZodCodec.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function codec(in_, out, params) {
    return new ZodMiniCodec({
        type: "pipe",
        in: in_,
        out: out,
        transform: params.decode,
        reverseTransform: params.encode,
    });
}
// @__NO_SIDE_EFFECTS__
function invertCodec(codec) {
    const def = codec._zod.def;
    return new ZodMiniCodec({
        type: "pipe",
        in: def.out,
        out: def.in,
        transform: def.reverseTransform,
        reverseTransform: def.transform,
    });
}
const ZodMiniReadonly = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniReadonly", (inst, def) => {
    core.$ZodReadonly.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function readonly(innerType) {
    return new ZodMiniReadonly({
        type: "readonly",
        innerType: innerType,
    });
}
const ZodMiniTemplateLiteral = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniTemplateLiteral", (inst, def) => {
    core.$ZodTemplateLiteral.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function templateLiteral(parts, params) {
    return new ZodMiniTemplateLiteral({
        type: "template_literal",
        parts,
        ...util.normalizeParams(params),
    });
}
const ZodMiniLazy = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniLazy", (inst, def) => {
    core.$ZodLazy.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// export function lazy<T extends object>(getter: () => T): T {
//   return util.createTransparentProxy<T>(getter);
// }
// @__NO_SIDE_EFFECTS__
function schemas_lazy(getter) {
    return new ZodMiniLazy({
        type: "lazy",
        getter: getter,
    });
}

const ZodMiniPromise = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniPromise", (inst, def) => {
    core.$ZodPromise.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function promise(innerType) {
    return new ZodMiniPromise({
        type: "promise",
        innerType: innerType,
    });
}
const ZodMiniCustom = /*@__PURE__*/ $constructor("ZodMiniCustom", (inst, def) => {
    $ZodCustom.init(inst, def);
    ZodMiniType.init(inst, def);
});
// custom checks
// @__NO_SIDE_EFFECTS__
function check(fn, params) {
    const ch = new core.$ZodCheck({
        check: "custom",
        ...util.normalizeParams(params),
    });
    ch._zod.check = fn;
    return ch;
}
// ZodCustom custom schema
// @__NO_SIDE_EFFECTS__
function custom(fn, _params) {
    return core._custom(ZodMiniCustom, fn ?? (() => true), _params);
}
// refine
// @__NO_SIDE_EFFECTS__
function refine(fn, _params = {}) {
    return _refine(ZodMiniCustom, fn, _params);
}
// superRefine
// @__NO_SIDE_EFFECTS__
function superRefine(fn, params) {
    return core._superRefine(fn, params);
}
// Re-export describe and meta from core
const schemas_describe = describe;
const schemas_meta = meta;
// instanceof
class schemas_Class {
    constructor(..._args) { }
}
// @__NO_SIDE_EFFECTS__
function _instanceof(cls, params = {}) {
    const inst = custom((data) => data instanceof cls, params);
    inst._zod.bag.Class = cls;
    // Override check to emit invalid_type instead of custom
    inst._zod.check = (payload) => {
        if (!(payload.value instanceof cls)) {
            payload.issues.push({
                code: "invalid_type",
                expected: cls.name,
                input: payload.value,
                inst,
                path: [...(inst._zod.def.path ?? [])],
            });
        }
    };
    return inst;
}

// stringbool
const stringbool = (...args) => core._stringbool({
    Codec: ZodMiniCodec,
    Boolean: ZodMiniBoolean,
    String: ZodMiniString,
}, ...args);
// @__NO_SIDE_EFFECTS__
function json() {
    const jsonSchema = schemas_lazy(() => {
        return union([schemas_string(), schemas_number(), schemas_boolean(), schemas_null(), array(jsonSchema), record(schemas_string(), jsonSchema)]);
    });
    return jsonSchema;
}
const ZodMiniFunction = /*@__PURE__*/ (/* unused pure expression or super */ null && (core.$constructor("ZodMiniFunction", (inst, def) => {
    core.$ZodFunction.init(inst, def);
    ZodMiniType.init(inst, def);
})));
// @__NO_SIDE_EFFECTS__
function _function(params) {
    return new ZodMiniFunction({
        type: "function",
        input: Array.isArray(params?.input) ? tuple(params?.input) : (params?.input ?? array(unknown())),
        output: params?.output ?? unknown(),
    });
}


;// CONCATENATED MODULE: ./lib/domain/errors.js
const defaultApiUrl = 'https://statuspage.me/user/api/v1';
const consoleUrl = 'https://statuspage.me/user/api-console';
class ExplainedError extends Error {
    get causeKey() {
        return `${this.name} ${this.message}`;
    }
}
function isFixable(thrown) {
    return !(thrown instanceof ExplainedError) || thrown.fixable;
}
function exitOf(thrown) {
    return thrown instanceof ExplainedError ? thrown.exit : 'failed';
}
function explain(thrown, background) {
    if (thrown instanceof ExplainedError)
        return thrown.explain(background);
    return {
        happened: `something unexpected happened: ${describeUnexpected(thrown)}`,
        todo: 'This is a bug in statuspage-me. Please report it, with the log of a run with debug logging.',
    };
}
function describeUnexpected(thrown) {
    if (thrown instanceof Error)
        return `${thrown.name}: ${thrown.message}`;
    return typeof thrown === 'object' || typeof thrown === 'function' ? `a thrown ${typeof thrown}` : String(thrown);
}
class UserError extends ExplainedError {
    name = 'UserError';
    fixable = true;
    exit;
    constructor(message, exit = 'usage') {
        super(message);
        this.exit = exit;
    }
    explain() {
        return { happened: this.message, todo: '' };
    }
}
class MissingKeyError extends ExplainedError {
    name = 'MissingKeyError';
    fixable = true;
    exit = 'usage';
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
    name = 'MissingSecretsError';
    fixable = true;
    exit = 'failed';
    explain() {
        return { happened: this.message, todo: 'Do this in a run that gets the secret of the key.' };
    }
}
const missingKeys = {
    runner: {
        happened: 'there is no API key: the input api-key is empty',
        todo: `Create a key at ${consoleUrl} and store it as a secret. If it is stored: a reusable workflow gets it by secrets: inherit, ` +
            'a secret of an environment needs environment: in the job, and a mistyped name gives an empty text.',
    },
    terminal: {
        happened: 'there is no API key: the variable STATUSPAGE_ME_API_KEY is empty, and no --api-key-file is given',
        todo: `Create a key at ${consoleUrl}, and give it in one of the two ways. A CI passes its secrets to few jobs, often not to those of forks.`,
    },
};

;// CONCATENATED MODULE: ./lib/domain/monitor.js
const uptimePeriods = ['7d', '30d', '90d', '365d'];

;// CONCATENATED MODULE: ./lib/domain/outcome.js
const outcomes = ['success', 'failure', 'cancelled', 'skipped'];
const synonyms = {
    success: ['succeeded', 'succeededwithissues', 'successful', 'passed'],
    failure: ['failed', 'fail', 'error', 'errored'],
    cancelled: ['canceled', 'aborted', 'stopped', 'killed'],
    skipped: ['not_built'],
};
function parseOutcome(text) {
    const word = text.trim().toLowerCase();
    return outcomes.find((outcome) => outcome === word || synonyms[outcome].includes(word));
}
const reactions = ['keep', 'resolve', 'incident'];
function decideEnding(outcome, onFailure, onCancel, recover = false) {
    switch (outcome) {
        case 'success':
            return { action: 'resolve', why: outcome, ...(recover && { recovers: true }) };
        case 'skipped':
            return { action: 'resolve', why: outcome };
        case 'failure':
            return { action: onFailure, why: outcome };
        case 'cancelled':
            return { action: onCancel, why: outcome };
    }
}
function describeOutcome(outcome) {
    switch (outcome) {
        case 'success':
            return 'Deployment succeeded.';
        case 'failure':
            return 'Deployment failed.';
        case 'cancelled':
            return 'Deployment was cancelled.';
        case 'skipped':
            return 'Deployment was skipped.';
    }
}

;// CONCATENATED MODULE: ./lib/domain/record.js
const kinds = ['maintenance', 'incident'];
function isOpenWindow(window, now) {
    return window.endAt === undefined || window.endAt > now;
}
const longestId = 200;
function isRecordId(text) {
    const isNamed = text !== '' && text.length <= longestId && !['.', '..', 'none'].includes(text);
    return isNamed && text.isWellFormed() && text === text.trim() && !/[,\p{Cc}]/u.test(text);
}
const longestTitle = 300;
function shorten(title) {
    return title.length > longestTitle ? `${title.slice(0, longestTitle - 1).toWellFormed()}\u2026` : title;
}
const incidentStates = { investigating: '1', identified: '2', monitoring: '3', resolved: '4' };
function parseIncidentState(text) {
    if (/^\d+$/.test(text))
        return text.replace(/^0+(?=\d)/, '');
    return Object.entries(incidentStates).find(([name]) => name === text.toLowerCase())?.[1];
}
function describeIncidentState(id) {
    return Object.entries(incidentStates).find(([, digits]) => digits === id)?.[0] ?? id;
}

;// CONCATENATED MODULE: ./lib/domain/scope.js
const scopes = [
    'monitors:read',
    'incidents:read',
    'incidents:write',
    'maintenances:read',
    'maintenances:write',
    'status-pages:read',
    'analytics:read',
];
const nothingKnown = Object.fromEntries(scopes.map((scope) => [scope, 'unknown']));
function parseScope(text) {
    return scopes.find((scope) => scope === text.replace('_', '-'));
}
function describeScope(scope) {
    return scope === 'status-pages:read' ? 'status-pages:read (also written status_pages:read)' : scope;
}

;// CONCATENATED MODULE: ./lib/domain/names.js
const part = /\s*(?:"((?:[^"]|"")*)"[^\S\n]*(?=,|\n|$)|([^,\n]*))(?:,|\n|$)/gy;
function splitNames(text) {
    const names = [...text.matchAll(part)].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain);
    return names.map((name) => name.trim()).filter((name) => name !== '');
}
function findSplitName(parts, known) {
    const lower = parts.map((one) => one.toLowerCase());
    return known.find((name) => {
        const pieces = name.split(',').map((piece) => piece.trim().toLowerCase());
        return pieces.length > 1 && lower.some((_, at) => pieces.every((piece, offset) => lower[at + offset] === piece));
    });
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);
;// CONCATENATED MODULE: ./lib/domain/page.js

function describePage({ name, slug, id }) {
    return name ?? slug ?? id;
}
function hostedSlug(text) {
    return /^(?:https?:\/\/)?([a-z0-9-]+)\.statuspage\.me(?:\/.*)?$/i.exec(text)?.[1];
}
function isPageAddress(text) {
    return /^https?:\/\//i.test(text) || hostedSlug(text) !== undefined;
}
const page_uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
function isPageId(name) {
    return page_uuid.test(name);
}
const mostShown = 10;
function describeVisible(visible, wanted) {
    if (visible.length === 0)
        return 'This key sees no page at all';
    const nearness = (page) => Math.min(...[page.slug, page.name, page.id].flatMap((name) => name === undefined ? [] : [(0,mod/* distance */.Io)(name.toLowerCase(), wanted.toLowerCase())]));
    const near = visible.toSorted((a, b) => nearness(a) - nearness(b));
    const more = near.length > mostShown ? `, and ${near.length - mostShown} more` : '';
    return `This key sees ${near.slice(0, mostShown).map(describeForChoice).join(', ')}${more}`;
}
function describeForChoice(page) {
    return `"${describePage(page)}" (${[page.slug, page.id].filter((word) => word !== undefined).join(', ')})`;
}

;// CONCATENATED MODULE: ./lib/inputs/parsers.js





class Refusal extends Error {
    shown;
    constructor(problem, { shown } = { shown: false }) {
        super(problem);
        this.shown = shown;
    }
}
function parseInput(schema, text) {
    const { success, data, error } = safeParse(schema, text);
    if (success)
        return { value: data };
    return error.issues.map((issue) => ({
        problem: issue.message,
        shown: issue.code !== 'custom' || issue.params?.shown === true,
    }));
}
function read(expected, parse) {
    return pipe(schemas_string(), transform((text, context) => {
        const refuse = (message, shown) => {
            context.issues.push({ code: 'custom', message, input: text, params: { shown } });
            return NEVER;
        };
        try {
            return parse(text) ?? refuse(`is not ${expected}`, true);
        }
        catch (refusal) {
            if (refusal instanceof Refusal)
                return refuse(refusal.message, refusal.shown);
            throw refusal;
        }
    }));
}
function choice(words) {
    return schemas_enum(words, { error: `is not ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}
function yesOrNo() {
    return read('true or false', (text) => {
        const word = text.toLowerCase();
        return word === 'true' || (word === 'false' ? false : undefined);
    });
}
function parsers_duration(leastMs, mostMs, expected) {
    return read(expected, (text) => {
        const ms = parseDuration(text);
        return ms === undefined || ms < leastMs || ms > mostMs ? undefined : ms;
    });
}
function parseLine(text) {
    return /[\r\n]/.test(text) ? undefined : text;
}
function parseNames(text) {
    const names = splitNames(text);
    return names.length === 0 ? undefined : [...new Set(names)];
}
function parsePageNames(text) {
    const names = parseNames(text);
    if (names?.some(isPageAddress)) {
        throw new Refusal('is the address of a page, and its slug is needed', { shown: true });
    }
    return names;
}
function parseIds(text) {
    const ids = text
        .split(/[,\n]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
    return ids.length > 0 && ids.every((id) => id === 'none' || isRecordId(id)) ? ids : undefined;
}
function parseApiKey(text) {
    if (/\s/.test(text))
        throw new Refusal('contains a space or a line break. Copy the key again without them');
    if (/[^!-~]/.test(text))
        throw new Refusal('contains a character that no key has. Copy the key again');
    if (!text.startsWith('spk_'))
        throw new Refusal('does not begin with spk_ like every key of StatusPage.me');
    return text;
}
function parseToken(text) {
    if (/[^!-~]/.test(text))
        throw new Refusal('contains a space or a character that no token has. Copy it again');
    return text;
}
const longestKey = 200;
function parseDeploymentKey(text) {
    if (text.startsWith('spk_'))
        throw new Refusal('looks like an API key. Choose a name such as api-production');
    if (text.length > longestKey) {
        throw new Refusal(`is longer than ${longestKey} characters. Choose a name such as api-production`);
    }
    return parseLine(text);
}
function parsePercent(text) {
    const percent = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : 101;
    return percent > 100 ? undefined : percent;
}
function parseWait(text) {
    const ms = parseDuration(text);
    return ms === 0 || (ms !== undefined && ms >= 30 * secondMs && ms <= 6 * hourMs) ? ms : undefined;
}
function parseStart(text) {
    if (text === 'now')
        return { afterMs: 0 };
    if (text.startsWith('+')) {
        const ms = parseDuration(text.slice(1));
        return ms === undefined ? undefined : { afterMs: ms };
    }
    const at = parseTime(text);
    return at && { at };
}
function parseApiUrl(text) {
    const url = URL.parse(text);
    if (url === null)
        return undefined;
    if ([url.username, url.password, url.search, url.hash].some((part) => part !== '')) {
        throw new Refusal('contains a user, a query or a fragment, which may be secret. Write the address without them');
    }
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url : undefined;
}
function parseMatrix(text) {
    try {
        return JSON.parse(text) === null ? '' : text;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/inputs/inputs.js









const operationNames = [
    'open-maintenance',
    'open-incident',
    'update',
    'resolve',
    'delete',
    'check',
    'gate',
    'sweep',
];
const inputs_inputs = {
    operation: {
        schema: choice(operationNames),
        default: 'open-maintenance',
        meaning: `What to do: \`${operationNames.join('`, `')}\`.`,
    },
    'api-key': {
        schema: read('an API key', parseApiKey),
        secret: true,
        meaning: 'API key of StatusPage.me (`spk_\u2026`), from a secret. Create one at https://statuspage.me/user/api-console.',
    },
    'status-page': {
        schema: read('a status page: write its UUID, slug or name', parsePageNames),
        meaning: 'UUID, slug or name of a status page; several separated by commas or newlines, a name with a comma in double quotes. A UUID saves a request and the scope `status-pages:read`.',
    },
    title: {
        schema: read('one line of text', parseLine),
        defaultNote: 'window: `Maintenance in progress`, or `Scheduled maintenance` if it starts later; incident: required',
        meaning: 'Title that visitors read.',
    },
    message: { schema: schemas_string(), meaning: 'Text that visitors read, in Markdown.' },
    duration: {
        schema: parsers_duration(minuteMs, 7 * dayMs, 'a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days)'),
        meaning: 'Length of the window: `30m`, `1h30m` or `PT30M`. Allow plenty of time: it ends early anyway.',
    },
    start: {
        schema: read('now, +15m or a time such as 2026-01-31T22:00:00Z', parseStart),
        meaning: 'Start of the window: `now`, `+15m` or a time such as `2026-01-31T22:00:00Z`.',
    },
    id: {
        schema: read('an id, or several separated by commas', parseIds),
        meaning: 'Id of a notice, or several separated by commas, as the output `id` has them. Needs `kind`.',
    },
    kind: {
        schema: choice(kinds),
        meaning: 'What `id` names: `maintenance` or `incident`. With `deployment-key`: only this kind.',
    },
    'deployment-key': {
        schema: read('one line, such as api-production', parseDeploymentKey),
        meaning: 'Your name for a deployment, as `api-production`. The same key finds its records in every job and run of the repository. By default a deployment is known by its workflow, branch, job and step.',
        flagMeaning: 'Your name for a deployment, such as `api-production`. A later command with this key finds its notice.',
    },
    state: {
        schema: read('investigating, identified, monitoring, resolved or the digits of a state id', parseIncidentState),
        meaning: 'State of the incident: `investigating`, `identified`, `monitoring`, `resolved`, or the digits of an id.',
    },
    'component-id': { schema: schemas_string(), meaning: 'Component that the incident affects. Only with a single page.' },
    'notify-subscribers': {
        schema: yesOrNo(),
        meaning: 'Whether subscribers get an e-mail when the notice opens. The API does not document whether its end sends one too.',
    },
    'auto-resolve': {
        schema: yesOrNo(),
        defaultNote: '`true`; `false` if `start` is in the future',
        meaning: '`true`: the post step ends the notice. `false`: a later `resolve` ends it.',
    },
    outcome: {
        schema: choice(['job', ...outcomes]),
        default: 'job',
        meaning: 'How the deployment ended: `job` is the status of the job; or the outcome of one step, by an expression that README shows. With `resolve`, `job` just ends the notice.',
        flagMeaning: 'How the deployment ended: `success`, `failure`, `cancelled` or `skipped`. `job` just ends the notice.',
    },
    'on-failure': {
        schema: choice(reactions),
        meaning: 'After a failure: `keep` the notice, `resolve` it, or end the window and open an `incident`.',
    },
    'on-cancel': {
        schema: choice(reactions),
        meaning: 'After a cancel or a timeout of the job: `keep`, `resolve` or `incident`.',
    },
    'resolve-message': {
        schema: schemas_string(),
        meaning: 'Last entry of an incident after a success. May contain `{elapsed}`, `{end-at}` and `{tag}`.',
    },
    'cancel-message': {
        schema: schemas_string(),
        meaning: 'Last entry of an incident if the deployment was skipped, or stopped or failed and is to be resolved.',
    },
    'failure-title': {
        schema: read('one line of text', parseLine),
        meaning: 'Title of the incident that `on-failure: incident` opens.',
    },
    'failure-message': {
        schema: schemas_string(),
        meaning: 'Text of that incident, and the entry of an incident that stays open after a failure.',
    },
    'notify-on-failure': {
        schema: yesOrNo(),
        meaning: 'Whether subscribers get an e-mail about the incident that `on-failure` or `on-cancel` opens.',
    },
    recover: {
        schema: yesOrNo(),
        defaultNote: '`true` with `on-failure` or `on-cancel: incident`',
        meaning: 'Whether a success resolves incidents that earlier failures opened, unless a person has edited them.',
    },
    marker: {
        schema: yesOrNo(),
        meaning: '`false` leaves the line `Ref: \u2026` out of the message. Then no re-run, key or search can find the notice again.',
    },
    'on-api-error': {
        schema: choice(['auto', 'fail', 'warn']),
        default: 'auto',
        meaning: 'After an API error: `auto` fails if you can fix it in the repository and warns if not, `fail` always fails, `warn` always warns.',
    },
    'dry-run': {
        schema: yesOrNo(),
        default: 'false',
        meaning: '`true` checks and searches everything, prints each write and sends none.',
    },
    require: {
        schema: read(`a list of operations (${list(operationNames)}) or scopes (${list(scopes)})`, parseRequirements),
        meaning: 'What the key must be allowed to do, or `check` fails: operations and scopes separated by commas or newlines. `resolve` means the kinds whose open operation is listed too.',
    },
    'min-uptime': {
        schema: read('a percentage from 0 to 100 such as 99.9', parsePercent),
        meaning: 'Lowest uptime of each monitor in percent, such as `99.9`. Below it `gate` is closed.',
    },
    'uptime-period': {
        schema: choice(uptimePeriods),
        meaning: 'Period up to now that `min-uptime` is about: `7d`, `30d`, `90d` or `365d`.',
    },
    monitors: {
        schema: read('a monitor: write its id or name', parseNames),
        defaultNote: 'every monitor of the pages',
        meaning: 'Monitors that `min-uptime` is about: ids or names separated by commas or newlines, a name with a comma in double quotes.',
    },
    'allow-incidents': { schema: yesOrNo(), meaning: '`true`: open incidents do not close `gate`.' },
    'allow-maintenance': { schema: yesOrNo(), meaning: '`false`: an active window of somebody else closes `gate`.' },
    'wait-for': {
        schema: read('0s or a length of time from 30s to 6h such as 15m', parseWait),
        meaning: 'How long `gate` waits for its conditions, asking every 30 seconds: `0s`, or from `30s` to `6h`, on top of the time limit of the step.',
    },
    bypass: { schema: yesOrNo(), meaning: '`true` passes `gate` without asking anything, and says so. For hotfixes.' },
    'github-token': {
        schema: read('a token', parseToken),
        secret: true,
        meaning: 'Token that may read the runs of this repository. `sweep` needs it with `permissions: actions: read`. Other steps ask GitHub only if an earlier run left something on the page.',
        default: '${{ github.token }}',
    },
    'api-url': {
        schema: read('an https address (http only on this machine)', parseApiUrl),
        default: defaultApiUrl,
        meaning: 'Root of the API.',
    },
    'request-timeout': {
        schema: parsers_duration(secondMs, 30 * secondMs, 'a length of time from 1s to 30s such as 10s'),
        default: '10s',
        meaning: 'Limit of one request, from `1s` to `30s`.',
    },
    'job-status': {
        schema: choice(outcomes),
        default: '${{ job.status }}',
        internal: true,
        meaning: 'Internal: the status of the job, evaluated anew for the post step.',
    },
    matrix: {
        schema: read('JSON', parseMatrix),
        default: '${{ toJSON(matrix) }}',
        internal: true,
        meaning: 'Internal: the matrix values of the job.',
    },
};
const inputs_inputNames = Object.keys(inputs_inputs);
function parseRequirements(text) {
    const words = parseNames(text)?.map((word) => operationNames.find((name) => name === word) ?? parseScope(word));
    return words?.every((word) => word !== undefined) ? [...new Set(words)] : undefined;
}

;// CONCATENATED MODULE: ./lib/inputs/operations.js

const everywhere = {
    operation: { default: inputs_inputs.operation.default },
    'api-key': 'optional',
    'on-api-error': { default: inputs_inputs['on-api-error'].default },
    'dry-run': { default: inputs_inputs['dry-run'].default },
    'api-url': { default: inputs_inputs['api-url'].default },
    'request-timeout': { default: inputs_inputs['request-timeout'].default },
    'github-token': 'optional',
    'job-status': 'optional',
    matrix: { default: 'null' },
};
const operations_endingInputs = {
    outcome: { default: inputs_inputs.outcome.default },
    'on-failure': { default: 'keep' },
    'on-cancel': { default: 'keep' },
    'resolve-message': { default: 'The update is complete.' },
    'cancel-message': { default: 'The update was stopped.' },
    'failure-title': { default: 'An update did not complete' },
    'failure-message': { default: 'An update did not complete as planned. We are looking into it.' },
    'notify-on-failure': { default: 'false' },
    recover: 'optional',
};
const opening = {
    ...everywhere,
    ...operations_endingInputs,
    outcome: 'optional',
    'status-page': 'required',
    'deployment-key': 'optional',
    'notify-subscribers': { default: 'false' },
    marker: { default: 'true' },
};
const operations_postInputs = {
    ...everywhere,
    ...operations_endingInputs,
    'job-status': 'required',
};
const operations_readingInputs = {
    'api-key': 'optional',
    'status-page': 'optional',
    'uptime-period': { default: '30d' },
    'api-url': everywhere['api-url'],
    'request-timeout': everywhere['request-timeout'],
};
const target = {
    id: 'optional',
    kind: 'optional',
    'deployment-key': 'optional',
    'status-page': 'optional',
};
const operations_opener = { doing: 'open a notice', undone: 'No notice was opened', opens: true };
const operations_operations = {
    'open-maintenance': {
        does: 'Opens a maintenance window on each status page; the post step ends it.',
        ...operations_opener,
        scopes: ['maintenances:write'],
        scopesForLookUp: ['maintenances:read', 'status-pages:read'],
        inputs: {
            ...opening,
            title: 'optional',
            message: { default: 'We are installing an update. Short interruptions are possible.' },
            duration: { default: '30m' },
            start: { default: 'now' },
            'auto-resolve': 'optional',
        },
    },
    'open-incident': {
        does: 'Opens an incident on each status page; the post step resolves it.',
        ...operations_opener,
        scopes: ['incidents:write'],
        scopesForLookUp: ['incidents:read', 'status-pages:read'],
        inputs: {
            ...opening,
            title: 'required',
            message: 'required',
            state: { default: 'investigating' },
            'component-id': 'optional',
            'auto-resolve': { default: 'true' },
        },
    },
    resolve: {
        does: 'Ends a notice: a window now, an incident with an entry in the state Resolved. With `outcome` it does what the post step would do.',
        doing: 'end anything',
        undone: 'Nothing was ended',
        opens: false,
        scopes: ['maintenances:write', 'incidents:write'],
        scopesForLookUp: ['maintenances:read', 'incidents:read', 'status-pages:read'],
        inputs: {
            ...everywhere,
            ...operations_endingInputs,
            ...target,
        },
    },
    update: {
        does: 'Changes only what you give. Incident: an entry with `message` and `state`, and `title`. Window: `title`, `message`, and `duration` from now on.',
        doing: 'change anything',
        undone: 'Nothing was changed',
        opens: false,
        scopes: ['maintenances:write', 'incidents:write', 'maintenances:read', 'incidents:read'],
        scopesForLookUp: ['status-pages:read'],
        inputs: {
            ...everywhere,
            ...target,
            title: 'optional',
            message: 'optional',
            state: 'optional',
            duration: 'optional',
        },
    },
    delete: {
        does: "Removes a notice from the page and from the page's public history.",
        doing: 'delete anything',
        undone: 'Nothing was deleted',
        opens: false,
        scopes: ['maintenances:write', 'incidents:write'],
        scopesForLookUp: ['maintenances:read', 'incidents:read', 'status-pages:read'],
        inputs: { ...everywhere, ...target },
    },
    check: {
        does: 'Shows which scopes the key has, which pages it sees, and what each operation needs. Changes nothing.',
        doing: 'check the API key',
        undone: 'The key could not be checked',
        opens: false,
        scopes: [],
        scopesForLookUp: ['status-pages:read'],
        inputs: { ...everywhere, 'status-page': 'optional', require: { default: 'open-maintenance, resolve' } },
    },
    gate: {
        does: 'Fails if it is a bad time to deploy: an incident is open, `min-uptime` is not reached, or, with `allow-maintenance: false`, a window of others is active. Fails too if it cannot check that.',
        doing: 'ask the gate',
        undone: 'The gate is closed',
        opens: false,
        scopes: ['incidents:read'],
        scopesForLookUp: ['maintenances:read', 'status-pages:read', 'analytics:read'],
        inputs: {
            ...everywhere,
            'status-page': 'required',
            'deployment-key': 'optional',
            'min-uptime': 'optional',
            'uptime-period': { default: '30d' },
            monitors: 'optional',
            'allow-incidents': { default: 'false' },
            'allow-maintenance': { default: 'true' },
            'wait-for': { default: '0s' },
            bypass: { default: 'false' },
        },
    },
    sweep: {
        does: 'Resolves incidents left open by runs that died: their post step never ran, because the machine was lost.',
        doing: 'sweep the page',
        undone: 'Nothing was swept',
        opens: false,
        scopes: ['incidents:read', 'incidents:write'],
        scopesForLookUp: ['status-pages:read'],
        inputs: { ...everywhere, 'status-page': 'required', 'github-token': 'required' },
    },
};
function isGiven(given, name) {
    return given[name] !== undefined && given[name] !== '';
}

;// CONCATENATED MODULE: ./lib/inputs/conflicts.js




const lastTime = new Date('9999-12-31T23:59:59Z');
function findConflicts(request, given, now, written) {
    const { nameOf } = written;
    switch (request.operation) {
        case 'open-maintenance':
            return [...findConflictsOfOpening(request, given, written), ...findConflictsOfTimes(request.values, now)];
        case 'open-incident':
            return [...findConflictsOfOpening(request, given, written), ...findConflictsOfIncident(request.values)];
        case 'resolve':
            return [
                ...findMissingTarget(request.values, given, written),
                ...findConflictsOfResolve(request.values, given, nameOf),
            ];
        case 'update':
            return [
                ...findMissingTarget(request.values, given, written),
                ...findConflictsOfUpdate(request.values, given, nameOf),
            ];
        case 'delete':
            return findMissingTarget(request.values, given, written);
        case 'check':
        case 'sweep':
            return [];
        case 'gate':
            return findConflictsOfGate(request.values, given, nameOf);
    }
}
function findConflictsOfOpening({ operation, values }, given, { kind, nameOf }) {
    const conflicts = [];
    const suggestion = kind === 'terminal' ? 'statuspage-me resolve' : 'operation: resolve';
    for (const input of ['id', 'kind']) {
        if (isGiven(given, input)) {
            conflicts.push({ input, problem: `is not for ${operation}, which opens a new notice`, suggestion });
        }
    }
    if (given.state && inputs_inputs.state.schema.safeParse(given.state).data === '4') {
        conflicts.push({ input: 'state', problem: `cannot be resolved for ${operation}`, suggestion });
    }
    if (values['deployment-key'] !== undefined && values.marker === false) {
        const problem = `finds a notice by the reference in its message, which ${nameOf('marker')} turns off`;
        conflicts.push({ input: 'deployment-key', problem });
    }
    return conflicts;
}
function findConflictsOfTimes({ start, duration }, now) {
    if (start === undefined || duration === undefined)
        return [];
    const end = later(startOf(start, now), duration);
    if (end <= now)
        return [{ input: 'start', problem: 'is so long ago that the window would already be over' }];
    if (end <= lastTime)
        return [];
    return [{ input: 'start', problem: 'is too far ahead: the window must end before the year 10000' }];
}
function findConflictsOfIncident(values) {
    const conflicts = ['on-failure', 'on-cancel']
        .filter((name) => values[name] === 'incident')
        .map(incidentTwice);
    if (values['component-id'] !== undefined && (values['status-page']?.length ?? 0) > 1) {
        conflicts.push({ input: 'component-id', problem: 'belongs to one status page, but several are given' });
    }
    return conflicts;
}
function incidentTwice(input) {
    return { input, problem: 'can be incident only for a window. For an incident, write keep or resolve' };
}
function findConflictsOfUpdate({ kind }, given, nameOf) {
    const conflicts = [];
    const sent = ['title', 'message', 'state', 'duration'];
    if (!sent.some((name) => isGiven(given, name))) {
        const others = list(['title', 'state', 'duration'].map((name) => nameOf(name)));
        conflicts.push({ input: 'message', problem: `is missing, and so are ${others}: there is nothing to send` });
    }
    if (kind === 'maintenance' && isGiven(given, 'state')) {
        conflicts.push({ input: 'state', problem: 'is for incidents: a window has none' });
    }
    if (kind === 'incident' && isGiven(given, 'duration')) {
        conflicts.push({ input: 'duration', problem: 'is for windows: an incident ends when it is resolved' });
    }
    return conflicts;
}
function findMissingTarget(values, given, { kind, nameOf }) {
    if (isGiven(given, 'id')) {
        const nothing = values.id?.every((id) => id === 'none');
        if (isGiven(given, 'kind') || nothing)
            return [];
        return [{ input: 'kind', problem: `is required with ${nameOf('id')}: maintenance or incident` }];
    }
    if (isGiven(given, 'deployment-key')) {
        if (isGiven(given, 'status-page'))
            return [];
        return [{ input: 'status-page', problem: `is required with ${nameOf('deployment-key')}` }];
    }
    const key = nameOf('deployment-key');
    if (kind === 'terminal') {
        return [{ input: 'id', problem: `is required with ${nameOf('kind')}, or ${key} with ${nameOf('status-page')}` }];
    }
    const causes = list([
        'a typo in the expression',
        'a step or job that did not run',
        'a job output that is missing under outputs',
        'an output that the runner dropped because it contains a secret',
    ], 'or');
    return [{ input: 'id', problem: `is empty, and there is no ${key}. The usual causes of an empty id: ${causes}` }];
}
function findConflictsOfResolve(values, given, nameOf) {
    const conflicts = [];
    if (given.outcome === '') {
        const problem = 'is empty: its expression names no job or step. Leave it out to just end the notice';
        conflicts.push({ input: 'outcome', problem });
    }
    for (const name of ['on-failure', 'on-cancel']) {
        if (values.kind === 'incident' && values[name] === 'incident')
            conflicts.push(incidentTwice(name));
    }
    if (values.recover === true && values.outcome === 'job') {
        conflicts.push({ input: 'recover', problem: `needs ${nameOf('outcome')}: only a success recovers` });
    }
    if (values.recover === true && values['deployment-key'] === undefined) {
        const key = nameOf('deployment-key');
        conflicts.push({ input: 'recover', problem: `needs ${key}: it says whose failures are meant` });
    }
    return conflicts;
}
function findConflictsOfGate(values, given, nameOf) {
    if (isGiven(given, 'min-uptime'))
        return [];
    const checksNotices = values['allow-incidents'] !== true || values['allow-maintenance'] !== true;
    const nothing = `is true, so there is nothing to check. Add ${nameOf('min-uptime')}, or set ${nameOf('allow-maintenance')} to false`;
    const unused = ['monitors', 'uptime-period']
        .filter((name) => isGiven(given, name))
        .map((name) => nameOf(name));
    return [
        ...(checksNotices ? [] : [{ input: 'allow-incidents', problem: nothing }]),
        ...(unused.length === 0 ? [] : [{ input: 'min-uptime', problem: `is required with ${list(unused)}` }]),
    ];
}

;// CONCATENATED MODULE: ./lib/inputs/problems.js

const longestGiven = 80;
function describeProblem({ input, problem, given, suggestion }, nameOf) {
    const value = given === undefined ? '' : `: ${JSON.stringify(given.slice(0, longestGiven))}`;
    const end = /[.?]$/.test(problem) ? '' : '.';
    const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
    return `${nameOf(input)}${value} ${problem}${end}${hint}`;
}
function problems_wrongInputs(problems, nameOf) {
    const lines = problems.map((problem) => describeProblem(problem, nameOf));
    const [only] = lines;
    if (only !== undefined && lines.length === 1)
        return new UserError(`Invalid input, nothing was sent. ${only}`);
    return new UserError(`${lines.length} invalid inputs, nothing was sent.\n${lines.join('\n')}`);
}

;// CONCATENATED MODULE: ./lib/inputs/suggestions.js






const longest = 80;
function suggest(name, text) {
    const meant = guess(name, text.trim());
    return meant !== undefined && meant.length <= longest && 'value' in parseInput(inputs_inputs[name].schema, meant)
        ? meant
        : undefined;
}
function guess(name, text) {
    switch (name) {
        case 'operation':
            return findOperation(text.toLowerCase().replaceAll('_', '-'));
        case 'duration':
        case 'wait-for':
            return guessDuration(text, 'm');
        case 'request-timeout':
            return guessDuration(text, 's');
        case 'start':
            return guessStart(text);
        case 'outcome':
            return parseOutcome(text);
        case 'min-uptime':
            return text.replace(/\s*%$/, '').replace(',', '.');
        case 'status-page':
            return text
                .split(/,?\n|,/)
                .map((part) => hostedSlug(part.trim()) ?? part.trim())
                .join(', ');
        default:
            return /^(yes|on|1)$/i.test(text) ? 'true' : /^(no|off|0)$/i.test(text) ? 'false' : undefined;
    }
}
const units = { w: 7 * dayMs, d: dayMs, h: hourMs, m: minuteMs, s: secondMs };
const amount = /(\d+(?:[.,]\d+)?)\s*(w|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b\.?(?:\s*(?:,|and)\s*|\s*)/giy;
function guessDuration(text, unit) {
    const withUnit = /\d$/.test(text) ? `${text}${unit}` : text;
    const exact = [withUnit, text.toUpperCase(), text.toLowerCase()].find((one) => parseDuration(one) !== undefined);
    if (exact !== undefined)
        return exact;
    const spaced = withUnit.replace(/([a-z])(?=\d)/gi, '$1 ');
    const parts = [...spaced.matchAll(amount)];
    if (parts.length === 0 || parts.reduce((length, [part]) => length + part.length, 0) !== spaced.length)
        return undefined;
    const ms = parts.reduce((sum, [, count = '', name = '']) => {
        const letter = name.charAt(0).toLowerCase();
        return sum + Number(count.replace(',', '.')) * units[letter];
    }, 0);
    return formatDuration(ms);
}
function guessStart(text) {
    if (/^now$/i.test(text))
        return 'now';
    if (/^\d{10}$|^\d{13}$/.test(text)) {
        return formatTime(new Date(Number(text) * (text.length === 10 ? secondMs : 1)));
    }
    if (/^\+?\d{6,}$/.test(text))
        return undefined;
    const [, day, time, seconds = ':00'] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?$/i.exec(text) ?? [];
    if (day !== undefined)
        return `${day}T${time}${seconds}Z`;
    const length = guessDuration(text.replace(/^\+\s*/, ''), 'm');
    return length && `+${length}`;
}
const mostChanged = 3;
function findOperation(text) {
    const holding = operationNames.filter((name) => text.length > mostChanged && name.includes(text));
    if (holding.length === 1)
        return holding[0];
    const near = (name) => (0,mod/* distance */.Io)(name, text);
    const [nearest] = operationNames.toSorted((a, b) => near(a) - near(b));
    return nearest !== undefined && near(nearest) <= Math.min(mostChanged, text.length / 2) ? nearest : undefined;
}

;// CONCATENATED MODULE: ./lib/inputs/read-inputs.js







function readRequest({ texts: given, kind, nameOf }, now) {
    const operation = operationNames.find((name) => name === (given.operation || inputs_inputs.operation.default));
    const checkedAs = operation ?? 'open-maintenance';
    const uses = operations_operations[checkedAs].inputs;
    const { values, problems } = readValues(uses, given);
    const request = { operation: checkedAs, values, hasEmptyOutcome: given.outcome === '' };
    const conflicts = operation === undefined ? [] : findConflicts(request, given, now, { kind, nameOf });
    const all = [...problems, ...conflicts];
    if (all.length > 0)
        throw problems_wrongInputs(all, nameOf);
    const ignored = inputs_inputNames.filter((name) => isGiven(given, name) && uses[name] === undefined && !isDefault(given, name));
    return { request, ignored };
}
function readRequestFor(operation, given, now) {
    const { request } = readRequest({ ...given, texts: { ...given.texts, operation } }, now);
    return request;
}
function readPostInputs({ texts: given, nameOf }) {
    const { values, problems } = readValues(operations_postInputs, { ...given, operation: '' });
    if (problems.length > 0)
        throw problems_wrongInputs(problems, nameOf);
    return values;
}
function readEndInputs({ texts: given, nameOf }) {
    const { values, problems } = readValues(postInputs, { ...given, operation: '', 'job-status': 'success' });
    const empty = {
        input: 'outcome',
        problem: 'is empty, so it is not known how the deployment ended. Leave it out if it was a success',
    };
    const all = [...problems, ...(given.outcome === '' ? [empty] : [])];
    if (all.length > 0)
        throw wrongInputs(all, nameOf);
    return values;
}
function readReadingInputs({ texts: given, nameOf }) {
    const { values, problems } = readValues(readingInputs, given);
    if (problems.length > 0)
        throw wrongInputs(problems, nameOf);
    return values;
}
function readValues(uses, given) {
    const values = {};
    const problems = [];
    for (const name of inputs_inputNames) {
        const use = uses[name];
        const text = given[name] || (typeof use === 'object' ? use.default : undefined);
        if (use === undefined)
            continue;
        if (text === undefined) {
            if (use === 'required')
                problems.push({ input: name, problem: `is required: ${inputs_inputs[name].meaning}` });
            continue;
        }
        const secrets = forVisitors.has(name) ? findSecret(name, text, given['api-key'] ?? '') : [];
        problems.push(...secrets);
        const read = parseInput(inputs_inputs[name].schema, text);
        if ('value' in read)
            values[name] = read.value;
        else
            problems.push(...read.map(({ problem, shown }) => toProblem(name, problem, shown && secrets.length === 0 ? text : undefined)));
    }
    return { values: values, problems };
}
const forVisitors = new Set([
    ...['title', 'message', 'resolve-message', 'cancel-message', 'failure-title', 'failure-message'],
]);
function findSecret(input, text, apiKey) {
    if (/^\s*spk_/i.test(text))
        return [{ input, problem: 'looks like an API key, and visitors would read it' }];
    if (createMask(apiKey)(text) === text)
        return [];
    return [{ input, problem: 'contains the API key or a part of it, and visitors would read it' }];
}
function toProblem(input, problem, given) {
    const { secret } = inputs_inputs[input];
    if (secret || given === undefined)
        return { input, problem };
    return { input, problem, given, suggestion: suggest(input, given) };
}
function isDefault(given, name) {
    const input = inputs_inputs[name];
    return given[name] === input.default;
}

;// CONCATENATED MODULE: ./lib/messages/message.js
function textOf({ text, commands = [] }) {
    const lines = commands.flatMap(({ before, command }) => [...(before === undefined ? [] : [before]), `  ${command}`]);
    return [text, ...lines].join('\n');
}
function info(text) {
    return { level: 'info', text };
}
function result(text) {
    return { level: 'result', text };
}
function warning(text, commands) {
    return { level: 'warning', text, ...(commands && { commands }) };
}
function error(text, commands) {
    return { level: 'error', text, ...(commands && { commands }) };
}
function notice(text) {
    return { level: 'notice', text };
}
function isProblem({ level }) {
    return level !== 'info' && level !== 'result';
}

;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");
;// CONCATENATED MODULE: ./lib/deployment/deployment.js


const lastYear = Date.UTC(10_000, 0);
const instant = pipe(schemas_string().check(_maxLength(40), refine((text) => Math.abs(Date.parse(text)) < lastYear)), transform((text) => new Date(text)));
const shown = schemas_string().check(_maxLength(10_000));
const id = schemas_string().check(refine(isRecordId));
const address = schemas_string().check(_maxLength(2_000), refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')));
const reference = schemas_string().check(_regex(/^[\w-]{1,64}$/));
const page = object({
    id,
    slug: optional(shown),
    name: optional(shown),
    url: optional(address),
});
const common = {
    kind: schemas_enum(['maintenance', 'incident']),
    page: optional(page),
    reference: optional(reference),
    title: optional(shown),
    startAt: optional(instant),
    endAt: optional(instant),
    putOffTo: optional(instant),
    emptiesUnsent: optional(schemas_boolean()),
    referenceLost: optional(schemas_boolean()),
    state: optional(shown),
    created: schemas_boolean(),
    mailed: schemas_boolean(),
    takenOver: optional(schemas_boolean()),
    mayHaveDuplicate: optional(schemas_boolean()),
};
const deploymentRecord = discriminatedUnion('stage', [
    object({ stage: literal('open'), id, ...common }),
    object({ stage: literal('gone'), id: optional(id), ...common }),
    object({
        stage: schemas_enum(['opening', 'missed', 'unconfirmed', 'not-sent']),
        id: optional(schemas_undefined()),
        ...common,
    }),
]);
const deployment = object({
    version: literal(2),
    stage: schemas_enum(['opening', 'open', 'failed']),
    apiUrl: address,
    own: schemas_boolean(),
    hasKey: schemas_boolean(),
    identity: optional(reference),
    startedAt: instant,
    clockOffsetMs: optional(schemas_number().check(_gte(-lastYear), _lte(lastYear))),
    tag: optional(shown),
    records: array(deploymentRecord).check(_maxLength(10_000)),
});
function writeDeployment(value) {
    return JSON.stringify(value);
}
function parseDeployment(text) {
    return readDeployment(JSON.parse(text));
}
function readDeployment(written) {
    const result = safeParse(deployment, written);
    if (!result.success)
        throw new Error('the saved state is not one that this version wrote');
    return result.data;
}
const shared = 'deployment';
const nameOf = (place) => `record${place}`;
function writeStateChunks({ records, ...rest }, earlier) {
    const texts = records.map((record, place) => [nameOf(place), JSON.stringify(record)]);
    const emptied = [...earlier.keys()].slice(0, -1).map((name) => [name, '']);
    return new Map([...emptied, ...texts, [shared, JSON.stringify(rest)]]);
}
function readStateChunks(read) {
    const rest = read(shared);
    if (rest === undefined)
        return undefined;
    const records = [];
    for (let text = read(nameOf(0)); text !== undefined; text = read(nameOf(records.length)))
        records.push(JSON.parse(text));
    return readDeployment({ ...JSON.parse(rest), records });
}

;// CONCATENATED MODULE: ./lib/messages/sanitize.js

function forLog(text) {
    const oneLine = text
        .replace(/(?!\s)[\p{Cc}\p{Bidi_Control}]/gu, '')
        .replace(/\s+/g, ' ')
        .trim();
    return withoutCommands(oneLine);
}
function forMarkdown(text) {
    const marks = /[&<>\\`*_~|[\]@#:!$]|(?<=www)\./gi;
    return `<bdi>${forLog(text).replace(marks, toEntity)}</bdi>`;
}
function forMarkdownBlock(text) {
    const lines = text.split(/\r\n|[\r\n]/).map((line) => forLog(line).replace(/[&<>]/g, toEntity));
    return `<pre>${lines.join('\n')}</pre>`;
}
function toEntity(mark) {
    return `&#${mark.charCodeAt(0)};`;
}

;// CONCATENATED MODULE: ./lib/statuspage/bodies.js



function onlyGiven(fields) {
    const given = {};
    for (const [name, value] of Object.entries(fields))
        if (value !== undefined)
            given[name] = value;
    return given;
}
function writeNewWindow(fields) {
    return onlyGiven({
        status_page_id: fields.pageId,
        ...writeWindowChange(fields),
        notify_subscribers: fields.notifySubscribers || undefined,
    });
}
function writeWindowChange({ title, message, startAt, endAt }) {
    return onlyGiven({ title, message, start_at: startAt && formatTime(startAt), end_at: endAt && formatTime(endAt) });
}
function writeNewIncident(fields) {
    const { componentId, pageId, title, message, state, notifySubscribers } = fields;
    const place = componentId === undefined ? { status_page_id: pageId } : { component_id: componentId };
    return onlyGiven({
        ...place,
        title,
        message,
        incident_state_id: state === incidentStates.investigating ? undefined : state,
        notify_subscribers: notifySubscribers || undefined,
    });
}
function writeIncidentChange({ title }) {
    return onlyGiven({ title });
}
function writeNewEntry({ message, state }) {
    return onlyGiven({ message, incident_state_id: state });
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
    if (/^\.{0,2}$/.test(id))
        throw new UserError(`Invalid input, nothing was sent. id: "${id}" cannot be an id. Give the id as the API shows it.`);
    return encodeURIComponent(id);
}
const pretendedId = 'none';
function pretendWindow({ pageId, title, message, startAt, endAt }) {
    return { kind: 'maintenance', ...pretendSeen(pageId, title, message), startAt, endAt };
}
function pretendIncident({ pageId, title, message, state }) {
    const timeline = [{ message, state }];
    return { kind: 'incident', ...pretendSeen(pageId, title, message), state, startAt: undefined, timeline };
}
function pretendSeen(pageId, title, message) {
    return {
        id: pretendedId,
        pageId,
        title,
        message,
        createdAt: undefined,
        text: `${title}\n${message}`,
        showsMessage: true,
    };
}

;// CONCATENATED MODULE: ./lib/statuspage/fields.js


const names = {
    id: ['id', 'uuid'],
    pageId: ['statuspageid', 'pageid', 'statuspageuuid', 'statuspage'],
    componentId: ['componentid', 'componentuuid', 'component'],
    title: ['title', 'name'],
    message: ['message', 'description', 'body'],
    createdAt: ['createdat', 'created'],
    updatedAt: ['updatedat', 'updated'],
    startAt: ['startat', 'startedat', 'startsat', 'starttime', 'start'],
    endAt: ['endat', 'endsat', 'endtime', 'end', 'endedat'],
    resolvedAt: ['resolvedat', 'endedat'],
    state: [
        'incidentstateid',
        'incidentstate',
        'currentstate',
        'state',
        'statename',
        'incidentstatename',
        'currentstatus',
        'status',
    ],
    timeline: ['updates', 'incidentupdates', 'timeline', 'entries', 'history'],
    name: ['name', 'title'],
    slug: ['slug'],
    pageSlug: ['statuspageslug', 'pageslug'],
    url: ['url', 'customdomain'],
    type: ['type'],
    target: ['target'],
    enabled: ['enabled'],
    intervalSeconds: ['intervalseconds', 'interval'],
    monitors: ['monitors'],
    availability: ['availability'],
    uptimePercent: ['uptimepercentage', 'uptimepercent', 'uptime'],
    downtimeSeconds: ['downtimeseconds', 'downtime'],
    mttrSeconds: ['mttrseconds', 'mttr'],
    mtbfSeconds: ['mtbfseconds', 'mtbf'],
    data: ['data'],
    meta: ['meta', 'pagination'],
    count: ['count', 'total', 'totalcount'],
    hasMore: ['hasmore'],
};
function fieldsOf(entry) {
    if (!isObject(entry))
        return undefined;
    const values = new Map();
    for (const [key, value] of Object.entries(entry)) {
        const name = key.toLowerCase().replace(/[_-]/g, '');
        const before = values.get(name);
        if (before === undefined)
            values.set(name, [value]);
        else
            before.push(value);
    }
    const all = (field) => names[field].flatMap((name) => values.get(name) ?? []).map(unwrapNullable);
    const first = (field, read) => {
        for (const value of all(field)) {
            const found = read(value);
            if (found !== undefined)
                return found;
        }
        return undefined;
    };
    return { first, all };
}
function unwrapNullable(value) {
    if (!isObject(value) || typeof value.Valid !== 'boolean')
        return value;
    const [inner] = Object.entries(value).flatMap(([key, one]) => (key === 'Valid' ? [] : [one]));
    return value.Valid ? inner : null;
}
function readId(value) {
    if (typeof value === 'string')
        return isRecordId(value) ? value : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}
function readReference(value) {
    return readId(value) ?? fieldsOf(value)?.first('id', readId);
}
function readText(value) {
    return typeof value === 'string' ? value : undefined;
}
function readShortText(value) {
    return typeof value === 'string' ? shorten(value) : undefined;
}
const longestAddress = 2_000;
function readAddress(value) {
    if (typeof value !== 'string')
        return undefined;
    const address = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value) ? `https://${value}` : value;
    const isOnWeb = /^https?:$/.test(URL.parse(address)?.protocol ?? '');
    return isOnWeb && address.length <= longestAddress ? address : undefined;
}
const earliest = new Date(0);
function readTime(value) {
    const time = typeof value === 'string' ? parseTime(value) : undefined;
    return time !== undefined && time > earliest ? time : undefined;
}
function readFlag(value) {
    return typeof value === 'boolean' ? value : undefined;
}
function readMeasure(value) {
    const number = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && number >= 0 && Number.isFinite(number) ? number : undefined;
}
function readPercent(value) {
    const number = readMeasure(value);
    return number !== undefined && number <= 100 ? number : undefined;
}
function readList(value) {
    return Array.isArray(value) ? value : undefined;
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./lib/statuspage/json.js

const most = { depth: 100, containers: 25_000, values: 250_000 };
function parseJson(text) {
    if (!isModest(text))
        return undefined;
    try {
        return /\d{16}/.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function keepExact(_key, value, { source }) {
    const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
    return isInexact && source !== undefined && /^\d+$/.test(source) ? source : value;
}
function isModest(text) {
    let depth = 0;
    let containers = 0;
    let values = 0;
    for (let at = 0; at < text.length; at++) {
        switch (text[at]) {
            case '"':
                at = endOfString(text, at);
                break;
            case '[':
            case '{':
                depth += 1;
                containers += 1;
                if (depth > most.depth || containers > most.containers)
                    return false;
                break;
            case ']':
            case '}':
                depth -= 1;
                break;
            case ',':
                values += 1;
                if (values > most.values)
                    return false;
        }
    }
    return true;
}
function endOfString(text, start) {
    for (let at = start + 1; at < text.length; at++) {
        if (text[at] === '"')
            return at;
        if (text[at] === '\\')
            at += 1;
    }
    return text.length;
}
function parseOne(body, parse) {
    const answer = parseJson(body);
    const data = unwrap(answer);
    for (const candidate of [data, onlyObjectIn(data), answer, onlyObjectIn(answer)]) {
        const record = parse(candidate);
        if (record !== undefined)
            return record;
    }
    return undefined;
}
function parseEntries(body, parse) {
    const answer = parseJson(body);
    const data = answer === undefined ? undefined : unwrap(answer);
    const listing = readListing(data, parse) ?? readListing(onlyListIn(data), parse);
    if (listing === undefined)
        return undefined;
    const { records, complete } = listing;
    const showsAll = [answer, data].every((part) => countIn(part) <= records.length && !hasMore(part));
    return { records, complete: complete && showsAll };
}
function readListing(list, parse) {
    if (list === null)
        return { records: [], complete: true };
    if (!Array.isArray(list))
        return undefined;
    const records = list.map(parse).filter((record) => record !== undefined);
    return { records, complete: records.length === list.length };
}
function unwrap(answer) {
    const found = fieldsOf(answer)?.all('data') ?? [];
    return found.length === 0 ? answer : found[0];
}
const besides = /^(success|ok|status|code|message|meta|pagination|links?|errors?|warnings?)$/i;
function onlyObjectIn(value) {
    if (!isObject(value))
        return undefined;
    const [only, ...more] = Object.entries(value).filter(([name]) => !besides.test(name));
    return only !== undefined && more.length === 0 && isObject(only[1]) ? only[1] : undefined;
}
const listNames = /^(maintenances|incidents|monitors|status[_-]?pages|pages|items|records|results|list)$/i;
function onlyListIn(value) {
    if (!isObject(value))
        return undefined;
    const lists = Object.entries(value).filter(([name, one]) => !besides.test(name) && (Array.isArray(one) || (one === null && listNames.test(name))));
    return lists.length === 1 ? lists[0]?.[1] : undefined;
}
function countIn(part) {
    const counts = metaOf(part).flatMap((fields) => fields?.first('count', readMeasure) ?? []);
    return Math.max(0, ...counts);
}
function hasMore(part) {
    return metaOf(part).some((fields) => fields?.first('hasMore', readFlag) === true);
}
function metaOf(part) {
    const fields = fieldsOf(part);
    return [fields, ...(fields?.all('meta') ?? []).map(fieldsOf)];
}

;// CONCATENATED MODULE: ./lib/statuspage/error-body.js

function readErrorBody(text) {
    const body = parseJson(text);
    const reasons = [...new Set(reasonsIn(body, 0))].slice(0, mostReasons);
    const serverMessage = sentenceOf(reasons.length > 1 ? reasons.map(withoutPeriod).join('; ') : (reasons[0] ?? ''));
    const isFromApi = error_body_isObject(body) && typeof body.error === 'string' && body.error.trim() !== '';
    return { serverMessage, excerpt: serverMessage === undefined ? excerptOf(text) : undefined, isFromApi };
}
const longestFailure = 20_000;
function reportsFailure(text) {
    if (text.length > longestFailure)
        return false;
    const body = parseJson(text);
    if (!error_body_isObject(body))
        return false;
    if (body.success === false || body.ok === false)
        return true;
    return isText(body.error) && (body.data ?? body.id ?? undefined) === undefined;
}
const mostReasons = 10;
const deepest = 4;
const reasonFields = ['error', 'message', 'detail', 'reason', 'errors'];
const nameFields = ['field', 'path', 'param', 'name'];
function reasonsIn(value, depth) {
    if (depth > deepest)
        return [];
    if (isText(value))
        return [value.trim()];
    if (Array.isArray(value))
        return value.slice(0, mostReasons).flatMap((one) => reasonsIn(one, depth + 1));
    if (!error_body_isObject(value))
        return [];
    const named = nameFields.map((field) => value[field]).find(isText);
    const found = reasonFields.flatMap((field) => {
        const inner = value[field];
        return field === 'errors' && error_body_isObject(inner) ? reasonsByField(inner, depth + 1) : reasonsIn(inner, depth + 1);
    });
    return named === undefined ? found : found.map((reason) => `${named}: ${reason}`);
}
function reasonsByField(errors, depth) {
    return Object.entries(errors)
        .slice(0, mostReasons)
        .flatMap(([field, value]) => reasonsIn(value, depth + 1).map((reason) => `${field}: ${reason}`));
}
function withoutPeriod(reason) {
    return reason.replace(/\.$/, '');
}
function isText(value) {
    return typeof value === 'string' && value.trim() !== '';
}
function error_body_isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const longestShown = 300;
const longestSearched = 10_000;
function sentenceOf(text) {
    const line = text
        .slice(0, longestSearched)
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim();
    const characters = [...line];
    const cut = characters.length > longestShown ? `${characters.slice(0, longestShown - 1).join('')}\u2026` : line;
    return cut === '' ? undefined : cut;
}
function excerptOf(text) {
    const start = text.slice(0, longestSearched);
    if (!/<[a-z!/]/i.test(start))
        return sentenceOf(start);
    const title = /<title\b[^<>]*>([^<]*)/i.exec(start)?.[1] ?? '';
    const shown = start.replace(/<(script|style|title|head)\b[\s\S]*?<\/\1\s*>/gi, ' ').replace(/<[^<>]*>?/g, ' ');
    return sentenceOf(error_body_decode(title)) ?? sentenceOf(error_body_decode(shown));
}
const error_body_entities = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };
function error_body_decode(text) {
    return text.replace(/&(#39|amp|lt|gt|quot|nbsp);/gi, (entity, name) => error_body_entities[name.toLowerCase()] ?? entity);
}

;// CONCATENATED MODULE: ./lib/statuspage/failed-call.js
function subjectOf({ path }) {
    const [, list, segment] = path.split('?')[0]?.split('/') ?? [];
    if (segment === undefined)
        return undefined;
    const id = decodeURIComponent(segment);
    switch (list) {
        case 'monitors':
            return { what: 'monitor', id };
        case 'status-pages':
            return { what: 'page', id };
        default:
            return { what: 'record', id };
    }
}
function recordIdOf(call) {
    const subject = subjectOf(call);
    return subject?.what === 'record' ? subject.id : undefined;
}
const uncertainCodes = ['server', 'unreadable', 'too-large', 'timeout', 'reset'];
function isUncertain(code) {
    return uncertainCodes.includes(code);
}
function codeOfStatus(status) {
    switch (status) {
        case 400:
        case 422:
            return 'invalid';
        case 401:
            return 'unauthorized';
        case 403:
            return 'forbidden';
        case 404:
            return 'not-found';
        case 408:
            return 'server';
        case 429:
            return 'rate-limited';
    }
    if (status >= 200 && status < 300)
        return undefined;
    if (status >= 300 && status < 400)
        return 'redirect';
    return status >= 400 && status < 500 ? 'client' : 'server';
}
function describeAnswer({ status, serverMessage, excerpt }) {
    const words = serverMessage ?? excerpt;
    const code = status === undefined ? 'no status' : `HTTP ${status}`;
    return words === undefined ? code : `${code}, "${words}"`;
}

;// CONCATENATED MODULE: ./lib/statuspage/explain-forbidden.js



function explainForbidden(error, background) {
    const { call } = error;
    const scope = call.scope === undefined ? 'the scope for it' : `the scope ${describeScope(call.scope)}`;
    const answered = `StatusPage.me refused it (${describeAnswer(error)})`;
    switch (causeIn(error.serverMessage ?? '')) {
        case 'plan':
            return {
                happened: `${answered}, most likely because of the plan of the key's owner`,
                todo: `Check the plan at ${consoleUrl}: the API needs Pro, Growth, Business or Enterprise. If the plan is right, check that the key has ${scope}.`,
            };
        case 'block':
            return {
                happened: `${answered}, most likely because it is blocking this key or address for a while`,
                todo: `Try again later, with fewer requests. If it stays, check at ${consoleUrl} that the key has ${scope}.`,
            };
        case 'role':
            return {
                happened: `${answered}, most likely because of the role of the key's owner in the team`,
                todo: `Make its owner an editor, or use the key of an editor. If the role is right, check at ${consoleUrl} that the key has ${scope}.`,
            };
        case 'scope':
            return {
                happened: `${answered}, most likely because the API key does not have ${scope}`,
                todo: `Create a key with that scope at ${consoleUrl} and update the secret.${insteadOf(call, background)} ` +
                    'If the key already has it, its owner may only be a viewer of this page, the plan may have no API access, ' +
                    'or StatusPage.me may be blocking the key for a while.',
            };
    }
}
function isAboutScope({ serverMessage = '' }) {
    return causeIn(serverMessage) === 'scope';
}
function causeIn(words) {
    if (/\bscopes?\b/i.test(words))
        return 'scope';
    if (/\b(plans?|upgrade|subscri\w+|billing|payment|trial|tier)\b/i.test(words))
        return 'plan';
    if (/block|suspend|\bban|temporar|too many|rate limit|abuse|disabled/i.test(words))
        return 'block';
    return /\b(roles?|viewers?|editors?|team|members?)\b/i.test(words) ? 'role' : 'scope';
}
function insteadOf({ method, path }, { nameOf }) {
    if (method !== 'GET' || path !== '/status-pages')
        return '';
    return ` Or give the UUID of the page in ${nameOf('status-page')}, which needs no search.`;
}

;// CONCATENATED MODULE: ./lib/statuspage/explain-call.js







function explainCall(error, background) {
    const { call, host, status } = error;
    const { nameOf } = background;
    const network = `Check ${nameOf('api-url')}, and the network and proxy settings of the machine.`;
    const answered = describeAnswer(error);
    const waited = describeTries(error);
    switch (error.code) {
        case 'unauthorized':
            return {
                happened: `StatusPage.me refused the API key (${answered})`,
                todo: 'The key was revoked or mistyped, or its plan has no API access. ' +
                    `Create a key at ${consoleUrl} (plans Pro, Growth, Business, Enterprise) and update the secret.`,
            };
        case 'forbidden':
            return explainForbidden(error, background);
        case 'blocked':
            return {
                happened: `something in front of the API refused the request (${answered})`,
                todo: 'A firewall, a proxy or a CDN answered instead of StatusPage.me, so this says nothing about the API key. ' +
                    `Try again later. If it stays, ask those who run your network, or the support of ${host}.`,
            };
        case 'not-found':
            return explainNotFound(call, background, answered);
        case 'invalid':
            return { happened: `StatusPage.me refused the request (${answered})`, todo: adviseOnFields(call) };
        case 'client':
            return explainRefusal(error, background);
        case 'redirect':
            return {
                happened: `${host} redirects to ${error.location ?? 'nowhere'} (HTTP ${status}), and the API key is not sent to another address`,
                todo: `Set ${nameOf('api-url')} to the address of the API itself.`,
            };
        case 'rate-limited':
            return {
                happened: `there were too many requests (${answered})${waited}${describeAskedWait(error)}`,
                todo: 'Try again later, or start fewer deployments at the same moment.',
            };
        case 'server':
            return {
                happened: `${host} answered with an error (${answered})${waited}${describeAskedWait(error)}`,
                todo: patience,
            };
        case 'unreadable':
            return {
                happened: `the answer of ${host} has an unknown form (${answered})`,
                todo: `Check that ${nameOf('api-url')} is the address of the API. If it is, run "npm run contract" in the repository of statuspage-me and report what it prints.`,
            };
        case 'too-large':
            return explainTooLarge(error);
        case 'timeout':
            return { happened: `${host} did not answer in time${waited}`, todo: patience };
        case 'reset':
            return {
                happened: `${host} closed the connection before its answer was complete (${error.detail ?? 'reset'})${waited}`,
                todo: patience,
            };
        case 'refused':
            return {
                happened: `${host} could not be reached${describeProxy(error)}: ${error.detail ?? 'no connection'}${waited}`,
                todo: network,
            };
        case 'unknown-host':
            return {
                happened: `the host name ${host} is unknown${describeProxy(error)} (${error.detail ?? 'no address'})`,
                todo: network,
            };
        case 'certificate':
            return {
                happened: `${host} could not prove its identity${describeProxy(error)}: ${error.detail ?? 'its certificate is not trusted'}`,
                todo: `${adviseOnCertificate(error.detail ?? '', background)} The API key was not sent.`,
            };
        case 'proxy':
            return {
                happened: error.proxy === undefined
                    ? `nothing could be sent to ${host}: ${error.detail ?? 'there is no usable proxy'}`
                    : `the proxy ${error.proxy} did not let the request to ${host} pass: ${error.detail ?? 'refused'}`,
                todo: adviseOnProxy(error.detail ?? ''),
            };
        case 'interrupted':
            return { happened: 'the run was interrupted', todo: 'Run it again to do the rest.' };
        case 'out-of-time':
            return { happened: 'earlier requests used up the time for it', todo: patience };
    }
}
const patience = 'You need not change anything. Try again later.';
function explainRefusal(error, { nameOf }) {
    const answered = describeAnswer(error);
    switch (error.status) {
        case 402:
            return {
                happened: `StatusPage.me asks for a payment (${answered})`,
                todo: `Check the plan and the payments of the account at ${consoleUrl}.`,
            };
        case 409:
            return {
                happened: `the request is in conflict with what is on the page (${answered})`,
                todo: 'Look at the page: another job or a person may have changed it at the same moment. Then try again.',
            };
        case 413:
            return {
                happened: `the request is too large for StatusPage.me (${answered})`,
                todo: `Shorten ${nameOf('title')} and ${nameOf('message')}.`,
            };
        default:
            return {
                happened: `StatusPage.me refused ${error.call.method} ${pathOf(error.call)} (${answered})`,
                todo: `Check ${nameOf('api-url')} and the inputs.`,
            };
    }
}
function adviseOnFields({ body }) {
    const fields = list(Object.keys(body ?? {}));
    return fields === '' ? 'Check the inputs.' : `The request had the fields ${fields}. Check the inputs behind them.`;
}
function explainTooLarge({ call, host, detail }) {
    if (detail === 'headers') {
        return {
            happened: `the answer of ${host} has more than 16 KiB of headers`,
            todo: 'Check what is between you and the API: a proxy or a CDN may add headers or cookies.',
        };
    }
    if (!call.path.includes('?status_page_id=')) {
        return { happened: `the answer of ${host} is too large to be read`, todo: patience };
    }
    return {
        happened: `the list of the page's ${call.path.startsWith('/incidents') ? 'incidents' : 'windows'} is too long to be read`,
        todo: 'Delete old ones. The API has no other way to find a record than the whole list.',
    };
}
function adviseOnCertificate(seen, { nameOf }) {
    if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(seen)) {
        return 'Check the clock of this machine. If it is right, the server needs a new certificate.';
    }
    if (seen.startsWith('ERR_TLS_CERT_ALTNAME_INVALID')) {
        return `Check ${nameOf('api-url')}: the certificate is for another host.`;
    }
    if (/^(ERR_SSL|EPROTO)/.test(seen)) {
        return `Check the host and the port in ${nameOf('api-url')}, and what is between you and the API.`;
    }
    return 'If a proxy of your company is between you and the API, set NODE_EXTRA_CA_CERTS to its certificate.';
}
function adviseOnProxy(seen) {
    if (seen === '407') {
        return 'It asks for a user and a password. Set them in HTTPS_PROXY (http://user:password@host:port), from a secret.';
    }
    const bypass = 'or name the host in NO_PROXY if it can be reached without it';
    return seen.startsWith('5')
        ? `It could not reach the host itself. Try again later, ${bypass}.`
        : `Correct HTTPS_PROXY in the environment of this process, ${bypass}.`;
}
function describeTries({ attempts = 0, waitedMs = 0 }) {
    const took = describeDuration(waitedMs);
    if (attempts > 1)
        return `, after ${attempts} attempts in ${took}`;
    return waitedMs < secondMs ? '' : `, after ${took}`;
}
function describeAskedWait({ retryAfterMs }) {
    return retryAfterMs === undefined ? '' : `, and the server asks to wait ${describeDuration(retryAfterMs)}`;
}
function describeProxy({ proxy }) {
    return proxy === undefined ? '' : ` through the proxy ${proxy}`;
}
function pathOf({ path }) {
    return `/${path.split(/[/?]/)[1] ?? ''}`;
}
function explainNotFound(call, { nameOf, page: known, visible }, answered) {
    const subject = subjectOf(call);
    if (subject?.what === 'record') {
        const other = call.path.startsWith('/maintenances') ? 'incident' : 'maintenance';
        return {
            happened: `there is no record with the id ${subject.id}, or it is not yours (${answered})`,
            todo: `Check ${nameOf('id')} and ${nameOf('kind')}. Did you mean the kind ${other}?`,
        };
    }
    if (subject?.what === 'monitor') {
        return {
            happened: `there is no monitor with the id ${subject.id}, or this key cannot see it (${answered})`,
            todo: `Check ${nameOf('monitors')}: the monitor may have been removed.`,
        };
    }
    const page = known ?? subject;
    if (page === undefined) {
        return {
            happened: `there is nothing at ${call.method} ${pathOf(call)} (${answered})`,
            todo: `Check ${nameOf('api-url')}: it must be the root of the API.`,
        };
    }
    const wanted = describePage(page);
    const seen = visible === undefined
        ? `To list the pages that it can see, the key needs the scope ${describeScope('status-pages:read')}`
        : describeVisible(visible, wanted);
    return {
        happened: `the status page ${wanted} does not exist, or this key cannot see it (${answered})`,
        todo: `Check ${nameOf('status-page')}. ${seen}.`,
    };
}

;// CONCATENATED MODULE: ./lib/statuspage/errors.js



function isUnknownPage(error) {
    if (!(error instanceof StatusPageError) || error.code !== 'not-found')
        return false;
    return [undefined, 'page'].includes(subjectOf(error.call)?.what);
}
const fixableCodes = ['invalid', 'unauthorized', 'forbidden', 'not-found', 'client', 'redirect'];
class StatusPageError extends ExplainedError {
    name = 'StatusPageError';
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
        const { code, status, serverMessage, detail, call } = this;
        return JSON.stringify([code, status, serverMessage, detail, call.scope]);
    }
    get fate() {
        if (this.#mayHaveArrived)
            return 'unknown';
        return this.status === undefined ? 'unsent' : 'refused';
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
function errors_describe({ call, code, status, detail }) {
    const reason = status ?? detail;
    return `${call.method} ${call.path}: ${code}${reason === undefined ? '' : ` (${reason})`}`;
}
function exitOfCode(code) {
    switch (code) {
        case 'unauthorized':
            return 'key-refused';
        case 'forbidden':
            return 'scope-missing';
        case 'not-found':
        case 'rate-limited':
        case 'interrupted':
            return code;
        case 'invalid':
        case 'client':
        case 'redirect':
            return 'failed';
        case 'blocked':
        case 'server':
        case 'unreadable':
        case 'too-large':
        case 'timeout':
        case 'reset':
        case 'refused':
        case 'unknown-host':
        case 'certificate':
        case 'proxy':
        case 'out-of-time':
            return 'unreachable';
    }
}

;// CONCATENATED MODULE: ./lib/statuspage/retry.js

const firstWaitMs = 0.5 * secondMs;
const longestWaitMs = 4 * secondMs;
const leastAttemptMs = secondMs;
const mostAttempts = 6;
const mostUnsentAttempts = 4;
function planRetry(failed, leftMs, random) {
    if (!mayRepeat(failed))
        return undefined;
    const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failed.attempts - 1));
    const waitMs = failed.retryAfterMs === undefined ? backoffMs * (0.5 + random / 2) : failed.retryAfterMs + firstWaitMs * random;
    return waitMs + leastAttemptMs <= leftMs ? Math.ceil(waitMs) : undefined;
}
function mayRepeat({ method, code, mayHaveArrived, lasting, attempts }) {
    if (lasting || (method === 'POST' && mayHaveArrived))
        return false;
    switch (code) {
        case 'rate-limited':
        case 'server':
        case 'timeout':
        case 'reset':
            return attempts < mostAttempts;
        case 'refused':
        case 'unknown-host':
        case 'certificate':
        case 'proxy':
            return attempts < mostUnsentAttempts;
        case 'invalid':
        case 'unauthorized':
        case 'forbidden':
        case 'blocked':
        case 'not-found':
        case 'client':
        case 'redirect':
        case 'unreadable':
        case 'too-large':
        case 'interrupted':
        case 'out-of-time':
            return false;
    }
}
function parseRetryAfter(value, now) {
    const text = value?.trim() ?? '';
    if (/^\d+(\.\d+)?$/.test(text))
        return Number(text) * secondMs;
    const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
    return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

// EXTERNAL MODULE: ./lib/statuspage/wire.js
var wire = __nccwpck_require__(2556);
;// CONCATENATED MODULE: ./lib/statuspage/call.js







async function makeCall(call, read, caller) {
    const { clock, deadline, interruption, isProbe = false } = caller;
    const name = `${call.method} ${call.path}`;
    const startedAt = clock.now();
    let attempts = 0;
    let mayHaveArrived = false;
    let last;
    const failure = (failed) => {
        const waitedMs = msBetween(startedAt, clock.now());
        return new StatusPageError({ ...failed, call, host: caller.apiUrl.host, waitedMs, attempts, mayHaveArrived });
    };
    for (;;) {
        if (interruption?.aborted)
            throw failure({ code: 'interrupted' });
        if (clock.now() >= deadline)
            throw failure(last ?? { code: 'out-of-time' });
        const turn = await caller.takeTurn(caller, async () => {
            attempts += 1;
            const begunAt = clock.now();
            const outcome = await attempt(caller, call);
            return { outcome, tookMs: msBetween(begunAt, clock.now()) };
        });
        if (turn === undefined)
            continue;
        const { outcome, tookMs } = turn;
        if ('text' in outcome) {
            caller.trace(`${name}: ${outcome.status} in ${tookMs} ms (attempt ${attempts})`);
            const value = read(outcome.text);
            if (value !== undefined)
                return value;
            mayHaveArrived = true;
            throw failure({ ...outcome.describe(), code: 'unreadable' });
        }
        last = outcome.failed;
        const reason = last.status ?? last.detail ?? 'no more is known';
        caller.trace(`${name}: ${last.code} (${reason}) in ${tookMs} ms (attempt ${attempts})`);
        if (call.method === 'DELETE' && last.code === 'not-found' && mayHaveArrived) {
            const value = read('');
            if (value !== undefined)
                return value;
        }
        mayHaveArrived ||= last.mayHaveArrived;
        const leftMs = msBetween(clock.now(), deadline);
        const waitMs = planRetry({ ...last, method: call.method, attempts, lasting: last.lasting || (isProbe && last.code === 'server') }, leftMs, caller.random());
        if (waitMs === undefined)
            throw failure(last);
        caller.trace(`${name}: again in ${waitMs} ms`);
        await clock.sleep(waitMs, interruption);
    }
}
const graceMs = 5 * secondMs;
async function attempt(caller, call) {
    const { clock, deadline, requestTimeoutMs } = caller;
    const interruption = listenForInterruption(caller, call);
    try {
        const reply = await caller.send({
            method: call.method,
            url: addressOf(caller.apiUrl, call.path),
            headers: headersOf(caller, call),
            body: call.body === undefined ? undefined : JSON.stringify(call.body),
            timeoutMs: Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)),
            signal: interruption.signal,
        });
        return judge(caller, call, reply);
    }
    catch (failure) {
        if (!(failure instanceof wire/* WireError */.c))
            throw failure;
        const { code, sent, detail, proxy, lasting } = failure;
        return { failed: { code, detail, proxy, lasting, mayHaveArrived: sent, retryAfterMs: undefined } };
    }
    finally {
        interruption.forget();
    }
}
function addressOf(apiUrl, path) {
    const address = new URL(apiUrl);
    const [pathname = '', query = ''] = path.split('?');
    address.pathname = `${apiUrl.pathname.replace(/\/+$/, '')}${pathname}`;
    address.search = query;
    return address;
}
function headersOf({ apiKey, userAgent }, call) {
    const headers = {
        accept: 'application/json',
        'accept-encoding': 'identity',
        authorization: `Bearer ${apiKey}`,
        'user-agent': userAgent,
    };
    return call.body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
}
function judge({ clock, serverClock, apiKey }, { method }, reply) {
    const { status, headers, text } = reply;
    const serverDate = serverClock.note(headers.age === undefined ? headers.date : undefined);
    const clean = createMask(apiKey);
    const cleaned = (outside) => (outside === undefined ? undefined : clean(outside));
    const statusCode = codeOfStatus(status);
    if (statusCode === undefined && !reportsFailure(text)) {
        return { text, status, describe: () => ({ status, serverDate, excerpt: cleaned(excerptOf(text)) }) };
    }
    const { isFromApi, serverMessage, excerpt } = readErrorBody(text);
    const code = statusCode === 'forbidden' && !isFromApi ? 'blocked' : (statusCode ?? 'invalid');
    return {
        failed: {
            status,
            serverDate,
            serverMessage: cleaned(serverMessage),
            excerpt: cleaned(excerpt),
            code,
            location: headers.location === undefined ? undefined : sentenceOf(clean(headers.location)),
            mayHaveArrived: isUncertain(code) || (method === 'POST' && doubtfulStatuses.includes(status)),
            lasting: false,
            retryAfterMs: parseRetryAfter(headers['retry-after'], serverDate ?? clock.now()),
        },
    };
}
const doubtfulStatuses = [303, 409];
function listenForInterruption({ interruption, clock }, call) {
    if (interruption === undefined || call.method !== 'POST')
        return { signal: interruption, forget: () => { } };
    const end = new AbortController();
    const over = new AbortController();
    const wait = () => void clock.sleep(graceMs, over.signal).then(() => end.abort());
    interruption.addEventListener('abort', wait, { once: true });
    return {
        signal: end.signal,
        forget: () => {
            over.abort();
            interruption.removeEventListener('abort', wait);
        },
    };
}

;// CONCATENATED MODULE: ./lib/statuspage/replies.js




function parseListing(body, parse, limit = Number.POSITIVE_INFINITY) {
    const listing = parseEntries(body, parse);
    if (listing === undefined)
        return undefined;
    const showsSome = listing.records.some(({ message }) => message !== undefined);
    const records = showsSome ? listing.records : listing.records.map((record) => ({ ...record, showsMessage: false }));
    return { records, complete: listing.complete && records.length < limit };
}
function onPage(pageId, listing) {
    if (listing === undefined)
        return undefined;
    const wanted = pageId.toLowerCase();
    const isElsewhere = ({ pageId: shown = pageId }) => isPageId(shown) === isPageId(pageId) && shown.toLowerCase() !== wanted;
    return { ...listing, records: listing.records.filter((record) => !isElsewhere(record)) };
}
function parsePages(body) {
    return parseEntries(body, parsePage)?.records;
}
const parsePage = (entry) => {
    const fields = fieldsOf(entry);
    const id = fields?.first('id', readId);
    if (fields === undefined || id === undefined)
        return undefined;
    const slug = fields.first('slug', readShortText);
    const hosted = /^[a-z0-9-]+$/i.test(slug ?? '') ? `https://${slug}.statuspage.me` : undefined;
    return { id, slug, name: fields.first('name', readShortText), url: fields.first('url', readAddress) ?? hosted };
};
const parseWindow = (entry) => {
    const fields = fieldsOf(entry);
    const seen = fields && readSeen(fields, entry);
    if (seen === undefined)
        return undefined;
    return {
        ...seen,
        kind: 'maintenance',
        startAt: fields?.first('startAt', readTime),
        endAt: fields?.first('endAt', readTime),
    };
};
const parseIncident = (entry) => {
    const fields = fieldsOf(entry);
    const seen = fields && readSeen(fields, entry);
    if (fields === undefined || seen === undefined)
        return undefined;
    const isOver = fields.first('resolvedAt', readTime) !== undefined;
    return {
        ...seen,
        kind: 'incident',
        componentId: fields.first('componentId', readReference),
        state: isOver ? incidentStates.resolved : readState(fields),
        startAt: fields.first('startAt', readTime),
        timeline: fields.first('timeline', readList)?.map(readEntry),
    };
};
function readEntry(entry) {
    const fields = fieldsOf(entry);
    if (fields === undefined)
        return { message: undefined, state: undefined };
    return {
        message: fields.first('message', readText),
        state: readState(fields),
        createdAt: fields.first('createdAt', readTime),
    };
}
function readSeen(fields, entry) {
    const id = fields.first('id', readId);
    if (id === undefined)
        return undefined;
    return {
        id,
        pageId: fields.first('pageId', readReference),
        title: fields.first('title', readShortText),
        message: fields.first('message', readText),
        createdAt: fields.first('createdAt', readTime),
        text: allText(entry),
        showsMessage: fields.all('message').some((message) => typeof message === 'string' || message === null),
    };
}
function readState(fields) {
    const words = fields.all('state').flatMap(wordsOf);
    const states = words.map((word) => parseIncidentState(word) ?? word);
    const known = Object.values(incidentStates);
    return states.find((state) => known.includes(state)) ?? states[0];
}
function wordsOf(state) {
    if (!isObject(state))
        return [readId(state)].filter((word) => word !== undefined);
    const fields = fieldsOf(state);
    return [fields?.first('id', readId), fields?.first('name', readShortText)].filter((word) => word !== undefined);
}
function allText(entry) {
    const texts = [];
    const open = [entry];
    while (open.length > 0) {
        const value = open.pop();
        if (typeof value === 'string')
            texts.push(value);
        else if (typeof value === 'object' && value !== null) {
            for (const inner of Object.values(value).reverse())
                open.push(inner);
        }
    }
    return texts.join('\n');
}

;// CONCATENATED MODULE: ./lib/statuspage/monitor-replies.js



const parseMonitor = (entry) => {
    const fields = fieldsOf(entry);
    const id = fields?.first('id', readId);
    if (fields === undefined || id === undefined)
        return undefined;
    return {
        id,
        name: fields.first('name', readShortText),
        type: fields.first('type', readShortText),
        target: fields.first('target', readShortText),
        enabled: fields.first('enabled', readFlag),
        pageId: fields.first('pageId', readReference),
        pageSlug: fields.first('pageSlug', readShortText),
        intervalSeconds: fields.first('intervalSeconds', readMeasure),
        createdAt: fields.first('createdAt', readTime),
        updatedAt: fields.first('updatedAt', readTime),
    };
};
const parsePageWithMonitors = (entry) => {
    const page = parsePage(entry);
    if (page === undefined)
        return undefined;
    const shown = readListing(fieldsOf(entry)?.all('monitors')[0], parseMonitor);
    const monitors = shown?.records.map((monitor) => ({ ...monitor, pageId: monitor.pageId ?? page.id }));
    return { ...page, monitors: monitors ?? [], showsAllMonitors: shown?.complete ?? false };
};
const parseAvailability = (entry) => {
    const top = fieldsOf(entry);
    if (top === undefined)
        return undefined;
    const below = top.first('availability', fieldsOf);
    return {
        uptimePercent: top.first('uptimePercent', readPercent) ?? below?.first('uptimePercent', readPercent),
        downtimeSeconds: top.first('downtimeSeconds', readMeasure) ?? below?.first('downtimeSeconds', readMeasure),
        mttrSeconds: top.first('mttrSeconds', readMeasure) ?? below?.first('mttrSeconds', readMeasure),
        mtbfSeconds: top.first('mtbfSeconds', readMeasure) ?? below?.first('mtbfSeconds', readMeasure),
    };
};

;// CONCATENATED MODULE: ./lib/statuspage/probe.js

const nobody = '00000000-0000-0000-0000-000000000000';
const probes = {
    'monitors:read': probe_read('monitors:read', '/monitors/0'),
    'analytics:read': probe_read('analytics:read', '/monitors/0/availability'),
    'status-pages:read': probe_read('status-pages:read', `/status-pages/${nobody}`),
    'incidents:read': probe_read('incidents:read', `/incidents/${nobody}`),
    'incidents:write': changeNothing('incidents:write', `/incidents/${nobody}`),
    'maintenances:read': probe_read('maintenances:read', `/maintenances/${nobody}`),
    'maintenances:write': changeNothing('maintenances:write', `/maintenances/${nobody}`),
};
function probe_read(scope, path) {
    return { method: 'GET', path, scope, body: undefined };
}
function changeNothing(scope, path) {
    return { method: 'PATCH', path, scope, body: {} };
}
const pastTheCheck = [400, 404, 422];
async function proveScope(scope, send) {
    try {
        return await send(probes[scope]);
    }
    catch (error) {
        if (error instanceof StatusPageError && pastTheCheck.includes(error.status ?? 0))
            return 'granted';
        throw error;
    }
}
async function probeScope(scope, send) {
    try {
        return { grant: await proveScope(scope, send) };
    }
    catch (error) {
        if (!(error instanceof StatusPageError) || error.code === 'unauthorized')
            throw error;
        return { grant: error.code === 'forbidden' ? 'missing' : 'unknown', cause: error };
    }
}

;// CONCATENATED MODULE: ./lib/statuspage/server-clock.js

function createServerClock(clock, earlierMs) {
    let offsetMs = earlierMs;
    return {
        note: (header) => {
            const date = new Date(header ?? Number.NaN);
            if (Number.isNaN(date.getTime()))
                return undefined;
            offsetMs = compare(date, clock.now());
            return date;
        },
        offsetMs: () => offsetMs,
        now: () => later(clock.now(), offsetMs ?? 0),
    };
}
function compare(date, now) {
    const earliestMs = date.getTime() - now.getTime();
    const latestMs = earliestMs + secondMs - 1;
    if (earliestMs > 0)
        return earliestMs;
    return Math.min(0, latestMs);
}

;// CONCATENATED MODULE: ./lib/statuspage/turns.js

const requestsAtOnce = 8;
function createTurns() {
    let free = requestsAtOnce;
    const waiting = [];
    return async ({ clock, deadline, interruption }, work) => {
        if (free > 0)
            free -= 1;
        else {
            const called = new AbortController();
            waiting.push(called);
            const signals = interruption === undefined ? [called.signal] : [called.signal, interruption];
            await clock.sleep(msBetween(clock.now(), deadline), AbortSignal.any(signals));
            if (!called.signal.aborted) {
                waiting.splice(waiting.indexOf(called), 1);
                return undefined;
            }
        }
        try {
            return interruption?.aborted || clock.now() >= deadline ? undefined : await work();
        }
        finally {
            const next = waiting.shift();
            if (next === undefined)
                free += 1;
            else
                next.abort();
        }
    };
}

;// CONCATENATED MODULE: ./lib/statuspage/client.js









const longestIncidentList = 200;
function connectStatusPage(options) {
    return connect(options, {
        serverClock: createServerClock(options.clock, options.clockOffsetMs),
        takeTurn: createTurns(),
    });
}
function readChangedWindow(text) {
    return { shown: parseOne(text, parseWindow) };
}
function connect(options, shared) {
    const { serverClock } = shared;
    const leftMs = () => Math.max(0, msBetween(options.clock.now(), options.deadline));
    const caller = { ...options, ...shared, interruption: options.interruption };
    const get = (path, scope, read) => makeCall({ method: 'GET', path, scope, body: undefined }, read, caller);
    const write = async (call, read, pretended) => {
        if (options.dryRun === undefined)
            return makeCall(call, read, caller);
        options.dryRun(call);
        return pretended;
    };
    const change = async (method, path, scope, body) => {
        await write({ method, path, scope, body }, () => true, true);
    };
    const sendProbe = (probe) => {
        const granted = () => 'granted';
        if (probe.method === 'GET' || options.dryRun === undefined)
            return makeCall(probe, granted, { ...caller, isProbe: true });
        return write(probe, granted, 'unknown');
    };
    return {
        apiUrl: options.apiUrl,
        isDryRun: options.dryRun !== undefined,
        until: (deadline) => connect({ ...options, deadline }, shared),
        within: (ms) => {
            const end = later(options.clock.now(), ms);
            return connect({ ...options, deadline: end < options.deadline ? end : options.deadline }, shared);
        },
        serverNow: serverClock.now,
        wait: (ms) => options.clock.sleep(Math.min(ms, leftMs()), options.interruption),
        leftMs,
        clockOffsetMs: serverClock.offsetMs,
        fetchPages: () => get('/status-pages', 'status-pages:read', parsePages),
        fetchPage: async (id) => get(pagePath(id), 'status-pages:read', (text) => parseOne(text, parsePageWithMonitors)),
        fetchMonitors: () => get('/monitors', 'monitors:read', (text) => parseEntries(text, parseMonitor)),
        fetchMonitor: async (id) => get(monitorPath(id), 'monitors:read', (text) => parseOne(text, parseMonitor)),
        fetchAvailability: async (monitorId, period) => {
            const path = `${monitorPath(monitorId)}/availability?period=${period}`;
            return get(path, 'analytics:read', (text) => parseOne(text, parseAvailability));
        },
        createWindow: (fields) => {
            const body = writeNewWindow(fields);
            const call = { method: 'POST', path: '/maintenances', scope: 'maintenances:write', body };
            return write(call, (text) => parseOne(text, parseWindow), pretendWindow(fields));
        },
        changeWindow: async (id, fields) => {
            const body = writeWindowChange(fields);
            const call = { method: 'PATCH', path: windowPath(id), scope: 'maintenances:write', body };
            const { shown } = await write(call, readChangedWindow, {});
            return shown?.id === id ? shown : undefined;
        },
        fetchWindow: async (id) => get(windowPath(id), 'maintenances:read', (text) => parseOne(text, parseWindow)),
        fetchWindows: (pageId) => {
            const path = `/maintenances?status_page_id=${encodeURIComponent(pageId)}`;
            return get(path, 'maintenances:read', (text) => onPage(pageId, parseListing(text, parseWindow)));
        },
        deleteWindow: async (id) => change('DELETE', windowPath(id), 'maintenances:write'),
        createIncident: (fields) => {
            const body = writeNewIncident(fields);
            const call = { method: 'POST', path: '/incidents', scope: 'incidents:write', body };
            return write(call, (text) => parseOne(text, parseIncident), pretendIncident(fields));
        },
        changeIncident: async (id, fields) => change('PATCH', incidentPath(id), 'incidents:write', writeIncidentChange(fields)),
        fetchIncident: async (id) => get(incidentPath(id), 'incidents:read', (text) => parseOne(text, parseIncident)),
        fetchIncidents: (pageId) => {
            const path = `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${longestIncidentList}`;
            return get(path, 'incidents:read', (text) => onPage(pageId, parseListing(text, parseIncident, longestIncidentList)));
        },
        addEntry: async (id, fields) => change('POST', `${incidentPath(id)}/updates`, 'incidents:write', writeNewEntry(fields)),
        deleteIncident: async (id) => change('DELETE', incidentPath(id), 'incidents:write'),
        proveIncidentsWrite: async () => {
            await proveScope('incidents:write', sendProbe);
        },
        probeScope: (scope) => probeScope(scope, sendProbe),
    };
}

;// CONCATENATED MODULE: ./lib/operations/dependencies.js






const userAgents = {
    runner: 'statuspage-me-action',
    terminal: 'statuspage-me-cli',
};
function dependencies_connect(dependencies, settings, apiKey, budgetMs, clockOffsetMs) {
    const { host, frame, send, clock, random } = dependencies;
    return connectStatusPage({
        apiKey,
        apiUrl: settings['api-url'],
        requestTimeoutMs: settings['request-timeout'],
        clockOffsetMs,
        send,
        clock,
        random,
        userAgent: userAgents[host.kind],
        deadline: later(frame.startedAt, budgetMs),
        interruption: frame.interruption,
        trace: host.log.debug,
        dryRun: settings['dry-run']
            ? (call) => host.log.info(`Dry run, not sent: ${forLog(describeCall(call))}`)
            : undefined,
    });
}
function dependencies_withoutInterruption(dependencies) {
    const { frame, clock } = dependencies;
    return { ...dependencies, frame: { ...frame, startedAt: clock.now(), interruption: new AbortController().signal } };
}
function handoffOf({ host, handoff }) {
    return handoff ?? { memory: stateMemory(host), ender: 'The post step' };
}
function stateMemory(host) {
    let saved = new Map();
    return {
        remember: (deployment) => {
            const chunks = writeStateChunks(deployment, saved);
            for (const [name, text] of chunks)
                if (saved.get(name) !== text)
                    host.saveState(name, text);
            saved = chunks;
        },
        recall: () => readStateChunks(host.savedState),
    };
}
const noMemory = { remember: () => { }, recall: () => undefined };
function dependencies_wordsOf(values) {
    return {
        resolve: values['resolve-message'],
        cancel: values['cancel-message'],
        failureTitle: values['failure-title'],
        failure: values['failure-message'],
        notifyOnFailure: values['notify-on-failure'],
    };
}
const askingBudgetMs = 3 * secondMs;
const noneRunning = () => Promise.resolve(new Set());
function findRunningBy({ host, frame, clock }, token) {
    return async (runIds) => {
        if (runIds.length === 0 || token === undefined || !frame.run.url?.includes('/actions/runs/'))
            return new Set();
        const deadline = later(clock.now(), askingBudgetMs);
        const runs = host.workflowRuns({ token, deadline, clock, interruption: frame.interruption });
        const isRunning = (runId) => runs.fetchState(runId).then((state) => state === 'in-progress', () => false);
        const running = await Promise.all(runIds.map(isRunning));
        return new Set(runIds.filter((_, index) => running[index]));
    };
}
function maskSecrets(log, given) {
    for (const name of inputs_inputNames) {
        const text = given[name];
        if ('secret' in inputs_inputs[name] && text !== undefined && text !== '')
            log.mask(text);
    }
}
function describeCall({ method, path, body }) {
    return `${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
}
const systemClock = {
    now: () => new Date(),
    sleep: (ms, signal) => (0,promises_namespaceObject.setTimeout)(ms, undefined, { signal }).catch(() => { }),
};
async function withNetwork(surroundings, program) {
    let connection;
    const open = async () => (await Promise.all(/* import() */[__nccwpck_require__.e(648), __nccwpck_require__.e(293)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3293))).createConnection(process.env);
    const send = async (request) => {
        connection ??= open();
        return (await connection).send(request);
    };
    try {
        return await program({ ...surroundings, send, clock: systemClock, random: Math.random });
    }
    finally {
        await (await connection)?.close();
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: ./lib/domain/repository.js
const scpLike = /^(?:[^@/\s]{1,200}@)?([\w.-]{2,253}):(?!\/\/)\/*(?=[^/])/;
const notHosts = new Set(['arn', 'file', 'http', 'https', 'ssh', 'git', 'codecommit']);
const protocols = /^(?:git\+)?(?:https?|ssh|git):$/;
const sameHost = {
    'ssh.github.com': 'github.com',
    'altssh.gitlab.com': 'gitlab.com',
    'altssh.bitbucket.org': 'bitbucket.org',
    'ssh.dev.azure.com': 'dev.azure.com',
    'vs-ssh.visualstudio.com': 'dev.azure.com',
};
const repository_longestAddress = 2_000;
function parseRepository(address) {
    const text = address.trim();
    if (text.length > repository_longestAddress)
        return undefined;
    const url = URL.parse(asUrl(text));
    if (url === null || url.hostname === '' || !protocols.test(url.protocol))
        return undefined;
    const host = url.hostname.toLowerCase().replace(/\.$/, '');
    const path = repository_decode(url.pathname)
        .toLowerCase()
        .split('/')
        .filter((part) => part !== '')
        .join('/')
        .replace(/\.git$/, '');
    const isWeb = url.protocol.includes('http');
    const known = ofAzure(host, path) ?? { host: sameHost[host] ?? host.replace(/^www\./, ''), path };
    if (known.path === '')
        return undefined;
    const port = isWeb && url.port !== '' ? `:${url.port}` : '';
    return { server: `https://${known.host}${port}`, repository: known.path };
}
function asUrl(text) {
    const [, region, name] = /^codecommit::([a-z0-9-]+):\/\/(?:[^@/]*@)?(.+)$/.exec(text) ?? [];
    if (region !== undefined)
        return `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`;
    const [start, host = ''] = scpLike.exec(text) ?? [];
    if (start === undefined || notHosts.has(host.toLowerCase()))
        return text;
    return `ssh://${host}/${text.slice(start.length)}`;
}
function ofAzure(host, path) {
    const [, organisation] = /^([^.]+)\.visualstudio\.com$/.exec(host) ?? [];
    const isSsh = host === 'vs-ssh.visualstudio.com' || host === 'ssh.dev.azure.com';
    if (!isSsh && host !== 'dev.azure.com' && organisation === undefined)
        return undefined;
    const parts = path.split('/').filter((part) => part !== 'defaultcollection' && part !== '_git');
    if (isSsh)
        parts.shift();
    else if (organisation !== undefined)
        parts.unshift(organisation);
    const [owner, project, name] = parts;
    return { host: 'dev.azure.com', path: [owner, project, name ?? project].filter((part) => part).join('/') };
}
function repository_decode(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return path;
    }
}
function spellRepository({ server, repository }) {
    const parsed = parseRepository(`${server}/${repository}`);
    if (parsed !== undefined)
        return `${parsed.server}/${parsed.repository}`;
    return [server, repository]
        .map((part) => part.toLowerCase().replace(/(?<!\/)\/+$/, ''))
        .filter((part) => part !== '')
        .join('/');
}

;// CONCATENATED MODULE: ./lib/domain/deployment-key.js


function placeOf(run) {
    if (run.outsideCi)
        return undefined;
    const { workflow, branch = '', job, step } = run;
    return { workflow, branch, job, leg: spellLeg(run.leg), step, choices: spellChoices(run.choices) };
}
function hashKey(run, key) {
    const repository = spellRepository(run);
    if (key !== undefined)
        return deployment_key_hash(['key', repository, key], keyLength);
    const place = placeOf(run);
    if (place === undefined)
        return undefined;
    const { workflow, branch, job, leg, step, choices } = place;
    return deployment_key_hash(['place', repository, workflow, branch, job, leg, step, choices], keyLength);
}
function hashOwner(run, kind, title) {
    const { workflow, job, leg, step, command = '' } = run;
    return deployment_key_hash([workflow, job, spellLeg(leg), step, command, kind, title], ownerLength);
}
const keyLength = 8;
const ownerLength = 6;
function deployment_key_hash(names, length) {
    const digest = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(names)).digest('hex');
    return (BigInt(`0x${digest}`) % 36n ** BigInt(length)).toString(36).padStart(length, '0');
}
function spellLeg(json) {
    if (json.trim() === '' || json.trim() === 'null')
        return '';
    try {
        return JSON.stringify(sortKeys(JSON.parse(json)));
    }
    catch {
        return json;
    }
}
function spellChoices({ inputs = {}, environment = '' } = {}) {
    const chosen = Object.entries(inputs).filter(([, value]) => value !== '' && value !== null && value !== undefined);
    const { length } = chosen;
    return length === 0 && environment === '' ? '' : JSON.stringify([sortKeys(Object.fromEntries(chosen)), environment]);
}
function sortKeys(value) {
    if (Array.isArray(value))
        return value.map(sortKeys);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, sortKeys(inner)]));
}

;// CONCATENATED MODULE: ./lib/domain/message-lines.js
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const tag = /<(\/?)([a-z][a-z0-9]{0,15})(?=[\s/>])[^<>]{0,2000}>/gi;
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;
const blocks = new Set(('address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul').split(' '));
const named = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    colon: ':',
    hyphen: '-',
    dash: '-',
    newline: '\n',
    tab: '\t',
};
function linesOf(message) {
    let text = '';
    let from = 0;
    let depth = 0;
    const add = (part) => {
        const decoded = decodeEntities(part);
        text += depth > 0 ? decoded.replace(lineEnd, quoted) : decoded;
    };
    for (const { 0: whole, 1: slash, 2: name = '', index } of message.matchAll(tag)) {
        add(message.slice(from, index));
        from = index + whole.length;
        if (name.toLowerCase() === 'blockquote')
            depth = Math.max(0, depth + (slash === '' ? 1 : -1));
        if (blocks.has(name.toLowerCase()))
            text += depth > 0 ? quoted : '\n';
    }
    add(message.slice(from));
    return text
        .split(lineEnd)
        .map((line) => line.trim())
        .filter((line) => line !== '' && line !== quoted.trim());
}
const quoted = '\n> ';
function decodeEntities(text) {
    return text.replace(entity, (whole, decimal, hex, name) => {
        if (name !== undefined)
            return named[name.toLowerCase()] ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}

;// CONCATENATED MODULE: ./lib/domain/deployment-reference.js


const deployment_reference_secondMs = 1_000;
const epochMs = Date.UTC(2020, 0, 1);
const attemptLength = 2;
const openedLength = 6;
const randomLength = 2;
const mostRunDigits = 8;
const hashedRunLength = mostRunDigits + 1;
const highest = (length) => 36 ** length - 1;
const digits = (value, length) => Math.min(Math.max(0, Math.floor(value)), highest(length))
    .toString(36)
    .padStart(length, '0');
function encodeRun(id) {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id).toString(36) : '';
    return number !== '' && number.length <= mostRunDigits ? number : deployment_key_hash(['run', id], hashedRunLength);
}
function runIdOf({ run }) {
    return run.length <= mostRunDigits ? Number.parseInt(run, 36).toString() : undefined;
}
function isOwn(reference) {
    return 'owner' in reference;
}
function formatReference(reference) {
    const { of, key, run } = reference;
    const start = `${of === 'deployment' ? 'd' : 'f'}${key}-${run}`;
    if (!isOwn(reference))
        return start;
    const { attempt, owner, openedAt, random } = reference;
    const opened = digits((openedAt.getTime() - epochMs) / deployment_reference_secondMs, openedLength);
    return `${start}-${digits(attempt ?? 0, attemptLength)}${owner}${opened}${random}`;
}
const pattern = new RegExp(`^([df])([0-9a-z]{${keyLength}})-(0|[1-9a-z][0-9a-z]{0,${mostRunDigits - 1}}|[0-9a-z]{${hashedRunLength}})` +
    `(?:-([0-9a-z]{${attemptLength}})([0-9a-z]{${ownerLength}})([0-9a-z]{${openedLength}})([0-9a-z]{${randomLength}}))?$`);
const longestReference = 36;
function parseReference(text) {
    if (text.length > longestReference)
        return undefined;
    const [, letter, key, run, attempt, owner, opened, random] = pattern.exec(text) ?? [];
    if (letter === undefined || key === undefined || run === undefined)
        return undefined;
    const shared = { of: letter === 'd' ? 'deployment' : 'failure', key, run };
    if (attempt === undefined || owner === undefined || opened === undefined || random === undefined)
        return shared;
    const openedAt = new Date(epochMs + Number.parseInt(opened, 36) * deployment_reference_secondMs);
    return { ...shared, attempt: Number.parseInt(attempt, 36) || undefined, owner, openedAt, random };
}
function failureOf(reference) {
    return { ...reference, of: 'failure' };
}
function compareReferences(found, ours) {
    if (formatReference(found) === formatReference(ours))
        return 'whole';
    if (found.key !== ours.key)
        return undefined;
    const isSameStep = isOwn(found) && isOwn(ours) && found.of === ours.of && isSameRunAndOwner(found, ours);
    if (!isSameStep)
        return 'same-key';
    if (found.attempt === undefined || ours.attempt === undefined)
        return 'earlier-attempt';
    if (found.attempt === ours.attempt)
        return 'same-attempt';
    return found.attempt < ours.attempt ? 'earlier-attempt' : 'same-key';
}
function isSameRunAndOwner(one, other) {
    return one.run === other.run && one.owner === other.owner;
}
function compareRuns(one, other) {
    if (one.length !== other.length)
        return one.length - other.length;
    if (one === other)
        return 0;
    return one < other ? -1 : 1;
}
function withReference(text, reference) {
    return reference === undefined ? text : `${text}\n\nRef: ${formatReference(reference)}`;
}
const onLine = new RegExp(`^Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})(?![0-9A-Za-z_-])`);
const atEnd = new RegExp(`(?:^|[ \\t\\u00a0])Ref:[ \\t\\u00a0]{1,4}([0-9a-z-]{1,${longestReference}})$`);
function referenceOn(line) {
    const [, text] = onLine.exec(line) ?? [];
    return text === undefined ? undefined : parseReference(text);
}
function referencesIn(message) {
    if (!/Ref|[<&]/.test(message))
        return [];
    const lines = linesOf(message);
    const found = lines.map(referenceOn);
    if (lines.length === 1)
        found.push(referenceAtEnd(lines[0]));
    const byText = new Map(found.flatMap((one) => (one === undefined ? [] : [[formatReference(one), one]])));
    return [...byText.values()];
}
function referenceOf(message) {
    const [only, ...others] = referencesIn(message);
    return others.length === 0 ? only : undefined;
}
function lastReference(message) {
    const lines = linesOf(message);
    const last = lines.at(-1);
    return lines.length > 1 && !last?.startsWith('Ref:') ? undefined : referenceAtEnd(last);
}
function referenceAtEnd(line) {
    const [, text] = atEnd.exec(line ?? '') ?? [];
    return text === undefined ? undefined : parseReference(text);
}
function withoutReference(message) {
    return splitAtReference(message)?.text ?? message;
}
function replaceText(message, text) {
    const split = splitAtReference(message);
    return split === undefined ? text : `${text}\n\n${split.rest}`;
}
function splitAtReference(message) {
    for (const { index, 0: line } of message.matchAll(/[^\r\n]+/g)) {
        if (referenceOn(line.trimStart()) !== undefined)
            return { text: message.slice(0, index).trimEnd(), rest: message.slice(index).trimStart() };
    }
    const lines = linesOf(message);
    const place = lines.findIndex((line) => referenceOn(line) !== undefined);
    if (place >= 0)
        return { text: lines.slice(0, place).join('\n'), rest: lines.slice(place).join('\n') };
    const [only = ''] = lines;
    const reference = lines.length === 1 ? referenceAtEnd(only) : undefined;
    if (reference === undefined)
        return undefined;
    return { text: only.slice(0, only.lastIndexOf('Ref:')).trimEnd(), rest: `Ref: ${formatReference(reference)}` };
}

;// CONCATENATED MODULE: ./lib/deployment/window-change.js




function textsOf({ title, message }) {
    const isWhole = message !== undefined && /\nRef: [\w-]+\s*$/.test(message);
    return { ...sendableTitle(title), ...(isWhole && { message }) };
}
function sendableTitle(title) {
    return title === undefined || title === '' || title.endsWith('\u2026') ? {} : { title };
}
async function changeWindow(statusPage, { id, texts, emptiesUnsent = false }, change) {
    const shown = await statusPage.changeWindow(id, emptiesUnsent ? { ...texts, ...change } : change);
    if (emptiesUnsent || shown === undefined || !hasLostText(shown, change, texts))
        return { shown, emptiesUnsent };
    return { shown: await statusPage.changeWindow(id, { ...texts, ...change }), emptiesUnsent: true };
}
function hasLostText(shown, change, { title, message }) {
    const lostTitle = title !== undefined && change.title === undefined && shown.title === '';
    const lostMessage = message !== undefined && change.message === undefined && shown.showsMessage && !shown.message;
    return lostTitle || lostMessage;
}
const readWithinMs = 5 * secondMs;
async function fetchWindowIfPossible(statusPage, id) {
    try {
        return await statusPage.within(readWithinMs).fetchWindow(id);
    }
    catch (error) {
        if (error instanceof StatusPageError)
            return undefined;
        throw error;
    }
}
function isRefusedChange(error) {
    return error instanceof StatusPageError && ['invalid', 'client'].includes(error.code);
}
function isOtherTime(shown, sent) {
    return shown !== undefined && sent !== undefined && Math.abs(msBetween(shown, sent)) > secondMs;
}
function isLaterEnd(shown, sent) {
    return shown !== undefined && liesAhead(shown, sent);
}
class ChangeIgnoredError extends ExplainedError {
    name = 'ChangeIgnoredError';
    fixable = false;
    exit = 'failed';
    fields;
    constructor(fields) {
        super(`the ${list(fields)} did not change`);
        this.fields = fields;
    }
    explain() {
        return {
            happened: `the status page accepted the change, but its ${list(this.fields)} did not change`,
            todo: 'Check the page, and change it in the dashboard.',
        };
    }
}

;// CONCATENATED MODULE: ./lib/deployment/end-window.js



const secondTryAheadMs = 5 * secondMs;
const lastTryAheadMs = 2 * minuteMs;
const end_window_readWithinMs = 8 * secondMs;
async function endWindow(statusPage, window) {
    const isUncertain = window.putOffTo !== undefined || window.emptiesUnsent;
    const known = isUncertain || isOver(window, statusPage.serverNow())
        ? await readWhereAllowed(statusPage, window)
        : { ...window, texts: sendableTitle(window.title) };
    const settled = await endWithoutChange(statusPage, known);
    if (settled !== undefined)
        return settled;
    const refused = await tryEnd(statusPage, known, statusPage.serverNow(), {});
    return 'ended' in refused ? ended(refused.ended) : endRefused(statusPage, known, refused);
}
async function endWithoutChange(statusPage, window) {
    const now = statusPage.serverNow();
    if (isOver(window, now))
        return { result: 'already-over', at: window.endAt };
    if (window.startAt === undefined || !liesAhead(window.startAt, now))
        return undefined;
    await statusPage.deleteWindow(window.id);
    return { result: 'deleted' };
}
function isOver(window, now) {
    const endAt = latestEnd(window);
    return endAt !== undefined && endAt <= now;
}
function latestEnd({ endAt, putOffTo }) {
    return endAt === undefined || putOffTo === undefined ? endAt : latest(endAt, putOffTo);
}
function ended(at) {
    return { result: 'ended', at };
}
async function readWhereAllowed(statusPage, window) {
    try {
        const seen = await statusPage.within(end_window_readWithinMs).fetchWindow(window.id);
        const { putOffTo, ...rest } = window;
        return {
            ...rest,
            ...(seen.endAt === undefined && { putOffTo }),
            startAt: seen.startAt ?? window.startAt,
            endAt: seen.endAt ?? window.endAt,
            texts: { ...sendableTitle(window.title), ...textsOf(seen) },
        };
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code !== 'not-found')
            return { ...window, texts: sendableTitle(window.title) };
        throw error;
    }
}
async function tryEnd(statusPage, window, wanted, fields) {
    const { startAt } = window;
    const rounded = ceilSecond(wanted);
    const afterStart = startAt === undefined ? rounded : latest(rounded, later(floorSecond(startAt), secondMs));
    const bound = latestEnd(window) ?? afterStart;
    const endAt = afterStart > bound ? bound : afterStart;
    try {
        const { shown } = await changeWindow(statusPage, window, { ...fields, endAt });
        if (!isLaterEnd(shown?.endAt, endAt))
            return { ended: endAt };
        return { error: new ChangeIgnoredError(['end']), endAt, serverNow: statusPage.serverNow() };
    }
    catch (error) {
        if (!isRefusedChange(error))
            throw error;
        return { error, endAt, serverNow: error.serverDate ?? statusPage.serverNow() };
    }
}
async function endRefused(statusPage, window, first) {
    const known = await readWhereAllowed(statusPage, window);
    const settled = await endWithoutChange(statusPage, known);
    if (settled !== undefined)
        return settled;
    const fields = { ...known.texts, ...(known.startAt && { startAt: known.startAt }) };
    let refused = first;
    do {
        const wanted = later(refused.serverNow, secondTryAheadMs);
        if (!endsBefore(wanted, known))
            return ended(latestEnd(known) ?? wanted);
        const next = await tryEnd(statusPage, known, wanted, fields);
        if ('ended' in next)
            return ended(next.ended);
        refused = next;
    } while (!liesAhead(refused.endAt, refused.serverNow));
    const last = later(refused.serverNow, lastTryAheadMs);
    if (!endsBefore(last, known))
        throw refused.error;
    const next = await tryEnd(statusPage, known, last, namesOtherField(refused.error) ? {} : fields);
    if ('ended' in next)
        return ended(next.ended);
    throw next.error;
}
function endsBefore(wanted, window) {
    const endAt = latestEnd(window);
    return endAt === undefined || wanted < endAt;
}
function namesOtherField(error) {
    return error instanceof StatusPageError && /title|message|start/i.test(error.serverMessage ?? '');
}

;// CONCATENATED MODULE: ./lib/deployment/create-once.js



const searchAfterMs = secondMs;
const secondSearchAfterMs = 3 * secondMs;
const sendAndSearchMs = 2 * secondMs;
const nextTryMs = searchAfterMs + secondSearchAfterMs + sendAndSearchMs;
async function makeOnce(making) {
    let lost;
    for (;;) {
        if (lost !== undefined && making.leftMs() < nextTryMs)
            throw making.doubt(lost, 'absent');
        try {
            return { made: await making.make(), found: false, again: lost !== undefined };
        }
        catch (error) {
            if (!(error instanceof StatusPageError))
                throw error;
            if (error.fate !== 'unknown')
                throw lost === undefined || error.fixable ? error : making.doubt(lost, 'absent');
            const before = lost;
            lost = error;
            const found = await findLost(making, lost);
            if (found !== undefined)
                return { made: found.made, found: true, again: before !== undefined };
            if (before !== undefined && isAnswer(error) && before.status === error.status)
                throw error;
        }
    }
}
function isAnswer({ fixable, status }) {
    return fixable && status !== undefined;
}
async function findLost(making, lost) {
    const { search, wait, doubt, leftMs } = making;
    let lastSearch = 'unclear';
    let absences = 0;
    while (search !== undefined) {
        await wait(absences === 0 ? searchAfterMs : secondSearchAfterMs);
        const result = await search().catch(() => undefined);
        if (result === undefined)
            break;
        if (typeof result === 'object')
            return result;
        lastSearch = result;
        if (result === 'unclear')
            break;
        absences += 1;
        if (lost.code !== 'timeout' && absences === 2)
            return undefined;
        if (leftMs() === 0)
            break;
    }
    throw doubt(lost, lastSearch);
}
class UncertainCreateError extends ExplainedError {
    name = 'UncertainCreateError';
    what;
    reference;
    cause;
    lastSearch;
    constructor(what, reference, cause, lastSearch) {
        super(`the ${what} may have been created`);
        this.what = what;
        this.reference = reference;
        this.cause = cause;
        this.lastSearch = lastSearch;
    }
    get fixable() {
        return this.cause.fixable;
    }
    get exit() {
        return this.cause.exit;
    }
    get causeKey() {
        return `${this.name} ${this.cause.causeKey}`;
    }
    explain(background) {
        const { cause, what, reference, lastSearch } = this;
        const sent = `${cause.explain(background).happened}, after the request had been sent`;
        const wasAbsent = lastSearch === 'absent';
        if (what === 'entry') {
            const doubt = wasAbsent
                ? 'The last search did not find the entry, but it may still appear'
                : 'The entry may exist';
            return {
                happened: `${sent}. ${doubt}`,
                todo: 'Check the timeline of the incident, and add what is missing.',
            };
        }
        const mark = reference === undefined ? 'the newest one' : `"Ref: ${reference}" in its message`;
        const record = what === 'maintenance' ? 'window' : 'incident';
        if (wasAbsent) {
            return {
                happened: `${sent}. The last search did not find the ${record}, but it may still appear`,
                todo: `Check the page later for ${mark}, and end it if you do not want it.`,
            };
        }
        return {
            happened: `${sent}. The ${record} may exist`,
            todo: `It was not sent again, so that there are never two. Check the page for ${mark}, and end it if you do not want it.`,
        };
    }
}
function create({ kind, reference, make, search, wait, leftMs }) {
    return makeOnce({
        make,
        search: search &&
            (async () => {
                const { open, provenAbsent } = await search();
                return open[0] !== undefined ? { made: open[0] } : provenAbsent ? 'absent' : 'unclear';
            }),
        doubt: (cause, lastSearch) => new UncertainCreateError(kind, reference, cause, lastSearch),
        wait,
        leftMs,
    });
}

;// CONCATENATED MODULE: ./lib/deployment/times.js




const toleratedSkewMs = 30 * secondMs;
const nearMs = 15 * minuteMs;
function planTimes({ startAt, durationMs }, now) {
    const start = floorSecond(startAt ?? now);
    return { startAt: start, endAt: later(start, durationMs) };
}
function timesOnServerClock(plan, openedAt, serverNow) {
    if (plan.startAt !== undefined || openedAt === undefined)
        return undefined;
    const moved = planTimes(plan, serverNow);
    return Math.abs(msBetween(openedAt, moved.startAt)) > toleratedSkewMs ? moved : undefined;
}
function mayTakeOver(window, now) {
    return window.startAt === undefined || msBetween(now, window.startAt) <= nearMs;
}
function startsNear({ startAt }, askedStart, now) {
    if (startAt === undefined)
        return true;
    const hasBegun = startAt <= now && askedStart <= later(now, nearMs);
    return hasBegun || Math.abs(msBetween(startAt, askedStart)) <= nearMs;
}
function adoptionChange(window, { durationMs }, takenOver, now) {
    const liesAhead = window.startAt !== undefined && window.startAt > now;
    const startAt = liesAhead && takenOver ? floorSecond(now) : undefined;
    const begins = startAt ?? (window.startAt === undefined ? now : latest(window.startAt, now));
    const endAt = ceilSecond(later(begins, durationMs));
    const tooShort = window.endAt !== undefined && window.endAt < endAt;
    if (startAt === undefined && !tooShort)
        return undefined;
    return { ...(startAt && { startAt }), ...(tooShort && { endAt }) };
}
class TimesRefusedError extends ExplainedError {
    name = 'TimesRefusedError';
    fixable = false;
    exit = 'failed';
    lateMs;
    cause;
    constructor(lateMs, cause) {
        super('the times of the server were refused');
        this.lateMs = lateMs;
        this.cause = cause;
    }
    explain(background) {
        const { cause, lateMs } = this;
        const gap = `${describeDuration(Math.abs(lateMs))} ${lateMs > 0 ? 'after' : 'before'}`;
        const { happened } = cause.explain(background);
        return {
            happened: `${happened}. The window is open, but by the clock of ${cause.host} it begins and ends ${gap} the intended times`,
            todo: 'Correct the clock of this machine.',
        };
    }
}
async function moveTimes({ statusPage, note }, window, change, mustShow = false) {
    if (change.endAt !== undefined)
        note({ putOffTo: change.endAt });
    let changed;
    try {
        changed = await changeWindow(statusPage, window, change);
    }
    catch (error) {
        if (error instanceof StatusPageError && error.fate !== 'unknown')
            note({ putOffTo: undefined });
        throw error;
    }
    const { shown: answered, emptiesUnsent } = changed;
    const isHidden = mustShow && answered?.startAt === undefined && !statusPage.isDryRun;
    const shown = isHidden ? await fetchWindowIfPossible(statusPage, window.id) : answered;
    const startStays = isOtherTime(shown?.startAt, change.startAt);
    const endStays = isOtherTime(shown?.endAt, change.endAt);
    note({
        ...(change.startAt && { startAt: startStays ? shown?.startAt : change.startAt }),
        ...(change.endAt && { endAt: endStays ? shown?.endAt : change.endAt, putOffTo: undefined }),
        ...(emptiesUnsent && { emptiesUnsent }),
    });
    if (startStays || endStays)
        throw new ChangeIgnoredError([...(startStays ? ['start'] : []), ...(endStays ? ['end'] : [])]);
}
async function moveToServerClock(writer, window, opened, times) {
    try {
        await moveTimes(writer, window, times);
    }
    catch (error) {
        if (!(error instanceof StatusPageError) || error.code !== 'invalid')
            throw error;
        throw new TimesRefusedError(msBetween(times.startAt, opened.startAt ?? times.startAt), error);
    }
}

;// CONCATENATED MODULE: ./lib/deployment/untouched.js


function isOpenIncident({ state }) {
    return state !== incidentStates.resolved;
}
function openingReference(record) {
    if (record.message !== undefined)
        return referenceOf(record.message);
    if (record.kind === 'maintenance')
        return undefined;
    const [first, last] = endsOf(record.timeline).map(({ message }) => referenceOf(message ?? ''));
    return first?.key === last?.key ? first : undefined;
}
function endsOf(timeline = []) {
    return [timeline.at(0), timeline.at(-1)].filter((entry) => entry !== undefined);
}
function isUntouched(incident, key, givenState) {
    const { state, timeline = [] } = incident;
    if (state === undefined)
        return false;
    if (timeline.length === 0)
        return state === givenState;
    const isOurs = (entry) => isOurEntry(incident, entry, key);
    if (!endsOf(timeline).every(isOurs))
        return false;
    const shown = newestFirst(incident).filter((entry) => entry.state !== undefined);
    const others = shown.findIndex((entry) => entry.state !== state);
    const giver = (others < 0 ? shown : shown.slice(0, others)).at(-1);
    return giver === undefined ? shown.length === 0 && state === givenState : isOurs(giver);
}
function isOurEntry(incident, entry, key) {
    const { message = '' } = entry;
    const reference = isFirstEntry(incident, entry) ? referenceOf(message) : lastReference(message);
    return reference?.key === key;
}
function isFirstEntry({ message, timeline = [] }, entry) {
    return message === undefined ? entry === timeline[0] : entry.message === message;
}
function newestFirst(incident) {
    const { timeline = [] } = incident;
    const isReversed = endsOf(timeline).map((entry) => isFirstEntry(incident, entry));
    return isReversed[0] === false && isReversed[1] === true ? timeline : timeline.toReversed();
}
function newestReference(incident) {
    return lastReference(newestFirst(incident)[0]?.message ?? '');
}

;// CONCATENATED MODULE: ./lib/deployment/supersede.js





function reasonToSupersede(ending, afterwards) {
    const { mainFinished, keptOwn, openedIncident } = afterwards;
    if (!mainFinished || ending.why === 'skipped')
        return undefined;
    if (ending.why === 'success')
        return 'success';
    switch (ending.action) {
        case 'resolve':
            return undefined;
        case 'keep':
            return keptOwn ? 'kept' : undefined;
        case 'incident':
            return openedIncident || keptOwn ? 'kept' : undefined;
    }
}
function planSuperseding(listing, reason) {
    const { windows, incidents } = findOlder(listing);
    const { key } = listing.ours;
    const isUnedited = ({ record }) => isUntouched(record, key, listing.givenState);
    return {
        windows,
        incidents: incidents.filter(isUnedited),
        touched: incidents.filter((older) => !isUnedited(older)),
        inProgress: [],
        words: reason === 'success' ? 'resolve' : 'cancel',
    };
}
function runsToAsk({ windows, incidents }, ours) {
    const others = [...windows, ...incidents].filter(({ reference }) => reference.run !== ours.run);
    const ids = others.map(({ reference }) => runIdOf(reference)).filter((id) => id !== undefined);
    return [...new Set(ids)];
}
function spareRuns(plan, running) {
    const runs = ({ reference }) => running.has(runIdOf(reference) ?? '');
    return {
        ...plan,
        windows: plan.windows.filter((older) => !runs(older)),
        incidents: plan.incidents.filter((older) => !runs(older)),
        inProgress: [...plan.windows, ...plan.incidents].filter(runs),
    };
}
function findOlder({ ours, ownIds, windows, incidents, now }) {
    const ofEarlier = (records) => records.flatMap((record) => {
        const reference = openingReference(record);
        if (reference === undefined || !isOwn(reference) || ownIds.has(record.id))
            return [];
        return reference.of === 'deployment' && isOlder(reference, ours) ? [{ record, reference }] : [];
    });
    const soon = later(now, secondMs);
    const mayBeEnded = ({ record: { startAt }, reference }) => startAt !== undefined && (startAt <= now || isForNow(startAt, reference));
    return {
        windows: ofEarlier(windows.filter((window) => isOpenWindow(window, soon))).filter(mayBeEnded),
        incidents: ofEarlier(incidents.filter(isOpenIncident)),
    };
}
function isForNow(startAt, { openedAt }) {
    return msBetween(openedAt, startAt) <= toleratedSkewMs;
}
function isOlder(found, ours) {
    if (found.key !== ours.key)
        return false;
    if (found.run !== ours.run)
        return opensBefore(found, ours);
    return found.owner === ours.owner && isEarlierAttempt(found, ours);
}
function opensBefore(found, ours) {
    const order = msBetween(floorSecond(ours.openedAt), floorSecond(found.openedAt));
    return order < 0 || (order === 0 && compareRuns(found.run, ours.run) < 0);
}
function isEarlierAttempt(found, ours) {
    if (found.attempt !== undefined && ours.attempt !== undefined)
        return found.attempt < ours.attempt;
    return floorSecond(found.openedAt) < floorSecond(ours.openedAt);
}

;// CONCATENATED MODULE: ./lib/deployment/failure-plan.js




const failureState = incidentStates.investigating;
function planFailure(incidents, ours) {
    const [oldest] = findFailures(incidents, ours.key).toSorted(byOpening);
    if (oldest === undefined)
        return { action: 'open' };
    const { record: incident, reference } = oldest;
    const seen = { ...incident, state: incident.state ?? failureState };
    return { action: isUntouched(seen, ours.key, failureState) ? 'add' : 'leave', incident, reference };
}
function planRecovery(incidents, ours, mayEndOwnRun) {
    const mayEnd = (found) => isBefore(found, ours) || (mayEndOwnRun && isOwn(found) && found.run === ours.run && found.attempt === ours.attempt);
    const earlier = findFailures(incidents, ours.key).filter(({ record, reference }) => {
        const newest = newestReference(record);
        return mayEnd(reference) && (newest === undefined || newest.key !== ours.key || mayEnd(newest));
    });
    const isUnedited = ({ record }) => isUntouched(record, ours.key, failureState);
    return { resolve: earlier.filter(isUnedited), touched: earlier.filter((older) => !isUnedited(older)) };
}
function findFailures(incidents, key) {
    return incidents.filter(isOpenIncident).flatMap((record) => {
        const reference = openingReference(record);
        if (reference?.of !== 'failure' || reference.key !== key || !isOwn(reference))
            return [];
        return [{ record, reference }];
    });
}
function isBefore(found, ours) {
    if (!isOwn(found))
        return false;
    if (found.run !== ours.run)
        return opensBefore(found, ours);
    if (found.attempt === undefined || ours.attempt === undefined)
        return isOlder(found, ours);
    return found.attempt < ours.attempt;
}
function byOpening({ reference: one }, { reference: other }) {
    return one.openedAt.getTime() - other.openedAt.getTime() || compareRuns(one.run, other.run);
}

;// CONCATENATED MODULE: ./lib/deployment/match.js




function carrying(reference, title) {
    const wanted = formatReference(reference);
    return (record) => {
        if (title !== undefined && record.title !== undefined && record.title !== shorten(title))
            return false;
        const opening = openingReference(record);
        const found = record.message === undefined ? (opening ? [opening] : []) : referencesIn(record.message);
        return found.some((one) => formatReference(one) === wanted);
    };
}
function ofThisStep(ours) {
    return (record) => {
        const found = openingReference(record);
        if (found === undefined || !isOwn(found))
            return false;
        const closeness = compareReferences(found, ours);
        return closeness === 'whole' || closeness === 'same-attempt' || closeness === 'earlier-attempt';
    };
}
function sharedWith({ key }) {
    return (record) => {
        const found = openingReference(record);
        return found?.of === 'deployment' && found.key === key && !isOwn(found);
    };
}
function ofKey({ key }) {
    return (record) => {
        const found = openingReference(record);
        return found?.of === 'deployment' && found.key === key;
    };
}
function resembling({ title, startAt, endAt }, since) {
    return (record) => {
        if (record.title !== undefined && record.title !== shorten(title))
            return false;
        if (openingReference(record) !== undefined)
            return false;
        if (record.kind === 'incident')
            return (record.createdAt ?? record.startAt ?? since) >= since;
        return isSameTime(record.startAt, startAt) && isSameTime(record.endAt, endAt);
    };
}
function isSameTime(one, other) {
    return one === undefined || other === undefined || Math.abs(msBetween(one, other)) <= secondMs;
}

;// CONCATENATED MODULE: ./lib/deployment/find.js






const mostReadSingly = 20;
async function findOpen(statusPage, kind, pageId, match) {
    return searchIn(await fetchShown(statusPage, kind, pageId), match);
}
async function fetchShown(statusPage, kind, pageId, wantsMessage = true, isAgain = false) {
    const listing = await (kind === 'maintenance'
        ? statusPage.fetchWindows(pageId)
        : statusPage.fetchIncidents(pageId));
    const isOpenNow = (record) => isOpen(record, statusPage.serverNow());
    const isInFull = (record) => (record.showsMessage || !wantsMessage) && showsWhetherOpen(record);
    const inPart = listing.records.filter((record) => isOpenNow(record) && !isInFull(record));
    const read = await Promise.all(inPart.slice(0, mostReadSingly).map((record) => fetchIfThere(statusPage, kind, record.id)));
    const isGone = read.includes(undefined);
    if (isGone && !isAgain)
        return fetchShown(statusPage, kind, pageId, wantsMessage, true);
    const inFull = new Map(inPart.slice(0, mostReadSingly).map(({ id }, place) => [id, read[place]]));
    const records = listing.records.flatMap((record) => (inFull.has(record.id) ? (inFull.get(record.id) ?? []) : record));
    const open = records.filter(isOpenNow);
    const over = records.filter((record) => !isOpenNow(record));
    const complete = listing.complete && !isGone && open.every(({ showsMessage }) => showsMessage);
    return { open, over, complete, listedWhole: listing.complete, newestFirst: isNewestFirst(listing.records) };
}
async function find_findLost(statusPage, lost) {
    return searchLostIn(await fetchShown(statusPage, lost.kind, lost.pageId), lost);
}
function searchLostIn(shown, { match, resembles }) {
    const search = searchIn(shown, match);
    const mayBeOurs = resembles !== undefined && shown.open.some(resembles);
    return { ...search, provenAbsent: search.provenAbsent && !mayBeOurs };
}
function searchIn({ open, over, complete }, match) {
    const found = inOrder(open.filter(match));
    const everSeen = found.length > 0 || over.some(match);
    return { open: found, provenAbsent: found.length === 0 && complete, everSeen };
}
async function fetchIfThere(statusPage, kind, id) {
    try {
        return await fetchRecord(statusPage, kind, id);
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code === 'not-found')
            return undefined;
        throw error;
    }
}
function fetchRecord(statusPage, kind, id) {
    return kind === 'maintenance' ? statusPage.fetchWindow(id) : statusPage.fetchIncident(id);
}
function isOpen(record, now) {
    return record.kind === 'maintenance' ? isOpenWindow(record, now) : record.state !== incidentStates.resolved;
}
function showsWhetherOpen(record) {
    return (record.kind === 'maintenance' ? record.endAt : record.state) !== undefined;
}
function inOrder(records) {
    const byId = records.toSorted((a, b) => compareIds(a.id, b.id));
    const starts = byId.flatMap(({ startAt }) => (startAt === undefined ? [] : [startAt]));
    if (starts.length < byId.length)
        return byId;
    return byId.toSorted((a, b) => Number(a.startAt) - Number(b.startAt));
}
function isNewestFirst(records) {
    return records.every((record, place) => {
        const next = records[place + 1];
        return next === undefined || isNewer(record, next);
    });
}
function isNewer(one, other) {
    const times = [one.createdAt ?? one.startAt, other.createdAt ?? other.startAt];
    const [first, second] = times.map((time) => time?.getTime());
    if (first !== undefined && second !== undefined && first !== second)
        return first > second;
    const areNumbers = [one, other].every(({ id }) => /^\d+$/.test(id));
    return areNumbers && compareIds(one.id, other.id) > 0;
}
function compareIds(a, b) {
    const numbers = /^\d+$/.test(a) && /^\d+$/.test(b);
    if (numbers && a.length !== b.length)
        return a.length - b.length;
    if (a === b)
        return 0;
    return a < b ? -1 : 1;
}
class UnlocatedError extends ExplainedError {
    name = 'UnlocatedError';
    fixable = false;
    exit = 'unreachable';
    explain() {
        return {
            happened: `it may be on the page, but searching the page failed: ${this.message}`,
            todo: 'Check the page, and end it manually if it is there.',
        };
    }
}
const lookAgainAfterMs = 3 * secondMs;
async function locate({ statusPage, deployment }, record, fetchFirst = (kind, pageId) => fetchShown(statusPage, kind, pageId)) {
    if (record.stage === 'open')
        return { open: [record, ...(await findDuplicates(fetchFirst, record))], everSeen: true };
    const { kind, page, title } = record;
    const reference = parseReference(record.reference ?? '');
    if (reference === undefined || page === undefined)
        throw new UnlocatedError('there is no reference to search for');
    const since = later(deployment.startedAt, (statusPage.clockOffsetMs() ?? 0) - minuteMs);
    const lost = {
        kind,
        pageId: page.id,
        match: carrying(reference, title),
        resembles: title === undefined || !mayHaveBeenSent(record) ? undefined : resembling({ ...record, title }, since),
    };
    let search = searchLostIn(await fetchFirst(kind, page.id), lost);
    if (search.open.length === 0 && deployment.stage === 'opening') {
        await statusPage.wait(lookAgainAfterMs);
        search = await find_findLost(statusPage, lost);
    }
    if (search.open.length === 0 && !search.provenAbsent)
        throw new UnlocatedError(notShown);
    return { open: search.open.map((found) => known(record, found)), everSeen: search.everSeen };
}
function mayHaveBeenSent({ kind, created, endAt }) {
    return kind === 'maintenance' ? endAt !== undefined : created;
}
async function findDuplicates(fetchList, record) {
    const { id, kind, page, title, mayHaveDuplicate } = record;
    const reference = parseReference(record.reference ?? '');
    if (!mayHaveDuplicate || reference === undefined || page === undefined)
        return [];
    const open = await fetchList(kind, page.id).then((shown) => searchIn(shown, carrying(reference, title)).open, () => []);
    return open.filter((found) => found.id !== id).map((found) => known(record, found));
}
const notShown = 'the lists of the API do not show enough to tell';
function known(record, found) {
    return {
        ...record,
        stage: 'open',
        id: found.id,
        title: found.title ?? record.title,
        ...(found.kind === 'maintenance'
            ? { startAt: found.startAt ?? record.startAt, endAt: found.endAt ?? record.endAt }
            : { startAt: found.startAt ?? found.createdAt ?? record.startAt, state: found.state }),
    };
}

;// CONCATENATED MODULE: ./lib/deployment/incident.js









async function openFailureIncident(statusPage, failure) {
    const plan = await planIncident(statusPage, failure);
    const isNew = plan === 'unlisted' || plan.action === 'open';
    const added = isNew ? undefined : await addToEarlier(statusPage, plan, failure);
    return added ?? openIncident(statusPage, failure, plan !== 'unlisted');
}
async function planIncident(statusPage, { pageId, identity }) {
    if (identity === undefined)
        return 'unlisted';
    try {
        const { open, complete } = await fetchShown(statusPage, 'incident', pageId);
        const plan = planFailure(await fetchTimelines(statusPage, open, failureOf(identity)), identity);
        if (plan.action === 'open' && !complete)
            throw new UnlocatedError(notShown);
        return plan;
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code === 'forbidden')
            return 'unlisted';
        throw error;
    }
}
async function fetchTimelines(statusPage, records, wanted) {
    const incidents = records.filter((record) => record.kind === 'incident');
    return Promise.all(incidents.map(async (incident) => {
        if (incident.timeline !== undefined)
            return incident;
        const opening = openingReference(incident);
        if (opening?.key !== wanted.key || opening.of !== wanted.of)
            return incident;
        return (await readIfAllowed(statusPage, incident.id)) ?? incident;
    }));
}
async function readIfAllowed(statusPage, id) {
    try {
        return await statusPage.within(incident_readWithinMs).fetchIncident(id);
    }
    catch (error) {
        if (error instanceof StatusPageError)
            return undefined;
        throw error;
    }
}
async function addToEarlier(statusPage, { action, incident, reference }, { message, identity }) {
    const { id, state = failureState } = incident;
    const found = { id, reference: formatReference(reference), state, created: false, isRecoverable: action === 'add' };
    if (action === 'leave')
        return found;
    try {
        const entry = withReference(message, identity && failureOf(identity));
        const result = await addEntry(statusPage, id, entry, new Map([[id, incident]]));
        return result === 'kept' ? { ...found, said: entry } : undefined;
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code === 'not-found')
            return undefined;
        throw error;
    }
}
async function openIncident(statusPage, failure, isListed) {
    const { pageId, identity, title, notifySubscribers } = failure;
    const reference = identity && failureOf(identity);
    const message = withReference(failure.message, reference);
    const fields = { pageId, componentId: undefined, title, message, state: failureState, notifySubscribers };
    const { made } = await create({
        kind: 'incident',
        reference: reference && formatReference(reference),
        make: () => statusPage.createIncident(fields),
        search: reference && (() => findOpen(statusPage, 'incident', pageId, carrying(reference, title))),
        wait: statusPage.wait,
        leftMs: statusPage.leftMs,
    });
    const written = reference && formatReference(reference);
    const isRecoverable = isListed && openingReference(made) !== undefined;
    return { id: made.id, reference: written, state: failureState, created: true, said: message, isRecoverable };
}
async function resolveIncident(statusPage, id, message, justRead) {
    const before = await incident_readWhereAllowed(statusPage, id, justRead);
    if (before?.state === incidentStates.resolved)
        return 'already-resolved';
    await addEntryOnce(statusPage, id, { message, state: incidentStates.resolved }, before);
    return 'resolved';
}
async function addEntry(statusPage, id, message, justRead) {
    const before = await incident_readWhereAllowed(statusPage, id, justRead);
    if (before?.state === incidentStates.resolved)
        return 'already-resolved';
    await addEntryOnce(statusPage, id, { message }, before);
    return 'kept';
}
const incident_readWithinMs = 8 * secondMs;
async function incident_readWhereAllowed(statusPage, id, justRead) {
    if (justRead?.has(id))
        return justRead.get(id);
    try {
        return await statusPage.within(incident_readWithinMs).fetchIncident(id);
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code !== 'not-found')
            return undefined;
        throw error;
    }
}
async function addEntryOnce(statusPage, id, entry, before) {
    await makeOnce({
        make: () => statusPage.addEntry(id, entry),
        search: async () => {
            const arrived = hasArrived(entry, before, await statusPage.fetchIncident(id));
            return arrived === undefined ? 'unclear' : arrived ? { made: undefined } : 'absent';
        },
        doubt: (cause, lastLook) => new UncertainCreateError('entry', undefined, cause, lastLook),
        wait: statusPage.wait,
        leftMs: statusPage.leftMs,
    });
}
function hasArrived({ message, state }, before, now) {
    if (state !== undefined && now.state !== undefined)
        return now.state === state;
    if (now.timeline === undefined)
        return undefined;
    if (before?.timeline !== undefined)
        return now.timeline.length > before.timeline.length;
    return now.timeline.some((entry) => entry.message === message) ? undefined : false;
}

;// CONCATENATED MODULE: ./lib/deployment/new-record.js



const newForMs = minuteMs + 20 * secondMs;
const askAgainAfterMs = 2 * secondMs;
const longestMs = 15 * secondMs;
function createPatience({ statusPage, deployment }, record) {
    const startedAt = statusPage.serverNow();
    return async (error) => {
        if (!isMissing(error) || !isNew(statusPage, deployment, record))
            return error;
        const triedMs = msBetween(startedAt, statusPage.serverNow());
        if (triedMs + askAgainAfterMs > longestMs || statusPage.leftMs() < askAgainAfterMs + secondMs)
            return new NotShownYetError(triedMs, error);
        await statusPage.wait(askAgainAfterMs);
        return undefined;
    };
}
function isMissing(error) {
    return error instanceof StatusPageError && error.code === 'not-found';
}
function isNew(statusPage, { startedAt }, { created }) {
    const now = later(statusPage.serverNow(), -(statusPage.clockOffsetMs() ?? 0));
    return created && msBetween(startedAt, now) < newForMs;
}
class NotShownYetError extends ExplainedError {
    name = 'NotShownYetError';
    fixable = false;
    exit = 'not-found';
    triedMs;
    cause;
    constructor(triedMs, cause) {
        super('a new record is not shown yet');
        this.triedMs = triedMs;
        this.cause = cause;
    }
    explain() {
        const tried = describeDuration(this.triedMs);
        return {
            happened: `StatusPage.me does not find what this deployment has just created (HTTP 404 for ${tried}), so it may show it later`,
            todo: 'Check the page, and end it if it is there.',
        };
    }
}

;// CONCATENATED MODULE: ./lib/deployment/plan.js
function isShared({ own, hasKey }) {
    return !own && hasKey;
}

;// CONCATENATED MODULE: ./lib/deployment/prepare.js



function prepare(statusPage, plan, page) {
    const { title, notifySubscribers } = plan;
    const message = withReference(plan.message, plan.reference);
    const common = { pageId: page.id, title, message, notifySubscribers };
    if (plan.kind === 'maintenance') {
        let times = planTimes(plan, statusPage.serverNow());
        const send = () => statusPage.createWindow({ ...common, ...times });
        const make = async () => {
            try {
                return await send();
            }
            catch (error) {
                const moved = isInvalid(error) && timesOnServerClock(plan, times.startAt, statusPage.serverNow());
                if (!moved)
                    throw error;
                times = moved;
                return send();
            }
        };
        return { texts: { title, message }, announce: () => times, make };
    }
    const { componentId, state } = plan;
    return {
        texts: { title, message },
        announce: () => ({ state, startAt: statusPage.serverNow() }),
        make: () => statusPage.createIncident({ ...common, componentId, state }),
    };
}
function isInvalid(error) {
    return error instanceof StatusPageError && error.code === 'invalid';
}

;// CONCATENATED MODULE: ./lib/deployment/settle.js





const settleMs = 2 * secondMs;
const youngMs = 10 * secondMs;
class DuplicateError extends ExplainedError {
    name = 'DuplicateError';
    fixable = false;
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
        return `${this.name} ${this.leftId} ${this.cause instanceof ExplainedError ? this.cause.causeKey : ''}`;
    }
    explain(background) {
        const { cause, kind, leftId } = this;
        const record = kind === 'maintenance' ? 'window' : 'incident';
        const { happened } = explain(cause, background);
        if (leftId === undefined) {
            return {
                happened: `another job may have opened one at the same moment, and searching the page failed: ${happened}`,
                todo: `Check the page. If two ${record}s of this deployment are open, end the newer one.`,
            };
        }
        return {
            happened: `another job opened one at the same moment, and the ${record} that this job opened (id ${leftId}) may still be there: ${happened}`,
            todo: 'Check the page, and delete it if it is there.',
        };
    }
}
function isYoung({ createdAt }, { statusPage }) {
    return createdAt === undefined || msBetween(createdAt, statusPage.serverNow()) < youngMs;
}
function isMeant(record, plan, now) {
    if (plan.kind !== 'maintenance' || record.kind !== 'maintenance')
        return true;
    return startsNear(record, plan.startAt ?? now, now);
}
async function settle({ statusPage }, plan, pageId, chosen, isOurs) {
    const { kind, identity } = plan;
    if (identity === undefined)
        return { record: chosen };
    await statusPage.wait(settleMs);
    try {
        const shared = sharedWith(identity);
        const match = (record) => shared(record) && isMeant(record, plan, statusPage.serverNow());
        const { open, provenAbsent } = await findOpen(statusPage, kind, pageId, match);
        if (!isOurs)
            return { record: open[0] ?? (provenAbsent ? undefined : chosen) };
        const seen = open.some(({ id }) => id === chosen.id);
        return { record: (seen ? open : inOrder([chosen, ...open]))[0] };
    }
    catch (cause) {
        return { record: chosen, doubt: new DuplicateError(kind, undefined, cause) };
    }
}

;// CONCATENATED MODULE: ./lib/deployment/open-record.js












function mayFindEarlier({ own, hasKey, identity, mayBeRepeated }) {
    return identity !== undefined && ((own && mayBeRepeated) || hasKey);
}
async function findEarlier(statusPage, plan, page) {
    const { identity, kind } = plan;
    if (identity === undefined || !mayFindEarlier(plan))
        return undefined;
    const shown = await fetchShown(statusPage, kind, page.id);
    const now = statusPage.serverNow();
    if (isShared(plan)) {
        const { open, provenAbsent } = searchIn(shown, sharedWith(identity));
        const record = open.find((one) => isMeant(one, plan, now));
        if (record !== undefined)
            return { record, way: 'adopted' };
        if (!provenAbsent && open.length === 0)
            throw new UnlocatedError(notShown);
        return undefined;
    }
    if (plan.mayBeRepeated) {
        const { open, provenAbsent } = searchIn(shown, ofThisStep(identity));
        const [record, ...others] = open;
        if (record !== undefined && others.length === 0)
            return { record, way: 'adopted' };
        if (record === undefined && !provenAbsent)
            throw new UnlocatedError(notShown);
    }
    if (!plan.own || !plan.hasKey || kind !== 'maintenance')
        return undefined;
    const announced = searchIn(shown, sharedWith(identity)).open;
    const record = announced.find((one) => one.kind === 'maintenance' && mayTakeOver(one, now) && openingReference(one)?.run !== identity.run);
    return record && { record, way: 'taken-over' };
}
async function openRecord(writer, plan, page, earlier) {
    if (earlier === undefined)
        return createRecord(writer, plan, page);
    const { record: chosen, way } = earlier;
    const mayHaveRival = isShared(plan) && isYoung(chosen, writer);
    const { record, doubt } = mayHaveRival ? await settle(writer, plan, page.id, chosen, false) : { record: chosen };
    if (record === undefined)
        return createRecord(writer, plan, page);
    if (way === 'taken-over')
        return takeOver(writer, plan, page, record);
    await adopt(writer, plan, record, way);
    if (doubt !== undefined)
        throw doubt;
    return way;
}
async function takeOver(writer, plan, page, record) {
    try {
        await adopt(writer, plan, record, 'taken-over');
        return 'taken-over';
    }
    catch (error) {
        const startStays = error instanceof ChangeIgnoredError && error.fields.includes('start');
        const liesAhead = record.startAt !== undefined && record.startAt > writer.statusPage.serverNow();
        if (!startStays && !(liesAhead && isRefusedChange(error)))
            throw error;
        writer.keepBeside();
        return createRecord(writer, plan, page);
    }
}
async function adopt(writer, plan, record, way) {
    const { statusPage } = writer;
    writer.noteReused(record);
    writer.noteOpen(record.id, {
        created: false,
        mailed: false,
        ...seenIn(record),
        ...referenceOfRecord(record),
        ...(way === 'taken-over' && { takenOver: true }),
    });
    if (plan.kind !== 'maintenance' || record.kind !== 'maintenance')
        return;
    const change = adoptionChange(record, plan, way === 'taken-over', statusPage.serverNow());
    if (change === undefined)
        return;
    await moveTimes(writer, { id: record.id, texts: textsOf(record) }, change, change.startAt !== undefined);
}
async function createRecord(writer, plan, page) {
    const { statusPage, note } = writer;
    const { kind, reference } = plan;
    const { texts, announce, make } = prepare(statusPage, plan, page);
    note({ created: true, mailed: plan.notifySubscribers, ...(kind === 'maintenance' && announce()) });
    const since = later(statusPage.serverNow(), -minuteMs);
    const search = reference === undefined
        ? undefined
        : () => searchLost(statusPage, plan, page, reference, resembling({ ...announce(), title: plan.title }, since));
    const { made, found, again } = await create({
        kind,
        reference: reference && formatReference(reference),
        make,
        search,
        wait: statusPage.wait,
        leftMs: statusPage.leftMs,
    });
    const announced = announce();
    const known = {
        ...announced,
        created: !(found && isShared(plan)),
        ...(again && { mayHaveDuplicate: true }),
        ...(reference && hidesReference(made, reference) && { referenceLost: true }),
    };
    if (statusPage.isDryRun) {
        note(known);
        return 'created';
    }
    writer.noteOpen(made.id, known);
    if (found && isShared(plan))
        writer.noteReused(made);
    if (isShared(plan)) {
        const { record: agreed, doubt } = await settle(writer, plan, page.id, made, true);
        if (doubt !== undefined)
            throw doubt;
        if (agreed !== undefined && agreed.id !== made.id) {
            const left = found ? undefined : await tryToDelete(writer, plan, made.id);
            await adopt(writer, plan, agreed, 'adopted');
            if (left !== undefined)
                throw left;
            return 'adopted';
        }
    }
    const moved = plan.kind === 'maintenance' && timesOnServerClock(plan, announced.startAt, statusPage.serverNow());
    if (moved)
        await moveToServerClock(writer, { id: made.id, texts }, announced, moved);
    return found && isShared(plan) ? 'adopted' : 'created';
}
function hidesReference(made, reference) {
    return made.message !== undefined && !carrying(reference)(made);
}
async function tryToDelete({ statusPage }, { kind }, id) {
    try {
        await deleteRecord(statusPage, kind, id);
        return undefined;
    }
    catch (error) {
        const isGone = error instanceof StatusPageError && error.code === 'not-found';
        return isGone ? undefined : new DuplicateError(kind, id, error);
    }
}
async function searchLost(statusPage, plan, page, reference, resembles) {
    const match = carrying(reference, plan.title);
    const search = await find_findLost(statusPage, { kind: plan.kind, pageId: page.id, match, resembles });
    return plan.kind === 'incident' && plan.componentId !== undefined ? { ...search, provenAbsent: false } : search;
}
function referenceOfRecord(record) {
    const found = openingReference(record);
    return found === undefined ? {} : { reference: formatReference(found) };
}
function deleteRecord(statusPage, kind, id) {
    return kind === 'maintenance' ? statusPage.deleteWindow(id) : statusPage.deleteIncident(id);
}
function seenIn(record) {
    return {
        ...(record.title !== undefined && { title: record.title }),
        startAt: record.startAt,
        ...(record.kind === 'maintenance' ? { endAt: record.endAt } : { state: record.state }),
    };
}

;// CONCATENATED MODULE: ./lib/deployment/end-record.js










function isBesides({ phase }) {
    return phase === 'opening-incident' || phase === 'recovering' || phase === 'superseding';
}
function endRecord(context, record, { action, why }) {
    const { words } = context;
    if (record.takenOver && why !== 'success')
        return Promise.resolve({ record, phase: 'keeping', result: 'left' });
    if (action === 'resolve' || (action === 'incident' && record.kind === 'maintenance')) {
        const text = why === 'success' ? words.resolve : words.cancel;
        return end_record_attempt(context, record, 'ending', () => endNow(context, record, text));
    }
    return end_record_attempt(context, record, 'keeping', () => keep(context, record, why === 'failure' ? words.failure : words.cancel));
}
function undoRecord(context, record) {
    return end_record_attempt(context, record, 'undoing', async () => {
        if (!record.created || record.mailed)
            return endNow(context, record, context.words.cancel);
        await deleteRecord(context.statusPage, record.kind, record.id);
        return { result: 'deleted' };
    });
}
async function end_record_openIncident(context, record) {
    const { statusPage, words, deployment } = context;
    const { page } = record;
    if (page === undefined)
        return failed(record, 'opening-incident', new UserError(unknownPage));
    const title = fill(context, words.failureTitle, record);
    const message = fill(context, words.failure, record);
    const notifySubscribers = words.notifyOnFailure;
    try {
        const failure = { identity: identityOf(deployment), pageId: page.id, title, message, notifySubscribers };
        const { said, isRecoverable, ...opened } = await openFailureIncident(statusPage, failure);
        const mailed = notifySubscribers && opened.created;
        const incident = { kind: 'incident', page, stage: 'open', title, mailed, ...opened };
        const nextRunEndsIt = isRecoverable && context.nextRunRecovers === true;
        return {
            record: incident,
            phase: 'opening-incident',
            result: 'incident-opened',
            nextRunEndsIt,
            ...(said && { said }),
        };
    }
    catch (error) {
        return failed(record, 'opening-incident', error);
    }
}
const unknownPage = 'Could not open the incident of the failure: its page is unknown. Name the status page.';
function failed(record, phase, error) {
    return { record, phase, result: 'failed', error };
}
async function end_record_attempt(context, record, phase, work) {
    const judge = createPatience(context, record);
    for (;;) {
        try {
            return { record, phase, ...(await work()) };
        }
        catch (thrown) {
            const error = await judge(thrown);
            if (error === undefined)
                continue;
            const gone = error instanceof StatusPageError && error.code === 'not-found';
            return { record, phase, result: gone ? 'gone' : 'failed', error };
        }
    }
}
async function endNow(context, record, text) {
    if (record.kind === 'incident') {
        const message = fill(context, text, record);
        const result = await resolveIncident(context.statusPage, record.id, message, context.justRead);
        const resolved = { ...record, state: incidentStates.resolved };
        return { result, record: resolved, ...(result === 'resolved' && { said: message }) };
    }
    const end = await endWindow(context.statusPage, record);
    if (end.result === 'deleted')
        return { result: end.result };
    return { result: end.result, record: { ...record, endAt: end.at, putOffTo: undefined } };
}
async function keep(context, record, text) {
    if (record.kind === 'incident') {
        const identity = identityOf(context.deployment);
        const message = withReference(fill(context, text, record), identity);
        const result = await addEntry(context.statusPage, record.id, message, context.justRead);
        return { result, ...(result === 'kept' && { said: message }) };
    }
    const { endAt, putOffTo } = record;
    const over = endAt !== undefined && latest(endAt, putOffTo ?? endAt) <= context.statusPage.serverNow();
    return { result: over ? 'already-over' : 'kept' };
}
function fill({ statusPage, deployment }, text, { startAt, endAt }) {
    const { tag } = deployment;
    const startedAt = startAt ?? later(deployment.startedAt, statusPage.clockOffsetMs() ?? 0);
    return fillPlaceholders(text, { startedAt, now: statusPage.serverNow(), endAt, tag });
}
function identityOf({ identity }) {
    const reference = parseReference(identity ?? '');
    return reference !== undefined && isOwn(reference) ? reference : undefined;
}

;// CONCATENATED MODULE: ./lib/deployment/older.js








function createPageLists({ statusPage }, page) {
    const lists = new Map();
    const start = (kind) => fetchShown(statusPage, kind, page.id).then((shown) => ({ shown }), (reason) => ({ reason }));
    return {
        page,
        fetch: (kind) => {
            const list = lists.get(kind) ?? start(kind);
            lists.set(kind, list);
            return list;
        },
    };
}
function fetchFrom(lists) {
    return async (kind) => {
        const listed = await lists.fetch(kind);
        if ('reason' in listed)
            throw listed.reason;
        return listed.shown;
    };
}
function mayMeetOlder({ why, action }) {
    return why === 'success' || (why !== 'skipped' && action !== 'resolve');
}
async function endOlder(context, ours, ending, lists, own) {
    const reason = reasonToSupersede(ending, describeAfterwards(own));
    if (reason === undefined)
        return [];
    const kind = context.deployment.records[0]?.kind ?? 'maintenance';
    const listed = await lists.fetch(kind);
    if ('reason' in listed)
        return [unlisted(kind, lists.page, 'superseding', listed.reason)];
    const ownIds = new Set(own.flatMap(({ record }) => (record.kind === kind ? (record.id ?? []) : [])));
    const others = listed.shown.open.filter(({ id }) => !ownIds.has(id));
    const listing = {
        ours,
        ownIds,
        windows: others.filter(isWindow),
        incidents: await fetchTimelines(context.statusPage, others, ours),
        now: context.statusPage.serverNow(),
        givenState: stateGivenBy(context),
    };
    const plan = planSuperseding(listing, reason);
    const { windows, incidents, touched, inProgress, words } = spareRuns(plan, await context.findRunning(runsToAsk(plan, ours)));
    const text = words === 'resolve' ? context.words.resolve : context.words.cancel;
    const toRecord = ({ record }) => olderRecord(lists.page, record);
    const end = (one) => {
        const record = toRecord(one);
        const read = one.record.kind === 'incident' && { justRead: new Map([[record.id, one.record]]) };
        return end_record_attempt(context, record, 'superseding', () => endNow({ ...context, ...read }, record, text));
    };
    return [
        ...(await Promise.all([...windows, ...incidents].map(end))),
        ...touched.map((one) => ({ record: toRecord(one), phase: 'superseding', result: 'edited' })),
        ...inProgress.map((one) => ({ record: toRecord(one), phase: 'superseding', result: 'running' })),
        ...(listed.shown.complete ? [] : [unlisted(kind, lists.page, 'superseding')]),
    ];
}
async function recover(context, ours, lists, record) {
    const listed = await lists.fetch('incident');
    if ('reason' in listed)
        return [unlisted('incident', lists.page, 'recovering', listed.reason)];
    const incidents = await fetchTimelines(context.statusPage, listed.shown.open, failureOf(ours));
    const { resolve, touched } = planRecovery(incidents, ours, !context.deployment.own);
    const resolved = resolve.map((one) => {
        const incident = olderRecord(lists.page, one.record);
        const text = fill(context, context.words.resolve, record ?? incident);
        return end_record_attempt(context, incident, 'recovering', async () => {
            const justRead = new Map([[incident.id, one.record]]);
            const result = await resolveIncident(context.statusPage, incident.id, text, justRead);
            const now = { ...incident, state: incidentStates.resolved };
            return { result, record: now, ...(result === 'resolved' && { said: text }) };
        });
    });
    return [
        ...(await Promise.all(resolved)),
        ...touched.map(({ record: one }) => ({ record: olderRecord(lists.page, one), phase: 'recovering', result: 'edited' })),
        ...(listed.shown.complete ? [] : [unlisted('incident', lists.page, 'recovering')]),
    ];
}
async function promiseNextRun(entries, lists) {
    return Promise.all(entries.map(async (entry) => {
        if (entry.result !== 'kept')
            return entry;
        const listed = await lists.fetch(entry.record.kind);
        const shown = 'shown' in listed ? listed.shown.open.find(({ id }) => id === entry.record.id) : undefined;
        return { ...entry, nextRunEndsIt: shown !== undefined && openingReference(shown) !== undefined };
    }));
}
function describeAfterwards(own) {
    return {
        mainFinished: true,
        keptOwn: own.some(isKept),
        openedIncident: own.some(({ result }) => result === 'incident-opened'),
    };
}
function isKept({ phase, result, record }) {
    const isLeft = phase === 'opening-incident' && result === 'failed' && record.stage === 'open';
    return (result === 'kept' || isLeft) && !record.takenOver;
}
function stateGivenBy({ deployment }) {
    return deployment.records.find(({ kind }) => kind === 'incident')?.state ?? incidentStates.investigating;
}
function olderRecord(page, found) {
    return known({ kind: found.kind, page, stage: 'unconfirmed', created: false, mailed: false }, found);
}
function unlisted(kind, page, phase, reason) {
    const record = { kind, page, stage: 'unconfirmed', created: false, mailed: false };
    return { record, phase, result: 'unlisted', ...(reason !== undefined && { reason }) };
}
function isWindow(record) {
    return record.kind === 'maintenance';
}

;// CONCATENATED MODULE: ./lib/deployment/end.js





async function end(context, ending) {
    const records = context.deployment.records.filter(({ stage }) => stage !== 'gone' && stage !== 'not-sent');
    const byPage = Map.groupBy(records, ({ page }) => page?.id);
    const listsBeside = 2 * byPage.size <= requestsAtOnce;
    const pages = [...byPage.values()].map((ofPage) => endPage(context, ending, ofPage, listsBeside));
    return (await Promise.all(pages)).flat();
}
async function endPage(context, ending, records, listsBeside) {
    const page = records[0]?.page;
    const identity = identityOf(context.deployment);
    if (page === undefined || identity === undefined)
        return endOwn(context, ending, records);
    const lists = createPageLists(context, page);
    const kind = records[0]?.kind ?? 'maintenance';
    const sendsForOwn = kind === 'incident' || ending.action !== 'keep';
    if (context.deployment.own && listsBeside && sendsForOwn && mayMeetOlder(ending))
        void lists.fetch(kind);
    const own = await endOwn(context, ending, records, lists);
    const told = context.deployment.own ? await promiseNextRun(own, lists) : own;
    const older = context.deployment.own ? await endOlder(context, identity, ending, lists, own) : [];
    const last = own.at(-1)?.record ?? records.at(-1);
    const recovered = ending.recovers ? await recover(context, identity, lists, last) : [];
    return [...told, ...older, ...recovered];
}
async function endOwn(context, ending, records, lists) {
    let incident;
    const openOnce = (record) => {
        incident ??= end_record_openIncident(context, record);
        return incident;
    };
    const ended = await eachRecord(records, async (record) => {
        const needsIncident = ending.action === 'incident' && record.kind === 'maintenance';
        const early = needsIncident && record.stage !== 'unconfirmed' ? await openOnce(record) : undefined;
        if (record.stage === 'missed')
            return [];
        if (early?.result === 'failed')
            return [];
        const { open, everSeen } = await locate(context, record, lists && fetchFrom(lists));
        const late = needsIncident && early === undefined && everSeen ? await openOnce(record) : undefined;
        if (late?.result === 'failed')
            return [];
        if (open.length === 0) {
            return record.stage === 'unconfirmed' ? [] : [{ record, phase: 'ending', result: 'absent' }];
        }
        return Promise.all(open.map((one) => endRecord(context, one, ending)));
    });
    return incident === undefined ? ended : [await incident, ...ended];
}
function undo(context) {
    const { deployment } = context;
    const records = deployment.records.filter((record) => !isLeftToOthers(deployment, record));
    return eachRecord(records, async (record) => {
        if (record.stage === 'missed')
            return [];
        const isOlder = !record.created && (record.stage === 'open' || deployment.stage === 'failed');
        if (isOlder)
            return [{ record, phase: 'undoing', result: 'left' }];
        const { open } = await locate(context, record);
        if (open.length === 0)
            return [{ record, phase: 'undoing', result: 'absent' }];
        return Promise.all(open.map((one) => undoRecord(context, one)));
    });
}
function isLeftToOthers({ own, hasKey }, record) {
    if (record.stage !== 'opening' && record.stage !== 'open')
        return false;
    const reference = parseReference(record.reference ?? '');
    if (own)
        return !record.created && reference !== undefined && !isOwn(reference);
    return hasKey && !(record.created && record.stage === 'open');
}
async function eachRecord(records, work) {
    const entries = records
        .filter(({ stage }) => stage !== 'gone' && stage !== 'not-sent')
        .map((record) => work(record).catch((error) => [failed(record, 'ending', error)]));
    return (await Promise.all(entries)).flat();
}

;// CONCATENATED MODULE: ./lib/statuspage/manual-commands.js


function commandToEnd(target, named) {
    if (target.host === 'terminal')
        return ownCommand('resolve', target, named);
    const id = encodeURIComponent(named.id);
    if (named.kind === 'maintenance') {
        return curl('PATCH', `${trim(target)}/maintenances/${id}`, `'{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`);
    }
    const body = { incident_state_id: incidentStates.resolved, message: 'Resolved.' };
    return curl('POST', `${trim(target)}/incidents/${id}/updates`, quote(JSON.stringify(body)));
}
function commandToDelete(target, named) {
    if (target.host === 'terminal')
        return ownCommand('delete', target, named);
    const list = named.kind === 'maintenance' ? 'maintenances' : 'incidents';
    return curl('DELETE', `${trim(target)}/${list}/${encodeURIComponent(named.id)}`);
}
function ownCommand(operation, target, { kind, id }) {
    const api = trim(target) === defaultApiUrl ? '' : ` --api-url ${quote(trim(target))}`;
    return `statuspage-me ${operation} --kind ${kind} --id ${quote(id)}${api}`;
}
function curl(method, url, quotedBody) {
    const body = quotedBody === undefined ? '' : ` -H 'Content-Type: application/json' -d ${quotedBody}`;
    return `curl -X ${method} ${quote(url)} -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"${body}`;
}
function quote(text) {
    return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
function trim({ apiUrl }) {
    return apiUrl.replace(/\/+$/, '');
}

;// CONCATENATED MODULE: ./lib/messages/failure.js




function describeFailure(doing, error, background) {
    if (error instanceof UserError)
        return error.message.split('\n').map(forLog).join('\n');
    const { happened, todo } = explain(error, background);
    return forLog(`Could not ${doing}: ${happened}.${todo === '' ? '' : ` ${todo}`}`);
}
function causeOf(thrown) {
    if (thrown instanceof ExplainedError)
        return thrown.causeKey;
    return thrown instanceof Error ? `${thrown.name} ${thrown.message}` : String(thrown);
}
function titleOf(thrown) {
    if (thrown instanceof StatusPageError) {
        return thrown.code === 'forbidden' && isAboutScope(thrown) ? 'missing scope' : titles[thrown.code];
    }
    return thrown instanceof UserError ? 'invalid input' : 'failure';
}
const titles = {
    unauthorized: 'API key refused',
    forbidden: 'access refused',
    blocked: 'request blocked',
    'not-found': 'not found',
    invalid: 'request refused',
    client: 'request refused',
    redirect: 'wrong api-url',
    'rate-limited': 'too many requests',
    server: 'API error',
    unreadable: 'unknown response',
    'too-large': 'response too large',
    timeout: 'no response',
    reset: 'network error',
    refused: 'network error',
    'unknown-host': 'network error',
    certificate: 'certificate error',
    proxy: 'proxy error',
    interrupted: 'interrupted',
    'out-of-time': 'out of time',
};

;// CONCATENATED MODULE: ./lib/messages/record.js






function describeKind(kind) {
    return kind === 'maintenance' ? 'maintenance window' : 'incident';
}
function describeRecord({ kind, title, id, page }) {
    const named = title === undefined ? '' : ` "${title}"`;
    const numbered = id === undefined ? '' : ` (id ${id})`;
    const on = page === undefined ? '' : ` on ${describePage(page)}`;
    return forLog(`the ${describeKind(kind)}${named}${numbered}${on}`);
}
function describePageOf({ page }) {
    return page === undefined ? '' : forLog(describePage(page));
}
function describeState(state) {
    if (state === undefined)
        return 'open';
    return (describeIncidentState(state)
        .replace(/[^\p{L}\p{N}-]+/gu, ' ')
        .trim() || 'open');
}
function describeAnnounced({ kind, stage, startAt, endAt, state }, now) {
    if (stage === 'gone')
        return 'removed';
    if (kind === 'incident')
        return describeState(state);
    return startAt === undefined || endAt === undefined ? 'times unknown' : describeSpan(startAt, endAt, now);
}
function isUnknownRecord(error) {
    return error instanceof StatusPageError && error.code === 'not-found' && recordIdOf(error.call) !== undefined;
}

;// CONCATENATED MODULE: ./lib/messages/older.js





function describeEdited({ record, phase }, now) {
    const origin = phase === 'recovering' ? 'an earlier failure' : 'an earlier run';
    const why = record.state === undefined
        ? 'its state is not shown, so a person may have edited it'
        : `a person has edited it (${describeAnnounced(record, now)})`;
    return info(`Left ${describeRecord(record)} of ${origin} as it is: ${why}.`);
}
function describeRunning(record, end) {
    const what = describeRecord(record);
    return warning(`${what.charAt(0).toUpperCase()}${what.slice(1)} is from another run that is still in progress, so it stays. To end it now:`, end);
}
function describeUnlisted(ended, background) {
    const { record, phase } = ended;
    const page = forLog(record.page === undefined ? '' : describePage(record.page));
    const what = phase === 'recovering' ? 'incidents of earlier failures' : 'notices that earlier runs left';
    if (!('reason' in ended))
        return info(`There may be more ${what} on ${page}: its list does not show everything.`);
    return info(`Did not search for ${what} on ${page}: ${forLog(explain(ended.reason, background).happened)}.`);
}

;// CONCATENATED MODULE: ./lib/messages/ending.js








function commandsToEnd(record, { commands, now }) {
    const { kind, id, startAt } = record;
    if (id === undefined || commands === undefined)
        return [];
    const begun = startAt === undefined || startAt <= now;
    return [{ command: begun ? commandToEnd(commands, { kind, id }) : commandToDelete(commands, { kind, id }) }];
}
function describeEndings(ended, context) {
    const failures = ended.filter((one) => one.result === 'failed');
    const done = ended.flatMap((one) => (one.result === 'failed' ? [] : [describeDone(one, context)]));
    const groups = Map.groupBy(failures, ({ phase, error: thrown }) => `${phase} ${causeOf(thrown)}`);
    return [...done, ...[...groups.values()].map((group) => describeFailed(group, context))];
}
function describeDone(ended, context) {
    const { record, phase, result } = ended;
    const what = describeRecord(record);
    const { now, why } = context;
    switch (result) {
        case 'ended':
            return describeEnded(ended, now);
        case 'resolved':
            return info(`Resolved ${what}${describeOrigin(phase)}.`);
        case 'deleted':
            return info(`Deleted ${what}: ${why === 'undone' ? 'nothing was deployed' : 'it had not begun'}.`);
        case 'incident-opened':
            return describeIncident(ended, context);
        case 'kept':
            return describeKept(ended, context);
        case 'left':
            return describeLeft(record, context);
        case 'already-over':
            return describeOver(ended, context);
        case 'already-resolved':
            return info(`Nothing to do: ${what} is already resolved.`);
        case 'gone':
        case 'failed':
            return info(`Nothing to do: ${what} no longer exists, or this key cannot see it.`);
        case 'absent':
            return info(`Nothing to end: ${what} was not found. If it appears later, ${describeLater(record)}`);
        case 'edited':
            return describeEdited(ended, now);
        case 'running':
            return describeRunning(record, commandsToEnd(record, context));
        case 'unlisted':
            return describeUnlisted(ended, context.host);
    }
}
const aheadMs = 10 * secondMs;
function describeEnded({ record, phase }, now) {
    const { endAt = now } = record;
    const what = `${describeRecord(record)}${describeOrigin(phase)}`;
    const end = describeTime(endAt, now);
    if (msBetween(now, endAt) <= aheadMs)
        return info(`Ended ${what} at ${end}.`);
    return info(`Moved the end of ${what} to ${end}: the server accepts no earlier end.`);
}
function describeLater({ kind }) {
    return kind === 'maintenance' ? 'it ends by itself.' : 'resolve it manually.';
}
function describeKept(ended, context) {
    const { record } = ended;
    const what = describeRecord(record);
    const happened = `The deployment ${describeWhy(context)}, so`;
    const next = describeNextRun(ended, context);
    const end = commandsToEnd(record, context);
    if (record.kind === 'incident') {
        return warning(`${happened} ${what} stays open, and its last update says so.${next} To resolve it now:`, end);
    }
    const until = record.endAt === undefined ? 'its announced end' : describeTime(record.endAt, context.now);
    return warning(`${happened} ${what} stays until ${until}.${next} To end it now:`, end);
}
function describeNextRun(ended, { host }) {
    if (!('nextRunEndsIt' in ended && ended.nextRunEndsIt))
        return '';
    const next = host.kind === 'runner' ? 'step' : 'command';
    const ends = ended.record.kind === 'maintenance' ? 'ends' : 'resolves';
    return ` The next successful run of this ${next} ${ends} it.`;
}
function describeOrigin(phase) {
    switch (phase) {
        case 'recovering':
            return ' (opened after an earlier failure)';
        case 'superseding':
            return ' (left by an earlier run)';
        case 'ending':
        case 'keeping':
        case 'undoing':
        case 'opening-incident':
            return '';
    }
}
function describeLeft(record, context) {
    const what = `Left ${describeRecord(record)} as it was`;
    if (record.stage !== 'open') {
        return warning(`${what}: an earlier attempt may have opened it. Check the page.`);
    }
    return warning(`${what}: it was open before this run. To end it now:`, commandsToEnd(record, context));
}
function describeWhy({ why }) {
    switch (why) {
        case 'failure':
            return 'failed';
        case 'cancelled':
            return 'was cancelled or timed out';
        case 'skipped':
            return 'was skipped';
        case 'success':
            return 'succeeded';
        case 'undone':
            return 'did not begin';
        case 'asked':
        case 'unknown':
            return 'ended';
    }
}
function describeOver({ record, phase }, { why, now, host }) {
    const { startAt, endAt = now } = record;
    const over = `${describeRecord(record)} ended by itself at ${describeTime(endAt, now)}`;
    const isOurEnd = phase !== 'superseding' && why !== 'undone' && why !== 'asked';
    if (!isOurEnd)
        return info(`Nothing to do: ${over}.`);
    const gap = formatDuration(msBetween(endAt, now));
    const todo = startAt === undefined
        ? `Set a longer ${host.nameOf('duration')}.`
        : `Set ${host.nameOf('duration')} to ${formatDuration(roundUp(msBetween(startAt, now)))} or more.`;
    return warning(`${capital(over)}, ${gap} before the deployment ended. ${todo}`);
}
function roundUp(ms) {
    return Math.ceil(ms / (5 * minuteMs)) * 5 * minuteMs;
}
function describeIncident(ended, context) {
    const { record } = ended;
    const what = describeRecord(record);
    const happened = `The deployment ${describeWhy(context)}`;
    const todo = `${describeNextRun(ended, context)} To resolve it now:`;
    const resolve = commandsToEnd(record, context);
    if (record.created)
        return warning(`${happened}, and ${what} was opened.${todo}`, resolve);
    if ('said' in ended)
        return warning(`${happened}, and ${what} of an earlier failure got an update.${todo}`, resolve);
    return warning(`${happened}. A person has edited ${what} of an earlier failure, so it stays.${todo}`, resolve);
}
function describeFailed(group, context) {
    const [first] = group;
    const failure = describeFailure(describePhase(group), first.error, {
        page: first.record.page,
        nameOf: context.host.nameOf,
    });
    const left = group.filter(({ record, error: cause }) => record.stage !== 'missed' && !isUnknownRecord(cause));
    const rests = left.map(({ record }) => ({
        stays: describeRest(record, context),
        end: commandsToEnd(record, context),
    }));
    const lines = rests.filter(({ end }) => end.length === 0).map(({ stays }) => stays);
    const commands = rests.flatMap(({ stays, end }) => end.map((one) => ({ before: `${stays} To end it now:`, ...one })));
    const message = (group.some(context.isFatal) ? error : warning)([failure, ...lines].join('\n'), commands);
    return { ...message, title: titleOf(first.error) };
}
function describePhase(group) {
    const records = list(group.map(({ record }) => describeRecord(record)));
    const pages = list(group.map(({ record }) => describePageOf(record)));
    const [{ phase, record }] = group;
    switch (phase) {
        case 'opening-incident':
            return `open the incident of the failure${pages && ` on ${pages}`}`;
        case 'recovering':
            return `resolve the incident of an earlier failure${pages && ` on ${pages}`}`;
        case 'superseding':
            return `end ${records} of an earlier run`;
        case 'keeping':
            return `add an update to ${records}`;
        case 'undoing':
            return `undo ${records}`;
        case 'ending':
            return record.kind === 'maintenance' ? `end ${records}` : `resolve ${records}`;
    }
}
function describeRest(record, { now }) {
    const what = `${describeRecord(record)}${record.stage === 'open' ? '' : ', if it is there,'}`;
    const until = record.endAt === undefined ? '' : ` at ${describeTime(record.endAt, now)}`;
    const stays = record.kind === 'maintenance'
        ? `${capital(what)} ends by itself${until}.`
        : `${capital(what)} stays open until you resolve it.`;
    return record.page?.url === undefined ? stays : `${stays} The page: ${forLog(record.page.url)}.`;
}
function capital(text) {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

;// CONCATENATED MODULE: ./lib/messages/verdict.js






function describeOpeningVerdict(opened, now) {
    const shown = opened.map(({ record }) => record).filter(isShown);
    const [first] = shown;
    const missing = opened.filter(({ record }) => !isShown(record));
    if (first === undefined)
        return describeNoNotice(missing);
    const but = missing.length === 0 ? '' : ` (no notice on ${namesOf(missing, 'the other pages')})`;
    return `${heading(...describeOnPage(first, now), shown)}${but}`;
}
function describeNoNotice(missing) {
    const sure = missing.every(({ record }) => record.stage !== 'opening');
    const thrown = missing.map(({ error }) => error).find((error) => error !== undefined);
    const what = `${sure ? 'no notice' : 'maybe no notice'}, ${describeCause(thrown)} (the deployment continued)`;
    return heading('\u26a0\ufe0f', what, missing.map(({ record }) => record));
}
function describeOnPage(record, now) {
    const { kind, startAt, endAt } = record;
    if (kind === 'incident')
        return ['\ud83d\udd34', `incident open (${describeAnnounced(record, now)})`];
    if (startAt !== undefined && liesAhead(startAt, now))
        return ['\ud83d\udcc5', `maintenance announced for ${describeAnnounced(record, now)}`];
    return ['\ud83d\udd27', `under maintenance${endAt === undefined ? '' : ` until ${describeTime(endAt, now)}`}`];
}
function isShown({ stage }) {
    return stage === 'open' || stage === 'not-sent';
}
function describeCause(error) {
    const cause = error instanceof UncertainCreateError ? error.cause : error;
    if (!(cause instanceof StatusPageError))
        return 'it could not be opened';
    if (cause.status !== undefined)
        return `StatusPage.me answered ${cause.status}`;
    const sent = cause.code === 'timeout' || cause.code === 'reset';
    return sent ? 'StatusPage.me did not answer' : 'StatusPage.me could not be reached';
}
function describeEndingVerdict(ended, { why, now }) {
    const left = ended.filter((one) => isLeft(one, now));
    const [first] = left;
    if (first !== undefined) {
        return heading(...verdict_describeLeft(first, now), left.map(({ record }) => record));
    }
    const failed = ended.filter(({ result }) => result === 'failed');
    if (failed.length > 0)
        return headingOf('\u26a0\ufe0f', describeUndone(failed), failed);
    const opened = ended.filter(({ result }) => result === 'incident-opened');
    if (opened.length > 0)
        return headingOf('\ud83d\udd34', 'incident open', opened);
    const own = ended.filter(({ phase }) => phase !== 'recovering' && phase !== 'superseding');
    const [shown] = own.toSorted((a, b) => Number(wasShown(b)) - Number(wasShown(a)));
    const earlier = ended.filter((one) => !own.includes(one) && wasShown(one));
    const also = earlier.length === 0 ? '' : '; also ended what earlier runs left';
    if (shown === undefined) {
        return earlier.length === 0
            ? '\u2139\ufe0f Nothing to end was found'
            : headingOf('\u2705', 'ended what earlier runs left', earlier);
    }
    const [sign, what] = describeGone(shown, now);
    const outcome = why === 'failure' || why === 'cancelled' || why === 'skipped' ? ` (${verdict_outcomes[why]})` : '';
    return `${headingOf(sign, `${what}${also}`, own)}${outcome}`;
}
const verdict_outcomes = {
    failure: 'the deployment failed',
    cancelled: 'the deployment was cancelled',
    skipped: 'the deployment was skipped',
};
const presentMs = 10_000;
function isLeft(ended, now) {
    const { record, result } = ended;
    if (result === 'ended')
        return record.endAt !== undefined && msBetween(now, record.endAt) > presentMs;
    if (result === 'kept' || result === 'left' || result === 'running')
        return true;
    const mayBeThere = record.stage !== 'missed' && (record.endAt === undefined || record.endAt > now);
    return result === 'failed' && mayBeThere && !isUnknownRecord(ended.error);
}
function verdict_describeLeft({ record }, now) {
    const { kind, id, startAt, endAt } = record;
    const perhaps = id === undefined ? 'maybe ' : '';
    if (kind === 'incident')
        return ['\ud83d\udd34', `${perhaps}incident open`];
    if (startAt !== undefined && liesAhead(startAt, now))
        return ['\u26a0\ufe0f', `${perhaps}maintenance still announced for ${describeAnnounced(record, now)}`];
    const until = endAt === undefined ? '' : ` until ${describeTime(endAt, now)}`;
    return ['\u26a0\ufe0f', `${perhaps}still under maintenance${until}`];
}
function describeUndone([first]) {
    switch (first?.phase) {
        case 'opening-incident':
            return 'the incident of the failure could not be opened';
        case 'recovering':
            return 'the incident of an earlier failure could not be resolved';
        default:
            return 'not everything could be ended';
    }
}
function wasShown({ result }) {
    return result === 'ended' || result === 'resolved';
}
function describeGone({ record, result }, now) {
    const { kind, startAt, endAt } = record;
    const thing = kind === 'maintenance' ? 'maintenance' : 'incident';
    switch (result) {
        case 'deleted':
            return ['\u2705', `${thing} removed`];
        case 'absent':
            return ['\u2139\ufe0f', `no ${thing} was found to end`];
        case 'gone':
            return ['\u2705', `${thing} no longer exists`];
        case 'already-resolved':
            return ['\u2705', 'incident was already resolved'];
        case 'already-over':
            return ['\u2139\ufe0f', `maintenance ended by itself${endAt === undefined ? '' : ` at ${describeTime(endAt, now)}`}`];
        default: {
            const end = kind === 'maintenance' ? (endAt ?? now) : now;
            const after = startAt === undefined ? '' : ` after ${describeDuration(msBetween(startAt, end))}`;
            return ['\u2705', `${kind === 'maintenance' ? 'maintenance ended' : 'incident resolved'}${after}`];
        }
    }
}
function describeFailedOpeningVerdict(undone, now) {
    const left = undone.filter((one) => isLeft(one, now));
    const [first] = left;
    if (first !== undefined) {
        const [, what] = verdict_describeLeft(first, now);
        return headingOf('\u274c', `${what} (the step failed)`, left);
    }
    const absent = undone.filter(({ result }) => result === 'absent');
    if (absent.length > 0)
        return headingOf('\u274c', 'maybe a notice, and the post step searches again (the step failed)', absent);
    return headingOf('\u274c', 'no notice (the step failed)', undone);
}
function headingOf(sign, what, entries) {
    return heading(sign, what, entries.map(({ record }) => record));
}
const mostNamed = 3;
function heading(sign, what, records) {
    const names = namesOf(records.map((record) => ({ record })), '');
    if (names === '')
        return `${sign} ${what.charAt(0).toUpperCase()}${what.slice(1)}`;
    return `${sign} ${names}: ${what}`;
}
function namesOf(entries, otherwise) {
    const names = [...new Set(entries.map(({ record: { page } }) => page?.name ?? page?.slug))];
    const known = names.filter((name) => name !== undefined);
    if (known.length === 0 || known.length < names.length)
        return otherwise;
    return names.length > mostNamed ? `${names.length} pages` : list(known.map(forMarkdown));
}

;// CONCATENATED MODULE: ./lib/domain/exit.js
const exitCodes = {
    done: 0,
    failed: 1,
    usage: 2,
    'gate-closed': 3,
    'key-refused': 4,
    'scope-missing': 5,
    'not-found': 6,
    'rate-limited': 7,
    unreachable: 8,
    interrupted: 130,
};

;// CONCATENATED MODULE: ./lib/messages/summary.js



const mostBytes = 1000 * 1024;
const cut = 'This summary was too long and is cut. The log of this step shows everything.';
function renderSummary({ verdict, dryRun, records, message, tables, problems, now }) {
    const rehearsal = dryRun ? 'Dry run, nothing was sent. Without it: ' : '';
    const shown = records.filter(({ id, stage }) => id !== undefined || stage === 'not-sent');
    const parts = [`### ${rehearsal}${verdict}`, ...problems.map(quoteProblem)];
    if (shown.length > 0)
        parts.push(describeTable(shown, now));
    if (message !== undefined)
        parts.push(`Visitors read:\n\n${forMarkdownBlock(message)}`);
    if (tables !== undefined)
        parts.push(tables);
    return `${keepWhatFits(parts).join('\n\n')}\n`;
}
function keepWhatFits(parts) {
    let left = mostBytes;
    const fitting = parts.filter((part) => {
        const bytes = Buffer.byteLength(part) + 2;
        if (bytes > left)
            return false;
        left -= bytes;
        return true;
    });
    return fitting.length === parts.length ? parts : [...fitting, cut];
}
function quoteProblem({ text, commands = [] }) {
    const quote = (line) => `${forMarkdown(line)}  `;
    const quoted = [
        ...text.split('\n').map(quote),
        ...commands.flatMap(({ before, command }) => [
            ...(before === undefined ? [] : [quote(before)]),
            `\`\`\`sh\n> ${command}\n> \`\`\``,
        ]),
    ];
    return `> ${quoted.join('\n> ')}`;
}
function describeTable(records, now) {
    const rows = records.map((record) => {
        const { title = '', page, mailed } = record;
        const cells = [
            page === undefined ? '' : linkPage(page),
            forMarkdown(title),
            describeAnnounced(record, now),
            mailed ? 'yes' : 'no',
        ];
        return `| ${cells.join(' | ')} |`;
    });
    return ['| Page | Visitors see | When | Mail sent |', '|---|---|---|---|', ...rows].join('\n');
}
function linkPage(page) {
    const name = forMarkdown(describePage(page));
    return page.url !== undefined && /^https?:\/\/[^\s()<>|]+$/.test(page.url) ? `[${name}](${page.url})` : name;
}

;// CONCATENATED MODULE: ./lib/operations/step.js







function isFatal(error, { onApiError, operation }) {
    return error instanceof UserError || failsJob(onApiError, operations_operations[operation].opens, isFixable(error));
}
function failsJob(policy, opens, fixable) {
    switch (policy) {
        case 'fail':
            return true;
        case 'warn':
            return false;
        case 'auto':
            return fixable || !opens;
    }
}
function exitAfter(failed) {
    return failed === undefined ? 'done' : exitOf(failed.error);
}
function concludeFailure(doing, error, policy, background) {
    const fatal = isFatal(error, policy);
    const text = describeFailure(doing, error, background);
    return {
        verdict: describeVerdict(fatal, policy),
        messages: [{ level: fatal ? 'error' : 'warning', text, title: titleOf(error) }],
        records: [],
        exit: fatal ? exitOf(error) : 'done',
    };
}
function describeVerdict(fatal, { operation }) {
    const { undone } = operations_operations[operation];
    return fatal ? `\u274c ${undone}` : `\u26a0\ufe0f ${undone} (the job continued)`;
}
function reportEnded(ended) {
    const recordsOf = (entries) => entries.map(({ record }) => record);
    return {
        records: recordsOf(ended.filter((one) => !isBesides(one))),
        besides: recordsOf(ended.filter((one) => isBesides(one) && (one.result === 'incident-opened' || one.result === 'resolved'))),
        said: ended.flatMap((one) => ('said' in one && one.said !== undefined ? [one.said] : []))[0],
    };
}
function concludeQuietly(reason) {
    return { verdict: undefined, messages: [info(reason)], records: [], exit: 'done' };
}
function concludeInterruption(kind) {
    const rest = { runner: 'The post step undoes what was opened', terminal: 'Nothing was opened' };
    return { ...concludeQuietly(`Interrupted. ${rest[kind]}.`), exit: 'interrupted' };
}
async function step_report({ host, clock }, conclusion, dryRun) {
    const { verdict, messages, records, besides = [], said, tables, serverNow: now = clock.now() } = conclusion;
    const rehearsal = dryRun ? 'Dry run: ' : '';
    for (const message of messages) {
        const text = textOf(message);
        host.log[message.level](message.level === 'info' ? `${rehearsal}${text}` : text, message.title);
    }
    if (verdict === undefined)
        return;
    const problems = messages.filter(isProblem);
    const shown = [...records, ...besides];
    await host.addSummary(renderSummary({ verdict, dryRun, records: shown, message: said, tables, problems, now }));
}
function stepExitCode({ exit }) {
    if (exit === 'done' || exit === 'interrupted')
        return exitCodes[exit];
    return exitCodes.failed;
}

;// CONCATENATED MODULE: ./lib/operations/end/end.js









const endingBudgetMs = 29 * secondMs;
async function endRemembered(dependencies, readRequest, fails = false) {
    const deployment = handoffOf(dependencies).memory.recall();
    if (deployment === undefined)
        return finishQuietly('Nothing was opened, so there is nothing to end.');
    const { own, records, stage } = deployment;
    if (records.every((record) => record.stage === 'gone' || (record.stage === 'missed' && !own))) {
        return finishQuietly('Nothing was left on the page.');
    }
    if (stage === 'open' && !own) {
        return finishQuietly('Left on the page, because auto-resolve is false. End it with resolve.');
    }
    try {
        return await endDeployment(dependencies, deployment, readRequest());
    }
    catch (error) {
        if (!(error instanceof UserError))
            throw error;
        const apiUrl = deployment.apiUrl === defaultApiUrl ? defaultApiUrl : undefined;
        return giveUp(dependencies, deployment, error, { isFatal: () => true, fails, apiUrl });
    }
}
async function finishDeployment(dependencies, request) {
    const afterwards = withoutInterruption(dependencies);
    const finish = await endRemembered(afterwards, () => request);
    await report(afterwards, finish.conclusion, false);
    return finish;
}
async function endDeployment(dependencies, deployment, { outcome, values, isFatal = isIncident }) {
    const apiKey = values['api-key'];
    const fails = values['on-api-error'] === 'fail';
    const apiUrl = values['api-url'].href;
    if (apiKey === undefined) {
        return giveUp(dependencies, deployment, new MissingKeyError(dependencies.host.kind), { isFatal, fails, apiUrl });
    }
    if (deployment.apiUrl !== apiUrl) {
        const otherApi = describeOtherApi(deployment.apiUrl, apiUrl, dependencies.host.nameOf('api-url'));
        return giveUp(dependencies, deployment, otherApi, { isFatal: () => true, fails, apiUrl: undefined });
    }
    const settings = { ...values, 'dry-run': false };
    const statusPage = dependencies_connect(dependencies, settings, apiKey, endingBudgetMs, deployment.clockOffsetMs);
    const findRunning = findRunningBy(dependencies, values['github-token']);
    const nextRunRecovers = deployment.own && endingOf('success', values).recovers === true;
    const context = { statusPage, words: dependencies_wordsOf(values), deployment, findRunning, nextRunRecovers };
    const why = deployment.stage === 'open' ? outcome : 'undone';
    if (why === 'undone' && deployment.records.every((record) => isLeftToOthers(deployment, record))) {
        return finishQuietly('Left on the page, if it is there, because other jobs with this deployment key may use it.');
    }
    const ended = why === 'undone' ? await undo(context) : await end(context, endingOf(why, values));
    return finish(ended, {
        why,
        isFatal,
        host: dependencies.host,
        now: statusPage.serverNow(),
        commands: { host: dependencies.host.kind, apiUrl },
    }, fails);
}
function endingOf(outcome, values) {
    const { 'on-failure': onFailure, 'on-cancel': onCancel } = values;
    const recovers = values.recover ?? [onFailure, onCancel].includes('incident');
    return decideEnding(outcome, onFailure, onCancel, recovers);
}
function describeOtherApi(remembered, given, input) {
    return new UserError(`Could not end the notice: it was opened at ${remembered}, but ${input} is now ${given}. ` +
        `The API key is sent only to that address. Set ${input} to ${remembered} if you trust it.`);
}
function giveUp({ clock, host }, { records }, error, { isFatal: mayFail, fails, apiUrl }) {
    const left = records.filter(({ stage }) => stage === 'opening' || stage === 'open');
    const commands = apiUrl === undefined ? undefined : { host: host.kind, apiUrl };
    const context = { why: 'unknown', isFatal: mayFail, host, now: clock.now(), commands };
    return finish(left.map((record) => failed(record, 'ending', error)), context, fails);
}
function finish(ended, context, fails) {
    const incidentLeft = ended.some((one) => one.result === 'failed' && isIncident(one));
    const conclusion = {
        verdict: ended.every(({ result }) => result === 'unlisted') ? undefined : describeEndingVerdict(ended, context),
        messages: describeEndings(ended, context),
        ...reportEnded(ended),
        serverNow: context.now,
        exit: fails && incidentLeft ? 'failed' : 'done',
    };
    return { conclusion, ended };
}
function finishQuietly(reason) {
    return { conclusion: concludeQuietly(reason), ended: [] };
}
function isIncident({ record, phase }) {
    return record.kind === 'incident' || phase === 'opening-incident';
}
function end_isOver({ ended }) {
    const about = ended.filter(({ phase }) => phase !== 'recovering' && phase !== 'superseding');
    return about.every(({ result }) => result !== 'failed' && result !== 'kept' && result !== 'left');
}

;// CONCATENATED MODULE: ./lib/inputs/outputs.js

const recordOutputs = {
    id: 'Id of the notice; several joined by commas in the order of `status-page`; `none` if nothing was opened.',
    kind: '`maintenance` or `incident`.',
    'status-page-id': 'UUID of the status page; several joined by commas.',
    url: 'Address of the status page for visitors; empty if it is not known, because the page was given as a UUID.',
    title: 'Title that visitors read.',
    'start-at': 'Start of the window, or when the incident was opened; RFC 3339 in UTC.',
    'end-at': 'Announced end of the window, RFC 3339 in UTC.',
    state: 'Window: `scheduled`, `active` or `past`. Incident: the state by its name.',
    created: '`true` if this step created the notice, `false` if it reused an open one.',
    marker: 'Reference at the end of the message, which finds the notice again.',
    records: 'Everything as a JSON list, with an object for each page.',
};
const outputs = {
    ...recordOutputs,
    scopes: 'Of `check`: JSON with `granted`, `missing` or `unknown` for each scope.',
    pages: 'Of `check`: the pages that the key sees as a JSON list, each with `id`, and `slug`, `name` and `url` if known.',
    passed: 'Of `gate`: `true` if it is open or let the job pass, else `false`.',
    reasons: 'Of `gate`: what closes it or could not be checked, as a JSON list of sentences.',
    swept: 'Of `sweep`: ids of the resolved incidents, joined by commas; empty if there were none.',
};
const joined = ['id', 'status-page-id', 'url', 'swept'];
const noId = 'none';
function formatOutput(name, value) {
    if (value === undefined)
        return name === 'id' ? noId : '';
    if (value instanceof Date)
        return formatTime(value);
    if (joined.includes(name) && Array.isArray(value)) {
        const isEmpty = value.every((part) => part === undefined);
        return isEmpty ? formatOutput(name, undefined) : value.map((part) => formatOutput(name, part)).join(',');
    }
    if (name === 'records' && Array.isArray(value))
        return JSON.stringify(value.map(formatRecord));
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
function formatRecord(record) {
    const fields = Object.entries(record);
    return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'boolean' ? value : formatOutput(name, value)]));
}

;// CONCATENATED MODULE: ./lib/messages/outputs.js


function toOutputs(records, now) {
    const each = records.map((record) => toRecordOutput(record, now));
    const [first] = each;
    return {
        id: each.map(({ id }) => id),
        kind: first?.kind,
        'status-page-id': each.map((one) => one['status-page-id']),
        url: each.map(({ url }) => url),
        title: first?.title,
        'start-at': first?.['start-at'],
        'end-at': first?.['end-at'],
        state: first?.state,
        created: first?.created ?? false,
        marker: first?.marker,
        records: each,
    };
}
function toRecordOutput(record, now) {
    const { kind, id, page, title, startAt, endAt, created, reference } = record;
    const isOpen = id !== undefined;
    return {
        id,
        kind,
        'status-page-id': page?.id,
        url: page?.url,
        title,
        'start-at': isOpen ? startAt : undefined,
        'end-at': isOpen ? endAt : undefined,
        state: isOpen ? outputs_describeState(record, now) : undefined,
        created: isOpen && created,
        marker: isOpen ? reference : undefined,
    };
}
function outputs_describeState({ kind, startAt, endAt, state }, now) {
    if (kind === 'incident')
        return state === undefined ? undefined : describeIncidentState(state);
    if (startAt !== undefined && liesAhead(startAt, now))
        return 'scheduled';
    return endAt !== undefined && !liesAhead(endAt, now) ? 'past' : 'active';
}

;// CONCATENATED MODULE: ./lib/operations/record-targets.js
function namedRecord({ id, kind, page }) {
    return { kind, page, stage: 'open', id, created: false, mailed: false };
}
function unconfirmedRecord(kind, page) {
    return { kind, page, stage: 'unconfirmed', created: false, mailed: false };
}

;// CONCATENATED MODULE: ./lib/operations/keyed.js










function findKeyed(statusPage, { key, pages, kind }) {
    const wanted = kind === undefined ? kinds : [kind];
    return Promise.all(pages.map(async (page) => {
        const found = await proveEmpty(statusPage, page, await Promise.all(wanted.map((one) => findOfKind(statusPage, page, one, key))));
        const all = found.flatMap(({ targets }) => targets);
        const ahead = all.filter((target) => isAhead(target, statusPage.serverNow()));
        const begun = all.filter((target) => !ahead.includes(target));
        const hasOpen = begun.some((target) => !('error' in target));
        return {
            page,
            targets: hasOpen ? begun : all,
            ahead: hasOpen ? ahead.flatMap((target) => ('error' in target ? [] : [target.record])) : [],
            over: found.flatMap(({ over }) => over),
        };
    }));
}
async function findOfKind(statusPage, page, kind, key) {
    const record = unconfirmedRecord(kind, page);
    try {
        const shown = await fetchShown(statusPage, kind, page.id);
        const match = ofKey({ key });
        const { open, provenAbsent } = searchIn(shown, match);
        if (open.length === 0 && !provenAbsent)
            throw new UnlocatedError(notShown);
        const over = shown.over.filter(match).map((seen) => known(record, seen));
        return {
            kind,
            isEmpty: shown.open.length + shown.over.length === 0,
            targets: open.map((seen) => ({ record: withItsReference(known(record, seen), seen), seen })),
            over: over.toSorted((one, other) => Number(other.startAt) - Number(one.startAt)),
        };
    }
    catch (error) {
        return { kind, isEmpty: false, targets: [{ record, error }], over: [] };
    }
}
function withItsReference(record, seen) {
    const reference = openingReference(seen);
    return reference === undefined ? record : { ...record, reference: formatReference(reference) };
}
async function proveEmpty(statusPage, page, found) {
    const isSeen = found.some(({ isEmpty, targets }) => !isEmpty && targets.every((target) => !('error' in target)));
    if (isSeen || !found.some(({ isEmpty }) => isEmpty))
        return found;
    try {
        await provePage(statusPage, page);
        return found;
    }
    catch (error) {
        return found.map((one) => one.isEmpty ? { ...one, targets: [{ record: unconfirmedRecord(one.kind, page), error }] } : one);
    }
}
function isAhead(target, now) {
    if ('error' in target || target.record.kind === 'incident')
        return false;
    return target.record.startAt !== undefined && liesAhead(target.record.startAt, now);
}
async function provePage(statusPage, { id }) {
    try {
        await statusPage.fetchPage(id);
        return 'proved';
    }
    catch (error) {
        if (error instanceof StatusPageError && error.code === 'forbidden')
            return 'not-allowed';
        throw error;
    }
}
function describeNothingOpen(over) {
    const [last] = over;
    if (last !== undefined)
        return info(`Nothing to do: ${describeRecord(last)} is over already.`);
    return warning('Nothing open was found for this deployment key. Check the key, the status page and the kind.');
}
function describeAhead(record) {
    return info(`Left ${describeRecord(record)} as it is: it has not begun.`);
}

;// CONCATENATED MODULE: ./lib/domain/choose-pages.js




function choosePages(names, visible) {
    const { chosen, wrong } = choose(names, visible, (id) => ({ id }));
    if (wrong !== undefined)
        throw wrong;
    return chosen;
}
function findUnseen(names, visible) {
    return choose(names, visible, () => undefined).wrong;
}
function choose(names, visible, unseen) {
    const chosen = new Map();
    const problems = [];
    let isAbsent = false;
    const split = findSplitName(names, visible.flatMap(({ name }) => name ?? []));
    const quoteHint = split === undefined ? '' : `Put double quotes around a name with a comma: "${split}". `;
    for (const name of names) {
        const found = matchPages(name, visible, unseen);
        const [page] = found;
        if (page !== undefined && found.length === 1)
            chosen.set(page.id, page);
        else if (page === undefined) {
            isAbsent = true;
            const what = isPageId(name) ? 'UUID' : 'slug or name';
            problems.push(`Could not find the status page: no page has the ${what} "${name}". ${quoteHint}${describeVisible(visible, name)}.`);
        }
        else
            problems.push(`Could not find the status page: "${name}" is the name of ${found.length} pages. Give the slug: ${list(found.map(({ slug, id }) => slug ?? id), 'or')}.`);
    }
    const wrong = problems.length === 0 ? undefined : new UserError(problems.join('\n'), isAbsent ? 'not-found' : 'usage');
    return { chosen: [...chosen.values()], wrong };
}
function matchPages(name, visible, unseen) {
    const wanted = name.toLowerCase();
    if (isPageId(name)) {
        const page = visible.find(({ id }) => id.toLowerCase() === wanted) ?? unseen(wanted);
        return page === undefined ? [] : [page];
    }
    const bySlug = visible.filter(({ slug }) => slug?.toLowerCase() === wanted);
    return bySlug.length > 0 ? bySlug : visible.filter((page) => page.name?.toLowerCase() === wanted);
}

;// CONCATENATED MODULE: ./lib/operations/targets.js











function fetchNamed(statusPage, named) {
    return Promise.all(named.map(async (one) => {
        const { id, kind, page } = one;
        const blank = namedRecord(one);
        try {
            const found = await fetchWhereAllowed(statusPage, kind, id);
            if (found === undefined)
                return { record: blank, seen: undefined };
            const onGiven = found.pageId === undefined || found.pageId === page?.id;
            return { record: { ...known(blank, found), page: onGiven ? blank.page : { id: found.pageId } }, seen: found };
        }
        catch (error) {
            return { record: blank, error };
        }
    }));
}
function nameOnly(named) {
    return { record: namedRecord(named), seen: undefined };
}
async function fetchWhereAllowed(statusPage, kind, id) {
    try {
        return await fetchRecord(statusPage, kind, id);
    }
    catch (error) {
        if (isForbiddenRead(kind, error))
            return undefined;
        throw error;
    }
}
function splitLeftOut(entries, { kind }) {
    if (kind !== undefined)
        return { seen: entries, leftOut: [] };
    const isFound = ({ record: { page } }) => entries.some(({ record }) => record.id !== undefined && record.page?.id === page?.id);
    const whyOf = (entry) => {
        if (isForbiddenRead(entry.record.kind, entry.error))
            return 'forbidden';
        return entry.error instanceof UnlocatedError && isFound(entry) ? 'unseen' : undefined;
    };
    const leftOut = kinds.flatMap((one) => {
        const [why] = entries.filter(({ record }) => record.kind === one).flatMap((entry) => whyOf(entry) ?? []);
        return why === undefined ? [] : [{ kind: one, why }];
    });
    if (kinds.every((one) => leftOut.some((left) => left.kind === one && left.why === 'forbidden'))) {
        return { seen: entries, leftOut: [] };
    }
    return { seen: entries.filter((entry) => whyOf(entry) === undefined), leftOut };
}
function isForbiddenRead(kind, error) {
    return error instanceof StatusPageError && error.code === 'forbidden' && error.call.scope === `${kind}s:read`;
}
function nameRecords({ id: ids, kind }, pages) {
    if (ids === undefined || kind === undefined)
        return undefined;
    const only = pages.length === 1 ? pages[0] : undefined;
    return ids.flatMap((id, place) => {
        if (id === noId || ids.indexOf(id) !== place)
            return [];
        return [{ id, kind, page: pages.length === ids.length ? pages[place] : only }];
    });
}
async function findTargets(statusPage, values, run, read) {
    const named = nameRecords(values, []);
    if (named !== undefined) {
        return {
            targets: read ? await fetchNamed(statusPage, named) : named.map(nameOnly),
            leftOut: [],
            ahead: [],
            over: [],
        };
    }
    const { kind, 'deployment-key': key, 'status-page': names = [] } = values;
    const keyed = { key: hashKey(run, key) ?? '', pages: await findPages(statusPage, names), kind };
    const found = await findKeyed(statusPage, keyed);
    const { seen, leftOut } = splitLeftOut(found.flatMap(({ targets }) => targets), keyed);
    const besides = { ahead: found.flatMap(({ ahead }) => ahead), over: found.flatMap(({ over }) => over) };
    return { targets: seen, leftOut, ...besides };
}
async function findPages(statusPage, names) {
    return choosePages(names, names.every(isPageId) ? [] : await statusPage.fetchPages());
}
function describeLeftOut({ kind, why }, { nameOf }) {
    const name = describeKind(kind);
    if (why === 'forbidden')
        return info(`Did not search ${name}s: the API key may not read them.`);
    const others = kinds.filter((other) => other !== kind).join();
    return warning(`The API does not show every ${name} of the page, so one with this deployment key may be missing. ` +
        `Check the page, or use ${nameOf('kind', others)} if the key is used for nothing else.`);
}

;// CONCATENATED MODULE: ./lib/operations/change/apply.js







function changeEach(targets, change) {
    return Promise.all(targets.map(async (target) => {
        if ('error' in target)
            return { ...target, result: 'failed' };
        try {
            return { record: target.record, ...(await change(target)) };
        }
        catch (error) {
            return { record: target.record, result: 'failed', error };
        }
    }));
}
function apply_isMissing(error) {
    return error instanceof StatusPageError && error.code === 'not-found';
}
function update(statusPage, targets, change) {
    return changeEach(targets, async ({ record, seen }) => {
        if (seen?.kind === 'incident' || record.kind === 'incident') {
            return updateIncident(statusPage, record, seen?.kind === 'incident' ? seen : undefined, change);
        }
        return updateWindow(statusPage, record, seen, change);
    });
}
async function updateIncident(statusPage, record, seen, { title, message, state }) {
    if (title === undefined && message === undefined && state === undefined)
        return { result: 'not-meant' };
    if (title !== undefined)
        await statusPage.changeIncident(record.id, { title });
    const entry = { ...(message !== undefined && { message }), ...(state !== undefined && { state }) };
    if (Object.keys(entry).length > 0)
        await addEntryOnce(statusPage, record.id, entry, seen);
    return { result: 'updated', record: { ...record, title: title ?? record.title, state: state ?? record.state } };
}
async function updateWindow(statusPage, record, seen, { title, message, durationMs }) {
    if (title === undefined && message === undefined && durationMs === undefined)
        return { result: 'not-meant' };
    const mustSee = message !== undefined || durationMs !== undefined;
    const window = seen ?? (await (mustSee ? statusPage.fetchWindow(record.id) : fetchWindowIfPossible(statusPage, record.id)));
    const endAt = durationMs === undefined ? undefined : ceilSecond(later(statusPage.serverNow(), durationMs));
    if (endAt !== undefined && window?.endAt !== undefined && window.endAt <= statusPage.serverNow()) {
        throw new UserError(`Could not move the end of window ${record.id}: it is over. Open a new one.`);
    }
    const change = {
        ...(title !== undefined && { title }),
        ...(message !== undefined && { message: keepReference(message, window) }),
        ...(endAt !== undefined && { endAt }),
    };
    const target = { id: record.id, texts: window ? textsOf(window) : {} };
    const { shown } = await changeWindow(statusPage, target, change);
    const isHidden = message !== undefined && shown?.showsMessage !== true && !statusPage.isDryRun;
    const ignored = ignoredBy(isHidden ? await fetchWindowIfPossible(statusPage, record.id) : shown, change, window);
    if (ignored.length > 0)
        throw new ChangeIgnoredError(ignored);
    return { result: 'updated', record: { ...record, title: title ?? record.title, endAt: endAt ?? record.endAt } };
}
function ignoredBy(shown, change, before) {
    const isKept = (now, sent, old) => sent !== undefined && now !== undefined && now === old && now !== sent;
    return [
        ...(isKept(shown?.title, change.title, before?.title) ? ['title'] : []),
        ...(isKept(shown?.message, change.message, before?.message) ? ['message'] : []),
        ...(isOtherTime(shown?.endAt, change.endAt) ? ['end'] : []),
    ];
}
function keepReference(message, window) {
    if (window === undefined || !window.showsMessage) {
        throw new UserError('Could not change the message of the window: the API does not show the old one, so its reference would be lost. Change only the title or the end.');
    }
    return replaceText(window.message ?? '', message);
}
function deleteEach(statusPage, targets) {
    return changeEach(targets, async ({ record }) => {
        const removed = { ...record, stage: 'gone' };
        try {
            await deleteRecord(statusPage, record.kind, record.id);
            return { result: 'deleted', record: removed };
        }
        catch (error) {
            if (apply_isMissing(error))
                return { result: 'gone', record: removed };
            throw error;
        }
    });
}

;// CONCATENATED MODULE: ./lib/operations/change/describe.js



function describeChange(changed, operation, level, now, background) {
    const { record } = changed;
    const what = describeRecord(record);
    switch (changed.result) {
        case 'updated':
            return info(`Updated ${what}: ${describeAnnounced(record, now)}.`);
        case 'deleted':
            return info(`Deleted ${what}, from the page and its history.`);
        case 'gone':
            return info(`Nothing to delete: ${what} no longer exists, or this key cannot see it.`);
        case 'not-meant':
            return info(`Left ${what} as it is: none of the inputs apply to its kind.`);
        case 'failed':
            return {
                level,
                text: describeFailure(`${operation} ${what}`, changed.error, { nameOf: background.nameOf, page: record.page }),
            };
    }
}
function describeChangeVerdict(changed) {
    const count = (result) => changed.filter((one) => one.result === result).length;
    const parts = [
        [count('updated'), 'updated'],
        [count('deleted'), 'deleted'],
        [count('gone'), 'already gone'],
        [count('failed'), 'failed'],
    ];
    const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
    return said.length === 0
        ? '\u26a0\ufe0f Nothing to change was found'
        : `${count('failed') > 0 ? '\u274c' : '\u2705'} ${said.join(', ')}`;
}

;// CONCATENATED MODULE: ./lib/operations/change/change.js







const changingBudgetMs = 19 * secondMs;
async function changeStep(dependencies, request, apiKey) {
    const { operation, values } = request;
    const policy = { onApiError: values['on-api-error'], operation };
    const statusPage = dependencies_connect(dependencies, values, apiKey, changingBudgetMs);
    let found;
    try {
        found = await findTargets(statusPage, values, dependencies.frame.run, operation === 'update');
    }
    catch (error) {
        return concludeFailure('find the status page', error, policy, dependencies.host);
    }
    const changed = await change(statusPage, request, found);
    const fails = (one) => one.result === 'failed' && isFatal(one.error, policy);
    const now = statusPage.serverNow();
    const messages = [
        ...found.leftOut.map((one) => describeLeftOut(one, dependencies.host)),
        ...changed.map((one) => describeChange(one, operation, fails(one) ? 'error' : 'warning', now, dependencies.host)),
        ...found.ahead.map(describeAhead),
        ...(changed.length === 0 ? [nothingOpen(operation, found)] : []),
    ];
    const records = changed.map(({ record }) => record);
    return {
        verdict: describeChangeVerdict(changed),
        messages,
        records,
        serverNow: now,
        exit: nothingToUpdate(operation, changed) ? 'not-found' : exitAfter(changed.find(fails)),
    };
}
function change(statusPage, request, { targets }) {
    if (request.operation === 'delete')
        return deleteEach(statusPage, targets);
    const { title, message, state, duration: durationMs } = request.values;
    return update(statusPage, targets, { title, message, state, durationMs });
}
function nothingToUpdate(operation, changed) {
    return operation === 'update' && changed.length === 0;
}
function nothingOpen(operation, { over }) {
    const message = describeNothingOpen(over);
    return operation === 'update' ? { ...message, level: 'error' } : message;
}

;// CONCATENATED MODULE: ./lib/inputs/flags.js


function flagsOf(operation) {
    const { opens } = operations[operation];
    return typedInputsOf(operation).filter((name) => !(opens && isAboutEnding(name)));
}
const fixedByCommand = (/* unused pure expression or super */ null && (['start', 'auto-resolve', 'outcome']));
const usedAtEnd = (/* unused pure expression or super */ null && ([
    'resolve-message',
    'cancel-message',
    'failure-title',
    'failure-message',
    'notify-on-failure',
]));
function flagsOfDeployment(part) {
    switch (part) {
        case 'whole':
            return typedInputsOf('open-maintenance').filter((name) => !fixedByCommand.includes(name));
        case 'begin':
            return flagsOfDeployment('whole').filter((name) => !usedAtEnd.includes(name));
        case 'end':
            return typedInputsOf('resolve').filter((name) => name !== 'id' && name !== 'kind');
    }
}
function typedInputsOf(operation) {
    return inputNames.filter((name) => {
        const { internal, secret } = inputs[name];
        if (internal || secret || name === 'operation')
            return false;
        return Object.hasOwn(operations[operation].inputs, name);
    });
}
function isAboutEnding(name) {
    return name === 'auto-resolve' || Object.hasOwn(endingInputs, name);
}
function isSwitch(name) {
    return inputs[name].schema.safeParse('true').data === true;
}
const nameInWorkflow = (name, value) => (value === undefined ? name : `${name}: ${value}`);
const nameOfFlag = (name, value) => value === undefined || (value === 'true' && isSwitch(name)) ? `--${name}` : `--${name} ${value}`;
const nameOfVariable = (name, value) => value === undefined ? variableOf(name) : `${variableOf(name)}=${value}`;
function variableOf(name) {
    return `STATUSPAGE_ME_${name.toUpperCase().replaceAll('-', '_')}`;
}

;// CONCATENATED MODULE: ./lib/messages/table.js
function alignColumns(rows) {
    const widthOf = (column) => Math.max(...rows.map((row) => (row[column] ?? '').length));
    return rows.map((row) => {
        const cells = row.map((cell, column) => cell.padEnd(widthOf(column)));
        return cells.join('  ').trimEnd();
    });
}
function drawTable([head, ...rows]) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

;// CONCATENATED MODULE: ./lib/operations/check/judge.js





function judgeKey({ grants, pages, causes }, { required, pageNames }) {
    const needed = pageNames.length === 0 ? findRequiredScopes(required) : withPages(findRequiredScopes(required));
    const unclear = needed.filter(({ scope }) => grants[scope] === 'unknown');
    return {
        needed,
        missing: needed.filter(({ scope }) => grants[scope] === 'missing'),
        unclear,
        cause: unclear[0] && causes.get(unclear[0].scope),
        unseen: pages === undefined ? undefined : findUnseen(pageNames, pages),
        tooStrong: scopes.every((scope) => grants[scope] === 'granted'),
    };
}
function withPages(needed) {
    return scopes.flatMap((scope) => {
        const { by = [] } = needed.find((one) => one.scope === scope) ?? {};
        if (scope === 'status-pages:read')
            return [{ scope, by: [...by, 'status-page'] }];
        return by.length === 0 ? [] : [{ scope, by }];
    });
}
const scopeNeeds = operationNames.flatMap((operation) => {
    const { scopes: all, scopesForLookUp: atTimes, inputs } = rowOf(operation);
    if (!Object.hasOwn(inputs, 'kind'))
        return [{ operation, kind: undefined, scopes: all, atTimes }];
    return kinds.map((kind) => {
        const ofKind = (scope) => !kinds.some((other) => other !== kind && isAbout(scope, other));
        return { operation, kind, scopes: all.filter(ofKind), atTimes: atTimes.filter(ofKind) };
    });
});
function findRequiredScopes(required) {
    const opened = kinds.filter((kind) => required.some((one) => opens(one, kind)));
    const meant = opened.length === 0 ? kinds : opened;
    const needs = scopeNeeds.filter(({ kind }) => kind === undefined || meant.includes(kind));
    return scopes.flatMap((scope) => {
        const operationsFor = needs.filter((need) => required.includes(need.operation) && need.scopes.includes(scope));
        const named = required.includes(scope) ? ['require'] : [];
        const by = [...new Set([...operationsFor.map(({ operation }) => operation), ...named])];
        return by.length === 0 ? [] : [{ scope, by }];
    });
}
function opens(required, kind) {
    const operation = operationNames.find((name) => name === required);
    if (operation === undefined)
        return false;
    const row = rowOf(operation);
    return row.opens && row.scopes.some((scope) => isAbout(scope, kind));
}
function isAbout(scope, kind) {
    return scope.startsWith(`${kind}s:`);
}
function rowOf(operation) {
    return operations_operations[operation];
}

;// CONCATENATED MODULE: ./lib/operations/check/describe.js











function toCheckOutputs(check) {
    const { grants = nothingKnown, pages = [] } = check ?? {};
    return { scopes: grants, pages };
}
const scopeHead = ['Scope', 'This key', 'Needed by', 'At times by'];
const operationHead = ['Operation', 'Smallest set of scopes', 'At times also'];
function describeCheckLines({ grants, pages }, nameOf) {
    const listed = (names) => names.join(', ');
    const lines = [
        ...alignColumns([scopeHead, ...scopes.map((scope) => [scope, ...describeUse(scope, grants)])]),
        ...alignColumns([operationHead, ...scopeNeeds.map((need) => describeScopes(need, listed))]),
        describePages(pages, grants),
        ...(pages ?? []).map((page) => lineToPaste(page, nameOf)),
    ];
    return lines.map(result);
}
function describeCheckTables({ grants, pages }) {
    const code = (names) => names.map((name) => `\`${name}\``).join(', ');
    const uses = scopes.map((scope) => [
        describeScope(scope).replaceAll(/[\w-]+:\w+/g, '`$&`'),
        ...describeUse(scope, grants),
    ]);
    const needs = scopeNeeds.map((need) => describeScopes(need, code));
    return [
        drawTable([scopeHead, ...uses]),
        'At times: in a re-run, with a `deployment-key`, for a page given by slug or name, and if an input asks for more.',
        drawTable([operationHead, ...needs]),
        describePages(pages, grants),
        ...(pages === undefined || pages.length === 0 ? [] : renderPages(pages)),
    ].join('\n\n');
}
const mostPageBytes = 512 * 1024;
function renderPages(pages) {
    const lines = [];
    let bytes = 0;
    for (const page of pages) {
        const line = lineToPaste(page, nameInWorkflow);
        bytes += Buffer.byteLength(forMarkdownBlock(line));
        if (bytes > mostPageBytes)
            break;
        lines.push(line);
    }
    const left = pages.length - lines.length;
    const cut = `Too long to show: ${left} more. The log of this step and the output \`pages\` have all ${pages.length}.`;
    return [forMarkdownBlock(lines.join('\n')), ...(left === 0 ? [] : [cut])];
}
function describeJudgement(judgement, fails, background) {
    const { needed, missing, unclear, cause, unseen, tooStrong } = judgement;
    const boxes = needed.length === 0 ? 'only the scopes of its operations' : `exactly these scopes: ${describe_names(needed)}`;
    const messages = [];
    const add = (isError, { happened, todo }) => {
        messages.push((isError ? error : warning)(forLog(`${happened}. ${todo}`)));
    };
    if (missing.length > 0) {
        add(fails(true), {
            happened: `The API key does not have ${list(missing.map(describeNeed))}`,
            todo: `Create a key at ${consoleUrl} with ${boxes}. Then update the secret. ` +
                'If the key already has them, its owner may only be a viewer of the page, or StatusPage.me may be blocking the key for a while.',
        });
    }
    if (unclear.length > 0) {
        const why = cause === undefined ? '' : `: ${cause.explain(background).happened}`;
        add(fails(false), {
            happened: `Could not find out whether the API key has ${list(unclear.map(describeNeed))}${why}`,
            todo: `Compare the scopes of the key at ${consoleUrl} with this list.`,
        });
    }
    if (unseen !== undefined)
        messages.push(error(describeFailure('see every page', unseen, background)));
    if (tooStrong) {
        add(false, {
            happened: 'The API key has every scope, like every key that was created without choosing any',
            todo: `Create one at ${consoleUrl} with ${boxes}, and revoke this one.`,
        });
    }
    return messages;
}
function describeCheckVerdict({ needed, missing, unclear, unseen, tooStrong }) {
    if (missing.length > 0)
        return `The key does not have ${describe_names(missing)}.`;
    if (unclear.length > 0)
        return `Unknown whether the key has ${describe_names(unclear)}.`;
    if (unseen !== undefined)
        return 'The key cannot see every page that was named.';
    const can = needed.length === 0 ? 'The key works.' : `The key works and has every required scope: ${describe_names(needed)}.`;
    return tooStrong ? `${can} It is too strong: it has every scope.` : can;
}
function describe_names(needed) {
    return list(needed.map(({ scope }) => describeScope(scope)));
}
function describeNeed({ scope, by }) {
    return `${describeScope(scope)} (for ${list(by)})`;
}
function describeUse(scope, grants) {
    return [grants[scope], describe_namesOf(scope, 'scopes'), describe_namesOf(scope, 'atTimes')];
}
function describe_namesOf(scope, way) {
    const needs = scopeNeeds.filter((need) => need[way].includes(scope));
    return [...new Set(needs.map(({ operation }) => operation))].join(', ') || '\u2013';
}
function describeScopes(need, write) {
    const { operation, kind, scopes: always, atTimes } = need;
    const name = kind === undefined ? operation : `${operation} (${describeKind(kind)})`;
    return [name, always.length === 0 ? 'any' : write(always), write(atTimes)];
}
function describePages(pages, grants) {
    if (pages === undefined && grants['status-pages:read'] === 'unknown')
        return 'The status pages could not be listed.';
    if (pages === undefined)
        return 'The key may not list status pages, so none can be shown.';
    if (pages.length === 0)
        return 'The key sees no status page.';
    const count = pages.length === 1 ? 'one status page' : `${pages.length} status pages`;
    return `The key sees ${count}. To copy:`;
}
function lineToPaste(page, nameOf) {
    return forLog(`${nameOf('status-page', page.id)} # ${describePage(page)}`);
}

;// CONCATENATED MODULE: ./lib/operations/check/check.js









const checkingBudgetMs = 19 * secondMs;
function exitOfJudgement({ missing, unclear }) {
    if (missing.length > 0)
        return 'scope-missing';
    return unclear.length > 0 ? 'unreachable' : 'not-found';
}
async function checkStep(dependencies, { values }, apiKey) {
    const policy = { onApiError: values['on-api-error'], operation: 'check' };
    const statusPage = dependencies_connect(dependencies, { ...values, 'dry-run': false }, apiKey, checkingBudgetMs);
    let check;
    try {
        check = await checkKey(statusPage);
    }
    catch (nothingKnown) {
        return concludeFailure(operations_operations.check.doing, nothingKnown, policy, dependencies.host);
    }
    const judgement = judgeKey(check, { required: values.require, pageNames: values['status-page'] ?? [] });
    const verdict = describeCheckVerdict(judgement);
    const fails = (fixable) => failsJob(policy.onApiError, operations_operations.check.opens, fixable);
    const found = describeJudgement(judgement, fails, dependencies.host);
    const isReady = found.length === 0;
    return {
        verdict: `${isReady ? '\u2705' : '\u26a0\ufe0f'} ${verdict}`,
        messages: [...describeCheckLines(check, dependencies.host.nameOf), info(verdict), ...found],
        records: [],
        tables: describeCheckTables(check),
        outputs: toCheckOutputs(check),
        exit: found.some(({ level }) => level === 'error') ? exitOfJudgement(judgement) : 'done',
    };
}
async function checkKey(statusPage) {
    const probing = scopes
        .filter((scope) => scope !== pagesScope)
        .map(async (scope) => [scope, await statusPage.probeScope(scope)]);
    const [listed, ...probed] = await Promise.allSettled([listPages(statusPage), ...probing]);
    const { pages, probe } = check_unwrap(listed);
    const probes = new Map([[pagesScope, probe], ...probed.map(check_unwrap)]);
    const causes = scopes.flatMap((scope) => {
        const { grant, cause } = probes.get(scope) ?? { grant: 'unknown' };
        return grant === 'unknown' && cause !== undefined ? [[scope, cause]] : [];
    });
    const grants = scopes.map((scope) => [scope, probes.get(scope)?.grant ?? 'unknown']);
    return { grants: Object.fromEntries(grants), pages, causes: new Map(causes) };
}
const pagesScope = 'status-pages:read';
async function listPages(statusPage) {
    try {
        return { pages: await statusPage.fetchPages(), probe: { grant: 'granted' } };
    }
    catch (error) {
        if (!(error instanceof StatusPageError))
            throw error;
        if (error.code === 'forbidden')
            return { pages: undefined, probe: { grant: 'missing' } };
        if (error.code === 'blocked')
            return { pages: undefined, probe: { grant: 'unknown', cause: error } };
        throw error;
    }
}
function check_unwrap(settled) {
    if (settled.status === 'rejected')
        throw settled.reason;
    return settled.value;
}

;// CONCATENATED MODULE: ./lib/operations/gate/judge.js



function verdictOf(finding) {
    switch (finding.seen) {
        case 'nothing':
            return 'open';
        case 'record':
            return 'closed';
        case 'uptime':
            return finding.uptimePercent < finding.terms.minPercent ? 'closed' : 'open';
        case 'unmeasured':
        case 'no-monitors':
        case 'in-part':
        case 'trouble':
            return 'unknown';
    }
}
function isOpenGate(findings, letsUnknownPass) {
    return findings.every((finding) => {
        const verdict = verdictOf(finding);
        if (verdict !== 'unknown')
            return verdict === 'open';
        return letsUnknownPass && !(finding.seen === 'trouble' && finding.error instanceof UserError);
    });
}
function mayOpen(findings) {
    return !findings.some((finding) => finding.seen === 'no-monitors' ||
        (finding.seen === 'unmeasured' && finding.why !== 'not-told') ||
        (finding.seen === 'trouble' && finding.lasting));
}
function judgeRecords(page, test, { open, extent, pageUnproved }, ours, now) {
    const standing = open.filter((record) => record.kind === 'incident' || !judge_isAhead(record, now));
    const others = standing.filter((record) => ours === undefined || openingReference(record)?.key !== ours);
    const found = others.map((record) => ({ seen: 'record', page, record }));
    if (extent === 'in-part')
        return [...found, { seen: 'in-part', page, test }];
    if (found.length > 0)
        return found;
    const perhapsIncomplete = extent === 'perhaps-incomplete';
    return [{ seen: 'nothing', page, test, ours: standing.length - others.length, perhapsIncomplete, pageUnproved }];
}
function judge_isAhead({ startAt }, now) {
    return startAt !== undefined && startAt > now;
}
function judgeUptime({ page, monitor }, availability, terms) {
    const { uptimePercent, downtimeSeconds } = availability;
    if (uptimePercent === undefined) {
        return { seen: 'unmeasured', pages: [page], name: monitor.name ?? monitor.id, why: 'not-told' };
    }
    return { seen: 'uptime', page, monitor, uptimePercent, downtimeSeconds, terms };
}
function usedBudgetPercent(uptimePercent, minPercent) {
    return minPercent >= 100 ? undefined : ((100 - uptimePercent) / (100 - minPercent)) * 100;
}
const askEveryMs = 30 * secondMs;
function planNextAsk(askedAt, endsAt) {
    const next = later(askedAt, askEveryMs);
    if (next > endsAt)
        return undefined;
    return later(next, askEveryMs) > endsAt ? endsAt : next;
}
function chooseMonitors(names, seen) {
    const all = seen.flatMap(({ page, monitors }) => monitors.map((monitor) => ({ page, monitor })));
    const findings = [];
    const chosen = new Set();
    for (const name of names ?? []) {
        const found = matchMonitors(name, all);
        for (const one of found)
            chosen.add(one);
        const pages = seen.map(({ page }) => page);
        if (found.length === 0)
            findings.push({ seen: 'unmeasured', pages, name, why: 'missing' });
    }
    if (names === undefined) {
        for (const one of all)
            chosen.add(one);
        for (const { page, monitors, whole } of seen) {
            if (!whole)
                findings.push({ seen: 'in-part', page, test: 'uptime' });
            else if (monitors.length === 0)
                findings.push({ seen: 'no-monitors', page });
        }
    }
    const isDisabled = ({ monitor }) => monitor.enabled === false;
    const disabled = [...chosen].filter(isDisabled).map(({ page, monitor }) => ({
        seen: 'unmeasured',
        pages: [page],
        name: monitor.name ?? monitor.id,
        why: 'disabled',
    }));
    return { watched: [...chosen].filter((one) => !isDisabled(one)), findings: [...findings, ...disabled] };
}
function matchMonitors(name, all) {
    const byId = all.filter(({ monitor }) => monitor.id === name);
    return byId.length > 0 ? byId : all.filter(({ monitor }) => monitor.name?.toLowerCase() === name.toLowerCase());
}

;// CONCATENATED MODULE: ./lib/operations/gate/describe.js










function toGateOutputs(passed, reasons) {
    return { passed, reasons };
}
const head = ['Gate', 'Checked', 'Found'];
function describeGateLines({ findings, ...frame }) {
    return alignColumns([head, ...findings.map((finding) => toRow(finding, frame).map(forLog))]);
}
function describeGateTable({ findings, ...frame }) {
    return drawTable([head, ...findings.map((finding) => toRow(finding, frame).map(forMarkdown))]);
}
function describeReasons(findings, frame) {
    const seen = findings.flatMap((finding) => {
        const toldElsewhere = finding.seen === 'trouble' || finding.seen === 'nothing';
        return toldElsewhere || verdictOf(finding) === 'open' ? [] : [describeReason(finding, frame)];
    });
    return [
        ...seen,
        ...describeTroubles(findings.filter((finding) => finding.seen === 'trouble'), frame),
    ];
}
function describeTroubles(troubles, { nameOf }) {
    const groups = Map.groupBy(troubles, ({ about, error: thrown }) => isUnknownPage(thrown) ? `unknown page ${about?.page.id}` : causeOf(thrown));
    return [...groups.values()].map((group) => {
        const [first] = group;
        const things = group.map(({ about }) => (about === undefined ? '' : describeTest(about.page, about.test)));
        const named = list([...new Set(things)].filter((thing) => thing !== ''));
        const { about, error: thrown, visible } = first;
        return describeFailure(`check ${named || 'the status pages'}`, thrown, { nameOf, page: about?.page, visible });
    });
}
function describeGateVerdict(story) {
    const reasons = describeReasons(story.findings, story);
    if (!story.passed)
        return `The gate is closed: ${count(reasons.length)}`;
    return reasons.length === 0 ? 'The gate is open' : 'The gate passes, but not everything could be checked';
}
const describe_mostReasons = 10;
function describeGate(story) {
    const { findings, passed, waitedMs, nameOf } = story;
    const reasons = describeReasons(findings, story);
    if (reasons.length === 0)
        return describeIncomplete(findings);
    const more = reasons.length > describe_mostReasons ? [`and ${reasons.length - describe_mostReasons} more in the table`] : [];
    const lines = [...reasons.slice(0, describe_mostReasons), ...more].join('\n');
    if (passed) {
        return [
            warning(`Could not check everything, and the gate passes because of ${nameOf('on-api-error', 'warn')}. Check the page before you deploy:\n${lines}`),
        ];
    }
    const waited = waitedMs > 0 ? ` after waiting ${describeDuration(waitedMs)}` : '';
    const todo = mayOpen(findings)
        ? `Deploy later, or let the gate wait with ${nameOf('wait-for', '15m')}.`
        : 'Fix the reasons below.';
    const bypass = `For a hotfix, use ${nameOf('bypass', 'true')}.`;
    return [error(`The gate is closed${waited}: ${count(reasons.length)}. ${todo} ${bypass}\n${lines}`)];
}
function describeIncomplete(findings) {
    const pages = findings.flatMap((one) => (one.seen === 'nothing' && one.perhapsIncomplete ? [one.page] : []));
    if (pages.length === 0)
        return [];
    const happened = `No open incident was found on ${list(pages.map(describePage))}`;
    const why = 'but the API shows only 200, so there may be others';
    return [warning(forLog(`${happened}, ${why}. Delete incidents that are long over.`))];
}
function describeRound({ findings, ...frame }, next) {
    const { now } = frame;
    const reasons = describeReasons(findings, frame);
    const more = reasons.length > 1 ? `, and ${reasons.length - 1} more` : '';
    return `Closed at ${describeTime(now, now)}, asking again at ${next.toISOString().slice(11, 19)} UTC: ${reasons[0]}${more}`;
}
const bypassedVerdict = '\u26a0\ufe0f The gate was bypassed, and nothing was checked';
function describeBypassed(nameOf) {
    const bypass = nameOf('bypass', 'true');
    return warning(`The gate was bypassed by ${bypass}, and nothing was checked. Remove it once the hotfix is deployed.`);
}
function count(reasons) {
    return reasons === 1 ? 'one reason' : `${reasons} reasons`;
}
function toRow(finding, frame) {
    const verdict = verdictOf(finding);
    switch (finding.seen) {
        case 'nothing':
            return [verdict, describeTest(finding.page, finding.test), describeNothing(finding)];
        case 'record':
            return [verdict, describeRecord(asShown(finding)), describeStanding(finding, frame.now)];
        case 'uptime':
            return [verdict, describeMonitor(finding), describeUptime(finding)];
        case 'unmeasured':
            return [verdict, describeUnmeasured(finding), explainUnmeasured(finding, frame)];
        case 'no-monitors':
            return [verdict, describeTest(finding.page, 'uptime'), 'the page has no monitor'];
        case 'in-part':
            return [verdict, describeTest(finding.page, finding.test), 'the API does not show everything'];
        case 'trouble': {
            const { about } = finding;
            const lookedAt = about === undefined ? 'the status pages' : describeTest(about.page, about.test);
            return [verdict, lookedAt, 'could not be checked'];
        }
    }
}
function describeReason(finding, frame) {
    switch (finding.seen) {
        case 'record':
            return forLog(`${describeRecord(asShown(finding))} is ${describeStanding(finding, frame.now)}`);
        case 'uptime':
            return forLog(`the error budget of ${describeMonitor(finding)} is spent: ${describeUptime(finding)}`);
        case 'unmeasured':
            return forLog(`the uptime of ${describeUnmeasured(finding)} is not known: ${explainUnmeasured(finding, frame)}`);
        case 'no-monitors':
            return forLog(`${describeTest(finding.page, 'uptime')} is not known: the page has no monitor`);
        case 'in-part':
            return forLog(`${describeTest(finding.page, finding.test)}: the API does not show all, so one may be missing`);
    }
}
function describeTest(page, test) {
    const things = { incident: 'the incidents', maintenance: 'the maintenance windows', uptime: 'the uptime' };
    return `${things[test]} of ${describePage(page)}`;
}
function describeNothing({ test, ours, perhapsIncomplete, pageUnproved }) {
    const none = test === 'incident' ? 'none is open' : 'none is under way';
    const own = ours === 0 ? '' : `, except ${ours} of this deployment`;
    const incomplete = perhapsIncomplete ? '; the list is perhaps incomplete' : '';
    const unproved = pageUnproved ? '; the key may not read pages, so it may not see this one' : '';
    return `${none}${own}${incomplete}${unproved}`;
}
function describeStanding({ record, page }, now) {
    const announced = describeAnnounced(asShown({ record, page }), now);
    if (record.kind === 'maintenance')
        return `under way: ${announced}`;
    return announced === 'open' ? 'open' : `open: ${announced}`;
}
function asShown({ record, page }) {
    const { kind, id, title, startAt } = record;
    const more = record.kind === 'incident' ? { state: record.state } : { endAt: record.endAt };
    return { kind, page, id, title, startAt, ...more, stage: 'open', created: false, mailed: false };
}
function describeMonitor({ monitor, page }) {
    const named = monitor.name === undefined ? '' : ` "${monitor.name}"`;
    return `the monitor${named} (id ${monitor.id}) on ${describePage(page)}`;
}
function describeUptime({ uptimePercent, downtimeSeconds, terms }) {
    const { minPercent, period } = terms;
    const used = usedBudgetPercent(uptimePercent, minPercent);
    const parts = [
        `up ${uptimePercent} % over ${period}`,
        `at least ${minPercent} % asked for`,
        ...(used === undefined ? [] : [`${Math.round(used)} % of the error budget used`]),
        ...(downtimeSeconds === undefined ? [] : [`${describeDuration(downtimeSeconds * secondMs)} down`]),
    ];
    return parts.join(', ');
}
function describeUnmeasured({ name, pages }) {
    return `the monitor "${name}" on ${list(pages.map(describePage), 'or')}`;
}
function explainUnmeasured({ why }, { nameOf }) {
    switch (why) {
        case 'missing':
            return `this key sees no such monitor; check ${nameOf('monitors')}`;
        case 'disabled':
            return `it is disabled; name the monitors that count in ${nameOf('monitors')}`;
        case 'not-told':
            return 'the API shows none, as for a new monitor';
    }
}

;// CONCATENATED MODULE: ./lib/operations/gate/ask.js






async function askGate(client, question) {
    const statusPage = readPagesOnce(client);
    let pages;
    try {
        pages = await findPages(statusPage, question.pages);
    }
    catch (error) {
        return [{ seen: 'trouble', about: undefined, error, lasting: isLasting(error) }];
    }
    const { kinds, ours, uptime } = question;
    const records = pages.flatMap((page) => kinds.map((kind) => lookForRecords(statusPage, page, kind, ours)));
    const measured = uptime === undefined ? [] : [measureUptime(statusPage, pages, uptime)];
    const findings = (await Promise.all([...records, ...measured])).flat();
    return findings.some(meetsUnknownPage) ? nameVisible(statusPage, findings) : findings;
}
function readPagesOnce(statusPage) {
    const reads = new Map();
    const fetchPage = (id) => {
        const read = reads.get(id) ?? statusPage.fetchPage(id);
        reads.set(id, read);
        return read;
    };
    return { ...statusPage, fetchPage };
}
async function lookForRecords(statusPage, page, kind, ours) {
    try {
        const shown = await fetchShown(statusPage, kind, page.id, ours !== undefined);
        const isEmpty = shown.open.length + shown.over.length === 0;
        const needsProof = isEmpty && page.name === undefined && page.slug === undefined;
        const pageUnproved = needsProof && (await provePage(statusPage, page)) === 'not-allowed';
        const standing = { open: shown.open, extent: extentOf(kind, shown), pageUnproved };
        return judgeRecords(page, kind, standing, ours, statusPage.serverNow());
    }
    catch (error) {
        return [troubleWith(page, kind, error)];
    }
}
function extentOf(kind, { open, over, listedWhole, newestFirst }) {
    const isFull = kind === 'incident' && open.length + over.length >= longestIncidentList;
    if (isFull && newestFirst)
        return 'perhaps-incomplete';
    return listedWhole && !isFull ? 'whole' : 'in-part';
}
async function measureUptime(statusPage, pages, question) {
    const troubles = [];
    const seen = await Promise.all(pages.map(async (page) => {
        try {
            return [await fetchMonitorsOf(statusPage, page)];
        }
        catch (error) {
            troubles.push(troubleWith(page, 'uptime', error));
            return [];
        }
    }));
    const { watched, findings } = chooseMonitors(question.monitors, seen.flat());
    const sure = findings.filter((one) => troubles.length === 0 || one.seen !== 'unmeasured' || one.why !== 'missing');
    const measured = watched.map((one) => measureMonitor(statusPage, one, question));
    return [...troubles, ...sure, ...(await Promise.all(measured))];
}
async function measureMonitor(statusPage, watched, terms) {
    const { page, monitor } = watched;
    try {
        const { minPercent, period } = terms;
        return judgeUptime(watched, await statusPage.fetchAvailability(monitor.id, period), { minPercent, period });
    }
    catch (error) {
        return troubleWith(page, 'uptime', error);
    }
}
async function fetchMonitorsOf(statusPage, page) {
    let refusal;
    try {
        const { monitors, showsAllMonitors, ...seen } = await statusPage.fetchPage(page.id);
        if (showsAllMonitors)
            return { page: { ...seen, ...page }, monitors, whole: true };
    }
    catch (error) {
        if (!isForbidden(error))
            throw error;
        refusal = error;
    }
    try {
        const { records, complete } = await statusPage.fetchMonitors();
        const monitors = records.filter(({ pageId }) => pageId === page.id);
        return { page, monitors, whole: complete && records.every(({ pageId }) => pageId !== undefined) };
    }
    catch (error) {
        throw isForbidden(error) && refusal !== undefined ? refusal : error;
    }
}
function troubleWith(page, test, error) {
    return { seen: 'trouble', about: { page, test }, error, lasting: isLasting(error) };
}
function isLasting(error) {
    if (!(error instanceof StatusPageError))
        return true;
    return error.fixable && (error.code !== 'not-found' || isUnknownPage(error));
}
function isForbidden(error) {
    return error instanceof StatusPageError && error.code === 'forbidden';
}
function meetsUnknownPage(finding) {
    return finding.seen === 'trouble' && finding.about !== undefined && isUnknownPage(finding.error);
}
async function nameVisible(statusPage, findings) {
    const visible = await statusPage.fetchPages().catch(() => undefined);
    return findings.map((finding) => (meetsUnknownPage(finding) ? { ...finding, visible } : finding));
}

;// CONCATENATED MODULE: ./lib/operations/gate/gate.js









const roundBudgetMs = 19 * secondMs;
async function gateStep(dependencies, { values }) {
    const { host, frame, clock } = dependencies;
    if (values.bypass) {
        const messages = [describeBypassed(host.nameOf)];
        return { verdict: bypassedVerdict, messages, records: [], outputs: toGateOutputs(true, []), exit: 'done' };
    }
    const apiKey = values['api-key'];
    if (apiKey === undefined)
        return concludeGate(gate_judge(dependencies, values, [await explainMissingKey(dependencies)]));
    const statusPage = dependencies_connect(dependencies, { ...values, 'dry-run': false }, apiKey, roundBudgetMs);
    const question = makeQuestion(values, frame.run);
    const endsAt = later(frame.startedAt, values['wait-for']);
    for (let askedAt = frame.startedAt;; askedAt = clock.now()) {
        const findings = await askGate(statusPage.until(later(askedAt, roundBudgetMs)), question);
        if (frame.interruption.aborted)
            return concludeStop();
        const story = gate_judge(dependencies, values, findings, askedAt);
        const next = planNextAsk(askedAt, endsAt);
        if (story.passed || next === undefined || !mayOpen(findings))
            return concludeGate(story);
        host.log.info(describeRound(story, next));
        await clock.sleep(msBetween(clock.now(), next), frame.interruption);
        if (frame.interruption.aborted)
            return concludeStop();
    }
}
function makeQuestion(values, run) {
    const { 'deployment-key': key, 'min-uptime': minPercent, 'uptime-period': period, monitors } = values;
    const kinds = [];
    if (!values['allow-incidents'])
        kinds.push('incident');
    if (!values['allow-maintenance'])
        kinds.push('maintenance');
    return {
        pages: values['status-page'],
        kinds,
        ours: key === undefined ? undefined : hashKey(run, key),
        uptime: minPercent === undefined ? undefined : { minPercent, period, monitors },
    };
}
async function explainMissingKey({ host }) {
    const why = await host.explainMissingSecrets();
    const error = why === undefined ? new MissingKeyError(host.kind) : new MissingSecretsError(why);
    return { seen: 'trouble', about: undefined, error, lasting: true };
}
function gate_judge({ frame, clock, host }, values, findings, askedAt = frame.startedAt) {
    const passed = isOpenGate(findings, values['on-api-error'] === 'warn');
    return { findings, passed, waitedMs: msBetween(frame.startedAt, askedAt), now: clock.now(), nameOf: host.nameOf };
}
function concludeGate(story) {
    const verdict = describeGateVerdict(story);
    const reasons = describeReasons(story.findings, story);
    const passedSign = reasons.length === 0 ? '\u2705' : '\u26a0\ufe0f';
    return {
        verdict: `${story.passed ? passedSign : '\u274c'} ${verdict}`,
        messages: [...[...describeGateLines(story), verdict].map(result), ...describeGate(story)],
        records: [],
        tables: describeGateTable(story),
        outputs: toGateOutputs(story.passed, reasons),
        exit: story.passed ? 'done' : 'gate-closed',
    };
}
function concludeStop() {
    const reason = 'Interrupted while checking the gate, so it stays closed.';
    return { ...concludeQuietly(reason), outputs: toGateOutputs(false, [reason]), exit: 'interrupted' };
}

;// CONCATENATED MODULE: ./lib/deployment/open.js





async function begin(plan, { statusPage, clock, memory, isFatal }) {
    const records = plan.pages.map((page) => startRecord(plan, page));
    const deployment = startDeployment(plan, statusPage, clock.now(), records);
    const remember = () => {
        deployment.clockOffsetMs = statusPage.clockOffsetMs();
        memory.remember(deployment);
    };
    remember();
    const searches = await Promise.allSettled(plan.pages.map((page) => findEarlier(statusPage, plan, page)));
    const stopped = searches.some((search) => search.status === 'rejected' && isFatal(search.reason));
    const beside = new Map();
    const reused = new Map();
    const openOne = async (page, index) => {
        const search = searches[index];
        if (search?.status === 'rejected')
            throw search.reason;
        if (stopped)
            return undefined;
        const write = (record) => {
            records[index] = record;
            remember();
        };
        const current = () => records[index] ?? startRecord(plan, page);
        const writer = {
            statusPage,
            note: (known) => write({ ...current(), ...known }),
            noteOpen: (id, known) => write({ ...current(), ...known, stage: 'open', id }),
            noteReused: (record) => reused.set(index, record),
            keepBeside: () => {
                reused.delete(index);
                beside.set(index, current());
                records.push(current());
                write(startRecord(plan, page));
            },
        };
        return openRecord(writer, plan, page, search?.value);
    };
    const ways = await Promise.allSettled(plan.pages.map(openOne));
    const opened = ways.map((way, index) => {
        const error = way.status === 'rejected' ? way.reason : undefined;
        const record = conclude(records[index], {
            error,
            inSearch: searches[index]?.status === 'rejected',
            dryRun: statusPage.isDryRun,
        });
        records[index] = record;
        return {
            record,
            way: way.status === 'fulfilled' ? way.value : undefined,
            error,
            reused: reused.get(index),
            beside: beside.get(index),
        };
    });
    remember();
    return { deployment, opened };
}
function conclude(record, { error, inSearch, dryRun }) {
    if (record.stage !== 'opening' || error instanceof UncertainCreateError)
        return record;
    if (error === undefined && dryRun)
        return { ...record, stage: 'not-sent' };
    if (wasRefused(error))
        return { ...record, stage: 'gone' };
    return inSearch ? record : { ...record, stage: 'missed' };
}
function wasRefused(error) {
    return error === undefined || (error instanceof ExplainedError && error.fixable);
}
function startRecord(plan, page) {
    const { kind, reference, title } = plan;
    return {
        kind,
        page: { ...page },
        reference: reference && formatReference(reference),
        stage: 'opening',
        title: shorten(title),
        created: !mayFindEarlier(plan),
        mailed: false,
    };
}
function startDeployment(plan, statusPage, startedAt, records) {
    const { own, hasKey, identity, tag } = plan;
    return {
        version: 2,
        stage: 'opening',
        apiUrl: statusPage.apiUrl.href,
        own,
        hasKey,
        identity: identity && formatReference(identity),
        startedAt,
        tag,
        records,
    };
}

;// CONCATENATED MODULE: ./lib/operations/open/describe.js








function describeOpenings(plan, opened, ender, now) {
    const unreferenced = opened.flatMap(({ record }) => (record.referenceLost ? [record] : []));
    const each = opened.flatMap(({ record, way, beside }) => {
        const unmoved = beside ? [describeUnmoved(beside, now)] : [];
        if (record.stage !== 'open')
            return unmoved;
        const mail = record.mailed ? '; subscribers get mail' : '';
        return [
            info(`${describeWay(way ?? (record.created ? 'created' : 'adopted'))} ${describeRecord(record)}: ${describeAnnounced(record, now)}${mail}.${describeFuture(plan, ender)}`),
            ...unmoved,
        ];
    });
    return unreferenced.length === 0 ? each : [...each, describeLostReference(unreferenced)];
}
function describeLostReference(records) {
    const pages = list(records.map(({ page }) => (page === undefined ? '' : forLog(describePage(page)))));
    return warning(`StatusPage.me shows the message on ${pages} without its last line "Ref: \u2026". A re-run, another job or a later run cannot find ` +
        'this notice, so only this job can end it, by its id. Shorten the message if StatusPage.me cuts it.');
}
function describeUnmoved(record, now) {
    const start = record.startAt === undefined ? 'later' : `at ${describeTime(record.startAt, now)}`;
    return warning(`Could not start ${describeRecord(record)} early: StatusPage.me did not move its start, so it still begins ${start}. ` +
        'This deployment opens a window of its own. A success ends both.');
}
function describeWay(way) {
    switch (way) {
        case 'created':
            return 'Opened';
        case 'adopted':
            return 'Reusing';
        case 'taken-over':
            return 'Took over';
    }
}
function describeFuture({ own, kind }, ender) {
    if (!own)
        return ' It stays until resolve ends it.';
    return kind === 'maintenance' ? ` ${ender} ends it.` : ` ${ender} resolves it.`;
}
function describeOpeningFailures(plan, opened, background) {
    const failures = opened.filter(({ error }) => error !== undefined);
    const groups = Map.groupBy(failures, (one) => `${describeStep(one)} ${causeOf(one.error)}`);
    return [...groups.values()].map((group) => {
        const [first] = group;
        const pages = list(group.map(({ record }) => (record.page === undefined ? '' : describePage(record.page))));
        const doing = `${describeStep(first)} the ${describeKind(plan.kind)} on ${pages}`;
        return {
            text: describeFailure(doing, first.error, { ...background, page: first.record.page }),
            title: titleOf(first.error),
        };
    });
}
function describeStep({ record, error }) {
    if (error instanceof DuplicateError)
        return 'agree with other jobs on';
    return record.stage === 'open' ? 'set the times of' : 'open';
}
function describeUnsaved(thrown, background) {
    return { text: describeFailure('save what was opened', thrown, background), title: 'state not saved' };
}

;// CONCATENATED MODULE: ./lib/operations/open/memory.js
function keepFailure(memory) {
    let hasBegun = false;
    let failure;
    return {
        recall: memory.recall,
        failure: () => failure,
        remember: (deployment) => {
            try {
                memory.remember(deployment);
                hasBegun = true;
            }
            catch (error) {
                if (!hasBegun || !(error instanceof Error))
                    throw error;
                failure ??= error;
            }
        },
    };
}

;// CONCATENATED MODULE: ./lib/domain/run.js
function mayBeRepeated({ attempt }) {
    return attempt !== 1;
}

;// CONCATENATED MODULE: ./lib/operations/open/plan.js




function makePlan(request, { pages, run, now, random, continues }) {
    const { values } = request;
    const key = values['deployment-key'];
    const startAt = request.operation === 'open-maintenance' ? startOf(request.values.start, now) : now;
    const liesAhead = startAt > now;
    const own = values['auto-resolve'] ?? !liesAhead;
    const kind = request.operation === 'open-maintenance' ? 'maintenance' : 'incident';
    const title = values.title ?? (liesAhead ? 'Scheduled maintenance' : 'Maintenance in progress');
    const fresh = values.marker ? identify(run, key, { kind, title, now, random }) : undefined;
    const identity = fresh && continues ? { ...fresh, key: continues.key, run: continues.run, attempt: undefined } : fresh;
    const common = {
        pages,
        title,
        message: values.message,
        notifySubscribers: values['notify-subscribers'],
        own,
        hasKey: key !== undefined,
        identity,
        reference: identity && (own ? identity : { of: identity.of, key: identity.key, run: identity.run }),
        mayBeRepeated: mayBeRepeated(run) || continues !== undefined,
        tag: run.tag,
    };
    if (request.operation === 'open-incident') {
        const { state, 'component-id': componentId } = request.values;
        return { ...common, kind: 'incident', state, componentId };
    }
    const { duration, 'on-failure': onFailure, 'on-cancel': onCancel } = request.values;
    return {
        ...common,
        kind: 'maintenance',
        startAt: isNow(request.values.start) ? undefined : startAt,
        durationMs: duration,
        mayOpenIncident: own && [onFailure, onCancel].includes('incident'),
    };
}
function identify(run, key, { kind, title, now, random }) {
    return {
        of: 'deployment',
        key: hashKey(run, key) ?? deployment_key_hash(['run', run.id], keyLength),
        run: encodeRun(run.id),
        attempt: run.attempt,
        owner: hashOwner(run, kind, title),
        openedAt: floorSecond(now),
        random: Math.floor(random() * 36 ** randomLength)
            .toString(36)
            .padStart(randomLength, '0'),
    };
}
function isNow(start) {
    return 'afterMs' in start && start.afterMs === 0;
}

;// CONCATENATED MODULE: ./lib/operations/open/unpublished.js








function describeUnpublished(request, opened, host) {
    return opened.flatMap(({ record, reused }) => {
        const texts = reused === undefined ? [] : unpublishedTexts(request, reused);
        if (texts.length === 0 || record.id === undefined)
            return [];
        const { kind, id } = record;
        const how = {
            runner: `use operation: update with kind: ${kind} and id: ${id}`,
            terminal: `run statuspage-me update with --kind ${kind} --id ${id}`,
        };
        const other = unpublished_isShared(record, reused) ? ' For a second notice, use another deployment-key.' : '';
        return [
            warning(`Did not publish your ${list(texts)}, because ${describeRecord(record)} is already open. ` +
                `To publish what you wrote, ${how[host]}.${other}`),
        ];
    });
}
function unpublished_isShared({ takenOver }, reused) {
    const opening = reused && openingReference(reused);
    return !takenOver && opening !== undefined && !isOwn(opening);
}
function unpublishedTexts({ operation, values }, reused) {
    const { title, message } = values;
    const isOurs = operation === 'open-maintenance' && message === operations_operations[operation].inputs.message.default;
    const shown = openingText(reused);
    return [
        ...(isOther(reused.title, title) && isOther(reused.title, title && shorten(title)) ? ['title'] : []),
        ...(!isOurs && isOther(shown && withoutReference(shown), message) ? ['message'] : []),
    ];
}
function openingText(record) {
    if (record.message !== undefined || record.kind === 'maintenance')
        return record.message;
    const opening = openingReference(record);
    const ends = [record.timeline?.at(0), record.timeline?.at(-1)].map((entry) => entry?.message);
    return ends.find((text) => text !== undefined && opening !== undefined && referenceOf(text)?.run === opening.run);
}
function isOther(shown, given) {
    return shown !== undefined && given !== undefined && lettersOf(shown) !== lettersOf(given);
}
function lettersOf(text) {
    return linesOf(text)
        .join(' ')
        .replace(/[^\p{L}\p{N}]+/gu, '');
}

;// CONCATENATED MODULE: ./lib/operations/open/open.js


















const openingBudgetMs = 15 * secondMs;
const mainBudgetMs = 19 * secondMs;
const proofBudgetMs = 5 * secondMs;
async function openStep(dependencies, request, apiKey) {
    const { host, frame, clock } = dependencies;
    const { values } = request;
    const policy = { onApiError: values['on-api-error'], operation: request.operation };
    const statusPage = dependencies_connect(dependencies, values, apiKey, openingBudgetMs);
    let pages;
    try {
        pages = await findPages(statusPage, values['status-page']);
    }
    catch (unknownPages) {
        if (frame.interruption.aborted)
            return concludeInterruption(host.kind);
        return concludeFailure('find the status page', unknownPages, policy, host);
    }
    const plan = makePlan(request, {
        pages,
        run: frame.run,
        now: clock.now(),
        random: dependencies.random,
        continues: dependencies.handoff?.continues,
    });
    const remarks = [];
    if (plan.kind === 'maintenance' && plan.mayOpenIncident) {
        const refusal = await findRefusal(statusPage.within(proofBudgetMs));
        const doing = 'make sure that a failure can open an incident';
        if (refusal !== undefined) {
            if (isFatal(refusal, policy))
                return concludeFailure(doing, refusal, policy, host);
            remarks.push({ level: isFixable(refusal) ? 'warning' : 'info', text: describeFailure(doing, refusal, host) });
        }
        const isEndedByJobStatus = dependencies.handoff === undefined && values.outcome === 'job' && !request.hasEmptyOutcome;
        if (isEndedByJobStatus)
            remarks.push(warnThatAnyEndCounts(values));
    }
    const handoff = handoffOf(dependencies);
    const memory = keepFailure(values['dry-run'] ? noMemory : handoff.memory);
    const begun = await begin(plan, { statusPage, clock, memory, isFatal: (thrown) => isFatal(thrown, policy) });
    const visible = await fetchVisible(statusPage, begun.opened);
    if (frame.interruption.aborted) {
        if (host.kind === 'runner')
            return concludeInterruption(host.kind);
        return undoAtOnce(dependencies, request, apiKey, begun, memory);
    }
    const failed = begun.opened.find((one) => one.error !== undefined && isFatal(one.error, policy))?.error;
    if (failed === undefined) {
        begun.deployment.stage = 'open';
        memory.remember(begun.deployment);
    }
    const unsaved = memory.failure();
    const failures = [
        ...describeOpeningFailures(plan, begun.opened, { nameOf: host.nameOf, visible }),
        ...(unsaved === undefined ? [] : [describeUnsaved(unsaved, host)]),
    ];
    const fatal = failed ?? unsaved;
    if (fatal !== undefined) {
        const context = {
            statusPage: statusPage.until(later(frame.startedAt, mainBudgetMs)),
            words: dependencies_wordsOf(values),
            findRunning: noneRunning,
        };
        const exit = exitOf(fatal);
        return failOpening({ ...context, deployment: begun.deployment }, { host, memory, failures, exit });
    }
    const opened = describeOpenings(plan, begun.opened, handoff.ender, statusPage.serverNow());
    const unpublished = describeUnpublished(request, begun.opened, host.kind);
    const warnings = failures.map((failure) => ({ level: 'warning', ...failure }));
    const now = statusPage.serverNow();
    return {
        ...goOn(plan, begun, [...opened, ...unpublished, ...remarks, ...warnings], now),
        verdict: !statusPage.isDryRun && isReportedLater(dependencies, plan)
            ? describeMissing(begun.opened)
            : describeOpeningVerdict(begun.opened, now),
    };
}
async function undoAtOnce(dependencies, { values }, apiKey, { deployment }, memory) {
    dependencies.host.log.info('Interrupted. Undoing what was opened.');
    const { frame } = dependencies;
    const afterwards = dependencies_withoutInterruption(dependencies);
    const statusPage = dependencies_connect({ ...afterwards, frame: { ...afterwards.frame, startedAt: frame.startedAt } }, values, apiKey, mainBudgetMs, deployment.clockOffsetMs);
    const isKept = deployment.records.some((record) => isLeftToOthers(deployment, record));
    const conclusion = await failOpening({ statusPage, words: dependencies_wordsOf(values), deployment, findRunning: noneRunning }, { host: dependencies.host, memory, failures: [], exit: 'interrupted' });
    return isKept ? { ...conclusion, messages: [...conclusion.messages, warning(leftToOthers)] } : conclusion;
}
const leftToOthers = 'What was opened stays, because another job with this deployment key may use it. If no job does, end it with resolve.';
function warnThatAnyEndCounts(values) {
    const chosen = ['on-failure', 'on-cancel'].filter((name) => values[name] === 'incident');
    const ends = { 'on-failure': 'failure', 'on-cancel': 'cancel or timeout' };
    const every = list(chosen.map((name) => ends[name]), 'or');
    return warning(`${list(chosen.map((name) => `${name}: incident`))} is set without outcome, so every ${every} of the job opens an incident. ` +
        "That includes one after the deploy, such as in a test or in another action's post step. " +
        'Set outcome to the outcome of the deploy step, as the README shows.');
}
async function findRefusal(statusPage) {
    try {
        await statusPage.proveIncidentsWrite();
        return undefined;
    }
    catch (refusal) {
        return refusal;
    }
}
async function fetchVisible(statusPage, opened) {
    return opened.some(({ error: thrown }) => isUnknownPage(thrown))
        ? statusPage.fetchPages().catch(() => undefined)
        : undefined;
}
function isReportedLater({ host, handoff }, { own }) {
    return host.kind === 'runner' && handoff === undefined && own;
}
function describeMissing(opened) {
    const missing = opened.filter(({ record }) => record.stage === 'missed' || record.stage === 'gone');
    return missing.length === 0 ? undefined : describeNoNotice(missing);
}
async function failOpening(context, { host, memory, failures, exit }) {
    const { deployment, statusPage } = context;
    deployment.stage = 'failed';
    memory.remember(deployment);
    const undone = await undo(context);
    const isUncertain = ({ result }) => result === 'failed' || result === 'absent';
    deployment.records = undone.filter(isUncertain).map(({ record }) => record);
    memory.remember(deployment);
    const now = statusPage.serverNow();
    const commands = { host: host.kind, apiUrl: statusPage.apiUrl.href };
    const describeContext = { why: 'undone', isFatal: () => false, host, now, commands };
    const messages = [
        ...failures.map((failure) => ({ level: 'error', ...failure })),
        ...describeEndings(undone, describeContext),
    ];
    return { verdict: describeFailedOpeningVerdict(undone, now), messages, records: [], exit };
}
function goOn(plan, { opened, deployment }, messages, now) {
    const created = opened.some(({ way }) => way === 'created');
    return {
        messages,
        records: deployment.records,
        said: created ? withReference(plan.message, plan.reference) : undefined,
        serverNow: now,
        exit: 'done',
    };
}

;// CONCATENATED MODULE: ./lib/operations/resolve/resolve.js














const resolvingBudgetMs = 19 * secondMs;
async function resolveStep(dependencies, request, apiKey) {
    const { values } = request;
    const policy = { onApiError: values['on-api-error'], operation: 'resolve' };
    const statusPage = dependencies_connect(dependencies, values, apiKey, resolvingBudgetMs);
    let resolved;
    try {
        resolved = await resolveTargets(dependencies, statusPage, values);
    }
    catch (error) {
        return concludeFailure('find the status page', error, policy, dependencies.host);
    }
    const { ended, leftOut, ahead, over } = resolved;
    const why = values.outcome === 'job' ? 'asked' : values.outcome;
    const fails = (one) => one.result === 'failed' && isFatal(one.error, policy);
    const commands = { host: dependencies.host.kind, apiUrl: statusPage.apiUrl.href };
    const { host } = dependencies;
    const context = { why, isFatal: fails, host, now: statusPage.serverNow(), commands };
    const isNothing = ended.every(({ phase }) => phase === 'recovering');
    return {
        verdict: describeEndingVerdict(ended, context),
        messages: [
            ...leftOut.map((one) => describeLeftOut(one, dependencies.host)),
            ...ahead.map(describeAhead),
            ...describeEndings(ended, context),
            ...(isNothing ? [describeNothingOpen(over)] : []),
        ],
        ...reportEnded(ended),
        serverNow: context.now,
        exit: exitAfter(ended.find(fails)),
    };
}
function endingFor(values) {
    if (values.outcome === 'job')
        return { action: 'resolve', why: 'success' };
    return endingOf(values.outcome, values['deployment-key'] === undefined ? { ...values, recover: false } : values);
}
async function resolveTargets(dependencies, statusPage, values) {
    const { frame, clock, random } = dependencies;
    const { run } = frame;
    const { id: ids, kind, 'deployment-key': key, 'status-page': names = [] } = values;
    const deployment = {
        version: 2,
        stage: 'open',
        apiUrl: statusPage.apiUrl.href,
        own: false,
        hasKey: key !== undefined,
        identity: formatReference(identify(run, key, { kind: 'maintenance', title: '', now: clock.now(), random })),
        startedAt: clock.now(),
        tag: run.tag,
        records: [],
    };
    const findRunning = findRunningBy(dependencies, values['github-token']);
    const context = { statusPage, words: dependencies_wordsOf(values), deployment, findRunning };
    const ending = endingFor(values);
    const isNamed = ids !== undefined && kind !== undefined;
    const needsPages = !isNamed || ending.action === 'incident' || ending.recovers;
    const pages = needsPages ? await findPages(statusPage, names) : [];
    const named = nameRecords(values, pages);
    if (named !== undefined)
        return resolveByIds(context, ending, named);
    return resolveByKey(context, ending, { key: hashKey(run, key) ?? '', pages, kind });
}
async function resolveByIds(context, ending, named) {
    const records = [];
    const failures = [];
    const justRead = new Map();
    for (const target of await fetchNamed(context.statusPage, named)) {
        if ('error' in target) {
            failures.push(failed(target.record, 'ending', target.error));
            continue;
        }
        const { record, seen } = target;
        if (seen?.kind !== 'maintenance')
            justRead.set(record.id, seen);
        if (ending.recovers && record.page === undefined)
            failures.push(cannotRecover(record));
        if (needsPage(record, ending))
            failures.push(withoutPage(record));
        else
            records.push(record);
    }
    const ended = await endAll({ ...context, justRead }, ending, records);
    return { ended: [...failures, ...ended.map(missingIsFailure)], leftOut: [], ahead: [], over: [] };
}
async function resolveByKey(context, ending, keyed) {
    const found = await findKeyed(context.statusPage, keyed);
    const { seen, leftOut } = splitLeftOut(found.flatMap(({ targets }) => targets), keyed);
    const failures = seen.flatMap((target) => ('error' in target ? [failed(target.record, 'ending', target.error)] : []));
    const records = found.flatMap(({ page, targets, over }) => {
        const open = targets.flatMap((target) => ('error' in target ? [] : [target.record]));
        if (open.length > 0)
            return open;
        if (ending.action === 'incident')
            return over.slice(0, 1);
        return ending.recovers ? [{ kind: 'maintenance', page, stage: 'missed', created: false, mailed: false }] : [];
    });
    const ended = await endAll(context, ending, records);
    const besides = { ahead: found.flatMap(({ ahead }) => ahead), over: found.flatMap(({ over }) => over) };
    return { ended: [...failures, ...ended], leftOut, ...besides };
}
function endAll(context, ending, records) {
    return end({ ...context, deployment: { ...context.deployment, records } }, ending);
}
function needsPage({ kind, page }, { action }) {
    return action === 'incident' && kind === 'maintenance' && page === undefined;
}
function cannotRecover(record) {
    const problem = 'Could not resolve the incident of an earlier failure: its page is unknown. Name the status page.';
    return failed(record, 'recovering', new UserError(problem));
}
function withoutPage(record) {
    const problem = 'Could not open the incident of the failure: its page is unknown. Name the status page.';
    return failed(record, 'opening-incident', new UserError(problem));
}
function missingIsFailure(entry) {
    return entry.result === 'gone' && entry.phase !== 'recovering' ? { ...entry, result: 'failed' } : entry;
}

;// CONCATENATED MODULE: ./lib/operations/sweep/describe.js






function describeSweep({ swept, incomplete, blindness }, isFatal, background) {
    const resolved = swept.filter(({ result }) => result === 'resolved');
    return [
        ...resolved.map(({ record, runId }) => info(`Resolved ${describeRecord(record)}: run ${runId} ended without resolving it.`)),
        info(describe_describeLeft(swept)),
        ...incomplete.map((page) => info(`The list of incidents on ${forLog(describePage(page))} may not have shown all.`)),
        ...describeFailures(swept, isFatal, background),
        ...(blindness === undefined
            ? []
            : [(isFatal(blindness) ? error : warning)(describeFailure('ask GitHub about the runs', blindness, background))]),
    ];
}
function describeSweepVerdict({ swept, blindness }) {
    const count = swept.filter(({ result }) => result === 'resolved').length;
    const done = count === 0
        ? 'No incident was left open by a run that died'
        : `Resolved ${count} ${incidents(count)} left open by runs that died`;
    const whole = blindness === undefined && swept.every(({ result }) => result !== 'failed');
    return whole ? `\u2705 ${done}` : `\u26a0\ufe0f Partly failed. ${done}`;
}
function describeSweptText({ swept }) {
    return swept.some(({ result }) => result === 'resolved') ? abandonedMessage : undefined;
}
function toSweepOutputs({ swept } = { swept: [] }) {
    const ids = swept.filter(({ result }) => result === 'resolved').map(({ record }) => record.id);
    return { swept: ids };
}
const reasons = {
    'in-progress': 'of a run in progress',
    'unknown-run': 'of a run that GitHub does not know in this repository',
    touched: 'that the post step or a person has edited',
    unclear: 'that does not show who edited it',
    'not-ours': 'that no step opened for itself',
    over: 'that was resolved meanwhile',
};
function describe_describeLeft(swept) {
    const counted = Object.entries(reasons).flatMap(([result, reason]) => {
        const count = swept.filter((one) => one.result === result).length;
        return count === 0 ? [] : [`${count} ${reason}`];
    });
    return counted.length === 0 ? 'No other open incident was found.' : `Left as they are: ${list(counted)}.`;
}
function describeFailures(swept, isFatal, background) {
    const failures = swept.filter((one) => one.result === 'failed');
    const groups = Map.groupBy(failures, ({ record, error: thrown }) => `${record.id === undefined} ${causeOf(thrown)}`);
    return [...groups.values()].map((group) => describe_describeFailed(group, isFatal, background));
}
function describe_describeFailed(group, isFatal, background) {
    const [first] = group;
    const level = isFatal(first.error) ? error : warning;
    return level(describeFailure(describeDoing(group), first.error, { nameOf: background.nameOf, page: first.record.page }));
}
const describe_mostNamed = 3;
function describeDoing(group) {
    const [{ record }] = group;
    if (record.id === undefined) {
        return `list the incidents on ${list(group.map((one) => forLog(one.record.page === undefined ? '' : describePage(one.record.page))))}`;
    }
    if (group.length > describe_mostNamed)
        return `sweep ${group.length} incidents`;
    return `sweep ${list(group.map((one) => describeRecord(one.record)))}`;
}
function incidents(count) {
    return count === 1 ? 'incident' : 'incidents';
}

;// CONCATENATED MODULE: ./lib/domain/workflow-runs.js


class WorkflowRunsError extends ExplainedError {
    name = 'WorkflowRunsError';
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
        return this.code === 'unauthorized' || this.code === 'forbidden' || this.code === 'invisible';
    }
    get exit() {
        return workflow_runs_exitOfCode(this.code);
    }
    get causeKey() {
        return this.code;
    }
    explain(background) {
        const happened = this.message.replace(/^(The|Interrupted|There)\b/, (word) => word.toLowerCase());
        return { happened, todo: adviseOnGitHub(this.code, background) };
    }
}
function workflow_runs_describe(failure) {
    const reasons = [failure.status, failure.detail].filter((reason) => reason !== undefined);
    const reason = reasons.length === 0 ? '' : ` (${reasons.join(': ')})`;
    switch (failure.code) {
        case 'unauthorized':
            if (failure.status === undefined)
                return 'The token for GitHub is empty, or holds characters that no token has';
            return `GitHub refused the token${reason}`;
        case 'forbidden':
            return `GitHub does not let this token read workflow runs, which needs "actions: read"${reason}`;
        case 'rate-limited':
            return `GitHub's rate limit is used up${reason}, and GitHub asks to wait ${describeDuration(failure.waitMs ?? 0)}, which is too long for this step`;
        case 'unreachable':
            return `GitHub gave no usable answer about a workflow run${reason}`;
        case 'invisible':
            return 'GitHub shows none of the runs, not even this one, so the token may not see the repository';
        case 'interrupted':
            return 'Interrupted before GitHub had answered about a workflow run';
        case 'out-of-time':
            return 'There was no time left to ask GitHub about a workflow run';
    }
}
function adviseOnGitHub(code, { nameOf }) {
    const token = `Set ${nameOf('github-token')} to a token that may read workflow runs.`;
    const permission = 'In a workflow, that is ${{ github.token }} in a job with the permission "actions: read".';
    switch (code) {
        case 'unauthorized':
        case 'forbidden':
        case 'invisible':
            return `${token} ${permission}`;
        case 'rate-limited':
        case 'unreachable':
        case 'interrupted':
        case 'out-of-time':
            return 'You need not change anything. Run it again later to continue with what is left.';
    }
}
function workflow_runs_exitOfCode(code) {
    switch (code) {
        case 'unauthorized':
            return 'key-refused';
        case 'forbidden':
            return 'scope-missing';
        case 'invisible':
            return 'not-found';
        case 'rate-limited':
        case 'interrupted':
        case 'unreachable':
            return code;
        case 'out-of-time':
            return 'unreachable';
    }
}

;// CONCATENATED MODULE: ./lib/operations/sweep/judge.js



function ownReferenceOf(incident) {
    const reference = openingReference(incident);
    return reference !== undefined && reference.of === 'deployment' && isOwn(reference) ? reference : undefined;
}
function judge_isUntouched({ state, timeline = [] }, reference) {
    const [first, ...later] = timeline;
    if (later.length > 0)
        return false;
    if (first?.message === undefined || state === undefined)
        return undefined;
    if (first.state !== undefined && first.state !== state)
        return false;
    return referencesIn(first.message).some(({ key, run }) => key === reference.key && run === reference.run)
        ? true
        : undefined;
}
function isResolved({ state }) {
    return state === incidentStates.resolved;
}

;// CONCATENATED MODULE: ./lib/operations/sweep/incidents.js









async function sweep(statusPage, pages, { runs, ownRunId }) {
    const answers = [];
    const fetchState = async (runId) => {
        const state = await runs.fetchState(runId);
        answers.push(state);
        return state;
    };
    const sweeper = { statusPage, fetchState, firstWrite: undefined, refusal: undefined };
    const lists = await Promise.all(pages.map((page) => listOpen(statusPage, page)));
    const seen = new Set();
    const incidents = lists
        .flatMap(({ page, open }) => open.map((incident) => ({ page, incident })))
        .filter(({ incident: { id } }) => !seen.has(id) && seen.add(id));
    const swept = await Promise.all(incidents.map(({ page, incident }) => sweepOne(sweeper, page, incident)));
    const knowsNone = answers.length > 0 && answers.every((state) => state === 'unknown');
    return {
        swept: [...lists.flatMap(({ failure }) => failure ?? []), ...swept],
        incomplete: lists.filter(({ complete }) => !complete).map(({ page }) => page),
        blindness: knowsNone && ownRunId !== undefined ? await findBlindness(runs, ownRunId) : undefined,
    };
}
async function findBlindness(runs, ownRunId) {
    try {
        return (await runs.fetchState(ownRunId)) === 'unknown' ? new WorkflowRunsError({ code: 'invisible' }) : undefined;
    }
    catch (error) {
        return error;
    }
}
async function listOpen(statusPage, page) {
    try {
        const { records, complete } = await statusPage.fetchIncidents(page.id);
        return { page, open: records.filter((incident) => !isResolved(incident)), complete };
    }
    catch (error) {
        const record = unconfirmedRecord('incident', page);
        return { page, open: [], complete: true, failure: { record, result: 'failed', error } };
    }
}
async function sweepOne(sweeper, page, listed) {
    const record = known(unconfirmedRecord('incident', page), listed);
    try {
        const { result, runId } = await judgeAndResolve(sweeper, listed);
        const now = result === 'resolved' ? { ...record, state: incidentStates.resolved } : record;
        return { record: now, result, ...(runId !== undefined && { runId }) };
    }
    catch (error) {
        if (!(error instanceof StatusPageError))
            return { record, result: 'failed', error };
        if (error.code === 'not-found')
            return { record, result: 'over' };
        return { record, result: 'failed', error };
    }
}
async function judgeAndResolve(sweeper, listed) {
    const { statusPage, fetchState } = sweeper;
    const shown = listed.showsMessage ? listed : await statusPage.fetchIncident(listed.id);
    const own = ownReferenceOf(shown);
    if (own === undefined)
        return { result: 'not-ours' };
    const runId = runIdOf(own);
    if (runId === undefined)
        return { result: 'unknown-run' };
    if (judge_isUntouched(shown, own) === false)
        return { result: 'touched', runId };
    if (sweeper.refusal !== undefined)
        throw sweeper.refusal;
    const state = await fetchState(runId);
    if (state !== 'completed')
        return { result: state === 'unknown' ? 'unknown-run' : 'in-progress', runId };
    const now = await statusPage.fetchIncident(listed.id);
    if (isResolved(now))
        return { result: 'over', runId };
    const seen = ownReferenceOf(now);
    const isSame = seen !== undefined && formatReference(seen) === formatReference(own);
    const untouched = isSame && judge_isUntouched(now, own);
    if (untouched === undefined)
        return { result: 'unclear', runId };
    if (!untouched)
        return { result: 'touched', runId };
    await incidents_resolveIncident(sweeper, now);
    return { result: 'resolved', runId };
}
async function incidents_resolveIncident(sweeper, incident) {
    if (sweeper.firstWrite !== undefined)
        await sweeper.firstWrite.catch(() => { });
    if (sweeper.refusal !== undefined)
        throw sweeper.refusal;
    const entry = { message: abandonedMessage, state: incidentStates.resolved };
    const write = addEntryOnce(sweeper.statusPage, incident.id, entry, incident).catch((error) => {
        const isRefusal = error instanceof StatusPageError && ['forbidden', 'blocked', 'unauthorized'].includes(error.code);
        if (isRefusal)
            sweeper.refusal = error;
        throw error;
    });
    sweeper.firstWrite ??= write;
    await write;
}

;// CONCATENATED MODULE: ./lib/operations/sweep/sweep.js






const sweepingBudgetMs = 5 * minuteMs;
const sweep_askingBudgetMs = sweepingBudgetMs - 30 * secondMs;
async function sweepStep(dependencies, { values }, apiKey) {
    const { host, frame, clock } = dependencies;
    const policy = { onApiError: values['on-api-error'], operation: 'sweep' };
    const statusPage = dependencies_connect(dependencies, values, apiKey, sweepingBudgetMs);
    let pages;
    try {
        pages = await findPages(statusPage, values['status-page']);
    }
    catch (unknownPages) {
        return concludeFailure('find the status page', unknownPages, policy, host);
    }
    const token = values['github-token'];
    const runs = host.workflowRuns({
        token,
        deadline: later(frame.startedAt, sweep_askingBudgetMs),
        clock,
        interruption: frame.interruption,
    });
    const found = await sweep(statusPage, pages, { runs, ownRunId: host.kind === 'runner' ? frame.run.id : undefined });
    const outputs = toSweepOutputs(values['dry-run'] ? undefined : found);
    if (frame.interruption.aborted) {
        return { ...concludeQuietly('Interrupted. Run it again to continue with what is left.'), outputs };
    }
    const fails = (thrown) => isFatal(thrown, policy);
    const failures = found.swept.filter((one) => one.result === 'failed').map(({ error }) => ({ error }));
    const blindness = found.blindness === undefined ? [] : [{ error: found.blindness }];
    const failed = [...blindness, ...failures].find(({ error }) => fails(error));
    return {
        verdict: describeSweepVerdict(found),
        messages: describeSweep(found, fails, host),
        records: found.swept.filter(({ result }) => result === 'resolved').map(({ record }) => record),
        said: describeSweptText(found),
        serverNow: statusPage.serverNow(),
        outputs,
        exit: exitAfter(failed),
    };
}

;// CONCATENATED MODULE: ./lib/operations/perform.js



















async function perform(dependencies, given, adapt = (request) => request) {
    const { host, clock } = dependencies;
    maskSecrets(host.log, given.texts);
    try {
        const { request, ignored } = readRequest(given, clock.now());
        return await performRequest(dependencies, adapt(request), ignored);
    }
    catch (error) {
        const operation = operationNames.find((name) => name === given.texts.operation) ?? 'open-maintenance';
        const conclusion = concludeFailure('run the step', error, { onApiError: 'auto', operation }, host);
        return perform_finish(dependencies, operation, conclusion, false);
    }
}
async function performRequest(dependencies, request, ignored = []) {
    const { log } = dependencies.host;
    for (const { level, text } of describeFrame(dependencies, request, ignored))
        log[level](text);
    let conclusion;
    try {
        conclusion = await performOperation(dependencies, request);
    }
    catch (error) {
        const policy = { onApiError: request.values['on-api-error'], operation: request.operation };
        conclusion = concludeFailure('run the step', error, policy, dependencies.host);
    }
    return perform_finish(dependencies, request.operation, conclusion, isRehearsal(request));
}
async function perform_finish(dependencies, operation, reached, dryRun) {
    const { host, frame, clock } = dependencies;
    const conclusion = frame.interruption.aborted ? { ...reached, exit: 'interrupted' } : reached;
    host.setOutputs(outputsOf(operation, conclusion, clock.now()));
    await step_report(dependencies, conclusion, dryRun);
    return conclusion;
}
function isRehearsal({ operation, values }) {
    const { scopes } = operations_operations[operation];
    return values['dry-run'] && scopes.some((scope) => scope.endsWith(':write'));
}
function outputsOf(operation, conclusion, now) {
    const { outputs, messages, records, serverNow = now } = conclusion;
    if (outputs !== undefined)
        return outputs;
    switch (operation) {
        case 'check':
            return toCheckOutputs();
        case 'gate':
            return toGateOutputs(false, messages.filter(isProblem).map(({ text }) => text));
        case 'sweep':
            return toSweepOutputs();
        case 'open-maintenance':
        case 'open-incident':
        case 'update':
        case 'resolve':
        case 'delete':
            return toOutputs(records, serverNow);
    }
}
async function performOperation(dependencies, request) {
    if ('id' in request.values && request.values.id?.every((id) => id === noId)) {
        return concludeQuietly(`Nothing was opened, so there is nothing to ${request.operation}.`);
    }
    if (request.operation === 'gate')
        return gateStep(dependencies, request);
    const apiKey = request.values['api-key'];
    if (apiKey === undefined)
        return withoutKey(dependencies, request);
    switch (request.operation) {
        case 'open-maintenance':
        case 'open-incident':
            return openStep(dependencies, request, apiKey);
        case 'resolve':
            return resolveStep(dependencies, request, apiKey);
        case 'update':
        case 'delete':
            return changeStep(dependencies, request, apiKey);
        case 'check':
            return checkStep(dependencies, request, apiKey);
        case 'sweep':
            return sweepStep(dependencies, request, apiKey);
    }
}
function describeFrame({ host }, request, ignored) {
    const { operation, values } = request;
    const messages = [];
    const api = values['api-url'];
    if (ignored.length > 0)
        messages.push(info(`Not used by ${operation}, and ignored: ${list(ignored)}.`));
    if (api.hostname !== 'statuspage.me')
        messages.push(info(`Using the API at ${api.host}.`));
    if (values['dry-run']) {
        const same = `Dry run: the same as without it, because ${operation} writes nothing.`;
        const rehearsal = 'Dry run: everything is read and checked, nothing is sent.';
        messages.push(info(isRehearsal(request) ? rehearsal : same));
    }
    if (host.event === 'pull_request_target') {
        messages.push(warning(pullRequestTarget));
    }
    return messages;
}
const pullRequestTarget = 'This workflow runs on pull_request_target, so untrusted users may publish text on the status page, and may read the API key. ' +
    'Deploy on push instead, or after the merge.';
async function withoutKey({ host }, { operation, values }) {
    const { doing, undone } = operations_operations[operation];
    const why = await host.explainMissingSecrets();
    if (why === undefined) {
        const policy = { onApiError: values['on-api-error'], operation };
        return concludeFailure(doing, new MissingKeyError(host.kind), policy, host);
    }
    const message = notice(`Could not ${doing}: ${why}. Nothing was sent to the status page, and the job continues.`);
    return { verdict: `\u26a0\ufe0f ${undone}: ${why} (the job continued)`, messages: [message], records: [], exit: 'done' };
}

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return __awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return __awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_.platform();
const arch = external_os_.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    core_error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function core_error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function core_warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function core_notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function core_info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return file_command_issueFileCommand('STATE', file_command_prepareKeyValueMessage(name, value));
    }
    command_issueCommand('save-state', { name }, utils_toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./lib/github/place.js

function readPlace(variables) {
    return {
        workflow: nameWorkflow(variables),
        branch: nameBranch(variables),
        choices: readChoices(variables.GITHUB_EVENT_NAME, readEvent(variables.GITHUB_EVENT_PATH)),
    };
}
function nameWorkflow({ GITHUB_WORKFLOW_REF: file = '', GITHUB_WORKFLOW: name = '' }) {
    return (file.includes('@refs/') ? file.split('@refs/') : file.split('@'))[0] || name;
}
function nameBranch(variables) {
    const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name = '', GITHUB_HEAD_REF: head = '' } = variables;
    if (type === 'tag' || name === '')
        return undefined;
    return head === '' ? name : `${name} ${head}`;
}
function readChoices(event, payload) {
    if (event === 'workflow_dispatch')
        return { inputs: asObject(asObject(payload)?.inputs) };
    if (event !== 'deployment')
        return {};
    const environment = asObject(asObject(payload)?.deployment)?.environment;
    return typeof environment === 'string' ? { environment } : {};
}
function readEvent(path) {
    try {
        return path ? JSON.parse((0,external_node_fs_namespaceObject.readFileSync)(path, 'utf8')) : undefined;
    }
    catch {
        return undefined;
    }
}
function asObject(value) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
}

;// CONCATENATED MODULE: ./node_modules/yocto-queue/index.js
/*
How it works:
`this.#head` is an instance of `Node` which keeps track of its current value and nests another instance of `Node` that keeps the value that comes after it. When a value is provided to `.enqueue()`, the code needs to iterate through `this.#head`, going deeper and deeper to find the last value. However, iterating through every single item is slow. This problem is solved by saving a reference to the last value as `this.#tail` so that it can reference it to add a new value.
*/

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
		if (!current) {
			return;
		}

		this.#head = this.#head.next;
		this.#size--;

		// Clean up tail reference when queue becomes empty
		if (!this.#head) {
			this.#tail = undefined;
		}

		return current.value;
	}

	peek() {
		if (!this.#head) {
			return;
		}

		return this.#head.value;

		// TODO: Node.js 18.
		// return this.#head?.value;
	}

	clear() {
		this.#head = undefined;
		this.#tail = undefined;
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
		while (this.#head) {
			yield this.dequeue();
		}
	}
}

;// CONCATENATED MODULE: ./node_modules/p-limit/index.js


function pLimit(concurrency) {
	let rejectOnClear = false;

	if (typeof concurrency === 'object') {
		({concurrency, rejectOnClear = false} = concurrency);
	}

	validateConcurrency(concurrency);

	if (typeof rejectOnClear !== 'boolean') {
		throw new TypeError('Expected `rejectOnClear` to be a boolean');
	}

	const queue = new Queue();
	let activeCount = 0;

	const resumeNext = () => {
		// Process the next queued function if we're under the concurrency limit
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
		// Execute the function and capture the result promise
		const result = (async () => function_(...arguments_))();

		// Resolve immediately with the promise (don't wait for completion)
		resolve(result);

		// Wait for the function to complete (success or failure)
		// We catch errors here to prevent unhandled rejections,
		// but the original promise rejection is preserved for the caller
		try {
			await result;
		} catch {}

		// Decrement active count and process next queued function
		next();
	};

	const enqueue = (function_, resolve, reject, arguments_) => {
		const queueItem = {reject};

		// Queue the internal resolve function instead of the run function
		// to preserve the asynchronous execution context.
		new Promise(internalResolve => { // eslint-disable-line promise/param-names
			queueItem.run = internalResolve;
			queue.enqueue(queueItem);
		}).then(run.bind(undefined, function_, resolve, arguments_)); // eslint-disable-line promise/prefer-await-to-then

		// Start processing immediately if we haven't reached the concurrency limit
		if (activeCount < concurrency) {
			resumeNext();
		}
	};

	const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
		enqueue(function_, resolve, reject, arguments_);
	});

	Object.defineProperties(generator, {
		activeCount: {
			get: () => activeCount,
		},
		pendingCount: {
			get: () => queue.size,
		},
		clearQueue: {
			value() {
				if (!rejectOnClear) {
					queue.clear();
					return;
				}

				const abortError = AbortSignal.abort().reason;

				while (queue.size > 0) {
					queue.dequeue().reject(abortError);
				}
			},
		},
		concurrency: {
			get: () => concurrency,

			set(newConcurrency) {
				validateConcurrency(newConcurrency);
				concurrency = newConcurrency;

				queueMicrotask(() => {
					// eslint-disable-next-line no-unmodified-loop-condition
					while (activeCount < concurrency && queue.size > 0) {
						resumeNext();
					}
				});
			},
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
					// The iterable threw, so `Promise.all` never observes the already scheduled promises. Observe them here to avoid unhandled rejections.
					for (const promise of promises) {
						promise.catch(() => {}); // eslint-disable-line promise/prefer-await-to-then
					}

					throw error;
				}

				return Promise.all(promises);
			},
		},
	});

	return generator;
}

function limitFunction(function_, options) {
	const limit = pLimit(options);

	const limitedFunction = (...arguments_) => limit(() => function_(...arguments_));
	Object.defineProperty(limitedFunction, 'clearQueue', {
		value: limit.clearQueue,
	});

	return limitedFunction;
}

function validateConcurrency(concurrency) {
	if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) {
		throw new TypeError('Expected `concurrency` to be a number from 1 and up');
	}
}

;// CONCATENATED MODULE: ./lib/github/fetch.js
const mostRedirects = 5;
const withoutBody = [204, 205, 304];
function createFetch(send, timeoutMs) {
    return async (address, { headers: wanted, signal } = {}) => {
        const headers = new Headers(wanted);
        let url = new URL(address instanceof Request ? address.url : address);
        for (let redirects = 0;; redirects += 1) {
            const request = { method: 'GET', url, headers: Object.fromEntries(headers), body: undefined, timeoutMs };
            const reply = await send({ ...request, signal: signal ?? undefined });
            const { location } = reply.headers;
            if (reply.status < 300 || reply.status >= 400 || location === undefined || redirects === mostRedirects) {
                return new Response(withoutBody.includes(reply.status) ? null : reply.text, reply);
            }
            const next = new URL(location, url);
            if (next.origin !== url.origin)
                headers.delete('authorization');
            url = next;
        }
    };
}

;// CONCATENATED MODULE: ./lib/github/workflow-runs.js







const sideBySide = 4;
const requestTimeoutMs = 10 * secondMs;
const workflow_runs_firstWaitMs = 0.5 * secondMs;
const workflow_runs_mostAttempts = 5;
const mostUnanswered = 3;
function createWorkflowRuns(options) {
    const { token, clock, deadline, signal } = options;
    const limit = pLimit(sideBySide);
    const asked = new Map();
    const send = createSend(options);
    let resumeAt = new Date(0);
    let timesLimited = 0;
    let lastLimit;
    let unansweredInARow = 0;
    let givenUp;
    const failure = (code, about = {}) => new WorkflowRunsError({
        ...about,
        code,
        detail: about.detail && sentenceOf(about.detail.replaceAll(token, '***')),
    });
    const giveUp = (error) => {
        givenUp = error;
        return error;
    };
    const waitForTurn = async () => {
        for (;;) {
            const now = clock.now();
            const waitMs = msBetween(now, resumeAt);
            if (signal?.aborted)
                throw failure('interrupted');
            if (givenUp !== undefined)
                throw givenUp;
            if (waitMs > 0 && resumeAt >= deadline) {
                throw failure('rate-limited', { ...(lastLimit && aboutOf(lastLimit)), waitMs });
            }
            if (now >= deadline)
                throw failure('out-of-time');
            if (waitMs <= 0)
                return;
            await clock.sleep(waitMs, signal);
        }
    };
    const noteLimits = (reply) => {
        const now = clock.now();
        if (isRateLimited(reply)) {
            if (resumeAt <= now)
                timesLimited += 1;
            lastLimit = reply;
        }
        resumeAt = latest(resumeAt, later(now, planPause(reply, timesLimited, now)));
    };
    const ask = async (runId) => {
        if (!isSendable(token))
            throw failure('unauthorized');
        let attempts = 0;
        for (;;) {
            await waitForTurn();
            const reply = await send(runId, Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)));
            if ('status' in reply) {
                noteLimits(reply);
                if (isRateLimited(reply))
                    continue;
                const state = workflow_runs_readState(reply, runId);
                if (state !== undefined) {
                    unansweredInARow = 0;
                    timesLimited = 0;
                    return state;
                }
                if (reply.status === 401)
                    throw giveUp(failure('unauthorized', aboutOf(reply)));
                if (reply.status === 403)
                    throw giveUp(failure('forbidden', aboutOf(reply)));
            }
            if (signal?.aborted)
                throw failure('interrupted');
            attempts += 1;
            const waitMs = planRepetition(reply, attempts, clock.now());
            if (waitMs === undefined || later(clock.now(), waitMs) >= deadline) {
                unansweredInARow += 1;
                const error = failure('unreachable', aboutOf(reply));
                throw unansweredInARow < mostUnanswered ? error : giveUp(error);
            }
            await clock.sleep(waitMs, signal);
        }
    };
    return {
        fetchState: (runId) => {
            const state = asked.get(runId) ?? limit(ask, runId);
            asked.set(runId, state);
            return state;
        },
    };
}
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
function createSend({ token, repository, apiUrl, signal }) {
    const [owner = '', repo = ''] = repository.split('/');
    const load = async () => {
        const [{ getOctokit }, { createConnection }] = await Promise.all([
            Promise.all(/* import() */[__nccwpck_require__.e(648), __nccwpck_require__.e(319), __nccwpck_require__.e(811)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9319)),
            Promise.all(/* import() */[__nccwpck_require__.e(648), __nccwpck_require__.e(293)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3293)),
        ]);
        const request = { fetch: createFetch(createConnection(process.env).send, requestTimeoutMs) };
        return getOctokit(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'statuspage-me-action', log, request });
    };
    let octokit;
    return async (runId, timeoutMs) => {
        const over = new AbortController();
        const stop = () => over.abort();
        const timer = setTimeout(stop, timeoutMs);
        signal?.addEventListener('abort', stop);
        try {
            octokit ??= load();
            const { status, headers, data } = await (await octokit).request({
                method: 'GET',
                url: '/repos/{owner}/{repo}/actions/runs/{run_id}',
                owner,
                repo,
                run_id: runId,
                exclude_pull_requests: true,
                request: { signal: over.signal, log },
            });
            return { status, headers, data };
        }
        catch (error) {
            if (over.signal.aborted)
                return { detail: `no answer within ${describeDuration(timeoutMs)}` };
            return replyOf(error) ?? { detail: reasonOf(error) };
        }
        finally {
            clearTimeout(timer);
            signal?.removeEventListener('abort', stop);
        }
    };
}
function replyOf(error) {
    return workflow_runs_isObject(error) && workflow_runs_isObject(error.response) ? error.response : undefined;
}
function reasonOf(error) {
    if (!workflow_runs_isObject(error))
        return String(error);
    const { cause, message } = error;
    if (!(cause instanceof wire/* WireError */.c))
        return String(error.code ?? message);
    const { code, detail = code, proxy } = cause;
    return proxy === undefined ? detail : `proxy ${proxy}: ${detail}`;
}
function workflow_runs_isObject(value) {
    return typeof value === 'object' && value !== null;
}
function workflow_runs_readState({ status, data }, runId) {
    if (status === 404)
        return 'unknown';
    if (status !== 200 || !workflow_runs_isObject(data) || String(data.id) !== runId)
        return undefined;
    if (data.status === 'completed')
        return 'completed';
    return typeof data.status === 'string' || data.status === null ? 'in-progress' : undefined;
}
function isRateLimited(reply) {
    if (reply.status === 429)
        return true;
    if (reply.status !== 403)
        return false;
    const { headers } = reply;
    const signs = headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0';
    return signs || /rate limit/i.test(messageOf(reply) ?? '');
}
function planPause(reply, times, now) {
    const { headers } = reply;
    const refused = isRateLimited(reply);
    const serverNow = new Date(String(headers.date));
    const present = Number.isNaN(serverNow.getTime()) ? now : serverNow;
    const retryAfterMs = refused ? parseRetryAfter(workflow_runs_textOf(headers['retry-after']), present) : undefined;
    const reset = workflow_runs_textOf(headers['x-ratelimit-reset']) ?? '';
    if (retryAfterMs !== undefined)
        return Math.min(dayMs, Math.max(secondMs, retryAfterMs));
    if (String(headers['x-ratelimit-remaining']) === '0' && /^\d{1,12}$/.test(reset)) {
        return Math.min(dayMs, Math.max(0, msBetween(present, new Date(Number(reset) * secondMs))) + secondMs);
    }
    return refused ? Math.min(dayMs, minuteMs * 2 ** Math.max(0, times - 1)) : 0;
}
function planRepetition(reply, attempts, now) {
    if (attempts >= workflow_runs_mostAttempts)
        return undefined;
    const backoffMs = workflow_runs_firstWaitMs * 2 ** (attempts - 1);
    if (!('status' in reply))
        return backoffMs;
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 408)
        return undefined;
    return Math.min(dayMs, Math.max(backoffMs, parseRetryAfter(workflow_runs_textOf(reply.headers['retry-after']), now) ?? 0));
}
function workflow_runs_textOf(header) {
    return header === undefined ? undefined : String(header);
}
function messageOf({ data }) {
    return workflow_runs_isObject(data) && typeof data.message === 'string' ? data.message : undefined;
}
function aboutOf(reply) {
    return 'status' in reply ? { status: reply.status, detail: messageOf(reply) } : reply;
}
function isSendable(token) {
    return /^[\x21-\x7e]+$/.test(token);
}

;// CONCATENATED MODULE: ./lib/github/runner.js









const variable = (name) => process.env[name] ?? '';
function readRunnerInputs() {
    const read = (name) => getInput(name, { trimWhitespace: name !== 'api-key' });
    return {
        kind: 'runner',
        texts: Object.fromEntries(inputs_inputNames.map((name) => [name, read(name)])),
        nameOf: nameInWorkflow,
    };
}
function createRunnerFrame({ texts }, interruption) {
    return { startedAt: new Date(performance.timeOrigin), interruption, run: runner_identify(texts.matrix) };
}
function createRunnerHost() {
    const masks = [];
    const conceal = (text) => masks.reduce((rest, mask) => mask(rest), text);
    return {
        kind: 'runner',
        nameOf: nameInWorkflow,
        log: {
            mask: (secret) => {
                core_setSecret(secret);
                masks.push(createMask(secret));
            },
            debug: (line) => core_debug(conceal(line)),
            info: (line) => core_info(conceal(line)),
            result: (line) => core_info(conceal(line)),
            notice: (text, title) => core_notice(conceal(text), annotation(title)),
            warning: (text, title) => core_warning(conceal(text), annotation(title)),
            error: (text, title) => core_error(conceal(text), annotation(title)),
        },
        setOutputs: (outputs) => {
            for (const [name, value] of Object.entries(outputs))
                setOutput(name, conceal(formatOutput(name, value)));
        },
        saveState: (name, text) => runner_saveState(name, conceal(text)),
        savedState: (name) => getState(name) || undefined,
        addSummary: async (markdown) => {
            if (variable('GITHUB_STEP_SUMMARY') === '')
                return;
            await summary
                .addRaw(conceal(markdown), true)
                .write()
                .catch((error) => core_debug(`No summary: ${error}`));
        },
        workflowRuns: ({ interruption, ...access }) => createWorkflowRuns({
            ...access,
            repository: variable('GITHUB_REPOSITORY'),
            apiUrl: variable('GITHUB_API_URL') || 'https://api.github.com',
            signal: interruption,
        }),
        event: variable('GITHUB_EVENT_NAME'),
        explainMissingSecrets: async () => {
            const { context } = await Promise.all(/* import() */[__nccwpck_require__.e(648), __nccwpck_require__.e(319), __nccwpck_require__.e(811)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9319));
            const source = context.payload.pull_request?.head?.repo;
            return explainMissingSecrets({
                actor: context.actor,
                event: variable('GITHUB_EVENT_NAME'),
                repository: variable('GITHUB_REPOSITORY'),
                pullRequestFrom: source === null ? 'deleted' : source?.full_name,
            });
        },
    };
}
function runner_saveState(name, text) {
    try {
        saveState(name, text);
    }
    catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UserError(`Could not save the state for the post step: ${reason}. Check the disk of the runner.`);
    }
}
function annotation(title) {
    return { title: title === undefined ? 'StatusPage.me' : `StatusPage.me: ${title}` };
}
function runner_identify(matrix) {
    const server = variable('GITHUB_SERVER_URL').replace(/\/+$/, '');
    const repository = variable('GITHUB_REPOSITORY');
    const id = variable('GITHUB_RUN_ID');
    return {
        server,
        repository,
        ...readPlace(process.env),
        id,
        attempt: Number(variable('GITHUB_RUN_ATTEMPT')) || 1,
        job: variable('GITHUB_JOB'),
        leg: parseMatrix(matrix ?? '') ?? '',
        step: variable('GITHUB_ACTION'),
        tag: variable('GITHUB_REF_TYPE') === 'tag' ? variable('GITHUB_REF_NAME') : undefined,
        url: id === '' ? undefined : `${server}/${repository}/actions/runs/${id}`,
    };
}
function explainMissingSecrets({ actor, event, repository, pullRequestFrom }) {
    if (actor === 'dependabot[bot]')
        return 'Dependabot gets no secrets of Actions';
    const isFromFork = pullRequestFrom !== undefined && pullRequestFrom !== repository;
    if (isFromFork && event !== 'pull_request_target')
        return 'a pull request from a fork gets no secrets';
    return undefined;
}

;// CONCATENATED MODULE: ./lib/github/signals.js

const leaveAfterMs = 6_000;
const signals_reactions = {
    SIGINT: 'stop',
    SIGTERM: 'stop',
    SIGBREAK: 'stop',
    SIGHUP: 'stop',
    SIGQUIT: 'stop',
    SIGUSR1: 'ignore',
    SIGUSR2: 'ignore',
};
const signals_known = Object.keys(signals_reactions);
const signalsTo = (reaction) => signals_known.filter((signal) => signals_reactions[signal] === reaction);
function watchSignals() {
    const interruption = new AbortController();
    const stop = () => {
        interruption.abort();
        setTimeout(() => process.exit(exitCodes.interrupted), leaveAfterMs).unref();
    };
    for (const signal of signalsTo('stop'))
        process.once(signal, stop);
    for (const signal of signalsTo('ignore'))
        process.on(signal, () => { });
    return {
        interruption: interruption.signal,
        leaveOff: () => {
            for (const signal of signalsTo('stop'))
                process.off(signal, stop);
        },
    };
}

;// CONCATENATED MODULE: ./lib/github/steps.js








function runMain() {
    const given = readRunnerInputs();
    const surroundings = { host: createRunnerHost(), frame: createRunnerFrame(given, watchSignals().interruption) };
    return withNetwork(surroundings, (dependencies) => mainStep(dependencies, given));
}
function runPost() {
    const given = readRunnerInputs();
    const surroundings = { host: createRunnerHost(), frame: createRunnerFrame(given, new AbortController().signal) };
    return withNetwork(surroundings, (dependencies) => postStep(dependencies, given));
}
async function mainStep(dependencies, given) {
    return stepExitCode(await perform(dependencies, given));
}
async function postStep(dependencies, given) {
    maskSecrets(dependencies.host.log, given.texts);
    let conclusion;
    try {
        ({ conclusion } = await endRemembered(dependencies, () => readEndRequest(given), given.texts['on-api-error'] === 'fail'));
        if (conclusion.verdict !== undefined)
            conclusion = withEmptyOutcome(conclusion, given);
    }
    catch (error) {
        conclusion = concludeFailure('end the notice', error, { onApiError: 'warn', operation: 'resolve' }, dependencies.host);
    }
    await step_report(dependencies, conclusion, false);
    return stepExitCode(conclusion);
}
function readEndRequest(given) {
    const values = readPostInputs(given);
    return { values, outcome: values.outcome === 'job' ? values['job-status'] : values.outcome };
}
function withEmptyOutcome(conclusion, { texts }) {
    if (texts.outcome !== '')
        return conclusion;
    const message = warning('outcome is empty, so the status of the job counts. Check the expression: does it name a step of this job by its id?');
    return { ...conclusion, messages: [message, ...conclusion.messages] };
}

var __webpack_exports__mainStep = __webpack_exports__.Uq;
var __webpack_exports__postStep = __webpack_exports__.FW;
var __webpack_exports__runMain = __webpack_exports__.VN;
var __webpack_exports__runPost = __webpack_exports__.a2;
export { __webpack_exports__mainStep as mainStep, __webpack_exports__postStep as postStep, __webpack_exports__runMain as runMain, __webpack_exports__runPost as runPost };
