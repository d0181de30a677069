#include "greenhalo/storage/result_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>

#include "greenhalo/base/error.h"
#include "greenhalo/base/version.h"
#include "greenhalo/storage/hdf5.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::example_rows;
using test::message_of;
using test::TemporaryFolder;

void expect_says(const std::string& words, const std::string& message) {
    EXPECT_PRED_FORMAT2(testing::IsSubstring, words, message);
}

TEST(ResultFile, DescriptionComesBack) {
    const TemporaryFolder folder;
    for (const Stored stored : {Stored::none, Stored::anisotropy, Stored::all}) {
        const Description wrote = example_description(7, stored);
        ResultFile::create(folder / "r.h5", wrote, Overwrite::yes);
        const ResultFile file = ResultFile::read(folder / "r.h5");
        const Description& read = file.description();
        EXPECT_EQ(read.command, wrote.command);
        EXPECT_EQ(read.config_text, wrote.config_text);
        EXPECT_EQ(read.config_entries, wrote.config_entries);
        EXPECT_EQ(read.provenance, wrote.provenance);
        ASSERT_EQ(read.input_files.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(read.input_files[i].path, wrote.input_files[i].path);
            EXPECT_EQ(read.input_files[i].sha256, wrote.input_files[i].sha256);
            EXPECT_EQ(read.input_files[i].content, wrote.input_files[i].content);
        }
        EXPECT_EQ(read.energy, wrote.energy);
        ASSERT_EQ(read.species.size(), 3U);
        for (std::size_t k = 0; k < 3; ++k) {
            EXPECT_EQ(read.species[k].name, wrote.species[k].name);
            EXPECT_EQ(read.species[k].charge, wrote.species[k].charge);
            EXPECT_EQ(read.species[k].mass_number, wrote.species[k].mass_number);
        }
        EXPECT_EQ(read.yield, wrote.yield);
        EXPECT_EQ(read.delay, wrote.delay);
        EXPECT_EQ(read.first, 1000);
        EXPECT_EQ(read.count, 7);
        EXPECT_EQ(read.stored, stored);
        EXPECT_EQ(file.attribute("greenhalo_version"), version());
        std::string created = file.attribute("created");
        for (char& c : created) c = c >= '0' && c <= '9' ? '0' : c;
        EXPECT_EQ(created, "0000-00-00T00:00:00Z");
    }
}

TEST(ResultFile, ANewFileIsEmptyButWhole) {
    const TemporaryFolder folder;
    const ResultFile file = ResultFile::create(folder / "r.h5", example_description(), Overwrite::no);
    EXPECT_TRUE(file.complete_rows().empty());
    EXPECT_TRUE(file.starts().empty());
    EXPECT_EQ(file.dataset("/realizations/index"),
              (std::vector<double>{1000, 1001, 1002, 1003, 1004, 1005, 1006}));
    for (const double value : file.dataset("/realizations/current")) EXPECT_TRUE(std::isnan(value));
    for (const double value : file.dataset("/ensemble/delta_A2")) EXPECT_TRUE(std::isnan(value));
    EXPECT_EQ(file.dataset("/ensemble/realizations"), std::vector<double>{0});
    EXPECT_THROW(file.realizations({0}), Error);
    EXPECT_FALSE(fs::exists(folder / "r.h5.new"));
    struct stat status {};
    ASSERT_EQ(::stat((folder / "r.h5").c_str(), &status), 0);
    EXPECT_GE(status.st_blocks * 512, status.st_size) << "space is not reserved";
}

