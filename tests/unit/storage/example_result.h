/// \file
/// A small result file with known numbers, for the tests of the storage.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"
#include "greenhalo/storage/sha256.h"

namespace greenhalo::test {

/// A folder that disappears with it.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "greenhalo-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

inline std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Three groups of nuclei, four energies; no two numbers alike.
inline Description example_description(std::int64_t count = 7, Stored stored = Stored::all) {
    Description description;
    description.command = "greenhalo run my.ini -o r.h5";
    description.config_text = "[halo]\nhalf-height = 4 kpc\n\n[species]\nnames = H \"He\"\n";
    description.config_entries = {
        {"species.names", "H He"}, {"halo.half-height", "4"}, {"sources.catalogue", ""}};
    for (int i = 0; i < 40; ++i)
        description.config_entries.emplace_back("z.key-" + std::to_string(40 - i), "v");
    const std::string catalogue("x_kpc,y_kpc\r\n1,2\n\0\xff", 20);
    description.input_files = {{"data/catalogue.csv", sha256(catalogue), catalogue},
                               {"empty.csv", sha256(""), ""}};
    description.provenance = {
        {"revision", "0123abc-modified"}, {"HDF5", "1.10.8"}, {"instruction set", "x86_64_v3"}};
    description.energy = {1e3, 1e4, 1e5, 1e6};
    description.species = {{"H", 1, 1}, {"He", 2, 4}, {"a name that is longer than usual names", 26, 55.8}};
    for (int i = 0; i < 12; ++i) {
        description.yield.push_back(1e50 / (1 + i));
        description.delay.push_back(100.5 * i);
    }
    description.first = 1000;
    description.count = count;
    description.stored = stored;
    return description;
}

/// What rows hold of the projection and of the dominating sources, one number per energy.
inline constexpr std::vector<double> RealizationRows::*dominant_rows[] = {
    &RealizationRows::projected_amplitude,    &RealizationRows::projected_phase,
    &RealizationRows::dominant_distance,      &RealizationRows::dominant_age,
    &RealizationRows::dominant_longitude,     &RealizationRows::dominant_latitude,
    &RealizationRows::dominant_share_current, &RealizationRows::dominant_share_density,
    &RealizationRows::dominant_listed};

/// Numbers of the given rows, which depend on the row alone.
inline RealizationRows example_rows(const Description& description, const std::vector<std::int64_t>& rows) {
    RealizationRows result;
    result.row = rows;
    const Dimensions size = description.dimensions();
    const std::int64_t per_group = size.species * size.energies;
    for (const std::int64_t row : rows) {
        const auto number = [&](int kind, std::int64_t i) {
            return std::sin(1.0 + kind + 0.37 * static_cast<double>(i)) *
                   std::exp(0.1 * static_cast<double>(row));
        };
        for (std::int64_t i = 0; i < per_group; ++i) result.density.push_back(number(0, i));
        for (std::int64_t i = 0; i < 3 * per_group; ++i) result.current.push_back(number(1, i));
        for (std::int64_t i = 0; i < 3 * size.energies; ++i) result.anisotropy.push_back(number(2, i));
        int kind = 3;
        for (const auto values : dominant_rows) {
            for (std::int64_t i = 0; i < size.energies; ++i) (result.*values).push_back(number(kind, i));
            ++kind;
        }
        result.source_count.push_back(2000000 + 17 * row);
    }
    return result;
}

inline bool same(const RealizationRows& a, const RealizationRows& b) {
    for (const auto values : dominant_rows) {
        if (a.*values != b.*values) return false;
    }
    return a.row == b.row && a.density == b.density && a.current == b.current &&
           a.anisotropy == b.anisotropy && a.source_count == b.source_count;
}

/// The text of the Error that \p step throws.
template <class Step>
std::string message_of(Step step) {
    try {
        step();
    } catch (const Error& failure) {
        return failure.what();
    }
    return "nothing was thrown";
}

/// Runs \p work in a child process and returns its wait status; an exception in it is exit status 99.
inline int in_child(const std::function<int()>& work) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 99;
        try {
            code = work();
        } catch (const std::exception& failure) {
            std::fprintf(stderr, "child: %s\n", failure.what());
        }
        ::_exit(code);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

}  // namespace greenhalo::test
