# One list of warnings, with what each catches; hardening for every build.
add_library(ra_flags INTERFACE)
target_compile_definitions(ra_flags INTERFACE _GNU_SOURCE)
target_compile_options(ra_flags INTERFACE
  -include ${CMAKE_CURRENT_SOURCE_DIR}/scanner/base/banned.h
  -Wall -Wextra
  -Wshadow               # an inner variable hiding an outer one
  -Wstrict-prototypes    # f() taking anything
  -Wmissing-prototypes   # a function that should be static or declared in a header
  -Wvla                  # stack use decided by input
  -Wformat=2             # format strings that are not literals
  -Wwrite-strings        # writing into literals
  -Wswitch               # a new enum value must visit every switch
  -Wundef                # a macro misspelt in #if
  -Wcast-qual            # const cast away
  $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation> # snprintf into fixed text is checked by its callers
  -fno-common -fstack-protector-strong)
target_link_options(ra_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
if(RA_WERROR)
  target_compile_options(ra_flags INTERFACE -Werror)
endif()
if(RA_FUZZ)
  set(RA_SANITIZE ON)
  target_compile_options(ra_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RA_SANITIZE)
  target_compile_options(ra_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ra_flags INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(ra_flags INTERFACE RA_SANITIZED)
else()
  target_compile_options(ra_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
if(RA_COVERAGE)
  target_compile_options(ra_flags INTERFACE --coverage)
  target_link_options(ra_flags INTERFACE --coverage)
endif()
if(RA_ANALYZE)
  find_program(RA_CLANG_TIDY clang-tidy REQUIRED)
  set(CMAKE_C_CLANG_TIDY ${RA_CLANG_TIDY})
endif()
