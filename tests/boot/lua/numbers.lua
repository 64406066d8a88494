print(math.maxinteger, math.mininteger, math.maxinteger + 1 == math.mininteger, math.huge, math.pi)
print(math.floor(-2.5), math.ceil(-2.5), math.fmod(-7, 3), math.fmod(7, -3.0), math.modf(-3.7), math.abs(-3))
print(math.sqrt(2), math.exp(1), math.log(10), math.log(8, 2), math.log(1000, 10), math.sin(1), math.cos(1), math.tan(1))
print(math.asin(1), math.acos(0), math.atan(1), math.atan(-1, -1), math.pow(2, 10), math.cosh(1), math.log10(1000))
print(math.max(1, 2.5, -3), math.min(1, 2.5, -3), math.tointeger(3.0), math.tointeger(3.5), math.type(1), math.type(1.0), math.ult(1, -1))
print(3 & 5, 3 | 5, 3 ~ 5, ~0, 1 << 62, 1 << 64, -1 >> 60, 7 // 0.0, pcall(function() return 1 // 0 end))
print(0.1 + 0.2, 1e308 * 10, 5 % -3, -5 % 3, 5.5 % -2, 1 == 1.0, 2^63, math.tointeger(2^53), 1e15, 123456789012345678)
math.randomseed(42)
print(math.random(), math.random(100), math.random(-5, 5), math.random(0))
local sum = 0 for _ = 1, 100000 do sum = sum + math.random(1000) end print(sum)
for _, text in ipairs({"1e-320", "4.9e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "0.1", "1e23"}) do
	print(("%.17g"):format(tonumber(text)), ("%.3e"):format(tonumber(text)))
end
local a, b = 0, 1 for _ = 1, 90 do a, b = b, a + b end print(a)
local function ackermann(m, n) return m == 0 and n + 1 or n == 0 and ackermann(m - 1, 1) or ackermann(m - 1, ackermann(m, n - 1)) end
print(ackermann(2, 300))
local digits = {} local r = 0 for i = 1, 1000 do r = (r * 7 + i) % 1009 digits[i] = r % 10 end print(table.concat(digits):sub(1, 60))
