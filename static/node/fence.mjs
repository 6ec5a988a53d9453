// @ts-check
/**
 * Closes Python's ways to JavaScript. The interpreter's WebAssembly imports the functions by which Python uses a JavaScript object;
 * libraries and `ctypes` find the same functions by their names. Each of them gets a guard here. Once the fence is up, system calls
 * and what only looks at values work on; of an object no attribute is found, and every other operation on it fails; and every other
 * function ends the interpreter.
 *
 * The session's own host, the module `_emrun_host`, stays within reach: Python may call its functions with plain values.
 */

const REFUSAL = "JavaScript cannot be reached while the site is built; a block that needs it takes the option :no-check:";

/** System calls, time, memory, dynamic linking, signals, and what C libraries look up: no JavaScript object has a part in them. */
const SYSTEM = new RegExp(`^(${[
  "__syscall_\\w+", "(fd|clock|environ|proc|random)_\\w+", "_(mmap|munmap|msync|tzset|timegm|mktime|localtime|gmtime|setitimer)_js",
  "_?(dlopen|dlsym|dlsym_catchup)_js", "_emscripten_(dlopen_js|lookup_name|get_progname|runtime_keepalive_clear|system|log_formatted)",
  "emscripten_(get_now\\w*|date_now|performance_now|random|math_\\w+|resize_heap|get_heap_max|notify_memory_growth|runtime_keepalive_\\w+)",
  "emscripten_(stack_\\w+|return_address|pc_get_\\w+|get_callstack|throw_\\w+|console_\\w+|log_impl_js|outn?|errn?|has_asyncify)",
  "_Unwind_\\w+", "stack(Save|Restore|Alloc)", "__asctime_r", "strptime(_l)?", "(get|set|end)proto(ent|byname|bynumber)", "get(addr|name)info",
  "exit", "_abort_js", "__assert_fail", "__call_sighandler", "_Py_emscripten_runtime", "_Py_CheckEmscriptenSignals_Helper",
  "_PyEM_TrampolineCall_JS", "ffi_(call|closure_alloc|closure_free|prep_closure_loc)_js", "_maybe_\\w+_async", "_try_(fcntl64|shutdown)",
].join("|")})$`);

/** What looks at values, makes texts and numbers, and keeps count of references and of the objects that stand for Python's. */
const HARMLESS = new Set([
  ...["Array", "Error", "Function", "Promise", "Generator", "AsyncGenerator", "NoValue"].map((kind) => `Jsv${kind}_Check`), "pyproxy_Check",
  "JsProxy_compute_typeflags", "is_comlink_proxy", "Jsv_typeof", "Jsv_to_bool", "Jsv_equal", "Jsv_not_equal", "Jsv_GetError_import", "JsvError_Throw",
  "JsvArray_Get", "js2python_js", "js2python_immutable_js", "JsvUTF8ToString", "JsvNum_fromInt", "JsvNum_fromDouble", "JsvNum_toInt",
  "JsvBigInt_fromInt", "JsvBigInt_fromDigits", "Jsv_BigIntToNum", ..."ascii ucs1 ucs2 ucs4".split(" ").map((kind) => `_python2js_${kind}`),
  ...["new", "get", "set", "delete"].map((name) => `__hiwire_deduplicate_${name}`), "hiwire_invalid_ref_js", "new_error", "throw_no_gil",
  "pyproxy_new", "pyproxy_new_ex", "pyproxy_AsPyObject", "_pyproxyGen_make_result", "proxy_cache_get", "proxy_cache_set", "gc_register_proxies",
  "destroy_proxy", "destroy_proxies", "can_run_sync_js", "set_suspender", "get_suspender", "capture_stderr", "restore_stderr",
  // What Pyodide's start takes: functions of fixed texts, and tables.
  "emscripten_asm_const_int", "jslib_init_js", "jslib_init_buffers_js",
]);
/** Pyodide's functions that operate on objects; they tell Python of an error. */
const OPERATIONS = /^_?(Js|python2js|js2python)|^get_length_|^wrap_(async_)?generator$/;
/** A host is known by two of its functions. */
const HOST = ["prompting", "finished"];
/** What can be read of an error. */
const OF_ERRORS = ["name", "message", "stack"];
/** How a library shows that it brings JavaScript: Emscripten's EM_JS and EM_ASM. */
const SCRIPTS = /^__em_js__|^__start_em_asm$/;

let up = false;
/** Arrays that Python has made, for the arguments of calls. */
const made = new WeakSet();

function refuse() {
  throw new Error(REFUSAL);
}

/** Stands for every object that cannot be reached: nothing can be done with it. */
const nothing = new Proxy(() => {}, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse])));
const EMPTY = Object.freeze(Object.create(null));

