#include "scripts.h"

/* Calls. */
char lua_fib[] = "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end assert(fib(24) == 46368)";

/* Tables, and calls from C back to Lua. */
char lua_sort[] = "local x, t = 42, {} "
		  "for i = 1, 10000 do x = (x * 16807) % 2147483647 t[i] = x end "
		  "table.sort(t, function(a, b) return a > b end) "
		  "for i = 2, #t do assert(t[i - 1] >= t[i]) end";

/* Strings, made and looked through. */
char lua_strings[] = "local t = {} "
		     "for i = 1, 4000 do t[#t + 1] = string.format('%d:%s', i, string.rep('ab', i % 7)) end "
		     "local s = table.concat(t, ' ') "
		     "local u, n = s:gsub('(%d+):', '<%1>') assert(n == 4000 and #u == #s + 4000) "
		     "local c = 0 for word in u:gmatch('%a+') do c = c + #word end assert(c == 23994)";
