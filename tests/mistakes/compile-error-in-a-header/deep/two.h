#error this header is not finished
