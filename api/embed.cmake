# cmake -DFROM=file -DTO=file.c -DNAME=x -P embed.cmake: the bytes of a file as C, `x` and `x_size`.
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${TO} "#include <stddef.h>\n#include <stdint.h>\n
extern const uint8_t ${NAME}[];\nextern const size_t ${NAME}_size;\n
const uint8_t ${NAME}[] = {\n${bytes}\n};\nconst size_t ${NAME}_size = sizeof ${NAME};\n")
