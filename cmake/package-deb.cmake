# Run by cpack on the staged files: what Debian wants otherwise than other systems. Its zsh looks elsewhere, manual pages
# are compressed without a time, and a package says where its licence is.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
  if(EXISTS ${share}/zsh/site-functions)
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
  file(GLOB_RECURSE pages ${share}/man/*.[157])
  foreach(page ${pages})
    execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(RENAME ${share}/doc/reachaudit/LICENSE ${share}/doc/reachaudit/copyright)
  file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/copyright ${share}/doc/reachaudit/copyright)
endif()