TEST(ResultFile, RealizationsComeBackInAnyOrder) {
    const TemporaryFolder folder;
    for (const Stored stored : {Stored::none, Stored::anisotropy, Stored::all}) {
        const Description description = example_description(7, stored);
        const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::yes);
        file.write_realizations(MPI_COMM_NULL, example_rows(description, {5, 0, 3}));
        file.write_realizations(MPI_COMM_NULL, example_rows(description, {2}));
        file.write_realizations(MPI_COMM_NULL, example_rows(description, {}));
        EXPECT_EQ(file.complete_rows(), (std::vector<std::int64_t>{0, 2, 3, 5}));
        EXPECT_TRUE(file.damaged_rows().empty());

        RealizationRows expected = example_rows(description, {3, 5, 2});
        if (stored < Stored::all) expected.density.clear(), expected.current.clear();
        if (stored < Stored::anisotropy) {
            expected.anisotropy.clear();
            for (const auto values : test::dominant_rows) (expected.*values).clear();
        }
        EXPECT_TRUE(test::same(ResultFile::read(folder / "r.h5").realizations({3, 5, 2}), expected));
        EXPECT_EQ(file.dataset("/realizations/complete"), (std::vector<double>{1, 0, 1, 1, 0, 1, 0}));
        if (stored == Stored::all) {
            const std::vector<double> density = file.dataset("/realizations/density");
            EXPECT_TRUE(std::isnan(density[1 * 12]));
            EXPECT_EQ(density[5 * 12 + 4], example_rows(description, {5}).density[4]);
        }
    }
}

TEST(ResultFile, TheOrderOfWritingLeavesNoTrace) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile one = ResultFile::create(folder / "one.h5", description, Overwrite::no);
    fs::copy_file(folder / "one.h5", folder / "two.h5");
    const ResultFile two = ResultFile::read(folder / "two.h5");
    one.write_realizations(MPI_COMM_NULL, example_rows(description, {0, 1, 2, 3, 4, 5, 6}));
    for (const std::int64_t row : {6, 1, 3, 0, 5, 2, 4, 3}) {
        two.write_realizations(MPI_COMM_NULL, example_rows(description, {row}));
    }
    EXPECT_EQ(test::bytes_of(folder / "one.h5"), test::bytes_of(folder / "two.h5"));
}

// The promise on which safety rests: after creation only numbers change, never the structure around them.
TEST(ResultFile, WritingChangesNothingButNumbers) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    std::string before = test::bytes_of(folder / "r.h5");
    file.write_realizations(MPI_COMM_NULL, example_rows(description, {1, 4}));
    file.write_ensemble(MPI_COMM_NULL, 2, {{"delta_A1", {1, 2, 3, 4}}});
    file.append_start(MPI_COMM_NULL, {"host", 2, "2020-01-01T00:00:00Z", "", ""});
    std::string after = test::bytes_of(folder / "r.h5");
    ASSERT_EQ(before.size(), after.size());
    EXPECT_NE(before, after);

    const hdf5::File open = hdf5::open_file(folder / "r.h5", hdf5::Access::read);
    std::size_t numbers = 0;
    for (const LayoutItem& item : result_layout()) {
        if (item.type == ItemType::group || item.per_input_file) continue;
        const hdf5::Dataset dataset = hdf5::open_dataset(open.id(), item.path);
        const std::size_t offset = H5Dget_offset(dataset.id()), size = H5Dget_storage_size(dataset.id());
        ASSERT_LE(offset + size, after.size()) << item.path;
        numbers += size;
        std::fill_n(before.begin() + static_cast<std::ptrdiff_t>(offset), size, '\0');
        std::fill_n(after.begin() + static_cast<std::ptrdiff_t>(offset), size, '\0');
    }
    EXPECT_LT(numbers, after.size());
    EXPECT_EQ(before, after);
}

TEST(ResultFile, WrongRowsAreRefusedAndNothingIsWritten) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    const std::string before = test::bytes_of(folder / "r.h5");
    const auto refuse = [&](const RealizationRows& rows, const std::string& words) {
        expect_says(words, message_of([&] { file.write_realizations(MPI_COMM_NULL, rows); }));
    };
    refuse(example_rows(description, {7}), "row 7 is outside");
    refuse(example_rows(description, {-1}), "row -1 is outside");
    refuse(example_rows(description, {2, 2}), "row 2 is written twice");
    RealizationRows rows = example_rows(description, {1, 2});
    rows.density.pop_back();
    refuse(rows, "/realizations/density has 23 values instead of 24");
    rows = example_rows(description, {1, 2});
    rows.source_count.clear();
    refuse(rows, "source_count has 0 values");
    EXPECT_THROW(file.mark_complete(MPI_COMM_NULL, {9}), Error);
    EXPECT_EQ(test::bytes_of(folder / "r.h5"), before);
}

