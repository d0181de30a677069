# What an installation holds beside the program, the library, the headers and the CMake package; and the Debian package.

set(GREENHALO_PYTHON_DIR lib/python3/dist-packages CACHE STRING "Where the Python modules go, below the prefix")

# Written by the program itself, from its tables.
set(manual_folder ${PROJECT_BINARY_DIR}/generated/manual)
file(MAKE_DIRECTORY ${manual_folder})
set(manual_pages "")
foreach(page man:greenhalo.1 completion:greenhalo.bash)
  string(REGEX REPLACE ":.*" "" chapter ${page})
  string(REGEX REPLACE ".*:" "" file ${page})
  add_custom_command(OUTPUT ${manual_folder}/${file}
    COMMAND greenhalo manual ${chapter} > ${manual_folder}/${file}
    DEPENDS greenhalo VERBATIM)
  list(APPEND manual_pages ${manual_folder}/${file})
endforeach()
add_custom_target(greenhalo_manual ALL DEPENDS ${manual_pages})
install(FILES ${manual_folder}/greenhalo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${manual_folder}/greenhalo.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME greenhalo)

# The prefix is known when installing, not before: cmake --install may name another one.
install(CODE "
  set(PROJECT_VERSION \"${PROJECT_VERSION}\")
  set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
  set(CMAKE_INSTALL_BINDIR \"${CMAKE_INSTALL_BINDIR}\")
  set(CMAKE_INSTALL_MANDIR \"${CMAKE_INSTALL_MANDIR}\")
  set(GREENHALO_PYTHON_DIR \"${GREENHALO_PYTHON_DIR}\")
  configure_file(\"${CMAKE_CURRENT_LIST_DIR}/modulefile.in\" \"${PROJECT_BINARY_DIR}/generated/modulefile\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/generated/modulefile DESTINATION ${CMAKE_INSTALL_DATADIR}/greenhalo)

# Python: the module, the figures, and the program that draws them.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/greenhalo ${PROJECT_SOURCE_DIR}/tools/greenhalo_plot
        DESTINATION ${GREENHALO_PYTHON_DIR} PATTERN __pycache__ EXCLUDE)
file(RELATIVE_PATH GREENHALO_PYTHON_FROM_BIN /${CMAKE_INSTALL_BINDIR} /${GREENHALO_PYTHON_DIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/greenhalo-plot.in ${PROJECT_BINARY_DIR}/generated/greenhalo-plot @ONLY)
install(PROGRAMS ${PROJECT_BINARY_DIR}/generated/greenhalo-plot DESTINATION ${CMAKE_INSTALL_BINDIR})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/input ${PROJECT_SOURCE_DIR}/jobscripts
        DESTINATION ${CMAKE_INSTALL_DATADIR}/greenhalo)
# The manual lies as in the source tree, so that its links lead where they lead there.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/doc DESTINATION ${CMAKE_INSTALL_DOCDIR}
        FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN html EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CONTRIBUTING.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
              ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/tools/greenhalo_plot/data/anisotropy.csv
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/tools/greenhalo_plot/data)

# cpack -G DEB in the build folder.
if(NOT PROJECT_SOURCE_DIR STREQUAL CMAKE_SOURCE_DIR)
  return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME greenhalo)
set(CPACK_PACKAGE_CONTACT "The greenhalo developers <greenhalo@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "openmpi-bin")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3-h5py, python3-numpy, python3-matplotlib")
include(CPack)
