//go:build tools

// Package interop pins grpc-go's own interop client and server: the last release that Debian 12's
// Go 1.19 builds. CMakeLists.txt builds them into the build folder.
package interop

import (
	_ "google.golang.org/grpc/interop/client"
	_ "google.golang.org/grpc/interop/server"
)