TEST(ResultFile, ChecksumsFindDamageAndWritingAgainRepairs) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    file.write_realizations(MPI_COMM_NULL, example_rows(description, {0, 1, 2, 3}));
    std::string bytes = test::bytes_of(folder / "r.h5");
    {
        const hdf5::File open = hdf5::open_file(folder / "r.h5", hdf5::Access::read);
        const hdf5::Dataset current = hdf5::open_dataset(open.id(), "/realizations/current");
        bytes[H5Dget_offset(current.id()) + 2 * 12 * 3 * sizeof(double) + 5] ^= 1;
    }
    test::write_bytes(folder / "r.h5", bytes);
    EXPECT_EQ(file.damaged_rows(), std::vector<std::int64_t>{2});
    expect_says("row 2 of", message_of([&] { file.realizations({0, 2}); }));
    EXPECT_NO_THROW(file.realizations({0, 1, 3}));
    file.write_realizations(MPI_COMM_NULL, example_rows(description, {2}));
    EXPECT_TRUE(file.damaged_rows().empty());
}

TEST(ResultFile, EveryStatisticComesBack) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    std::map<std::string, std::vector<double>> values;
    double next = 0;
    for (const LayoutItem& item : result_layout()) {
        const std::string group = "/ensemble/";
        if (item.path.rfind(group, 0) != 0 || item.path == "/ensemble/realizations") continue;
        if (item.path == "/ensemble/checksum") continue;  // follows from the others
        std::vector<double>& numbers = values[item.path.substr(group.size())];
        numbers.resize(layout_elements(item, description.dimensions()));
        for (double& number : numbers) number = ++next;
    }
    ASSERT_GE(values.size(), 14U);
    file.write_ensemble(MPI_COMM_NULL, 6, values);
    for (const auto& [name, numbers] : values) EXPECT_EQ(file.dataset("/ensemble/" + name), numbers) << name;
    EXPECT_EQ(file.dataset("/ensemble/realizations"), std::vector<double>{6});

    const auto refuse = [&](const char* name, std::vector<double> numbers, const std::string& words) {
        expect_says(words, message_of([&] { file.write_ensemble(MPI_COMM_NULL, 7, {{name, numbers}}); }));
    };
    refuse("delta_A3", {1, 2, 3, 4}, "no dataset /ensemble/delta_A3");
    refuse("delta_A1", {1, 2, 3}, "nE holds 4");
    refuse("realizations", {1}, "written apart");
    EXPECT_EQ(file.dataset("/ensemble/realizations"), std::vector<double>{6});
}

TEST(ResultFile, StartsAreRecordedInPlace) {
    const TemporaryFolder folder;
    const ResultFile file = ResultFile::create(folder / "r.h5", example_description(), Overwrite::no);
    const std::string time = "2021-02-03T04:05:06Z";
    EXPECT_EQ(file.append_start(MPI_COMM_NULL, {"node1", 128, time, "", ""}), 0);
    EXPECT_EQ(file.append_start(MPI_COMM_NULL, {std::string(62, 'n') + "\xc3\xa9\xc3\xa9", 4, time, "", ""}),
              1);
    file.finish_start(MPI_COMM_NULL, 0, "2021-02-04T00:00:00Z", "time was up");
    const std::vector<Start> starts = file.starts();
    ASSERT_EQ(starts.size(), 2U);
    EXPECT_EQ(starts[0].host, "node1");
    EXPECT_EQ(starts[0].ranks, 128);
    EXPECT_EQ(starts[0].started, time);
    EXPECT_EQ(starts[0].ended, "2021-02-04T00:00:00Z");
    EXPECT_EQ(starts[0].reason, "time was up");
    EXPECT_EQ(starts[1].host, std::string(62, 'n')) << "cut within a character";
    EXPECT_EQ(starts[1].reason, "");
    EXPECT_THROW(file.append_start(MPI_COMM_NULL, {"node1", 1, "", "", ""}), Error);
    EXPECT_THROW(file.finish_start(MPI_COMM_NULL, 5, time, "never began"), Error);
    EXPECT_THROW(file.finish_start(MPI_COMM_NULL, 5000, time, "out of the table"), Error);
}

