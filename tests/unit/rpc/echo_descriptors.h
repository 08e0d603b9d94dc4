/* echo.proto, google/rpc/status.proto and what that needs, as a FileDescriptorSet. */
#ifndef TESTS_ECHO_DESCRIPTORS_H
#define TESTS_ECHO_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t echo_descriptors[];
extern const size_t echo_descriptors_size;

#endif
