// Files that belong to a result and lie beside it.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "greenhalo/storage/result_file.h"
#include "greenhalo/storage/salvage.h"
#include "storage/durable.h"

namespace greenhalo {

namespace fs = std::filesystem;

std::string follow_links(const std::string& path) {
    constexpr int most = 40;  // as the kernel allows; beyond it opening the file says what is wrong
    fs::path at(path);
    std::error_code code;
    for (int followed = 0; fs::is_symlink(at, code); ++followed) {
        const fs::path target = fs::read_symlink(at, code);
        if (code || followed == most) return path;
        at = at.parent_path() / target;
    }
    return at.string();
}

bool has_other_names(const std::string& path) {
    std::error_code code;
    const std::uintmax_t names = fs::hard_link_count(path, code);
    return !code && names > 1;
}

std::string rows_companion(const std::string& path) {
    return path + ".rows";
}
std::string parts_companion(const std::string& path) {
    return path + ".parts";
}
std::string lock_companion(const std::string& path) {
    return path + ".lock";
}

std::vector<std::string> companions_of(const std::string& path) {
    const std::string folder = storage::folder_of(path), start = fs::path(path).filename().string() + ".";
    std::vector<std::string> found;
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(start)) found.push_back(folder == "." ? name : entry->path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

void remove_companion(const std::string& path) {
    ::unlink(path.c_str());
}

namespace {

/// Open MPI tries locks on FILE.locktest.RANK while it opens a file.
bool is_lock_test(const std::string& file, const std::string& path) {
    const std::string start = path + ".locktest.";
    return file.size() > start.size() && file.starts_with(start) &&
           file.find_first_not_of("0123456789", start.size()) == std::string::npos;
}

}  // namespace

void remove_leftovers(const std::string& path) {
    remove_companion(salvage_companion(path));
    for (const std::string& file : companions_of(path)) {
        if (is_lock_test(file, path)) ::unlink(file.c_str());
    }
    for (const std::string& target :
         {path, rows_companion(path), parts_companion(path), salvage_companion(path)}) {
        const std::string start = target + ".new-";
        for (const std::string& file : companions_of(target)) {
            // the six letters are those of new_file_beside()
            if (file.size() == start.size() + 6 && file.starts_with(start)) ::unlink(file.c_str());
        }
    }
}

}  // namespace greenhalo
