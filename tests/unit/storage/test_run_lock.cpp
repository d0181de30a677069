#include "greenhalo/storage/run_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include "greenhalo/base/error.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::in_child;
using test::message_of;
using test::TemporaryFolder;

TEST(RunLock, ASecondRunIsRefusedAndToldWhoHoldsIt) {
    const TemporaryFolder folder;
    std::optional<RunLock> lock(folder / "r.h5");
    EXPECT_EQ(lock->why_not(), "");
    EXPECT_TRUE(fs::exists(folder / "r.h5.lock"));
    // in this process as well, and whatever it opens and closes in between
    test::bytes_of(folder / "r.h5.lock");
    EXPECT_THROW(RunLock(folder / "r.h5"), InputError);
    const int status = in_child([&] {
        const std::string message = message_of([&] { RunLock(folder / "r.h5"); });
        return message.find("process " + std::to_string(::getppid())) != std::string::npos ? 0 : 1;
    });
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_NO_THROW(RunLock(folder / "other.h5"));
    lock.reset();
    EXPECT_EQ(fs::exists(folder / "r.h5.lock"), false);
    EXPECT_NO_THROW(RunLock(folder / "r.h5"));
}

TEST(RunLock, TheKernelFreesItWhenItsHolderIsKilled) {
    const TemporaryFolder folder;
    const int status = in_child([&] {
        const RunLock lock(folder / "r.h5");
        return ::raise(SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_TRUE(fs::exists(folder / "r.h5.lock"));
    const RunLock lock(folder / "r.h5");
    EXPECT_EQ(lock.why_not(), "");
}

TEST(RunLock, OfManyRunsAtOnceOneGetsIt) {
    const TemporaryFolder folder;
    for (int trial = 0; trial < 20; ++trial) {
        std::vector<pid_t> children;
        for (int i = 0; i < 4; ++i) {
            const pid_t child = ::fork();
            if (child == 0) {
                try {
                    const RunLock lock(folder / "r.h5");
                    // whoever holds it is alone in here
                    if (::mkdir((folder / "held").c_str(), 0700) != 0) ::_exit(2);
                    ::usleep(500);
                    ::rmdir((folder / "held").c_str());
                } catch (const InputError&) {
                    ::_exit(1);
                }
                ::_exit(0);
            }
            children.push_back(child);
        }
        int held = 0;
        for (const pid_t child : children) {
            int status = -1;
            ::waitpid(child, &status, 0);
            ASSERT_TRUE(WIFEXITED(status));
            EXPECT_NE(WEXITSTATUS(status), 2) << "two runs held the lock";
            held += WEXITSTATUS(status) == 0;
        }
        EXPECT_GT(held, 0);
    }
}

}  // namespace
}  // namespace greenhalo
