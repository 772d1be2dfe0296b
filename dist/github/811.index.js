export const id = 811;
export const ids = [811];
export const modules = {

/***/ 3240:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ HttpClient)
/* harmony export */ });
/* unused harmony export BearerCredentialHandler */
// Stands in for `@actions/http-client` in the bundle. `@actions/core` has it for OIDC, which nothing here asks for;
// `@actions/github` asks it for a proxy while it is loaded, and then sends through `src/github/fetch.ts`.

class HttpClient {
  getAgent() {}
  getAgentDispatcher() {}
}

class BearerCredentialHandler {}


/***/ }),

/***/ 5749:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ restEndpointMethods)
/* harmony export */ });
// Stands in for the methods of Octokit, one for each of GitHub's endpoints, in the bundle: `sweep` asks for one address.
const restEndpointMethods = () => ({});


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
