#include "greenhalo/storage/parts_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::message_of;
using test::TemporaryFolder;

std::vector<StoredPart> example_parts(const Description& d, int count) {
    const std::size_t pairs = d.species.size() * d.energy.size();
    std::vector<StoredPart> parts;
    for (int i = 0; i < count; ++i) {
        StoredPart part{1000 + i / 3, i % 3, 20000000 + i, {}, {}};
        for (std::size_t k = 0; k < pairs; ++k)
            part.density.push_back(0.1 * i + std::sin(static_cast<double>(k)));
        for (std::size_t k = 0; k < 3 * pairs; ++k)
            part.current.push_back(0.1 * i - std::cos(static_cast<double>(k)));
        parts.push_back(part);
    }
    return parts;
}

void expect_same(const StoredPart& a, const StoredPart& b) {
    EXPECT_EQ(a.index, b.index);
    EXPECT_EQ(a.segment, b.segment);
    EXPECT_EQ(a.source_count, b.source_count);
    EXPECT_EQ(a.density, b.density);
    EXPECT_EQ(a.current, b.current);
}

TEST(PartsFile, WhatIsWrittenIsReadAndReplaced) {
    const TemporaryFolder folder;
    const Description d = example_description();
    for (const int count : {1, 7, 2}) {
        const auto parts = example_parts(d, count);
        write_parts(folder / "r.h5", d, parts);
        const PartsFile file = read_parts(folder / "r.h5");
        EXPECT_EQ(file.damaged, 0);
        EXPECT_EQ(file.description.config_entries, d.config_entries);
        ASSERT_EQ(file.parts.size(), parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) expect_same(file.parts[i], parts[i]);
    }
    EXPECT_EQ(companions_of(folder / "r.h5"), std::vector<std::string>{folder / "r.h5.parts"});
    write_parts(folder / "r.h5", d, {});
    EXPECT_FALSE(fs::exists(folder / "r.h5.parts"));
    EXPECT_THROW(read_parts(folder / "r.h5"), Error);
}

TEST(PartsFile, ADamagedPartIsLeftOutAndCounted) {
    const TemporaryFolder folder;
    const Description d = example_description();
    const auto parts = example_parts(d, 5);
    write_parts(folder / "r.h5", d, parts);
    {
        hdf5::File file = hdf5::open_file(folder / "r.h5.parts", hdf5::Access::write);
        const hdf5::Dataset dataset = hdf5::open_dataset(file.id(), "/parts/current");
        std::vector<double> all(5 * 36);
        hdf5::read_all(dataset, H5T_NATIVE_DOUBLE, all.data());
        all[2 * 36 + 5] += 1e-16;
        all[2 * 36 + 7] = -all[2 * 36 + 7];
        hdf5::write_all(dataset, H5T_NATIVE_DOUBLE, all.data());
    }
    const PartsFile file = read_parts(folder / "r.h5");
    EXPECT_EQ(file.damaged, 1);
    ASSERT_EQ(file.parts.size(), 4U);
    expect_same(file.parts[1], parts[1]);
    expect_same(file.parts[2], parts[3]);
}

TEST(PartsFile, PartsOfAnotherModelAreNotWritten) {
    const TemporaryFolder folder;
    const Description d = example_description();
    auto parts = example_parts(d, 2);
    parts[1].density.pop_back();
    EXPECT_THROW(write_parts(folder / "r.h5", d, parts), Error);
    EXPECT_FALSE(fs::exists(folder / "r.h5.parts"));
}

}  // namespace
}  // namespace greenhalo
