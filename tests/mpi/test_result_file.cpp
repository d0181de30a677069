#include "greenhalo/storage/result_file.h"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>

#include "greenhalo/base/error.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::example_rows;
using test::message_of;

class ParallelResultFile : public testing::Test {
  protected:
    void SetUp() override {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
        char name[4096] = {};
        if (rank_ == 0) {
            owned_ = std::make_unique<test::TemporaryFolder>();
            std::snprintf(name, sizeof name, "%s", owned_->path().c_str());
        }
        MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
        folder_ = name;
    }
    void TearDown() override { MPI_Barrier(MPI_COMM_WORLD); }

    std::string in_folder(const std::string& name) const { return folder_ + "/" + name; }

    // All ranks hold the same text, and it contains the words.
    void expect_same_words(const std::string& text, const std::string& words) const {
        EXPECT_PRED_FORMAT2(testing::IsSubstring, words, text);
        char first[1024] = {};
        std::snprintf(first, sizeof first, "%s", text.c_str());
        const std::string mine = first;
        MPI_Bcast(first, sizeof first, MPI_CHAR, 0, MPI_COMM_WORLD);
        EXPECT_EQ(mine, first);
    }

    // Rows 0 to count-1, shuffled and dealt out unevenly; the last of several ranks may go without.
    std::vector<std::int64_t> deal(std::int64_t count, int ranks, int seed) const {
        std::vector<std::int64_t> all(static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
        std::mt19937 random(static_cast<unsigned>(seed));
        std::shuffle(all.begin(), all.end(), random);
        std::vector<std::int64_t> mine;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto owner = static_cast<int>(random() % static_cast<unsigned>(ranks * ranks)) / ranks;
            if (owner == rank_) mine.push_back(all[i]);
        }
        return mine;
    }

    int rank_ = 0, size_ = 1;
    std::string folder_;

  private:
    std::unique_ptr<test::TemporaryFolder> owned_;
};

TEST_F(ParallelResultFile, AnyNumberOfRanksAndAnyOrderLeaveTheSameBytes) {
    const Description description = example_description(61);
    ResultFile::create(in_folder("empty.h5"), description, Overwrite::no, MPI_COMM_WORLD);
    if (rank_ == 0) {
        fs::copy_file(in_folder("empty.h5"), in_folder("serial.h5"));
        std::vector<std::int64_t> all(61);
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
        ResultFile::read(in_folder("serial.h5"))
            .write_realizations(MPI_COMM_NULL, example_rows(description, all));
    }
    for (int ranks = 1; ranks <= size_; ++ranks) {
        MPI_Comm some = MPI_COMM_NULL;
        MPI_Comm_split(MPI_COMM_WORLD, rank_ < ranks ? 0 : MPI_UNDEFINED, rank_, &some);
        if (some == MPI_COMM_NULL) continue;
        for (int seed = 0; seed < 6; ++seed) {
            const std::string path = in_folder("parallel.h5");
            if (rank_ == 0) {
                fs::copy_file(in_folder("empty.h5"), path, fs::copy_options::overwrite_existing);
            }
            MPI_Barrier(some);
            const ResultFile file = ResultFile::read(path, some);
            const std::vector<std::int64_t> mine = deal(61, ranks, 100 * ranks + seed);
            // In several calls, to which a rank may come with nothing.
            const std::ptrdiff_t half = static_cast<std::ptrdiff_t>(mine.size() / 2);
            file.write_realizations(some, example_rows(description, {mine.begin(), mine.begin() + half}));
            file.write_realizations(some, example_rows(description, {}));
            file.write_realizations(some, example_rows(description, {mine.begin() + half, mine.end()}));
            EXPECT_EQ(file.complete_rows().size(), 61U);
            EXPECT_TRUE(file.damaged_rows().empty());
            MPI_Barrier(some);
            if (rank_ == 0) {
                EXPECT_TRUE(test::bytes_of(path) == test::bytes_of(in_folder("serial.h5")))
                    << ranks << " ranks, seed " << seed;
            }
            MPI_Barrier(some);
        }
        MPI_Comm_free(&some);
    }
}

TEST_F(ParallelResultFile, ACartesianCommunicatorIsHarmless) {
    int extents[1] = {size_}, periodic[1] = {0};
    MPI_Comm line = MPI_COMM_NULL;
    MPI_Cart_create(MPI_COMM_WORLD, 1, extents, periodic, 0, &line);
    const Description description = example_description(97);
    const ResultFile file = ResultFile::create(in_folder("r.h5"), description, Overwrite::no, line);
    for (int round = 0; round < 10; ++round) {
        const std::vector<std::int64_t> mine = deal(97, size_, round);
        file.write_realizations(line, example_rows(description, mine));
        EXPECT_TRUE(test::same(file.realizations(mine), example_rows(description, mine)));
        EXPECT_TRUE(file.damaged_rows().empty());
    }
    MPI_Comm_free(&line);
}

