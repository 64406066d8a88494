local name = os.tmpname()
local file = assert(io.open(name, "w"))
print(io.type(file), file:write("one\n", 2, "\n", 3.5, "\nlast"), file:seek("cur"), file:seek("set", 0), file:close(), io.type(file))
for line in io.lines(name) do io.write("[", line, "]") end print()
for line in io.lines(name, "L") do io.write(#line, " ") end print()
file = assert(io.open(name, "r+")) print(file:read("l", "n", "n", "l", "a")) print(file:read("a"), file:read("l"), file:read(0))
print(file:seek("set", 4), file:write("TWO") == file, file:seek("end")) file:seek("set") print(file:read("a")) file:close()
file = assert(io.open(name, "a")) file:write("\nmore") file:close() print(#io.open(name):read("a"))
file = assert(io.open(name, "wb")) file:setvbuf("full", 1024)
for i = 0, 99999 do file:write(string.char(i % 256)) end file:close()
file = assert(io.open(name, "rb")) local sum, size = 0, 0
while true do
	local block = file:read(4096) if not block then break end
	for i = 1, #block do sum = sum + block:byte(i) * ((size + i) % 7) end size = size + #block
end
print(size, sum) file:close()
print(os.rename(name, name .. ".new"), io.open(name), os.remove(name .. ".new"))
print(select(2, os.remove(name .. ".new")):match(": (.*)"), io.open("/no/such/folder/file", "w"))
local scratch = io.tmpfile() scratch:write("scratch") scratch:seek("set") print(scratch:read("a")) scratch:close()
print(pcall(io.lines, "/no/such/file")) print(pcall(file.read, file))
io.output():write("to the output\n") print(io.write("") == io.stdout, io.type(io.stdin), io.type(42))
print(io.open("main.lua"):read("l"))
