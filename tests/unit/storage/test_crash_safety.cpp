// Full discs, limits of file sizes, and kills at every moment, each in a process of its own.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::example_description;
using test::example_rows;
using test::in_child;
using test::TemporaryFolder;

std::ptrdiff_t files_in(const TemporaryFolder& folder) {
    return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
}

// Tries to create a file within a limit of file sizes; 0 when it was refused as it should be.
int create_within_limit(const std::string& path, rlim_t limit) {
    const rlimit sizes{limit, limit};
    if (::setrlimit(RLIMIT_FSIZE, &sizes) != 0) return 2;
    const std::string message =
        test::message_of([&] { ResultFile::create(path, example_description(), Overwrite::yes); });
    return message.find("exceeds the largest file") != std::string::npos ? 0 : 1;
}

// What this process has written since it was started; nothing where the kernel does not count it.
std::optional<std::uint64_t> bytes_written() {
    std::ifstream counts("/proc/self/io");
    std::string name;
    std::uint64_t count = 0;
    while (counts >> name >> count) {
        if (name == "wchar:") return count;
    }
    return std::nullopt;
}

TEST(CrashSafety, NoRoomIsAnErrorBeforeTheWorkAndLeavesTheOldFile) {
    for (const auto disposition : {SIG_IGN, SIG_DFL}) {
        for (const rlim_t limit : {rlim_t{0}, rlim_t{1}, rlim_t{4096}, rlim_t{200000}}) {
            const TemporaryFolder folder;
            ResultFile::create(folder / "r.h5", example_description(), Overwrite::no);
            const std::string old = test::bytes_of(folder / "r.h5");
            const int status = in_child([&] {
                std::signal(SIGXFSZ, disposition);
                return create_within_limit(folder / "r.h5", limit);
            });
            ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
            EXPECT_EQ(WEXITSTATUS(status), 0) << limit;
            EXPECT_EQ(test::bytes_of(folder / "r.h5"), old);
            EXPECT_EQ(files_in(folder), 1);
        }
    }
}

TEST(CrashSafety, WorkGoesOnWithinTheLimitThatSufficedForCreation) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    const int status = in_child([&] {
        const rlimit sizes{fs::file_size(folder / "r.h5"), fs::file_size(folder / "r.h5")};
        if (::setrlimit(RLIMIT_FSIZE, &sizes) != 0) return 2;
        file.write_realizations(MPI_COMM_NULL, example_rows(description, {0, 6}));
        return 0;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(file.complete_rows(), (std::vector<std::int64_t>{0, 6}));
}

TEST(CrashSafety, AnExistingResultIsLeftUntouchedWithoutOverwrite) {
    const TemporaryFolder folder;
    test::write_bytes(folder / "r.h5", "the old result");
    EXPECT_THROW(ResultFile::create(folder / "r.h5", example_description(), Overwrite::no), InputError);
    EXPECT_EQ(test::bytes_of(folder / "r.h5"), "the old result");
    EXPECT_EQ(files_in(folder), 1);
}

TEST(CrashSafety, ARunWhoseFileWasReplacedWritesNothingMore) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile first = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    first.write_realizations(MPI_COMM_NULL, example_rows(description, {1}));
    const ResultFile second = ResultFile::create(folder / "r.h5", description, Overwrite::yes);
    const std::string bytes = test::bytes_of(folder / "r.h5");
    const std::string message =
        test::message_of([&] { first.write_realizations(MPI_COMM_NULL, example_rows(description, {2})); });
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "replaced by another run", message);
    EXPECT_THROW(first.append_start(MPI_COMM_NULL, {"host", 1, "2026-01-01T00:00:00Z", "", ""}), Error);
    EXPECT_THROW(first.write_ensemble(MPI_COMM_NULL, 1, {}), Error);
    EXPECT_EQ(test::bytes_of(folder / "r.h5"), bytes);
    second.write_realizations(MPI_COMM_NULL, example_rows(description, {2}));
    EXPECT_EQ(second.complete_rows(), std::vector<std::int64_t>{2});
}

TEST(CrashSafety, ASaveWritesWhatIsNewHoweverMuchIsThere) {
    if (!bytes_written()) GTEST_SKIP() << "the kernel does not count what a process writes";
    const TemporaryFolder folder;
    const Description description = example_description(6000);
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    const auto save = [&](std::int64_t first, std::int64_t count) {
        std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
        std::iota(rows.begin(), rows.end(), first);
        const RealizationRows numbers = example_rows(description, rows);
        const std::uint64_t before = *bytes_written();
        file.write_realizations(MPI_COMM_NULL, numbers);
        return static_cast<double>(*bytes_written() - before);
    };
    const double few = save(0, 20), many = save(20, 5000);
    ASSERT_GT(many, 3.0 * few);  // so the 5000 would be seen if they were written again
    EXPECT_LT(save(5020, 20), 1.2 * few);
    EXPECT_LT(save(5980, 20), 1.2 * few);
}

