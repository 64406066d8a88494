-- Runs every script of this folder; what all of them print is compared with what the host's Lua prints.
for _, name in ipairs({"strings", "tables", "numbers", "functions", "files", "times", "errors"}) do
	print("== " .. name)
	require(name)
end
print("end")