TEST_F(ParallelResultFile, TheFailureOfOneRankIsTheFailureOfAll) {
    const Description description = example_description(20);
    const ResultFile file = ResultFile::create(in_folder("r.h5"), description, Overwrite::no, MPI_COMM_WORLD);
    file.write_realizations(MPI_COMM_WORLD, example_rows(description, {rank_}));
    const int last = size_ - 1;

    RealizationRows rows = example_rows(description, {rank_ + 5});
    if (rank_ == last) rows.current.pop_back();
    expect_same_words(message_of([&] { file.write_realizations(MPI_COMM_WORLD, rows); }),
                      "/realizations/current has");

    rows = example_rows(description, {rank_ == last ? 20 : rank_});
    expect_same_words(message_of([&] { file.write_realizations(MPI_COMM_WORLD, rows); }),
                      "row 20 is outside");

    const std::vector<std::int64_t> mine =
        rank_ == last ? std::vector<std::int64_t>{7} : std::vector<std::int64_t>{};
    const std::vector<std::int64_t> same = size_ == 1   ? std::vector<std::int64_t>{7, 7}
                                           : rank_ == 0 ? std::vector<std::int64_t>{7}
                                                        : mine;
    expect_same_words(
        message_of([&] { file.write_realizations(MPI_COMM_WORLD, example_rows(description, same)); }),
        "row 7 is written twice");

    expect_same_words(message_of([&] {
                          file.write_ensemble(MPI_COMM_WORLD, 1, {{"nothing", {}}});
                      }),
                      "no dataset /ensemble/nothing");
    expect_same_words(message_of([&] {
                          file.append_start(MPI_COMM_WORLD, {"h", 1, "", "", ""});
                      }),
                      "needs the time");
    expect_same_words(message_of([&] {
                          ResultFile::create(in_folder("r.h5"), description, Overwrite::no, MPI_COMM_WORLD);
                      }),
                      "--overwrite");
    EXPECT_THROW(ResultFile::create(in_folder("r.h5"), description, Overwrite::no, MPI_COMM_WORLD),
                 InputError);

    EXPECT_EQ(file.complete_rows().size(), static_cast<std::size_t>(size_));
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank_ == 0) fs::remove(in_folder("r.h5"));
    MPI_Barrier(MPI_COMM_WORLD);
    expect_same_words(
        message_of([&] { file.write_realizations(MPI_COMM_WORLD, example_rows(description, {rank_})); }),
        "removed or replaced");
    expect_same_words(message_of([&] { ResultFile::read(in_folder("r.h5"), MPI_COMM_WORLD); }),
                      "No such file");
}

TEST_F(ParallelResultFile, RowsMoveIntoALargerFileAndMoreFollow) {
    const Description small = example_description(20), large = example_description(90);
    const ResultFile file = ResultFile::create(in_folder("r.h5"), small, Overwrite::no, MPI_COMM_WORLD);
    file.write_realizations(MPI_COMM_WORLD, example_rows(small, deal(20, size_, 3)));
    const ResultFile larger = ResultFile::rebuild(in_folder("r.h5"), large, MPI_COMM_WORLD);
    EXPECT_EQ(larger.complete_rows().size(), 20U);
    // the file that was replaced is not written any more
    expect_same_words(message_of([&] { file.write_realizations(MPI_COMM_WORLD, example_rows(small, {rank_})); }),
                      "removed or replaced");
    std::vector<std::int64_t> mine;
    for (std::int64_t row = 20 + rank_; row < 90; row += size_) mine.push_back(row);
    larger.write_realizations(MPI_COMM_WORLD, example_rows(large, mine));
    EXPECT_TRUE(larger.damage().none());
    EXPECT_EQ(larger.complete_rows().size(), 90U);
    EXPECT_TRUE(test::same(larger.realizations(mine), example_rows(large, mine)));
}

TEST_F(ParallelResultFile, StartsAndStatisticsAreWrittenOnce) {
    const Description description = example_description(20);
    const ResultFile file = ResultFile::create(in_folder("r.h5"), description, Overwrite::no, MPI_COMM_WORLD);
    for (std::int64_t number = 0; number < 3; ++number) {
        EXPECT_EQ(file.append_start(MPI_COMM_WORLD, {"h", rank_ + 10, "2021", "", ""}), number);
    }
    file.finish_start(MPI_COMM_WORLD, 1, "2022", rank_ == 0 ? "done" : "not asked");
    file.write_ensemble(MPI_COMM_WORLD, 20, {{"delta_A1", std::vector<double>(4, 0.5 + rank_)}});
    const std::vector<Start> starts = file.starts();
    ASSERT_EQ(starts.size(), 3U);
    EXPECT_EQ(starts[1].ranks, 10);
    EXPECT_EQ(starts[1].reason, "done");
    EXPECT_EQ(file.dataset("/ensemble/delta_A1"), std::vector<double>(4, 0.5));
    EXPECT_EQ(file.dataset("/ensemble/realizations"), std::vector<double>{20});
}

}  // namespace
}  // namespace greenhalo
