// Files of moments: their own layout, complete when they appear.

#include <gtest/gtest.h>

#include <set>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

using test::message_of;
using test::TemporaryFolder;

Description moments_description() {
    Description description = test::example_description();
    description.kind = FileKind::moments;
    description.first = description.count = 0;
    return description;
}

Datasets example_moments(const Description& description) {
    Datasets numbers;
    double next = 1.5;
    for (const LayoutItem& item : layout_of(FileKind::moments)) {
        if (!item.path.starts_with("/expect/")) continue;
        auto& values = numbers[item.path];
        for (std::uint64_t i = 0; i < layout_elements(item, description.dimensions()); ++i)
            values.push_back(next *= 1.1);
    }
    return numbers;
}

TEST(MomentsFile, HoldsWhatWasWritten) {
    const TemporaryFolder folder;
    const Description description = moments_description();
    const Datasets numbers = example_moments(description);
    EXPECT_EQ(numbers.size(), 7U);
    const ResultFile created =
        ResultFile::create(folder / "m.h5", description, Overwrite::no, MPI_COMM_NULL, numbers);
    created.append_start(MPI_COMM_NULL,
                         {"node", 3, "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z", "finished"});

    const ResultFile file = ResultFile::read(folder / "m.h5");
    EXPECT_EQ(file.attribute("format"), "greenhalo-moments");
    EXPECT_EQ(file.description().kind, FileKind::moments);
    EXPECT_EQ(file.description().energy, description.energy);
    EXPECT_EQ(file.description().yield, description.yield);
    EXPECT_EQ(file.description().config_text, description.config_text);
    for (const auto& [path, values] : numbers) EXPECT_EQ(file.dataset(path), values) << path;
    ASSERT_EQ(file.starts().size(), 1U);
    EXPECT_EQ(file.starts()[0].reason, "finished");
    EXPECT_EQ(file.starts()[0].ranks, 3);
}

TEST(MomentsFile, HasItsLayoutAndNothingElse) {
    const TemporaryFolder folder;
    ResultFile::create(folder / "m.h5", moments_description(), Overwrite::no);
    const hdf5::File file = hdf5::open_file(folder / "m.h5", hdf5::Access::read);
    for (const LayoutItem& item : layout_of(FileKind::moments)) {
        if (item.per_input_file) continue;
        EXPECT_TRUE(hdf5::exists(file.id(), item.path)) << item.path;
        if (item.type == ItemType::group) continue;
        const hdf5::Dataset dataset = hdf5::open_dataset(file.id(), item.path);
        EXPECT_EQ(hdf5::read_text_attribute(dataset.id(), "units"), item.units);
    }
    for (const char* path : {"/realizations", "/ensemble"})
        EXPECT_FALSE(hdf5::exists(file.id(), path)) << path;
}

TEST(MomentsFile, RowsOfEveryKindAreComplete) {
    for (const FileKind kind : file_kinds()) {
        std::set<std::string> seen = {""};
        for (const LayoutItem& item : layout_of(kind)) {
            EXPECT_TRUE(seen.insert(item.path).second) << item.path << " is there twice";
            EXPECT_TRUE(seen.count(item.path.substr(0, item.path.rfind('/'))))
                << item.path << " comes before its group";
            EXPECT_FALSE(item.long_name.empty()) << item.path;
            EXPECT_EQ(item.units.empty(), item.type == ItemType::group) << item.path;
        }
    }
}

TEST(MomentsFile, WrongNumbersLeaveNothingBehind) {
    const TemporaryFolder folder;
    const Description description = moments_description();
    const auto creating = [&](const Datasets& numbers) {
        return message_of(
            [&] { ResultFile::create(folder / "m.h5", description, Overwrite::no, MPI_COMM_NULL, numbers); });
    };
    EXPECT_NE(creating({{"/expect/large_scale", {1.0}}}).find("cannot take 1 values: its shape nE holds 4"),
              std::string::npos);
    EXPECT_NE(creating({{"/expect/nothing", {1.0}}}).find("/expect/nothing"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(MomentsFile, AMissingDatasetIsDamage) {
    const TemporaryFolder folder;
    ResultFile::create(folder / "m.h5", moments_description(), Overwrite::no);
    {
        const hdf5::File file = hdf5::open_file(folder / "m.h5", hdf5::Access::write);
        ASSERT_GE(H5Ldelete(file.id(), "/expect/small_scale", H5P_DEFAULT), 0);
    }
    EXPECT_NE(message_of([&] { ResultFile::read(folder / "m.h5"); }).find("/expect/small_scale is missing"),
              std::string::npos);
}

}  // namespace
}  // namespace greenhalo
