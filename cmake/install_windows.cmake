# SPDX-License-Identifier: Apache-2.0
# On Windows all is one folder: the programs, errandd.properties beside them, and the pages.
file(READ etc/app.properties settings)
string(REPLACE "\nhttp.swaggerUi=\n" "\nhttp.swaggerUi=swagger-ui\n" settings "${settings}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/errandd.properties CONTENT "${settings}" @ONLY)

install(TARGETS errandd errand RUNTIME DESTINATION .)
install(FILES ${CMAKE_BINARY_DIR}/errandd.properties DESTINATION .)
install(DIRECTORY web DESTINATION .)
foreach(file swagger-ui.css swagger-ui-bundle.js LICENSE NOTICE)
    install(FILES ${SWAGGER_UI}/${file} DESTINATION swagger-ui OPTIONAL)
endforeach()
