// SPDX-License-Identifier: Apache-2.0
// FaultyVfs stands between SQLite and the system's files and does harm where a control file says
// so: full disks, failing writes, reads and syncs, and a process that dies in the middle.
//
// Threads: SQLite calls it from any; the control file may be replaced at any time.
// Owns: nothing that ends before the process.
// Errors: install throws std::runtime_error when SQLite refuses it.
#pragma once

#include <string>

namespace errand::tests {

// Makes the faulty file system SQLite's default for every connection opened from now on. It reads
// `controlFile` at each access; where that is missing or empty, all goes well. Each line is
//
//   OPERATION FILE FAULT [SKIP]
//
//   OPERATION  read, write or sync
//   FILE       db, wal or any of the two
//   FAULT      full   the disk is full (write)
//              eio    the device fails; for sync that is a failed fsync
//              kill   the process is killed before the operation
//              power  as kill, and what was written since a file's last sync is lost
//   SKIP       how many such operations go well before, counted since the control file was changed
//              or the process began; 0 when left out
void installFaultyVfs(const std::string& controlFile);

}  // namespace errand::tests
