# Warnings, sanitizers and the compiler launcher. Presets choose KELP_SANITIZE.
set(KELP_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")

add_library(kelp_flags INTERFACE)
target_compile_options(kelp_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers -fno-omit-frame-pointer)
target_include_directories(kelp_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(kelp_flags INTERFACE KELP_VERSION="${PROJECT_VERSION}")
# CRC32C and carry-less multiplication come from isa-l, which picks the instructions at run time: no -march here,
# so that one binary runs on every x86-64 and arm64 machine.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 reports these falsely through std::expected, std::function and coroutine frames.
  target_compile_options(kelp_flags INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
    -Wno-restrict -Wno-dangling-pointer -Wno-stringop-overread -Wno-free-nonheap-object -Wno-mismatched-new-delete)
endif()

if(KELP_SANITIZE)
  add_compile_options(-fsanitize=${KELP_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KELP_SANITIZE})
  if(KELP_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()

if(KELP_FUZZ)
  # Everything counts its edges; test/fuzz links each target with libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(KELP_CCACHE ccache)
if(KELP_CCACHE)
  # A precompiled header is only cacheable when its time stamp does not count.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_NOHASHDIR=1
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${KELP_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(KELP_LLD NAMES ld.lld-19 ld.lld)
  if(KELP_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
