#include "greenhalo/storage/salvage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "greenhalo/storage/hdf5.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::example_rows;
using test::TemporaryFolder;

class Salvage : public testing::Test {
  protected:
    // Of another start: other words of the command, and with them another structure.
    Salvage() : now_(example_description(300)) {
        now_.command += " --resume --checkpoint.interval 5 --and many more words than the first time had";
        now_.config_entries[3].second = "another value";
        const ResultFile file =
            ResultFile::create(folder_ / "whole.h5", example_description(300), Overwrite::no);
        for (std::int64_t row = 0; row < 300; row += 3) rows_.push_back(row);
        file.write_realizations(MPI_COMM_NULL, example_rows(file.description(), rows_));
        bytes_ = test::bytes_of(folder_ / "whole.h5");
    }

    std::uint64_t place_of(const std::string& path) const {
        const hdf5::File file = hdf5::open_file(folder_ / "whole.h5", hdf5::Access::read);
        return H5Dget_offset(hdf5::open_dataset(file.id(), path).id());
    }

    // Rows found in these bytes, which must be right.
    std::vector<std::int64_t> found_in(const std::string& bytes) {
        test::write_bytes(folder_ / "r.h5", bytes);
        const std::int64_t count = salvage_result(folder_ / "r.h5", now_);
        EXPECT_EQ(test::bytes_of(folder_ / "r.h5"), bytes);
        EXPECT_EQ(fs::exists(folder_ / "r.h5.salvaged"), count > 0);
        if (count == 0) return {};
        const ResultFile file = ResultFile::read(folder_ / "r.h5.salvaged");
        const auto rows = file.complete_rows();
        EXPECT_EQ(static_cast<std::int64_t>(rows.size()), count);
        EXPECT_TRUE(file.damage().none());
        EXPECT_TRUE(test::same(file.realizations(rows), example_rows(now_, rows)));
        return rows;
    }

    TemporaryFolder folder_;
    Description now_;
    std::vector<std::int64_t> rows_;
    std::string bytes_;
};

TEST_F(Salvage, EverythingWhereOnlyTheStructureIsDamaged) {
    EXPECT_EQ(found_in(bytes_), rows_);
    std::mt19937 random(5);
    for (int trial = 0; trial < 6; ++trial) {
        std::string damaged = bytes_;
        for (std::size_t i = 0; i < 2000; ++i) damaged[8 + random() % 200000] = static_cast<char>(random());
        EXPECT_EQ(found_in(damaged), rows_);
    }
    accept_salvaged(folder_ / "r.h5");
    EXPECT_EQ(ResultFile::read(folder_ / "r.h5").complete_rows(), rows_);
    EXPECT_FALSE(fs::exists(folder_ / "r.h5.salvaged"));
}

TEST_F(Salvage, WhatIsBeforeTheEndOfATruncatedFile) {
    // row 100 and those after it lack a number that comes late in the file
    const std::uint64_t row_size = 4 * sizeof(double);
    const std::string cut = bytes_.substr(0, place_of("/realizations/dominant/listed") + 100 * row_size);
    const std::vector<std::int64_t> before(rows_.begin(), rows_.begin() + 34);
    EXPECT_THROW(ResultFile::read((test::write_bytes(folder_ / "cut.h5", cut), folder_ / "cut.h5")),
                 DamagedFile);
    EXPECT_EQ(found_in(cut), before);
    EXPECT_TRUE(found_in(bytes_.substr(0, place_of("/realizations/density"))).empty());
}

TEST_F(Salvage, NoRowsOfAnotherModel) {
    Description other = example_description(300);
    other.provenance.emplace_back(model_fact, "that of the file");
    const ResultFile file = ResultFile::create(folder_ / "other.h5", other, Overwrite::no);
    file.write_realizations(MPI_COMM_NULL, example_rows(other, rows_));
    EXPECT_TRUE(file.damage().none());
    const std::string bytes = test::bytes_of(folder_ / "other.h5");
    EXPECT_TRUE(found_in(bytes).empty());
    now_.provenance.emplace_back(model_fact, "that of the input");
    EXPECT_TRUE(found_in(bytes).empty());
    now_.provenance.back().second = "that of the file";
    EXPECT_EQ(found_in(bytes), rows_);
}

TEST_F(Salvage, NothingInForeignBytes) {
    EXPECT_TRUE(found_in("").empty());
    EXPECT_TRUE(found_in(std::string(3000000, 'x')).empty());
    EXPECT_TRUE(found_in(std::string(3000000, '\0')).empty());
    now_.first += 1;  // realizations of other indices
    EXPECT_TRUE(found_in(bytes_).empty());
}

}  // namespace
}  // namespace greenhalo