/** @param {any} value */
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** @param {any} value */
const plain = (value) => (isObject(value) ? nothing : value);

/**
 * Ask a question about an object. While a snapshot is taken, Pyodide wraps objects in proxies, which fail to answer some.
 * @param {() => boolean} question
 */
function answered(question) {
  try {
    return question();
  } catch {
    return false;
  }
}

/** @param {any} value */
const isHost = (value) => isObject(value) && answered(() => Object.getPrototypeOf(value) === Object.prototype) && HOST.every((name) => Object.hasOwn(value, name));

/** @param {any} value */
const isError = (value) => answered(() => value instanceof Error);

/** @param {any} object @returns {any} what can be read of it, without what it inherits */
function readable(object) {
  if (isHost(object)) return { __proto__: null, ...object };
  if (!isError(object)) return EMPTY;
  const texts = OF_ERRORS.map((name) => [name, /** @type {any} */ (object)[name]]).filter(([, text]) => typeof text === "string");
  return { __proto__: null, ...Object.fromEntries(texts) };
}

/**
 * Operations of which something is left.
 * @type {Record<string, (original: Function, env: any) => (...parameters: any[]) => unknown>}
 */
const LIMITED = {
  JsProxy_GetAttr_js: (original) => (object, name) => original(readable(object), name),
  // Python's exceptions are JavaScript's here, and take the attributes that every exception has.
  JsProxy_SetAttr_js: (original) => (object, name, value) => (isError(object) ? 0 : original(nothing, name, plain(value))),
  JsvObject_toString: (original) => (object) => original(isError(object) ? Error.prototype.toString.call(readable(object)) : plain(object)),
  JsvArray_New: (original) => () => {
    const array = original();
    made.add(array);
    return array;
  },
  JsvArray_Push: (original) => (array, value) => original(made.has(array) ? array : nothing, value),
  JsvFunction_CallBound: (original) => (call, host, parameters) =>
    original(isHost(host) && Object.values(host).includes(call) ? call : nothing, undefined, made.has(parameters) ? parameters.map(plain) : []),
  // Maps are Pyodide's own, for its start.
  js2python_convert: (original) => (value, depth, converter) => original(answered(() => value instanceof Map) ? value : plain(value), depth, plain(converter)),
  set_pyodide_module: (original, { pyproxy_Check: isPython }) => (module) => (isPython(module) ? original(module) : refuse()),
};

/** @param {any} env  the functions that WebAssembly imports, by name @param {string} name @param {Function} original */
function guarded(env, name, original) {
  if (SYSTEM.test(name) || HARMLESS.has(name)) return original;
  const limited = Object.hasOwn(LIMITED, name) && LIMITED[name](original, env);
  const left = limited || (OPERATIONS.test(name) ? (/** @type {any[]} */ ...parameters) => original(...parameters.map(plain)) : refuse);
  const guard = (/** @type {any[]} */ ...parameters) => (up ? left : original)(...parameters);
  // Emscripten keeps notes on a function at the function, its signature among them.
  return Object.assign(guard, original);
}

/**
 * @param {{name: string}[]} exports @param {{name: string}[]} imports
 * @throws where a library brings JavaScript, or asks for what every object inherits
 */
function checkLibrary(exports, imports) {
  if (exports.some(({ name }) => SCRIPTS.test(name))) throw new Error("it brings JavaScript, which is not run while the site is built");
  const inherited = imports.find(({ name }) => name in Object.prototype);
  if (inherited) throw new Error(`it asks for "${inherited.name}", which is no function of the interpreter`);
}

/** Build the fence around every interpreter that this thread instantiates from now on. */
export function buildFence() {
  const { WebAssembly } = /** @type {any} */ (globalThis), { Instance, Module, compile } = WebAssembly;
  const fenced = new Proxy(Instance, {
    construct(target, [module, imports]) {
      const env = imports?.env;
      if (env && Object.hasOwn(env, "JsProxy_GetAttr_js")) {
        Object.setPrototypeOf(env, null); // what it inherits would be found by name, too
        for (const [name, original] of Object.entries(env)) if (typeof original === "function") env[name] = guarded(env, name, original);
      } else checkLibrary(Module.exports(module), Module.imports(module));
      return new target(module, imports);
    },
  });
  Object.assign(WebAssembly, {
    Instance: fenced,
    instantiate: async (/** @type {any} */ source, /** @type {any} */ imports) => {
      if (source instanceof Module) return new fenced(source, imports);
      const module = await compile(source);
      return { module, instance: new fenced(module, imports) };
    },
  });
}

/** From now on Python cannot reach JavaScript. */
export function raiseFence() {
  up = true;
  // Python shows the frames of a JavaScript error, with this machine's paths.
  Error.stackTraceLimit = 0;
}
