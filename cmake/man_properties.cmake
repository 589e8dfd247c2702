# SPDX-License-Identifier: Apache-2.0
# Writes the man page app.properties(5) from etc/app.properties, which a test holds to the table of
# keys: cmake -DIN=... -DOUT=... -P man_properties.cmake
file(STRINGS ${IN} lines)
set(page ".\\\" SPDX-License-Identifier: Apache-2.0
.Dd November 24, 2026
.Dt APP.PROPERTIES 5
.Os Errand
.Sh NAME
.Nm app.properties
.Nd configuration of the job server Errand
.Sh DESCRIPTION
The file has one
.Ar key Ns = Ns Ar value
a line; lines that begin with # are comments.
A value
.Pf @ Ar FILE
is what that file holds.
Every key can also be set by the environment,
.Ar http.port
by
.Ev ERRAND_HTTP_PORT ,
and on the command line with
.Fl D ,
which counts most.
.Pp
The keys, with what holds where they are not set:
.Bl -tag -width Ds
")
set(text "")
foreach(line IN LISTS lines)
    if(line MATCHES "^# (.*)$")
        set(text "${CMAKE_MATCH_1}")
    elseif(line MATCHES "^([A-Za-z.]+)=(.*)$")
        set(key "${CMAKE_MATCH_1}")
        set(value "${CMAKE_MATCH_2}")
        string(REPLACE "\\" "\\e" text "${text}")
        string(APPEND page ".It Ic ${key} Ns = Ns Qq ${value}\n${text}\n")
    endif()
endforeach()
string(APPEND page ".El\n.Sh SEE ALSO\n.Xr errand 1 ,\n.Xr errandd 8\n")
file(WRITE ${OUT} "${page}")
