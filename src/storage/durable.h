/// \file
/// What POSIX offers to put a file safely on disc.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>

namespace greenhalo::storage {

/// While it lives, writing beyond the limit of file sizes is an error instead of a signal that kills the
/// program. A handler that the program installed itself is left alone.
class FileSizeSignalIgnored {
  public:
    FileSizeSignalIgnored();
    ~FileSizeSignalIgnored();
    FileSizeSignalIgnored(const FileSizeSignalIgnored&) = delete;
    FileSizeSignalIgnored& operator=(const FileSizeSignalIgnored&) = delete;

  private:
    bool changed_ = false;
};

/// Makes sure that the disc has room for \p bytes of the file \p path, which is created when missing and
/// keeps its content. Throws Error that says what is full: the disc, a quota, or a limit of file sizes.
void reserve_space(const std::string& path, std::uint64_t bytes);

std::uint64_t file_size(const std::string& path);

/// The number by which the file system knows the file now at \p path; 0 when there is none. A file renamed
/// over another has a number of its own.
std::uint64_t file_number(const std::string& path);

/// Creates an empty file of a new name beside \p target ("TARGET.new-XXXXXX") and returns its path.
std::string new_file_beside(const std::string& target);

/// Throws Error when this process cannot open \p path for reading and writing.
void require_writable(const std::string& path);

/// Waits until the file's content is on the disc.
void sync_file(const std::string& path);

/// Renames \p from to \p to atomically, and waits until the folder is on the disc. Unless \p replace, throws
/// InputError when \p to exists.
void rename_durably(const std::string& from, const std::string& to, bool replace);

/// The folder a path lies in; "." for a bare name.
std::string folder_of(const std::string& path);

}  // namespace greenhalo::storage
