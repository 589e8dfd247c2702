# SPDX-License-Identifier: Apache-2.0
# What is installed beside programs, plugins and pages, and how cpack makes a Debian package of all:
# scripts/package. The component `debian` is the package's alone: its places are the system's own.
set(made ${CMAKE_BINARY_DIR}/package-files)
file(MAKE_DIRECTORY ${made})

add_custom_command(
    OUTPUT ${made}/app.properties.5
    COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_SOURCE_DIR}/etc/app.properties
            -DOUT=${made}/app.properties.5 -P ${CMAKE_SOURCE_DIR}/cmake/man_properties.cmake
    DEPENDS etc/app.properties cmake/man_properties.cmake
    VERBATIM)
add_custom_target(man_pages ALL DEPENDS ${made}/app.properties.5)
install(FILES docs/man/errand.1 DESTINATION share/man/man1 COMPONENT pages)
install(FILES docs/man/errandd.8 DESTINATION share/man/man8 COMPONENT pages)
install(FILES ${made}/app.properties.5 DESTINATION share/man/man5 COMPONENT pages)
install(FILES etc/app.properties DESTINATION share/errand/etc COMPONENT pages)
install(DIRECTORY etc/systemd etc/supervisor etc/prometheus etc/grafana
        DESTINATION share/errand/etc)

set(ERRAND_PACKAGE_VERSION ${PROJECT_VERSION} CACHE STRING "Version of the package")
configure_file(etc/debian/changelog.in ${made}/changelog @ONLY)
file(READ etc/app.properties settings)
foreach(change "data.directory=var|data.directory=/var/lib/errand"
               "http.root=web|http.root=/usr/share/errand/web")
    string(REPLACE "|" ";" change ${change})
    list(GET change 0 from)
    list(GET change 1 to)
    string(REPLACE "\n${from}\n" "\n${to}\n" settings "${settings}")
endforeach()
file(CONFIGURE OUTPUT ${made}/app.properties CONTENT "${settings}" @ONLY)

install(FILES ${made}/app.properties DESTINATION /etc/errand COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES etc/systemd/errandd.service DESTINATION /lib/systemd/system COMPONENT debian
        EXCLUDE_FROM_ALL)
install(FILES etc/debian/copyright DESTINATION share/doc/errand COMPONENT debian EXCLUDE_FROM_ALL)
# With -n, no name and no time: the same source makes the same package.
install(CODE "
    set(root \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share)
    file(MAKE_DIRECTORY \${root}/doc/errand)
    foreach(pair ${made}/changelog|doc/errand/changelog.gz
                 ${CMAKE_SOURCE_DIR}/docs/man/errand.1|man/man1/errand.1.gz
                 ${CMAKE_SOURCE_DIR}/docs/man/errandd.8|man/man8/errandd.8.gz
                 ${made}/app.properties.5|man/man5/app.properties.5.gz)
        string(REPLACE | \";\" pair \${pair})
        list(GET pair 0 from)
        list(GET pair 1 to)
        get_filename_component(folder \${root}/\${to} DIRECTORY)
        file(MAKE_DIRECTORY \${folder})
        execute_process(COMMAND gzip -9nc \${from} OUTPUT_FILE \${root}/\${to}
                        COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
" COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME errand)
set(CPACK_PACKAGE_VERSION ${ERRAND_PACKAGE_VERSION})
set(CPACK_PACKAGE_CONTACT "The founders of Errand <founders@errand.example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "job server: HTTP in, results and mail out, nothing lost")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"It answers 202 once a job is on disk, runs it, keeps the answer and mails it.
One process and one SQLite file; or the same services spread over RabbitMQ,
speaking the wire protocol of Nameko.")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "default-mta | mail-transport-agent")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "rabbitmq-server, prometheus")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/etc/debian/postinst ${CMAKE_SOURCE_DIR}/etc/debian/prerm
    ${CMAKE_SOURCE_DIR}/etc/debian/postrm ${made}/conffiles)
file(WRITE ${made}/conffiles "/etc/errand/app.properties\n")
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL Unspecified debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
include(CPack)
