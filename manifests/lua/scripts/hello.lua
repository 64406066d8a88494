print("hello from " .. _VERSION .. ", with " .. #arg .. " argument(s)")