TEST(CrashSafety, AKillBetweenNumbersAndMarkKeepsTheEarlierRows) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    const int status = in_child([&] {
        file.write_realizations(MPI_COMM_NULL, example_rows(description, {1, 5}));
        file.write_rows(MPI_COMM_NULL, example_rows(description, {0, 2, 6}));
        return ::raise(SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    const ResultFile after = ResultFile::read(folder / "r.h5");
    EXPECT_EQ(after.complete_rows(), (std::vector<std::int64_t>{1, 5}));
    EXPECT_TRUE(after.damaged_rows().empty());
    EXPECT_TRUE(test::same(after.realizations({1, 5}), example_rows(description, {1, 5})));
    after.write_realizations(MPI_COMM_NULL, example_rows(description, {0, 2, 3, 4, 6}));
    EXPECT_EQ(after.complete_rows().size(), 7U);
}

// Kills a child that has been at work for some time; returns false when it had finished.
bool kill_after(int microseconds, const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work();
        } catch (const std::exception&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(microseconds));
    ::kill(child, SIGKILL);
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the child failed";
    return WIFSIGNALED(status);
}

TEST(CrashSafety, KillsWhileWritingLoseNoCompleteRow) {
    const TemporaryFolder folder;
    const Description description = example_description(400);
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    std::vector<std::int64_t> before;
    int kills = 0;
    for (int attempt = 0; attempt < 12; ++attempt) {
        kills += kill_after(9000 + 1700 * attempt, [&] {
            for (std::int64_t row = 0; row < description.count; ++row) {
                if (std::find(before.begin(), before.end(), row) != before.end()) continue;
                file.write_realizations(MPI_COMM_NULL, example_rows(description, {row}));
            }
        });
        const ResultFile after = ResultFile::read(folder / "r.h5");
        const std::vector<std::int64_t> complete = after.complete_rows();
        EXPECT_TRUE(std::includes(complete.begin(), complete.end(), before.begin(), before.end()));
        EXPECT_TRUE(test::same(after.realizations(complete), example_rows(description, complete)));
        before = complete;
    }
    EXPECT_GT(kills, 0);
}

TEST(CrashSafety, KillsWhileCreatingLeaveTheOldFileOrTheNew) {
    const TemporaryFolder folder;
    Description old = example_description(3), fresh = example_description(20000);
    ResultFile::create(folder / "r.h5", old, Overwrite::no);
    int kills = 0;
    for (int attempt = 0; attempt < 12; ++attempt) {
        kills += kill_after(1000 + 4000 * attempt,
                            [&] { ResultFile::create(folder / "r.h5", fresh, Overwrite::yes); });
        const std::int64_t count = ResultFile::read(folder / "r.h5").description().count;
        EXPECT_TRUE(count == old.count || count == fresh.count) << count;
    }
    EXPECT_GT(kills, 0);
    // What a kill left beside the target is no obstacle, and files of other people stay.
    test::write_bytes(folder / "r.h5.new", "precious");
    ResultFile::create(folder / "r.h5", fresh, Overwrite::yes);
    EXPECT_EQ(ResultFile::read(folder / "r.h5").description().count, fresh.count);
    EXPECT_EQ(test::bytes_of(folder / "r.h5.new"), "precious");
}

TEST(CrashSafety, AKillWhileWritingStatisticsIsVisible) {
    const TemporaryFolder folder;
    const Description description = example_description();
    const ResultFile file = ResultFile::create(folder / "r.h5", description, Overwrite::no);
    const std::map<std::string, std::vector<double>> values = {{"delta_A1", std::vector<double>(4, 2.0)},
                                                               {"delta_A2", std::vector<double>(4, 2.0)}};
    file.write_ensemble(
        MPI_COMM_NULL, 1,
        {{"delta_A1", std::vector<double>(4, 1.0)}, {"delta_A2", std::vector<double>(4, 1.0)}});
    std::int64_t seen = 1;
    // a busy machine takes its time before the first write begins: ever more of it, up to some seconds
    double microseconds = 500.0;
    for (int attempt = 0; attempt < 20 || (seen == 1 && attempt < 40); ++attempt) {
        microseconds *= 1.25;
        kill_after(static_cast<int>(microseconds), [&] {
            for (;;) file.write_ensemble(MPI_COMM_NULL, 2, values);
        });
        const std::int64_t count = static_cast<std::int64_t>(file.dataset("/ensemble/realizations")[0]);
        if (count != 0) {
            const std::vector<double> expected(4, static_cast<double>(count));
            EXPECT_EQ(file.dataset("/ensemble/delta_A1"), expected);
            EXPECT_EQ(file.dataset("/ensemble/delta_A2"), expected);
        }
        seen = count;
    }
    EXPECT_NE(seen, 1);
}

}  // namespace
}  // namespace greenhalo
