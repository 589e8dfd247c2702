# SPDX-License-Identifier: Apache-2.0
# Toolchain for 64-bit Windows, on Debian: MinGW-w64 with POSIX threads, and libraries as
# scripts/windows-sysroot builds them. Their folder, which the script prints, is in the environment
# as ERRAND_SYSROOT at the first configuration, or given with -DERRAND_SYSROOT=...
set(ERRAND_SYSROOT "$ENV{ERRAND_SYSROOT}" CACHE PATH "What scripts/windows-sysroot printed")
if(NOT IS_DIRECTORY "${ERRAND_SYSROOT}")
    message(FATAL_ERROR "ERRAND_SYSROOT is no folder: run scripts/windows-sysroot first")
endif()
# The checks of the compiler are projects of their own, which read this file again.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ERRAND_SYSROOT)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(triplet x86_64-w64-mingw32)
# GCC's other threads, those of Windows, come without std::thread.
set(CMAKE_C_COMPILER ${triplet}-gcc-posix)
set(CMAKE_CXX_COMPILER ${triplet}-g++-posix)
set(CMAKE_RC_COMPILER ${triplet}-windres)
# POCO asks for a message compiler, and looks for Microsoft's alone.
find_program(CMAKE_MC_COMPILER ${triplet}-windmc)

# Only what was built for Windows is linked; programs such as pkg-config are this machine's.
set(CMAKE_FIND_ROOT_PATH /usr/${triplet} "${ERRAND_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${ERRAND_SYSROOT}/lib/pkgconfig")
set(PKG_CONFIG_ARGN --static)
set(OPENSSL_ROOT_DIR "${ERRAND_SYSROOT}")
set(OPENSSL_USE_STATIC_LIBS ON)

# The programs need no library but Windows' own.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_SHARED_LINKER_FLAGS_INIT -static)

# What is built runs under Wine here: tests, and what a build runs itself.
set(CMAKE_CROSSCOMPILING_EMULATOR /usr/lib/wine/wine64)
