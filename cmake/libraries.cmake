# Every library is a Debian 12 package; `./dev` installs them. One line says which module uses what.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4)
find_library(SNAPPY_LIBRARY snappy REQUIRED)
find_library(ISAL_LIBRARY isal REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(grpc REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(protobuf REQUIRED IMPORTED_TARGET protobuf)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)

set(KELP_LIBS_base fmt::fmt spdlog::spdlog ${ISAL_LIBRARY} Threads::Threads)
set(KELP_LIBS_wire Boost::json)
set(KELP_LIBS_record PkgConfig::zstd PkgConfig::lz4 ${SNAPPY_LIBRARY} ZLIB::ZLIB)
set(KELP_LIBS_engine Boost::json)
set(KELP_LIBS_seaweed PkgConfig::grpc PkgConfig::protobuf PkgConfig::curl)
set(KELP_LIBS_broker Boost::json)
set(KELP_LIBS_cli Boost::json CLI11::CLI11)
set(KELP_LIBS_app CLI11::CLI11 Boost::json)

# What only a module's tests need.
set(KELP_TEST_LIBS_wire ZLIB::ZLIB)
set(KELP_TEST_LIBS_record Boost::json)
# What must run while they do.
set(KELP_TEST_FIXTURE_seaweed weed)
# Tests of other modules that this one's have to pass too, and what tells them so.
set(KELP_TEST_SOURCES_seaweed src/engine/engine_conformance_test.cc src/engine/catalog_conformance_test.cc
  src/engine/rewrite_conformance_test.cc)
set(KELP_TEST_DEFINITIONS_seaweed KELP_ENGINE_KINDS="seaweed/test_kinds.h")

# A module's own header that nearly all of its files include, precompiled with the standard ones. The broker's are four
# fifths of what the compiler reads for one of its files.
set(KELP_PCH_wire ${CMAKE_SOURCE_DIR}/src/wire/instantiate.h)
set(KELP_PCH_broker ${CMAKE_SOURCE_DIR}/src/broker/api/handlers.h ${CMAKE_SOURCE_DIR}/src/broker/locate.h)

# Modules that are in libkelp-seaweed.so besides its own.
set(KELP_PLUGIN_seaweed smq)
