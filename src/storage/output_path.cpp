// The questions to ask of an output path before hours of work are spent.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "storage/durable.h"

namespace greenhalo {

namespace {

bool is_greenhalo_file(const std::string& path) {
    try {
        const hdf5::File file = hdf5::open_file(path, hdf5::Access::read);
        return hdf5::read_text_attribute(file.id(), "format").starts_with("greenhalo");
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

namespace {

void check_folder(const std::string& path);

}  // namespace

bool check_resumable_path(const std::string& path) {
    struct stat status {};
    if (path.empty() || path.back() == '/' || ::stat(path.c_str(), &status) != 0) {
        check_output_path(path, Overwrite::no);
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        check_output_path(path, Overwrite::yes);  // says what it is
    }
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) != 0) {
        throw InputError(
            fmt::format("the result {} cannot be read and written: {}; change its permissions, or name a "
                        "copy of it with -o",
                        path, std::strerror(errno)));
    }
    check_folder(path);
    return true;
}

void check_output_path(const std::string& path, Overwrite overwrite) {
    if (path.empty()) throw InputError("the output file has an empty name: name one with -o");
    struct stat status {};
    if (path.back() == '/')
        throw InputError(fmt::format("the output {} is a folder: name a file in it", path));
    if (::stat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            throw InputError(fmt::format("the output {} is a folder: name a file in it, such as {}/result.h5",
                                         path, path));
        }
        if (!S_ISREG(status.st_mode)) {
            throw InputError(
                fmt::format("the output {} is not an ordinary file: name another with -o", path));
        }
        if (overwrite == Overwrite::no) {
            throw InputError(fmt::format(
                "the output {} exists and is left untouched: replace it with --overwrite, or name another "
                "with -o",
                path));
        }
        if (status.st_size > 0 && !is_greenhalo_file(path)) {
            throw InputError(
                fmt::format("the output {} exists and greenhalo did not write it: even --overwrite leaves it "
                            "untouched; remove it yourself, or name another with -o",
                            path));
        }
    } else if (errno != ENOENT && errno != ENOTDIR) {
        throw InputError(fmt::format("the output {} cannot be created: {}", path, std::strerror(errno)));
    }
    check_folder(path);
}

namespace {

void check_folder(const std::string& path) {
    struct stat status {};
    const std::string folder = storage::folder_of(follow_links(path));
    if (::stat(folder.c_str(), &status) != 0) {
        throw InputError(
            fmt::format("the folder of the output {} cannot be used: {}: {}; create it first, or name "
                        "another with -o",
                        path, folder, std::strerror(errno)));
    }
    if (!S_ISDIR(status.st_mode)) {
        throw InputError(fmt::format("the output {} cannot be created: {} is not a folder", path, folder));
    }
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        throw InputError(
            fmt::format("the folder of the output {} cannot be written: {}: {}; name another with -o", path,
                        folder, std::strerror(errno)));
    }
}

}  // namespace

}  // namespace greenhalo
