# Packages: a .deb for Debian and its like, and a .tar.gz of the same files; `cpack` in the build directory makes both.
# Which libraries the .deb depends on is read from the binary.
set(CPACK_PACKAGE_NAME reachaudit)
set(CPACK_PACKAGE_VENDOR "reachaudit")
set(CPACK_PACKAGE_CONTACT "the reachaudit maintainers <maintainers@reachaudit.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "says what an unattended coding agent could reach at worst")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Audits the process that it runs in, as a coding agent's commands would run:
secrets, sockets, mounts, ways out, what git could not bring back. It reasons
out the worst case step by step, holds it against a profile, and its exit
status is the gate. It only reads and sends nothing.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME reachaudit-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_GENERATOR TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/cmake/package-deb.cmake)
find_program(RA_DPKG_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(RA_DPKG_SHLIBDEPS)
if(RA_DPKG_SHLIBDEPS)
  list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
include(CPack)
