// Damage is found where it is, sound rows survive, and a rebuilt file has them.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::example_rows;
using test::message_of;
using test::same;
using test::TemporaryFolder;

using Rows = std::vector<std::int64_t>;

ResultFile example_file(const std::string& path, const Description& description, const Rows& rows) {
    const ResultFile file = ResultFile::create(path, description, Overwrite::no);
    file.append_start(MPI_COMM_NULL, {"host", 2, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "stopped"});
    file.write_realizations(MPI_COMM_NULL, example_rows(description, rows));
    return file;
}

void flip(const std::string& path, const std::string& dataset, std::size_t byte) {
    const hdf5::File file = hdf5::open_file(path, hdf5::Access::write);
    const hdf5::Dataset d = hdf5::open_dataset(file.id(), dataset);
    const hdf5::Type type(H5Dget_type(d.id()), "type");
    std::size_t size = H5Tget_size(type.id());
    for (const std::uint64_t extent : hdf5::extents(d)) size *= extent;
    std::vector<char> bytes(size);
    hdf5::read_all(d, type.id(), bytes.data());
    bytes.at(byte % size) = static_cast<char>(bytes.at(byte % size) ^ 4);
    hdf5::write_all(d, type.id(), bytes.data());
}

TEST(Damage, NoneWhereThereIsNone) {
    const TemporaryFolder folder;
    const Description d = example_description();
    const ResultFile file = example_file(folder / "r.h5", d, {0, 3, 6});
    EXPECT_TRUE(file.damage().none());
    EXPECT_TRUE(file.model_is_sound());
    EXPECT_FALSE(file.ensemble_is_sound());
    file.write_ensemble(MPI_COMM_NULL, d.count, {{"delta_A1", {1, 2, 3, 4}}});
    EXPECT_TRUE(file.ensemble_is_sound());
    EXPECT_TRUE(ResultFile::read(folder / "r.h5").damage().none());
}

TEST(Damage, OneFlippedBitOfAnyDatasetIsFound) {
    const TemporaryFolder folder;
    Description d = example_description();
    d.config_entries.emplace_back("ensemble.first", std::to_string(d.first));  // as every input says
    {
        const ResultFile file = example_file(folder / "r.h5", d, {0, 3, 6});
        file.write_ensemble(MPI_COMM_NULL, d.count, {{"delta_A1", {1, 2, 3, 4}}});
    }
    std::mt19937 random(3);
    for (const LayoutItem& item : result_layout()) {
        if (item.type == ItemType::group || item.path == "/realizations/complete") continue;
        std::string path = item.path;
        if (item.per_input_file) path.replace(path.find('N'), 1, "0");
        fs::copy_file(folder / "r.h5", folder / "flipped.h5", fs::copy_options::overwrite_existing);
        // in row 0 where there are rows, in the row that is used of the starts
        const std::size_t byte = random() % (item.path == "/provenance/starts" ? 300 : 8);
        flip(folder / "flipped.h5", path, byte);
        const Damage damage = ResultFile::read(folder / "flipped.h5").damage();
        const bool in_row = path.starts_with("/realizations/") && path != "/realizations/index";
        EXPECT_EQ(damage.rows, in_row ? Rows{0} : Rows{}) << path;
        EXPECT_EQ(damage.blocks.size(), in_row ? 0U : 1U) << path;
        if (path.starts_with("/ensemble/")) {
            EXPECT_EQ(damage.blocks, std::vector<std::string>{"/ensemble"}) << path;
        }
    }
}

TEST(Damage, SoundRowsAreToldFromDamagedAndMissingOnes) {
    const TemporaryFolder folder;
    const Description d = example_description();
    const ResultFile file = example_file(folder / "r.h5", d, {0, 1, 3, 4, 6});
    const std::size_t row_size = 12 * sizeof(double);
    flip(folder / "r.h5", "/realizations/density", 3 * row_size + 17);
    const RealizationRows sound = file.sound_realizations({6, 5, 3, 1, 0});
    EXPECT_TRUE(same(sound, example_rows(d, {0, 1, 6})));
    // a mark without numbers is damage, not a realization of NaN
    flip(folder / "r.h5", "/realizations/complete", 2);
    EXPECT_EQ(file.damaged_rows(), (Rows{2, 3}));
}

