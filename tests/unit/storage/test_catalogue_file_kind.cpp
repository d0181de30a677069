// The file of a catalogue: written in parts, seen whole or not at all.

#include <gtest/gtest.h>

#include <filesystem>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

using test::TemporaryFolder;

Description catalogue_of(std::int64_t sources) {
    Description description = test::example_description();
    description.kind = FileKind::catalogue;
    description.count = 0;
    description.sources = sources;
    return description;
}

void write_sources(const RowWriter& write, std::int64_t first, std::int64_t count) {
    std::vector<double> position, age;
    for (std::int64_t i = first; i < first + count; ++i) {
        const auto x = static_cast<double>(i);
        for (const double component : {x, -x, 0.5 * x}) position.push_back(component);
        age.push_back(100.0 + x);
    }
    write("/sources/position", first, position);
    write("/sources/age", first, age);
}

TEST(CatalogueFile, PartsMakeTheWhole) {
    const TemporaryFolder folder;
    const std::string path = folder / "s.h5";
    ResultFile::create_by_parts(path, catalogue_of(10), Overwrite::no, MPI_COMM_NULL,
                                [&](const RowWriter& write) {
                                    EXPECT_FALSE(std::filesystem::exists(path)) << "seen before it is whole";
                                    write_sources(write, 7, 3);
                                    write_sources(write, 0, 4);
                                    write_sources(write, 4, 3);
                                    write_sources(write, 10, 0);
                                });
    const ResultFile file = ResultFile::read(path);
    EXPECT_EQ(file.description().kind, FileKind::catalogue);
    EXPECT_EQ(file.description().sources, 10);
    const auto position = file.dataset("/sources/position"), age = file.dataset("/sources/age");
    ASSERT_EQ(position.size(), 30U);
    ASSERT_EQ(age.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(age[i], 100.0 + static_cast<double>(i));
        EXPECT_EQ(position[3 * i + 1], -static_cast<double>(i));
        EXPECT_EQ(position[3 * i + 2], 0.5 * static_cast<double>(i));
    }
    const hdf5::File opened = hdf5::open_file(path, hdf5::Access::read);
    EXPECT_FALSE(hdf5::exists(opened.id(), "/realizations"));
    const hdf5::Dataset dataset = hdf5::open_dataset(opened.id(), "/sources/position");
    EXPECT_EQ(hdf5::read_text_attribute(dataset.id(), "units"), "kpc");
}

TEST(CatalogueFile, MayHoldNoSource) {
    const TemporaryFolder folder;
    ResultFile::create_by_parts(folder / "s.h5", catalogue_of(0), Overwrite::no, MPI_COMM_NULL,
                                [](const RowWriter&) {});
    const ResultFile file = ResultFile::read(folder / "s.h5");
    EXPECT_EQ(file.description().sources, 0);
    EXPECT_TRUE(file.dataset("/sources/age").empty());
}

TEST(CatalogueFile, AFailureLeavesNothingBehind) {
    const TemporaryFolder folder;
    const auto attempt = [&](auto write_parts) {
        ResultFile::create_by_parts(folder / "s.h5", catalogue_of(10), Overwrite::no, MPI_COMM_NULL,
                                    write_parts);
    };
    EXPECT_THROW(attempt([](const RowWriter&) { throw Error("no more"); }), Error);
    EXPECT_THROW(attempt([](const RowWriter& write) { write_sources(write, 8, 3); }), Error);
    EXPECT_THROW(attempt([](const RowWriter& write) { write_sources(write, -1, 1); }), Error);
    EXPECT_THROW(attempt([](const RowWriter& write) { write("/sources/position", 0, {1.0, 2.0}); }), Error);
    EXPECT_THROW(attempt([](const RowWriter& write) { write("/sources/nothing", 0, {1.0}); }), Error);
    EXPECT_THROW(attempt([](const RowWriter& write) { write("/species/name", 0, {1.0}); }), Error);
    EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
}

}  // namespace
}  // namespace greenhalo