TEST(ResultFile, AFullTableOfStartsUsesItsLastRowAgain) {
    const TemporaryFolder folder;
    const ResultFile file = ResultFile::create(folder / "r.h5", example_description(), Overwrite::no);
    const std::int64_t capacity =
        static_cast<std::int64_t>(layout_extents(layout_item("/provenance/starts"), {})[0]);
    for (std::int64_t i = 0; i < capacity + 2; ++i) {
        EXPECT_EQ(file.append_start(MPI_COMM_NULL, {"h", i, "2021", "", ""}), std::min(i, capacity - 1));
    }
    EXPECT_EQ(file.starts().size(), static_cast<std::size_t>(capacity));
    EXPECT_EQ(file.starts().back().ranks, capacity + 1);
}

TEST(ResultFile, ContradictoryDescriptionsAreRefused) {
    const TemporaryFolder folder;
    const auto refuse = [&](auto change, const std::string& words) {
        Description description = example_description();
        change(description);
        expect_says(words,
                    message_of([&] { ResultFile::create(folder / "r.h5", description, Overwrite::no); }));
        EXPECT_FALSE(fs::exists(folder / "r.h5") || fs::exists(folder / "r.h5.new"));
    };
    refuse([](Description& d) { d.count = 0; }, "no realization");
    refuse([](Description& d) { d.first = -1; }, "negative");
    refuse([](Description& d) { d.energy.clear(); }, "no energies");
    refuse([](Description& d) { d.species.clear(); }, "no groups");
    refuse([](Description& d) { d.yield.pop_back(); }, "yield");
    refuse([](Description& d) { d.delay.push_back(1); }, "delay");
    refuse([](Description& d) { d.config_entries.emplace_back("text", "x"); }, "'text'");
    refuse([](Description& d) { d.config_entries.push_back(d.config_entries[0]); }, "already exists");
}

TEST(ResultFile, ForeignFilesAreNamedAsSuch) {
    const TemporaryFolder folder;
    const auto refuse = [&](const std::string& words) {
        expect_says(words, message_of([&] { ResultFile::read(folder / "r.h5"); }));
    };
    EXPECT_THROW(ResultFile::read(folder / "r.h5"), InputError);
    refuse("No such file");
    expect_says("is a folder", message_of([&] { ResultFile::read(folder.path()); }));
    test::write_bytes(folder / "r.h5", "");
    refuse("not an HDF5 file");
    test::write_bytes(folder / "r.h5", std::string(5000, 'x'));
    refuse("not an HDF5 file");
    hdf5::create_file(folder / "r.h5").close("closing");
    refuse("not a result of greenhalo");
    const auto write = [&](const char* format, std::int64_t version) {
        const hdf5::File file = hdf5::create_file(folder / "r.h5");
        const hdf5::Group root(H5Gopen2(file.id(), "/", H5P_DEFAULT), "opening");
        hdf5::write_attribute(root.id(), "format", std::string_view(format));
        hdf5::write_attribute(root.id(), "format_version", version);
    };
    write("other-result", 1);
    refuse("'other-result'");
    write(result_format, result_format_version + 1);
    refuse("use a newer greenhalo");
    write(result_format, result_format_version - 1);
    refuse("the older format");
    write(result_format, result_format_version);
    refuse("is damaged");
}

TEST(ResultFile, TruncatedFilesAreRefusedAtEveryLength) {
    const TemporaryFolder folder;
    ResultFile::create(folder / "r.h5", example_description(), Overwrite::no);
    const std::string bytes = test::bytes_of(folder / "r.h5");
    for (std::size_t length = 0; length < bytes.size(); length += length < 200 ? 1 : 4093) {
        test::write_bytes(folder / "cut.h5", bytes.substr(0, length));
        EXPECT_THROW(ResultFile::read(folder / "cut.h5"), Error) << length;
    }
    test::write_bytes(folder / "cut.h5", bytes.substr(0, bytes.size() - 1));
    expect_says("is truncated", message_of([&] { ResultFile::read(folder / "cut.h5"); }));
}

}  // namespace
}  // namespace greenhalo
