local function numbers(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
for i, square in numbers(4) do io.write(i, ":", square, " ") end print()
local thread = coroutine.create(function(a, b)
	print("in", a, b)
	local c = coroutine.yield(a + b)
	local d, e = coroutine.yield(c * 2)
	error({code = d + e})
end)
print(coroutine.resume(thread, 1, 2)) print(coroutine.resume(thread, 10)) print(coroutine.status(thread))
local ok, problem = coroutine.resume(thread, 3, 4) print(ok, problem.code, coroutine.status(thread), coroutine.isyieldable())
print(coroutine.resume(thread)) print(coroutine.close(coroutine.create(print)))
print(pcall(coroutine.wrap(function() error("inside") end)))
print(coroutine.wrap(function() return pcall(function() return coroutine.yield(1) + 1 end) end)())
local function counter() local n = 0 return function() n = n + 1 return n end, function() n = 0 end end
local count, reset = counter() count() count() print(count()) reset() print(count())
print((function(...) return select("#", ...), ... end)(nil, 2, nil))
for i = 3, 1, -1 do if i == 2 then goto continue end io.write(i, " ") ::continue:: end print()
local many = {} for i = 1, 10000 do many[i] = coroutine.create(function() coroutine.yield(i) end) end
local sum = 0 for i = 1, 10000 do sum = sum + select(2, coroutine.resume(many[i])) end print(sum)
local function tail(n) if n == 0 then return "done" end return tail(n - 1) end print(tail(1000000))
print(load("return 1 + ...", "chunk", "t", {})(41), load("syntax error here"))
local environment = {print = print} load("x = 5", "c", "t", environment)() print(environment.x, x)
print(pcall(string.rep)) print(type(debug.getinfo(1).short_src), debug.getinfo(1, "l").currentline)
local nest = function(text) return (text:gsub("x", function() return "y" end)) end
local deep = nest for _ = 1, 60 do local inner = deep deep = function(text) return (text:gsub("x", function() return inner("x") end)) end end
print(deep("axb"))
