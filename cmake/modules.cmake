# kelp_add_modules(FILE): a static library kelp_<module> of src/<module>/**.cc for each line of FILE, linked to just the
# modules that the line names, and a test program kelp_<module>_test of its *_test.cc. *_bench.cc and *_fuzz.cc stand
# beside the code too and are built by test/bench and test/fuzz.
include(GoogleTest)

# ccache does not see what a precompiled header is made of (cmake includes it by a flag of the compiler's own), and would
# hand out one that was made of another list. With the list in the command line it is another compilation.
function(kelp_precompile target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  string(MD5 list "${ARGN}")
  target_compile_definitions(${target} PRIVATE KELP_PRECOMPILED=0x${list})
endfunction()

function(kelp_add_test_program name)
  if(KELP_FUZZ)  # that build is for test/fuzz alone
    return()
  endif()
  cmake_parse_arguments(arg "" "FIXTURE" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE kelp_flags ${arg_LINK} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE KELP_GOLDEN_DIR="${CMAKE_SOURCE_DIR}/test/golden"
    KELP_DOCS_DIR="${CMAKE_SOURCE_DIR}/docs")
  kelp_precompile(${name} <gtest/gtest.h> <string> <vector> <expected> <memory> <optional> <fmt/format.h>)
  set(properties)
  if(arg_FIXTURE STREQUAL "weed")  # test/weed/CMakeLists.txt starts it
    target_compile_definitions(${name} PRIVATE WEED_BUILD_DIR="${CMAKE_BINARY_DIR}"
      WEED_PROGRAM="${CMAKE_SOURCE_DIR}/test/weed/weed.py")
    set(properties FIXTURES_REQUIRED weed ENVIRONMENT "WEED_ENV_FILE=${CMAKE_BINARY_DIR}/weed-cluster/env")
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 ${properties} LABELS "${arg_LABELS}")
endfunction()

# src/<module>/proto/*.proto: their C++ code and that of their services, without our warnings.
function(kelp_add_protos module)
  find_package(Protobuf REQUIRED)
  find_program(GRPC_PLUGIN grpc_cpp_plugin REQUIRED)
  file(GLOB protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${module}/proto/*.proto)
  set(generated)
  set(out ${CMAKE_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${out})
  foreach(proto IN LISTS protos)
    get_filename_component(name ${proto} NAME_WE)
    set(made ${out}/${module}/proto/${name})
    add_custom_command(OUTPUT ${made}.pb.cc ${made}.pb.h ${made}.grpc.pb.cc ${made}.grpc.pb.h
      COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR}/src --cpp_out=${out} --grpc_out=${out}
        --plugin=protoc-gen-grpc=${GRPC_PLUGIN} ${proto}
      DEPENDS ${protos} VERBATIM)
    list(APPEND generated ${made}.pb.cc ${made}.grpc.pb.cc)
  endforeach()
  add_library(kelp_${module}_proto STATIC ${generated})
  set_target_properties(kelp_${module}_proto PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(kelp_${module}_proto SYSTEM PUBLIC ${out})
  target_link_libraries(kelp_${module}_proto PUBLIC ${KELP_LIBS_${module}})
endfunction()

# src/<module>/plugin.cc makes of the module libkelp-<module>.so, which the program loads when it is wanted. What it needs of
# the modules below, the program gives it.
function(kelp_add_plugin module)
  add_library(kelp-${module} MODULE src/${module}/plugin.cc)
  foreach(part ${module} ${KELP_PLUGIN_${module}})
    if(NOT TARGET kelp_${part})
      continue()
    endif()
    set_target_properties(kelp_${part} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_sources(kelp-${module} PRIVATE $<TARGET_OBJECTS:kelp_${part}>)
  endforeach()
  target_link_libraries(kelp-${module} PRIVATE kelp_flags kelp_${module}_proto ${KELP_LIBS_${module}})
  set_target_properties(kelp-${module} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# The whole of the modules that a plugin uses is in the program, and found in it.
function(kelp_serve_plugins program)
  set_target_properties(${program} PROPERTIES ENABLE_EXPORTS ON)
  target_link_options(${program} PRIVATE -Wl,--whole-archive $<TARGET_FILE:kelp_engine> $<TARGET_FILE:kelp_record>
    $<TARGET_FILE:kelp_rt> $<TARGET_FILE:kelp_base> -Wl,--no-whole-archive)
endfunction()

function(kelp_add_modules file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} lines REGEX "^[a-z]+:")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z]+): *(.*)$" _ "${line}")
    set(module ${CMAKE_MATCH_1})
    string(REPLACE " " ";" needs "${CMAKE_MATCH_2}")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/${module}/*.cc)
    if(NOT sources)
      continue()
    endif()
    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cc$")
    list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cc$|/(main|plugin)\\.cc$")
    set(links ${KELP_LIBS_${module}})
    if(EXISTS ${CMAKE_SOURCE_DIR}/src/${module}/proto)
      kelp_add_protos(${module})
      list(APPEND links kelp_${module}_proto)
    endif()
    foreach(need IN LISTS needs)
      if(TARGET kelp_${need})
        list(APPEND links kelp_${need})
      endif()
    endforeach()
    if(sources)
      add_library(kelp_${module} STATIC ${sources})
      target_link_libraries(kelp_${module} PUBLIC kelp_flags ${links})
      kelp_precompile(kelp_${module} <string> <vector> <expected> <memory> <optional>
        <functional> <fmt/format.h> ${KELP_PCH_${module}})
    endif()
    if(tests)
      kelp_add_test_program(kelp_${module}_test SOURCES ${tests} ${KELP_TEST_SOURCES_${module}} LINK kelp_${module} ${KELP_TEST_LIBS_${module}}
        FIXTURE ${KELP_TEST_FIXTURE_${module}})
      if(KELP_TEST_DEFINITIONS_${module} AND TARGET kelp_${module}_test)
        target_compile_definitions(kelp_${module}_test PRIVATE ${KELP_TEST_DEFINITIONS_${module}})
      endif()
    endif()
    if(EXISTS ${CMAKE_SOURCE_DIR}/src/${module}/main.cc)
      add_executable(kelp src/${module}/main.cc)
      target_link_libraries(kelp PRIVATE kelp_${module})
      kelp_serve_plugins(kelp)
    endif()
    if(EXISTS ${CMAKE_SOURCE_DIR}/src/${module}/plugin.cc)
      kelp_add_plugin(${module})
      list(APPEND plugins kelp-${module})
    endif()
  endforeach()
  if(TARGET kelp AND plugins)
    add_dependencies(kelp ${plugins})
  endif()
endfunction()