TEST(Damage, ARebuiltFileHasTheSoundRowsAndRoomForMore) {
    const TemporaryFolder folder;
    const Description d = example_description(7), larger = example_description(600);
    example_file(folder / "r.h5", d, {0, 1, 3, 4, 6});
    flip(folder / "r.h5", "/realizations/density", 3 * 12 * sizeof(double));
    // the copy of the indices and the energies may be wrong as well: the description knows better
    flip(folder / "r.h5", "/realizations/index", 0);
    flip(folder / "r.h5", "/energy", 9);
    const ResultFile file = ResultFile::rebuild(folder / "r.h5", larger);
    EXPECT_EQ(file.complete_rows(), (Rows{0, 1, 4, 6}));
    EXPECT_TRUE(file.damage().none());
    EXPECT_EQ(file.description().count, 600);
    EXPECT_TRUE(same(file.realizations({0, 1, 4, 6}), example_rows(d, {0, 1, 4, 6})));
    EXPECT_EQ(file.dataset("/energy"), d.energy);
    ASSERT_EQ(file.starts().size(), 1U);
    EXPECT_EQ(file.starts()[0].reason, "stopped");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    // and again, with more rows than are moved at a time
    Rows all(600);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    file.write_realizations(MPI_COMM_NULL, example_rows(larger, all));
    const ResultFile again = ResultFile::rebuild(folder / "r.h5", example_description(601));
    EXPECT_EQ(again.complete_rows(), all);
    EXPECT_TRUE(same(again.realizations(all), example_rows(larger, all)));
}

TEST(Damage, JoinedFilesHaveAllRows) {
    const TemporaryFolder folder;
    Description whole = example_description(7), one = example_description(3), two = example_description(4);
    two.first += 3;
    std::vector<ResultFile> parts;
    parts.push_back(ResultFile::create(folder / "2.h5", two, Overwrite::no));
    parts.push_back(ResultFile::create(folder / "1.h5", one, Overwrite::no));
    const auto moved = [&](Rows rows, std::int64_t offset) {
        RealizationRows result = example_rows(whole, rows);
        for (std::int64_t& row : result.row) row -= offset;
        return result;
    };
    parts[0].write_realizations(MPI_COMM_NULL, moved({3, 4, 5, 6}, 3));
    parts[1].write_realizations(MPI_COMM_NULL, moved({0, 1}, 0));
    const std::string message =
        message_of([&] { ResultFile::join(folder / "all.h5", whole, Overwrite::no, parts); });
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "1 of the 3 realizations in " + (folder / "1.h5"), message);
    EXPECT_FALSE(fs::exists(folder / "all.h5"));
    parts[1].write_realizations(MPI_COMM_NULL, moved({2}, 0));
    const ResultFile all = ResultFile::join(folder / "all.h5", whole, Overwrite::no, parts);
    EXPECT_TRUE(all.damage().none());
    EXPECT_TRUE(same(all.realizations({0, 1, 2, 3, 4, 5, 6}), example_rows(whole, {0, 1, 2, 3, 4, 5, 6})));
}

TEST(Companions, AreListedAndLeftoversRemoved) {
    const TemporaryFolder folder;
    for (const char* name :
         {"r.h5", "r.h5.rows", "r.h5.parts", "r.h5.new-abcdef", "r.h5.rows.new-AbCd12", "other.h5.parts",
          "r.h5.salvaged", "r.h5.salvaged.new-abcdef", "r.h5.new-mine.txt", "r.h5.locktest.12", "r.h5x"})
        test::write_bytes(folder / name, "x");
    EXPECT_EQ(companions_of(folder / "r.h5").size(), 8U);
    remove_leftovers(folder / "r.h5");
    EXPECT_EQ(companions_of(folder / "r.h5"),
              (std::vector<std::string>{folder / "r.h5.new-mine.txt", folder / "r.h5.parts",
                                        folder / "r.h5.rows"}));
    EXPECT_TRUE(fs::exists(folder / "other.h5.parts"));
}

TEST(Links, LeadToTheFile) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "far");
    fs::create_symlink("far/second.h5", folder / "first.h5");
    fs::create_symlink("../r.h5", folder / "far/second.h5");
    const std::string there = follow_links(folder / "first.h5");
    EXPECT_EQ(fs::path(there).lexically_normal(), fs::path(folder / "r.h5"));  // which is not there yet
    EXPECT_EQ(follow_links(folder / "r.h5"), folder / "r.h5");
    EXPECT_EQ(follow_links("r.h5"), "r.h5");
    const ResultFile file = ResultFile::create(folder / "first.h5", example_description(), Overwrite::no);
    EXPECT_TRUE(fs::is_symlink(folder / "first.h5"));
    EXPECT_TRUE(fs::is_regular_file(folder / "r.h5"));
    fs::create_symlink("circle.h5", folder / "circle.h5");
    EXPECT_EQ(follow_links(folder / "circle.h5"), folder / "circle.h5");
    EXPECT_THROW(check_output_path(folder / "circle.h5", Overwrite::no), InputError);
}

}  // namespace
}  // namespace greenhalo
