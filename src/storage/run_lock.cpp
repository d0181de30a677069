#include "greenhalo/storage/run_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

namespace {

/// Tries to lock the whole file for this opening of it: unlike other locks of POSIX it is not lost when
/// something else in this process closes the file, and other than flock() it reaches other machines through
/// NFS.
bool try_to_lock(int descriptor) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

bool is_still_there(int descriptor, const std::string& path) {
    struct stat mine {
    }, there{};
    return ::fstat(descriptor, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
           mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

std::string holder(int descriptor) {
    std::array<char, 200> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
    std::string name(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!name.empty() && name.back() == '\n') name.pop_back();
    return name.empty() ? "another run" : name;
}

std::string own_name() {
    std::array<char, 65> host{};
    ::gethostname(host.data(), host.size() - 1);
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> since{};
    std::strftime(since.data(), since.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return fmt::format("process {} on {} since {}\n", ::getpid(), host.data(), since.data());
}

}  // namespace

RunLock::RunLock(const std::string& result) : path_(lock_companion(result)) {
    for (;;) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0) {
            why_not_ = fmt::format("{} cannot be opened: {}", path_, std::strerror(errno));
            return;
        }
        if (!try_to_lock(descriptor_)) {
            const int code = errno;
            const std::string other = holder(descriptor_);
            ::close(descriptor_);
            descriptor_ = -1;
            if (code == EAGAIN || code == EACCES) {
                throw InputError(
                    fmt::format("{} is being written by {}: wait for it, stop it (kill -USR1), or name "
                                "another result with -o",
                                result, other));
            }
            why_not_ = fmt::format("{} cannot be locked: {}", path_, std::strerror(code));
            ::unlink(path_.c_str());
            return;
        }
        // a run that ended in between has removed the file that this lock is on
        if (is_still_there(descriptor_, path_)) break;
        ::close(descriptor_);
        descriptor_ = -1;
    }
    const std::string name = own_name();
    // what it says only helps people: the lock holds without
    if (::ftruncate(descriptor_, 0) == 0)
        static_cast<void>(!::pwrite(descriptor_, name.data(), name.size(), 0));
}

RunLock::~RunLock() {
    if (descriptor_ < 0) return;
    ::unlink(path_.c_str());
    ::close(descriptor_);
}

}  // namespace greenhalo
