#include "storage/durable.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "greenhalo/base/error.h"

namespace greenhalo::storage {

namespace {

class Descriptor {
  public:
    Descriptor(const std::string& path, int flags) : id_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
        if (id_ < 0) throw Error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    }
    ~Descriptor() {
        if (id_ >= 0) ::close(id_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int id() const { return id_; }

  private:
    int id_;
};

std::string megabytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

[[noreturn]] void refuse_space(const std::string& path, std::uint64_t bytes, int code) {
    std::string reason, remedy;
    if (code == ENOSPC) {
        struct statvfs disc {};
        const bool known = ::statvfs(folder_of(path).c_str(), &disc) == 0;
        reason = known
                     ? fmt::format("the disc is full ({} are free)", megabytes(disc.f_bavail * disc.f_frsize))
                     : std::string("the disc is full");
        remedy = "make room, choose another disc, or store less per realization";
    } else if (code == EDQUOT) {
        reason = "the quota of this user or project is used up";
        remedy = "make room, choose another disc, or store less per realization";
    } else if (code == EFBIG) {
        reason = "this exceeds the largest file that is allowed here";
        remedy = "raise the limit (ulimit -f), choose another disc, or store less per realization";
    } else {
        reason = std::strerror(code);
        remedy = "choose another disc";
    }
    throw Error(fmt::format("cannot reserve {} for {}: {}; {}", megabytes(bytes), path, reason, remedy));
}

}  // namespace

FileSizeSignalIgnored::FileSizeSignalIgnored() {
    struct sigaction current {};
    if (::sigaction(SIGXFSZ, nullptr, &current) != 0 || (current.sa_flags & SA_SIGINFO) != 0) return;
    if (current.sa_handler == SIG_DFL) changed_ = std::signal(SIGXFSZ, SIG_IGN) != SIG_ERR;
}

FileSizeSignalIgnored::~FileSizeSignalIgnored() {
    if (changed_) std::signal(SIGXFSZ, SIG_DFL);
}

void reserve_space(const std::string& path, std::uint64_t bytes) {
    const FileSizeSignalIgnored ignored;
    const Descriptor file(path, O_RDWR | O_CREAT);
    if (bytes == 0) return;
    int code = EINTR;
    while (code == EINTR) code = ::posix_fallocate(file.id(), 0, static_cast<off_t>(bytes));
    if (code != 0) refuse_space(path, bytes, code);
}

std::uint64_t file_size(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        throw Error(fmt::format("cannot look at {}: {}", path, std::strerror(errno)));
    }
    return static_cast<std::uint64_t>(status.st_size);
}

std::uint64_t file_number(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_ino) : 0;
}

std::string new_file_beside(const std::string& target) {
    std::string path = target + ".new-XXXXXX";
    const int id = ::mkstemp(path.data());
    if (id < 0) {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        const std::string what =
            fmt::format("cannot create a file beside {}: {}", target, std::strerror(errno));
        if (full) throw Error(what + "; make room, or name another place with -o");
        throw InputError(what + "; name another place with -o");
    }
    // mkstemp hides the file from everybody else; a result is as readable as any other file
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(id, 0666 & ~mask);
    ::close(id);
    return path;
}

void require_writable(const std::string& path) {
    const Descriptor file(path, O_RDWR);
}

void sync_file(const std::string& path) {
    const Descriptor file(path, O_RDWR);
    if (::fsync(file.id()) != 0) {
        throw Error(fmt::format("cannot bring {} safely to the disc: {}", path, std::strerror(errno)));
    }
}

void rename_durably(const std::string& from, const std::string& to, bool replace) {
    int result = -1;
    if (!replace) {
        // A target that appeared in the meantime must not be lost; file systems without this fall through.
        result = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
        if (result != 0 && errno == EEXIST)
            throw InputError(fmt::format("{} appeared while it was created", to));
    }
    if (result != 0 && ::rename(from.c_str(), to.c_str()) != 0) {
        throw Error(fmt::format("cannot rename {} to {}: {}", from, to, std::strerror(errno)));
    }
    const Descriptor folder(folder_of(to), O_RDONLY | O_DIRECTORY);
    // Some file systems refuse to synchronise folders; they have nothing to be waited for.
    if (::fsync(folder.id()) != 0 && errno != EINVAL && errno != EBADF) {
        throw Error(
            fmt::format("cannot bring the folder of {} safely to the disc: {}", to, std::strerror(errno)));
    }
}

std::string folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

std::string follow_links(const std::string& path) {
    std::error_code code;
    const std::filesystem::path real = std::filesystem::canonical(path, code);
    return code ? path : real.string();
}

}  // namespace greenhalo::storage
