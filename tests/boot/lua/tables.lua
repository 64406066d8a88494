local words = {}
for word in ("the quick brown fox jumps over the lazy dog"):gmatch("%w+") do words[#words + 1] = word end
table.sort(words) print(table.concat(words, " "))
table.sort(words, function(a, b) return #a > #b or (#a == #b and a < b) end) print(table.concat(words, " "))
table.insert(words, 1, "first") table.insert(words, "last") print(table.remove(words, 2), table.remove(words), #words)
print(table.unpack({1, 2, 3}, 2)) print(table.pack(1, nil, 3).n) print(select("#", nil, nil), select(-1, 1, 2, 3))
print(table.concat(table.move({1, 2, 3, 4, 5}, 2, 4, 1), ","))
local numbers, seed = {}, 12345
for i = 1, 2000 do seed = (seed * 1103515245 + 12345) % 2147483648 numbers[i] = seed end
table.sort(numbers)
local sum = 0
for i, number in ipairs(numbers) do sum = sum + i * number assert(i == 1 or numbers[i - 1] <= number) end
print(sum, numbers[1], numbers[#numbers])
local big = {} for i = 1, 200000 do big[i] = {i} end
print(#big, big[1][1], big[#big][1]) big = nil collectgarbage() print(collectgarbage("count") > 10)
local point = setmetatable({x = 1}, {
	__index = function(_, key) return key .. "?" end, __call = function(self, n) return self.x + n end,
	__add = function(a, b) return a.x + b.x end, __eq = function() return true end, __len = function() return 99 end,
	__tostring = function() return "point" end, __concat = function(_, text) return "point" .. text end,
	__close = function() print("closed") end, __lt = function() return true end, __unm = function() return "minus" end,
})
print(point.y, point(5), point + point, #point, tostring(point), point .. "!", point < point, -point)
do local kept <close> = point print("open") end
local weak = setmetatable({}, {__mode = "k"}) weak[{}] = 1 collectgarbage() print(next(weak))
local keys = {} for key in pairs({a = 1, b = 2, [1] = 3, [2.5] = 4, [true] = 5}) do keys[#keys + 1] = tostring(key) end
table.sort(keys) print(table.concat(keys, " "))
print(pcall(table.sort, {3, 1, 2, 5, 4}, function() return true end))
